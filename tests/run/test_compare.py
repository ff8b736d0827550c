"""Two runs compared. Expected: flips first, each fact in its chapter, what differs underneath, plain refusals."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from toolkit.cli import main
from toolkit.errors import UsageError
from toolkit.run.compare import compare
from toolkit.run.compare_page import comparison_page
from toolkit.run.compare_told import as_json, lines

PARAMETERS = (
    "study:\n  quarter: {quarter}\nalternatives:\n- id: a\n  floor: 1\n- id: {second}\n  floor: {floor}\n"
)


def fact(value, unit="share", zh="留存率", en="retention", printed="", chapter="01_who", **more):
    told = {"value": value, "unit": unit, "zh": zh, "en": en, "chapter": chapter, **more}
    return told | ({"text": {"zh": printed, "en": printed}} if printed else {})


VERDICT = {
    "keep": fact("keep", "text", "判定", "verdict", "维持", "02_what"),
    "adopt": fact("adopt", "text", "判定", "verdict", "采用", "02_what"),
}
BEFORE = {
    "verdict": VERDICT["keep"],
    "stay": fact(0.50, printed="50.0%", better="higher"),
    "still": fact(0.7001, printed="70.0%"),
    "lost": fact(3, "customers", "流失", "lost", "3"),
}
AFTER = {
    "verdict": VERDICT["adopt"],
    "stay": fact(0.45, printed="45.0%", better="higher"),
    "still": fact(0.7002, printed="70.0%"),
    "won": fact(4, "customers", "新增客户", "won", "4", "02_what"),
}


@pytest.fixture
def kept(tmp_path):
    """Keep a run with facts, parameters and a manifest; ``told`` goes into the manifest."""

    def make(quarter: str, facts, second="b", floor=2, run=None, **told) -> Path:
        folder = tmp_path / "reports" / "demo" / quarter / (run or f"run-{quarter}")
        (folder / "notebooks").mkdir(parents=True)
        cells = [
            {"cell_type": "markdown", "source": ["# 谁留下\n"], "metadata": {"tags": ["lang-zh"]}},
            {"cell_type": "markdown", "source": "# Who stays", "metadata": {"tags": ["lang-en"]}},
        ]
        (folder / "notebooks" / "01_who.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
        (folder / "params.resolved.yaml").write_text(
            PARAMETERS.format(quarter=quarter, second=second, floor=floor), "utf-8"
        )
        (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
        manifest = {"run": folder.name, "study": "demo", "quarter": quarter, "state": "succeeded", **told}
        (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        (folder.parent / "latest.json").write_text(json.dumps({"run": folder.name}), "utf-8")
        return folder

    return make


@pytest.fixture
def pair(kept):
    return kept("2026Q2", BEFORE), kept("2026Q3", AFTER, floor=9)


def test_flips_come_first_then_what_moved_by_chapter(pair):
    """70.01 and 70.02 per cent are both printed 70.0 %: a reader sees no change."""
    found = compare(*pair)
    assert [flip.sentence.zh for flip in found.flips] == ["判定：由“维持”变为“采用”。"]
    who, what = found.parts
    assert (who.chapter, who.title.zh, who.title.en) == ("01_who", "谁留下", "Who stays")
    assert [one.id for one in who.moved] == ["stay"] and who.moved[0].direction == "worse"
    assert [one.id for one in who.gone] == ["lost"] and who.same == 1
    assert [one.id for one in what.moved] == ["verdict"] and [one.id for one in what.added] == ["won"]
    assert found.counts == {"moved": 2, "same": 1, "added": 1, "gone": 1}


def test_the_lines_say_it_in_both_languages(pair):
    zh, en = ("\n".join(lines(compare(*pair), lang)) for lang in ("zh", "en"))
    assert "警报：1 个结论翻转" in zh and "Alarm: 1 conclusion(s) flipped" in en
    assert "stay 留存率: 50.0% → 45.0%（−5.0 个百分点，变差）" in zh
    assert "stay retention: 50.0% → 45.0% (−5.0 pp, worse)" in en
    assert "变动 2，未变 1，新增 1，消失 1" in zh
    assert "参数 alternatives.b.floor: 2 → 9" in zh and "parameter study.quarter: 2026Q2 → 2026Q3" in en
    assert zh.index("警报") < zh.index("留存率") < zh.index("参数")


def test_a_tolerance_counts_instead_of_the_print(pair):
    """Five points of fifty are a tenth of the larger; 0.0001 is more than nothing."""
    assert [one.id for one in compare(*pair, ["10.1%"]).parts[0].moved] == []
    assert [one.id for one in compare(*pair, ["share=0.04"]).parts[0].moved] == ["stay"]
    assert [one.id for one in compare(*pair, ["still=0"]).parts[0].moved] == ["stay", "still"]


def test_an_interval_that_meets_zero_is_told_though_the_figure_is_printed_alike(kept):
    same = {"unit": "money", "zh": "净值", "en": "net", "printed": "¥1"}
    before, after = ({"net": fact(1, low=low, high=2, **same)} for low in (0.5, -0.5))
    found = compare(kept("2026Q2", before), kept("2026Q3", after))
    assert [flip.kinds for flip in found.flips] == [("zero",)] and found.counts["moved"] == 1


def test_a_policy_put_in_between_moves_no_other(kept):
    """Policies are compared by their id, not by their place."""
    first = kept("2026Q2", BEFORE)
    second = kept("2026Q3", BEFORE)
    path = second / "params.resolved.yaml"
    path.write_text(path.read_text("utf-8").replace("- id: a", "- id: c\n  floor: 5\n- id: a"), "utf-8")
    found = [(one.name, one.before, one.after) for one in compare(first, second).parameters]
    assert found == [
        ("study.quarter", "2026Q2", "2026Q3"),
        ("alternatives.c.id", None, "c"),
        ("alternatives.c.floor", None, "5"),
    ]


def test_what_the_runs_were_made_of(kept):
    """Rows, files, packages and code, from the manifests alone."""
    made = [
        {
            "data": {"files": [{"name": "a.csv", "sha256": sha * 64, "rows": rows}]},
            "python": {"version": "3.11", "packages": {"pandas": version}},
            "code": {"commit": sha * 40},
        }
        for sha, rows, version in (("1", 10, "3.0"), ("2", 12, "3.1"))
    ]
    found = compare(kept("2026Q2", BEFORE, **made[0]), kept("2026Q3", BEFORE, **made[1]))
    told = [one.line("en") for one in found.provenance]
    assert told == [
        "data file a.csv: 111111111111 → 222222222222",
        "rows of the data file a.csv: 10 → 12",
        f"commit: {'1' * 40} → {'2' * 40}",
        "package pandas: 3.0 → 3.1",
    ]


def test_a_run_against_itself_has_nothing_to_say(kept):
    run = kept("2026Q2", BEFORE)
    found = compare(run, run)
    assert found.counts == {"moved": 0, "same": 4, "added": 0, "gone": 0} and not found.parameters
    assert "没有结论翻转" in "\n".join(lines(found, "zh")) and found.exit_code(alarm=True) == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"verdict": 3}'])
def test_a_run_without_facts_is_refused(kept, text):
    first, second = kept("2026Q2", BEFORE), kept("2026Q3", AFTER, state="failed")
    (second / "facts.json").write_text(text)
    with pytest.raises(UsageError, match=r"has no facts\.json") as refused:
        compare(first, second)
    assert "没有可读的 facts.json" in refused.value.zh and "failed" in refused.value.zh


def test_parameters_that_cannot_be_read_are_refused(pair):
    (pair[0] / "params.resolved.yaml").write_text("study: [", "utf-8")
    with pytest.raises(UsageError, match=r"params\.resolved\.yaml of run run-2026Q2"):
        compare(*pair)


def test_amounts_of_another_currency_are_not_compared(kept):
    before, after = ({"net": fact(1, "money", currency=currency)} for currency in ("CNY", "GBP"))
    with pytest.raises(UsageError, match="CNY and GBP"):
        compare(kept("2026Q2", before), kept("2026Q3", after))


class Page(HTMLParser):
    """Tags with their attributes, and the words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def test_the_page_says_the_same_without_script_or_request(pair):
    text = comparison_page(compare(*pair))
    page = Page(text)
    for word in ("判定：由“维持”变为“采用”。", "Verdict changed from “维持” to “采用”.", "谁留下", "Who stays",
                 "50.0%", "45.0%", "−5.0 pp, worse", "alternatives.b.floor"):  # fmt: skip
        assert word in page.words.replace("\u2060", "")
    heads = [about for tag, about in page.tags if tag == "th"]
    assert heads and all(about.get("scope") in ("col", "row") for about in heads)
    assert sum(tag == "caption" for tag, _ in page.tags) == sum(tag == "table" for tag, _ in page.tags) > 0
    assert not {"script", "link", "img"} & {tag for tag, _ in page.tags} and "http" not in text.replace(
        "http-equiv", ""
    )
    policies = [about["content"] for tag, about in page.tags if about.get("http-equiv")]
    assert policies and policies[0].startswith("default-src 'none'")
    assert text == comparison_page(compare(*pair))


