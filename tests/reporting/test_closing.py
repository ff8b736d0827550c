"""The closing of a report. Expected values: facts of two quarters written by hand, on which every count can be counted."""

from __future__ import annotations

import json
import re

import nbformat
import pandas as pd
import pytest

from toolkit.params.sign_off import SignatoryParams, SignOffParams
from toolkit.reporting.closing import write_closing
from toolkit.reporting.exporters import render_html, render_pdf
from toolkit.reporting.merge import merge_chapters

RUN = "20261001T080000Z-abcdef"


def fact(value, text, unit="money", **more):
    return {"value": value, "unit": unit, "zh": more.pop("name", "某数"), "en": more.pop("en", "some figure"),
            "text": {"zh": text, "en": text}, **more}  # fmt: skip


BEFORE = {
    "verdict": fact("keep", "Keep", "text", en="verdict"),
    "verdict.policy": fact("now", "Now", "text", en="policy to run"),
    "change.abc.net": fact(100.0, "+¥100", low=-20.0, high=220.0, better="higher", en="net value"),
    "cost.abc": fact(500.4, "¥500", better="lower", en="cost of abc"),
    "cost.now": fact(400.0, "¥400", better="lower", en="cost of now"),
    "history.rows": fact(1000, "1,000 rows", "rows", en="rows in"),
    "history.last_day": fact("2026-06-30", "2026-06-30", "text", en="last day"),
    "active.2026Q1": fact(7, "7", "customers", en="customers of a quarter long past"),
    "front.figures": fact("change.abc.net", "change.abc.net", "text"),
}
AFTER = {
    "verdict": fact("pilot", "Pilot first", "text", en="verdict", chapter="06_b"),
    "verdict.policy": fact("now", "Now", "text", en="policy to run", chapter="06_b"),
    "change.abc.net": fact(
        150.0, "+¥150", low=10.0, high=290.0, better="higher", en="net value", chapter="06_b", currency="GBP"
    ),
    "cost.abc": fact(500.1, "¥500", better="lower", en="cost of abc", chapter="01_a"),
    "cost.now": fact(430.0, "¥430", better="lower", en="cost of now", chapter="01_a"),
    "history.rows": fact(1500, "1,500 rows", "rows", en="rows in", chapter="01_a"),
    "history.last_day": fact("2026-09-30", "2026-09-30", "text", en="last day", chapter="01_a"),
    "active.2026Q3": fact(9, "9", "customers", en="customers of the quarter", chapter="01_a"),
    "front.figures": fact(
        "change.abc.net history.rows", "change.abc.net history.rows", "text", chapter="06_b"
    ),
}


@pytest.fixture
def run(tmp_path):
    """A run folder of 2026Q3 with two executed chapters."""
    folder = tmp_path / "study" / "2026Q3" / RUN
    (folder / "notebooks").mkdir(parents=True)
    for name, zh, en in (("01_a", "甲", "Chapter A"), ("06_b", "乙", "Chapter B")):
        notebook = nbformat.v4.new_notebook(metadata={"gradelab": {"title": {"zh": zh, "en": en}}})
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    return folder


@pytest.fixture
def earlier(run):
    """The good report of 2026Q2 beside it."""
    place = run.parents[1] / "2026Q2"
    (place / "r1").mkdir(parents=True)
    (place / "latest.json").write_text('{"run": "r1"}')
    (place / "r1" / "facts.json").write_text(json.dumps(BEFORE))
    return place


def said(run, name, lang):
    """What one closing notebook shows in a language."""
    notebook = nbformat.read(run / "notebooks" / f"{name}.ipynb", as_version=4)
    heads = [c.source for c in notebook.cells if f"lang-{lang}" in c.metadata.get("tags", ())]
    shown = [
        o for c in notebook.cells for o in c.get("outputs", ()) if o.metadata["gradelab"]["lang"] == lang
    ]
    texts = [o.data.get("text/html") or o.data["text/plain"] for o in shown]
    return re.sub(r"<[^>]+>", " ", "\n".join([*heads, *texts]))


def close(run, sign_off=None):
    return write_closing(run, AFTER, "2026Q3", ("zh", "en"), sign_off)


