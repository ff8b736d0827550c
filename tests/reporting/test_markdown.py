"""Markdown of Chinese authors, read as they meant it."""

from __future__ import annotations

import pytest

from toolkit.reporting import markdown
from toolkit.reporting.blocks import Bullets, Heading, Paragraph, Table
from toolkit.reporting.cells import Reader
from toolkit.reporting.nodes import Emphasis, Footnote, Formula, LineBreak, Link, Raised, Strong, plain, walk


def read(source: str, lang: str = "zh"):
    return markdown.read(source, Reader(lang))


def bold(source: str) -> list[str]:
    return [plain(node.children) for node in walk(read(source)) if isinstance(node, Strong)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**甲：**说明", ["甲："]),
        ("客户**“乙”**好", ["“乙”"]),
        ("**一、**甲；**二、**乙", ["一、", "二、"]),
        ("**plain** and **(English)** text", ["plain", "(English)"]),
        ("2*3*4 与 a**b**c", ["b"]),
    ],
)
def test_bold_beside_full_width_marks_is_bold(source, expected):
    """Fault: commonmark-spec#650, text between Chinese punctuation stays in asterisks."""
    assert bold(source) == expected
    text = plain(read(source))
    assert "**" not in text and text == source.replace("**", "").replace("*3*", "3")


def test_line_ends_between_chinese_characters_vanish():
    assert plain(read("第一行\n第二行")) == "第一行第二行"
    assert plain(read("客户“甲”\n留下")) == "客户“甲”留下"
    assert plain(read("first line\nsecond “line”\nthird", "en")) == "first line second “line” third"


def test_footnotes_are_numbered_in_order_of_use():
    notes = [
        node for node in walk(read("甲[^b]乙[^a]\n\n[^a]: 先写\n[^b]: 后写\n")) if isinstance(node, Footnote)
    ]
    assert [(note.number, plain(note.children)) for note in notes] == [(1, "后写"), (2, "先写")]


def test_money_is_no_formula():
    """Rule of pandoc: the closing dollar of a formula has no blank before it."""
    blocks = read("价格从 $5 到 $10，式 $x_1$ 除外")
    assert [node.tex for node in walk(blocks) if isinstance(node, Formula)] == ["x_1"]
    assert "$5 到 $10" in plain(blocks)


def test_display_formulas_stand_alone():
    kinds = [block.kind for block in read("如\n$$a=b$$\n所示\n\n\\begin{align}a&=b\\end{align}")]
    assert kinds == ["paragraph", "formula", "paragraph", "formula"]


def test_html_is_read_or_shown_but_never_passed_on():
    inline = plain(read("客户 <script>alert(1)</script> 与 <Bob>"))
    assert inline == "客户 <script>alert(1)</script> 与 <Bob>"
    block = plain(read("<script>alert(1)</script>\n"))
    assert block == "<script>alert(1)</script>"
    nodes = list(walk(read("m<sup>2</sup><br>H<sub>2</sub>O <b>粗</b><!-- 注 -->")))
    assert [type(node) for node in nodes if isinstance(node, Raised | LineBreak | Strong)] == [
        Raised,
        LineBreak,
        Raised,
        Strong,
    ]


def test_links_with_other_protocols_lose_the_link_and_keep_the_words():
    blocks = read("[甲](javascript:alert(1)) [乙](https://example.org) [丙](#某节)")
    assert [node.href for node in walk(blocks) if isinstance(node, Link)] == ["https://example.org", "#某节"]
    assert plain(blocks) == "甲 乙 丙"


def test_lists_tables_and_headings_keep_their_shape():
    blocks = read("## 节\n\n3. 甲\n4. 乙\n   - [x] 丙\n\n| 名 | 数 |\n|:--|--:|\n| 甲 | 1 |\n")
    assert [type(block) for block in blocks] == [Heading, Bullets, Table]
    assert blocks[1].ordered and blocks[1].start == 3
    inner = next(node for node in walk(blocks[1].items) if isinstance(node, Bullets))
    assert inner.items[0].checked is True
    assert blocks[2].aligns == ("left", "right")


def test_the_language_of_a_paragraph_is_that_of_its_words():
    source = "中文一段。\n\nAn English paragraph.\n\nThe grade “金” keeps.\n"
    assert [block.lang for block in read(source) if isinstance(block, Paragraph)] == ["zh", "en", "zh"]
    assert [block.lang for block in read(source, "en") if isinstance(block, Paragraph)] == ["zh", "en", "en"]


def test_emphasis_in_words_of_two_scripts():
    assert [plain(node.children) for node in walk(read("*斜：*体")) if isinstance(node, Emphasis)] == ["斜："]