def test_names_and_words_on_the_page_are_data(kept):
    evil = "<script>alert('x')</script>&\""
    facts = [{evil: fact(value, "text", evil, evil, f"{evil}{value}", evil)} for value in ("a", "b")]
    page = Page(comparison_page(compare(kept("2026Q2", facts[0]), kept("2026Q3", facts[1], study=evil))))
    assert "script" not in {tag for tag, _ in page.tags} and evil in page.words


def test_the_command_compares_warns_and_writes(pair, tmp_path, monkeypatch, capsys):
    """Exit code 0, with --alarm 9; one JSON object; a page where it was asked for."""
    monkeypatch.chdir(tmp_path)

    def call(*words) -> int:
        monkeypatch.setattr("sys.argv", ["gradelab", "compare", "demo/2026Q2", "demo/2026Q3", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0

    assert call("--lang", "en", "--html", "beside.html") == 0
    assert "flipped" in capsys.readouterr().out and "45.0%" in (tmp_path / "beside.html").read_text("utf-8")
    assert call("--alarm", "--json") == 9
    told = json.loads(capsys.readouterr().out)
    assert told == as_json(compare(*pair)) and told["flips"][0]["id"] == "verdict"
    assert call("--tolerance", "share=x", "--lang", "zh") == 2 and "不小于 0" in capsys.readouterr().err