def test_what_moved_is_counted_and_flips_come_first(run, earlier):
    """One prints the same although it moved, the policy did not move, four moved, one is new, one is gone."""
    left = close(run)
    facts = json.loads((run / "facts" / "98_what_has_changed.json").read_text("utf-8"))
    counted = {id.removeprefix("since."): one["value"] for id, one in facts.items()}
    assert counted == {
        "quarter": "2026Q2", "same": 2, "moved": 5, "added": 1, "removed": 1, "better": 1, "worse": 1, "turned": 2,
    }  # fmt: skip
    text = said(run, "98_what_has_changed", "en")
    order = [
        text.index(words) for words in ("5 moved", "Conclusions that turned: 2", "Keep", "+¥150", "¥430")
    ]
    assert order == sorted(order)
    assert "whether zero lies inside" in text and "another answer" in text
    assert "+£50" in text and "worse" in text
    assert "¥500" not in text and "cost of abc" not in text
    assert "Chapter A" in text and "乙" in said(run, "98_what_has_changed", "zh")
    assert all((run / name).is_file() for name in left)


def test_nothing_is_lost_in_the_file(run, earlier):
    """Every figure that moved, came or went, unrounded; the CSV holds what the Parquet file holds."""
    close(run)
    table = pd.read_parquet(run / "tables" / "result_differences.parquet").set_index("id")
    assert set(table.index) == {
        "verdict", "change.abc.net", "cost.now", "history.rows", "history.last_day", "active.2026Q3", "active.2026Q1",
    }  # fmt: skip
    assert table.loc["active.2026Q1", "kind"] == "removed" and table.loc["active.2026Q3", "kind"] == "added"
    net = table.loc["change.abc.net"]
    assert (net["before_low"], net["after_low"], net["change"], net["direction"]) == (-20, 10, 50, "better")
    assert list(table.index[table["turned"]]) == ["verdict", "change.abc.net"]
    written = pd.read_csv(run / "tables" / "result_differences.csv", encoding="utf-8-sig")
    assert list(written["id"]) == list(table.index)


def test_words_that_only_describe_are_no_conclusions(run, earlier):
    """A later last day moved; it is no flip."""
    close(run)
    table = pd.read_parquet(run / "tables" / "turned_conclusions.parquet")
    assert "history.last_day" not in set(table["id"])


@pytest.mark.parametrize("damage", ["none", "pointer", "facts", "later"])
def test_a_first_report_says_so(run, damage):
    """No earlier report, one whose files cannot be read, or only a later one."""
    if damage != "none":
        place = run.parents[1] / ("2026Q4" if damage == "later" else "2026Q2")
        (place / "r1").mkdir(parents=True)
        (place / "latest.json").write_text("{" if damage == "pointer" else '{"run": "r1"}')
        (place / "r1" / "facts.json").write_text("[]" if damage == "facts" else json.dumps(BEFORE))
    left = close(run)
    assert left == ["notebooks/98_what_has_changed.ipynb", "notebooks/99_sign_off.ipynb"]
    assert "first report" in said(run, "98_what_has_changed", "en")
    assert "第一份报告" in said(run, "98_what_has_changed", "zh")


def test_the_sign_off_block_in_all_four_reports(run):
    """Four roles, names and positions as given, a line where nobody is named, the run, and where signatures are seen."""
    people = SignOffParams(
        analyst=SignatoryParams(name="喆堃 <b>", position="战略部"), approver=SignatoryParams(name="A. Smith")
    )
    close(run, people)
    made = [
        nbformat.read(run / "notebooks" / f"{name}.ipynb", as_version=4)
        for name in ("98_what_has_changed", "99_sign_off")
    ]
    for lang, roles in (
        ("zh", ("委托人", "分析师", "复核人", "批准人")),
        ("en", ("commissioner", "analyst", "assurer", "approver")),
    ):
        merged = merge_chapters(made, {"title": "报告" if lang == "zh" else "Report", "run_id": RUN})
        render_html(merged, lang, run / f"{lang}.html")
        render_pdf(merged, lang, run / f"{lang}.pdf")
        page = (run / f"{lang}.html").read_text("utf-8")
        block = page[page.index('class="sign-off"') :]
        rows = re.findall(r"<tr>.*?</tr>", block[: block.index("</table>")])
        assert [any(role in row for row in rows[1:]) for role in roles] == [True] * 4
        assert "喆堃 &lt;b&gt;" in rows[2] and "战略部" in rows[2] and "A. Smith" in rows[4]
        assert RUN in page.split("</head>")[1].split('class="colophon"')[0]
        assert "gradelab sign" in page and "--check" in page and "{run" not in page
        assert (run / f"{lang}.pdf").read_bytes()[:5] == b"%PDF-"


def test_the_same_facts_make_the_same_closing(run, earlier):
    """Byte for byte: a run that is repeated proves the same."""
    first = {name: (run / name).read_bytes() for name in close(run)}
    assert {name: (run / name).read_bytes() for name in close(run)} == first
