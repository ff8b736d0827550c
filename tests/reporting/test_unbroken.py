"""A figure stays on one line. Expected: UAX 14 allows a break between a sign and a currency, and at every blank."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from toolkit.reporting.exporters import GradelabHTMLExporter, GradelabPDFExporter
from toolkit.reporting.unbroken import pieces


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("净值 +¥52.6 万，概率 99%", ["+¥52.6 万"]),
        ("费用 −¥186,564。", ["−¥186,564"]),
        ("从 −0.5 个百分点到 +1.0 个百分点", ["−0.5 个百分点", "+1.0 个百分点"]),
        ("+£2.50 million, 1,051 customers, HK$5 billion", ["+£2.50 million", "1,051 customers", "HK$5 billion"]),
        ("2026-09-30, 2026Q3, 0.81, 12 foxes", []),
    ],
)  # fmt: skip
def test_what_is_kept_together(text, kept):
    found = list(pieces(text))
    assert [piece for piece, whole in found if whole] == kept
    assert "".join(piece for piece, _ in found) == text


def test_a_line_of_a_pdf_never_ends_inside_a_figure():
    """Blanks of growing width push an amount over the edge of the paper, place by place."""
    lines = [f"{'甲' * n}净值变化为 +¥52.6 万，费用变化为 −¥186,564。" for n in range(20, 44)]
    sheet, _ = GradelabPDFExporter(lang="zh").from_notebook_node(
        new_notebook(cells=[new_markdown_cell("\n\n".join(lines))])
    )
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(sheet)).pages)
    assert text.count("\n") > len(lines), "no line was broken, so the test shows nothing"
    assert len(re.findall(r"\+¥52\.6[ \u2060]*万", text)) == len(lines)
    assert len(re.findall(r"−\u2060?¥186,564", text)) == len(lines)


def test_html_keeps_the_figure_and_its_characters():
    page, _ = GradelabHTMLExporter(lang="zh").from_notebook_node(
        new_notebook(cells=[new_markdown_cell("净值 +¥52.6 万。")])
    )
    assert '净值 <span class="nb">+¥52.6 万</span>。' in page and ".nb { white-space: nowrap; }" in page
