"""What somebody reads who asks why: on the terminal, on the page, in JSON; and what is not told."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len

from toolkit.errors import UsageError
from toolkit.explanation import explain
from toolkit.explanation.records import appeals_of, recorded_of
from toolkit.measures.registry import names
from toolkit.params.policy import read_policy
from toolkit.register import APPEAL
from toolkit.reporting.explained_page import as_page
from toolkit.reporting.explained_text import as_text
from toolkit.terms import Label
from toolkit.window import Quarter

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def weighted(demo, root):
    return read_policy(root / "params" / "policies" / "demo" / "weighted_2027.yaml", names())


@pytest.fixture(scope="module")
def held(demo, weighted):
    """A customer whose grade is held, explained, with the register."""
    register = demo.register_of(weighted)
    row = int(np.flatnonzero(register.held[:, register.column(demo.quarter)])[0])
    return explain(demo, weighted, register.customers[row]), register, row


def test_a_held_grade_says_until_when_and_what_would_earn_it_again(demo, held, weighted):
    """Lost at the review, it is held for four quarters after the last in which it was earned."""
    told, register, row = held
    assert told.held and told.by_rule != told.grade
    earned = [
        str(q)
        for q, code in zip(register.quarters, register.earned[row], strict=True)
        if code >= register.in_force[row, register.column(demo.quarter)]
    ]
    last = next(q for q in register.quarters if str(q) == earned[-1])
    assert told.steps[-1].what.en.endswith(f"until {last + weighted.review.hold_quarters}")
    assert [step.figure.en for step in told.steps] == [told.by_rule, told.grade]
    assert told.regains and all(turn.grade == told.grade for turn in told.regains)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_eighty_columns_are_enough(held, lang):
    """No line is wider, Chinese counted double; the grade, every factor and the hold are there."""
    text = as_text(held[0], lang)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    wanted = {
        "zh": ["保级", "权重 40%", "怎样重新达到", "历季等级"],
        "en": ["held", "weight 40%", "earn it again", "Quarter by quarter"],
    }
    assert all(word in text for word in wanted[lang])
    assert held[0].customer in text and "\x1b" not in text


def test_the_page_is_whole_safe_and_in_both_languages(held):
    """No request, no script, the style known by its digest, and what came from data escaped."""
    page = as_page(replace(held[0], title=Label("<script>甲</script>", "<script>a</script>")))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=|url\(|@import|http", page.replace("http-equiv", ""))
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page and "default-src 'none'" in page and " style=" not in page
    zh, en = page.split('<section lang="en">')
    assert (
        '<section lang="zh-Hans">' in zh
        and "仅供该客户的听证或申诉使用" in zh
        and "not a real customer" in en
    )
    assert en.count("<h2>") == zh.count("<h2>") >= 6


def test_json_holds_everything_in_both_languages(held):
    told = json.loads(json.dumps(held[0].as_json(), ensure_ascii=False))
    assert told["grade"] == held[0].grade and told["review"] == str(held[0].review)
    labels = [told["title"], told["rule"], *(line["what"] for line in told["part"]["lines"])]
    assert all(
        HAN.search(label["zh"]) and not HAN.search(label["en"].replace(told["rule"]["en"], ""))
        for label in labels[:1]
    )
    assert all(label["zh"] and label["en"] for label in labels)


def test_nobody_else_is_named(demo, weighted):
    """An identifier that is nearly one: refused without it, and without any other."""
    known = str(demo.panel.customers[0])
    with pytest.raises(UsageError) as refused:
        explain(demo, weighted, known[:-1])
    ids = [one for one in demo.panel.customers if one in refused.value.zh or one in refused.value.en]
    assert ids == [] and known[:-1] in refused.value.zh


def test_a_customer_who_left_is_told_so(demo, weighted):
    """Graded once, not active any more: the history stays, nothing is proposed."""
    register = demo.register_of(weighted)
    column = register.column(demo.quarter)
    gone = (register.because[:, column] < 0) & (register.earned[:, :column] >= 0).any(axis=1)
    told = explain(demo, weighted, register.customers[int(np.flatnonzero(gone)[0])])
    assert told.grade is None and told.history and not told.rises and told.part is None
    assert any("no recent purchase" in note.en for note in told.notes)
    assert "no grade" in as_text(told, "en") and "无等级" in as_page(told)


def test_an_appeal_stands_in_the_way_and_in_the_list(demo, root):
    """S45 looks at appeals: where one set the grade, the last step is the appeal, and the appeal is listed."""
    params = read_policy(root / "params" / "catalogue" / "S45.yaml", names())
    register = demo.register_of(params)
    by = register.decided_by == APPEAL
    granted = [
        (row, q)
        for q in range(len(register.quarters))
        for row in np.flatnonzero(by[:, q] & (register.in_force[:, q] >= 0))
    ]
    assert granted, "no appeal was granted in the demo"
    row, place = granted[-1]
    study = replace(demo, quarter=register.quarters[place])
    told = explain(study, params, register.customers[row])
    assert any("appeal" in step.what.en for step in told.steps)
    assert told.steps[-1].figure.en == told.grade
    assert told.appeals and any("appeal filed on" in line.what.en for line in told.appeals)
    assert all(line.what.en[-10:] < str(study.quarter.end()) for line in told.appeals)


def test_what_was_not_known_yet_is_not_told():
    """At the end of June: the appeal of May is pending, that of July and the grade of July have not happened."""
    tables = {
        "appeals": pd.DataFrame(
            {
                "customer_id": ["a", "a", "b"],
                "filed_on": pd.to_datetime(["2026-05-04", "2026-07-01", "2026-05-05"]),
                "decided_on": pd.to_datetime(["2026-07-03", "2026-07-09", "2026-05-09"]),
                "decision": ["granted", "refused", "granted"],
                "grade": ["VIP", None, "VIP"],
            }
        ),
        "grades": pd.DataFrame(
            {
                "customer_id": ["a", "a"],
                "from_on": pd.to_datetime(["2026-06-30", "2026-07-01"]),
                "grade": ["普通", "VIP"],
                "decided_by": ["rule", "appeal"],
            }
        ),
    }
    panel = SimpleNamespace(tables=tables, cube=SimpleNamespace(fiscal_start_month=1))
    (pending,) = appeals_of(panel, "a", Quarter.parse("2026Q2"))
    assert (pending.what.en, pending.figure.en, pending.note.en) == (
        "appeal filed on 2026-05-04",
        "not decided",
        "",
    )
    first, second = appeals_of(panel, "a", Quarter.parse("2026Q3"))
    assert (first.figure.en, first.note.en) == ("granted", "decided on 2026-07-03, grade: VIP")
    assert (second.figure.en, second.note.zh) == ("refused", "2026-07-09 决定，等级：无")
    assert [line.what.en for line in recorded_of(panel, "a", Quarter.parse("2026Q2"))] == ["from 2026-06-30"]


def test_the_command_answers_in_json_and_writes_the_page(small_demo, demo, weighted, tmp_path):
    """As typed: the policy by its id, the page beside, nothing but JSON on standard output."""
    customer = demo.registers["weighted_2027"].at(demo.quarter).index[0]
    command = [
        sys.executable,
        "-m",
        "toolkit",
        "explain",
        str(small_demo),
        "--customer",
        customer,
        "--policy",
        "weighted_2027",
    ]
    done = subprocess.run(
        [*command, "--json", "--html", str(tmp_path / "a.html")], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert (
        told["customer"] == customer
        and told["grade"] == demo.registers["weighted_2027"].at(demo.quarter)["grade"].iloc[0]
    )
    assert customer in (tmp_path / "a.html").read_text("utf-8")
    unknown = subprocess.run(
        [*command[:-1], "weighted", "--lang", "zh"], capture_output=True, text=True, check=False
    )
    assert unknown.returncode == 2 and "weighted_2027" in unknown.stderr and "Traceback" not in unknown.stderr


def test_the_command_of_the_page_runs(small_demo, root, tmp_path):
    """As docs/explain.md has it, on the smaller company."""
    (line,) = re.findall(r"^gradelab (explain .*)$", (root / "docs" / "explain.md").read_text("utf-8"), re.M)
    words = [{"params/studies/demo.yaml": str(small_demo)}.get(word, word) for word in line.split()]
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "explained.html"), done.stderr
    assert "C0000008" in (tmp_path / "explained.html").read_text("utf-8")
