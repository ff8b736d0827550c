"""Names in prose: printed as they are written, whatever they hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.reporting import markdown
from toolkit.reporting.cells import Reader
from toolkit.reporting.nodes import Link, Text, plain, walk
from toolkit.reporting.quoting import quoted, quoted_names
from toolkit.reporting.tracing import figure_mark, words_mark
from toolkit.terms import Label

NAMES = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.invalid","x")',
    "$x_1$ 与 $y$",
    "喆堃垚镕",
    "a|b **c** {} {net} _d_ `e` [f](http://example.invalid) & \\ #1",
    "- 一 + 二 = 三",
    "1. 一",
    "# 一",
    "> 一",
    "~~x~~ ^1 [^1] www.example.invalid a@example.invalid",
    "&amp; &#42;",
)
PLACES = ("《{}》与现行办法相比", "{}：有一次未计入", "与“{}”**相差**很多", "Of “{}”, **some** stay", "{}")


def read(text: str) -> str:
    """What a reader sees of one paragraph."""
    (block,) = markdown.read(text, Reader("zh"))
    return plain(block.children)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_printed_as_it_is_written(name, place):
    said = place.replace("**", "").replace("{}", name)
    assert read(place.replace("{}", quoted(name))) == said


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_a_link_a_formula_or_bold(name):
    nodes = list(walk(markdown.read(f"方案 {quoted(name)} 的成本", Reader("zh"))))[1:]
    assert not [node for node in nodes if isinstance(node, Link)]
    assert all(isinstance(node, Text) for node in nodes), nodes


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]),
        min_size=1,
    ).filter(str.strip)
)
def test_any_text_is_printed_as_it_is_written(name):
    """Blanks aside, which a page never keeps, and the invisible letter by which bold is mended."""
    if "\u3164" not in name:
        assert "".join(read(f"甲{quoted(name)}乙").split()) == "甲" + "".join(name.split()) + "乙"


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_that_is_a_name_is_printed_as_it_is_written(name):
    assert (
        read(f"与{words_mark('best', name)}相差{figure_mark('best', name, bold=True)}。")
        == f"与{name}相差{name}。"
    )


def test_names_in_both_languages_are_quoted():
    names = quoted_names({"policy": Label("*甲*", "$a$"), "search": "<b>"})
    assert names["policy"].text("en") == "&#36;a&#36;" and names["search"] == "&#60;b&#62;"
