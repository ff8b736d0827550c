"""What a person at a terminal sees and types, what a log may show, and a study that only changes its history."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
from datetime import date

import pytest
from rich.console import Console
from ruamel.yaml import YAML

from toolkit.bringing.brought import Brought, Wanted
from toolkit.bringing.command import bring
from toolkit.errors import UsageError

SALES = "会员卡号,客户姓名,交易时间,金额,单据类型\n" + "".join(
    f"V{1000 + i % 9},张三{i % 9},2026-0{1 + i % 6}-15 10:00:00,{i + 1},{'退货' if i % 20 == 7 else '销售'}\n" for i in range(60)
) + "V1000,张三0,昨天,5,销售\n,李四,2026-01-05 10:00:00,5,销售\n"  # fmt: skip


def test_only_what_is_not_certain_is_asked_and_enter_accepts(newcomer):
    path = newcomer.csv("会员.csv", SALES)
    found, shown, asked = newcomer.ask(path, typed=["", "", "0.3", ""])
    assert [prompt.split()[0] for prompt in asked] == ["currency", "tax", "margin", "returns"]
    assert "[CNY]" in asked[0] and "[单据类型 = 退货]" in asked[3]
    assert found.totals["amount"] == sum((i + 1) * (-1 if i % 20 == 7 else 1) for i in range(60))
    assert found.intake["transactions"]["quarantined"] == {"missing_customer_id": 1, "unreadable_paid_at": 1}
    assert "昨天" in shown and "time of payment cannot be read" in shown and "V1000" in shown


def test_an_answer_that_cannot_be_is_asked_again(newcomer):
    path = newcomer.csv("会员.csv", SALES)
    typed = ["yuan", "CNY", "", "30", "0.3", "单据 = 退货", "单据类型 = 退货"]
    found, shown, asked = newcomer.ask(path, typed=typed)
    assert [prompt.split()[0] for prompt in asked] == ["currency"] * 2 + ["tax"] + ["margin"] * 2 + [
        "returns"
    ] * 2
    assert found.written and "has no column '单据'" in shown


def test_nothing_that_names_a_customer_reaches_a_log(newcomer):
    path = newcomer.csv("会员.csv", SALES)
    told = newcomer.answers("currency: CNY\nmargin: 0.3\nreturns: 单据类型 = 退货\n")
    for more in ([], ["--json"]):
        found = newcomer.call(
            "import", path, "--study-id", "mine", "--answers", told, "--force", *more, lang="zh"
        )
        assert found.exit_code == 0, found.exception
        assert "V***" in found.output or more
        assert not any(word in found.output for word in ("V100", "张三", "李四"))
    assert newcomer.study().read_text("utf-8").count("张三") == 0


def test_json_says_what_stops_an_import(newcomer):
    found = newcomer.call("import", newcomer.csv("会员.csv", SALES), "--study-id", "mine", "--json")
    told = json.loads(found.stdout)
    assert found.exit_code != 0 and told["written"] == []
    assert {one["id"] for one in told["questions"] if one["stops"]} == {"currency", "margin", "returns"}


def test_only_the_history_of_a_study_is_replaced_and_every_other_byte_stays(newcomer):
    path = newcomer.csv("会员.csv", SALES)
    study = newcomer.study("online_retail")
    before = study.read_text("utf-8").splitlines()
    told = newcomer.answers("currency: CNY\nmargin: 0.3\nreturns: 单据类型 = 退货\n")
    found = newcomer.call("import", path, "--into", study, "--answers", told)
    assert found.exit_code == 0, found.exception
    after = study.read_text("utf-8").splitlines()
    start, end = before.index("history:"), before.index("quarter: last")
    now = after.index("quarter: last")
    assert after[:start] == before[:start] and after[now:] == before[end:]
    history = YAML(typ="safe").load("\n".join(after))["history"]
    assert history["transactions"]["path"] == "会员.csv" and history["currency"] == "CNY"
    assert newcomer.call("check", study).exit_code == 0


def test_comments_after_the_history_belong_to_what_follows(newcomer):
    study = newcomer.study("online_retail")
    text = study.read_text("utf-8").replace("\nquarter: last", "\n\n# 报告季度由财务部确认\nquarter: last")
    study.write_text(text, "utf-8")
    told = newcomer.answers("currency: CNY\nmargin: 0.3\nreturns: 单据类型 = 退货\n")
    assert (
        newcomer.call("import", newcomer.csv("会员.csv", SALES), "--into", study, "--answers", told).exit_code
        == 0
    )
    assert "\n\n# 报告季度由财务部确认\nquarter: last\n" in study.read_text("utf-8")


def test_a_study_that_would_not_read_with_the_new_history_stays_as_it_was(newcomer):
    study = newcomer.study("demo")
    before = study.read_bytes()
    told = newcomer.answers("currency: CNY\nmargin: 0.3\nreturns: 单据类型 = 退货\n")
    found = newcomer.call("import", newcomer.csv("会员.csv", SALES), "--into", study, "--answers", told)
    assert found.exit_code != 0 and "grades" in found.exception.zh
    assert study.read_bytes() == before and not list(study.parent.glob(".*"))


def test_a_person_at_a_terminal(newcomer, root):
    """The command itself, in a terminal: tables, questions, answers."""
    newcomer.csv("会员.csv", SALES)
    ours, theirs = pty.openpty()
    env = os.environ | {"PYTHONPATH": str(root), "GRADELAB_LANG": "zh", "COLUMNS": "150", "TERM": "xterm"}
    words = [sys.executable, "-m", "toolkit", "import", "data/会员.csv", "--study-id", "mine"]
    told, waiting = b"", ["", "", "0.3", ""]
    with subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=newcomer.folder
    ) as process:
        os.close(theirs)
        while select.select([ours], [], [], 60)[0]:
            try:
                told += os.read(ours, 4096)
            except OSError:
                break
            if told.rstrip(b" ").endswith(b"]:") and waiting:
                os.write(ours, waiting.pop(0).encode() + b"\n")
                told += b"\n"
    os.close(ours)
    text = told.decode("utf-8")
    assert process.returncode == 0 and newcomer.study().is_file(), text
    assert (
        "V1000" in text
        and "margin [必须填写]" in text
        and "不会读入的行" in text
        and "接下来：gradelab check" in text
    )


def test_an_empty_answer_a_bare_number_and_leaving(newcomer):
    path = newcomer.csv("会员.csv", SALES)
    typed = iter(["", "", "", "28", "q"])
    shown = Console(record=True, width=200, file=io.StringIO())
    with pytest.raises(UsageError) as left:
        bring(Wanted((path,), "mine", asks=True), Brought(), shown, lambda _: next(typed), date(2026, 11, 22))
    text = shown.export_text()
    assert "q leaves and writes nothing" in text
    assert "an answer is needed: a share such as 0.28 or 28%" in text and "Ctrl+C or q leaves" in text
    assert "does 28 mean 28%? Write 28% or 0.28." in text
    assert "什么都没有写" in left.value.zh and "nothing is written" in left.value.en
    assert not newcomer.study().exists()


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_the_input_and_an_interruption_write_nothing(newcomer, end):
    path = newcomer.csv("会员.csv", SALES)

    def ended(_: str) -> str:
        raise end

    shown = Console(record=True, width=200, file=io.StringIO())
    with pytest.raises(UsageError if end is EOFError else end) as left:
        bring(Wanted((path,), "mine", asks=True), Brought(), shown, ended, date(2026, 11, 22))
    if end is EOFError:
        assert "--answers" in left.value.zh and "currency: CNY" in left.value.en
    else:
        assert "Nothing is written." in shown.export_text()
    assert not newcomer.study().exists()
