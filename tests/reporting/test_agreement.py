"""A report says what the facts say, or there is no report. Expected: contradictions planted by hand."""

from __future__ import annotations

import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.errors import ReportError
from toolkit.reporting.exporters import render_html, render_pdf
from toolkit.reporting.first_page import MIME

FACTS = {
    "net": {
        "unit": "money",
        "text": {"zh": "+¥52.6 万", "en": "+¥526,000"},
        "interval": {"zh": "95% 区间 +¥1 至 +¥2", "en": "95% interval +¥1 to +¥2"},
    },
    "moved": {"unit": "customers", "text": {"zh": "796 位客户", "en": "796 customers"}},
    "verdict": {"unit": "text", "text": {"zh": "采用", "en": "Adopt"}},
}
SAID = {
    "zh": "每年 [+¥52.6 万](#fact:net)，[796 位客户](#fact:moved)。",
    "en": "[+¥526,000](#fact:net) a year.",
}
PAGE = {
    "decision": {"word": '<span data-fact="verdict">Adopt</span>', "tone": "adopt", "sentence": "Adopt."},
    "figures": [{"id": "net", "label": "net", "value": "[+¥526,000](#fact:net)",
                 "note": '<span data-fact="net">95% interval +¥1 to +¥2</span>'},
                {"id": "moved", "label": "moved", "value": "0 / [796](#fact:moved)"}],
}  # fmt: skip


def report(said: dict[str, str], page: dict | None = None, facts: dict | None = FACTS):
    outputs = [
        new_output(
            "display_data",
            data={"text/markdown": text},
            metadata={"gradelab": {"lang": lang, "kind": "text"}},
        )
        for lang, text in said.items()
    ]
    made = new_notebook(cells=[new_markdown_cell("# 应当怎么办"), new_code_cell("", outputs=outputs)])
    if page:
        front = [
            new_output("display_data", data={MIME: page}, metadata={"gradelab": {"lang": lang}})
            for lang in said
        ]
        made.cells.append(new_code_cell("", outputs=front))
    if facts is not None:
        made.metadata["gradelab"] = {"facts": facts}
    return made


@pytest.mark.parametrize(("render", "kind"), [(render_html, "html"), (render_pdf, "pdf")])
def test_a_report_that_agrees_is_made(tmp_path, render, kind):
    """With its unit, without it, with its interval; blanks do not count."""
    made = render(
        report({"en": SAID["en"].replace("+¥526,000", "+¥526,000 ")}, PAGE), "en", tmp_path / f"a.{kind}"
    )
    assert made.is_file()


@pytest.mark.parametrize(("render", "kind"), [(render_html, "html"), (render_pdf, "pdf")])
def test_a_figure_that_contradicts_its_fact_is_refused(tmp_path, render, kind):
    edited = {lang: text.replace("52.6", "92.6") for lang, text in SAID.items()}
    with pytest.raises(ReportError) as refused:
        render(report(edited), "zh", tmp_path / f"a.{kind}")
    for words in (refused.value.zh, refused.value.en):
        assert all(part in words for part in ("应当怎么办", "net", "+¥92.6 万", "+¥52.6 万"))
        assert "moved" not in words
    assert refused.value.zh.startswith("报告中有 1 处") and refused.value.en.startswith("1 figure(s)")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("+¥526,000", "+¥526,001", "net"),
        ("+¥2</span>", "+¥3</span>", "net"),
        ("[796]", "[797]", "moved"),
        (">Adopt<", ">Reject<", "verdict"),
    ],
)
def test_page_one_is_held_to_the_facts(tmp_path, right, wrong, named):
    page = json.loads(json.dumps(PAGE, ensure_ascii=False).replace(right, wrong))
    assert page != PAGE
    with pytest.raises(ReportError) as refused:
        render_html(report(SAID, page), "en", tmp_path / "a.html")
    assert f"page one: {named} says" in refused.value.en and f"首页：{named} 写作" in refused.value.zh


def test_a_figure_that_no_chapter_recorded_is_refused(tmp_path):
    with pytest.raises(ReportError, match=r"net says “\+¥526,000”, no chapter recorded it"):
        render_html(report(SAID, facts={"moved": FACTS["moved"]}), "en", tmp_path / "a.html")


def test_a_notebook_of_no_run_has_nothing_to_be_held_to(tmp_path):
    """An analyst may print a notebook of which there is no facts.json."""
    assert render_html(report(SAID, facts=None), "en", tmp_path / "a.html").is_file()
