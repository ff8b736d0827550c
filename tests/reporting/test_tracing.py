"""Figures in prose know their facts. Expected: what CommonMark and a reader make of the marks, written by hand."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from toolkit.reporting import document
from toolkit.reporting.facts import Fact, Facts
from toolkit.reporting.nodes import FactLink, Formula, Strong, plain, walk
from toolkit.reporting.tracing import figure_mark, pieces, quoted_in, unmarked, words_mark
from toolkit.reporting.words import sentence, traced
from toolkit.terms import Label

HOSTILE = ("a]b", "[x](#fact:y)", "**bold**", "<script>alert(1)</script>", "$x_1$ and $5", "R&D &amp; co", "`c` ~~d~~ | e", "A\\B")  # fmt: skip


def facts(currency: str = "CNY") -> Facts:
    made = Facts(currency)
    made.put(
        Fact("history.rows_in", 12, "rows", Label("行", "rows")),
        Fact("history.rows_accepted", 10, "rows", Label("行", "rows")),
        Fact("history.rows_quarantined", 2, "rows", Label("行", "rows")),
    )
    return made


def links(markdown: str, lang: str = "zh") -> list[FactLink]:
    read = document.read(new_notebook(cells=[new_markdown_cell(markdown)]), lang)
    return [node for node in walk(read.blocks) if isinstance(node, FactLink)]


def test_every_figure_of_a_sentence_is_marked_and_the_words_stay():
    said = traced("history.intake", facts(), "en")
    assert quoted_in(said) == ("history.rows_in", "history.rows_accepted", "history.rows_quarantined")
    assert unmarked(said) == sentence("history.intake", facts(), "en")
    assert unmarked(said).startswith(
        "The transactions hold 12 rows; 10 rows passed the checks and 2 rows were"
    )


def test_bold_stands_inside_the_link_and_chinese_has_no_gap():
    """Between Chinese characters CommonMark sees no end of bold after a closing bracket."""
    said = traced("history.intake", facts(), "zh")
    assert "[**10 行**](#fact:history.rows_accepted)通过检查" in said
    accepted = next(node for node in links(said) if node.id == "history.rows_accepted")
    assert isinstance(accepted.children[0], Strong) and plain(accepted.children) == "10 行"


def test_an_interval_is_traced_but_is_no_link():
    known = Facts("CNY")
    known.put(Fact("gap.x", 0.02, "points_share", Label("差", "gap"), 0.01, 0.03, signed=True))
    figure, interval = links(traced("retention.gap", known, "zh", "x"))
    assert (plain(figure.children), figure.is_figure) == ("+2.0 个百分点", True)
    assert (plain(interval.children), interval.is_figure) == (
        "95% 区间 +1.0 个百分点至 +3.0 个百分点",
        False,
    )
    assert {figure.id, interval.id} == {"gap.x"}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("mark", [figure_mark, words_mark])
def test_the_text_of_a_fact_is_shown_as_the_characters_it_is(text, mark):
    """A grade may be called anything; neither Markdown nor page one may read it as a mark."""
    marked = f"前 {mark('a.b', text)} 后"
    [found] = links(marked)
    assert plain(found.children) == text and found.id == "a.b"
    assert unmarked(marked) == f"前 {text} 后"
    assert [plain((node,)) for node in pieces(marked)] == ["前 ", text, " 后"]


def test_two_amounts_in_dollars_are_no_formula():
    line = f"from {figure_mark('low', '$5')} to {figure_mark('high', '$1,000')} a year"
    read = document.read(new_notebook(cells=[new_markdown_cell(line)]), "en")
    assert not [node for node in walk(read.blocks) if isinstance(node, Formula)]
    assert [plain(node.children) for node in links(line, "en")] == ["$5", "$1,000"]


def test_ids_of_any_letters_survive():
    [found] = links(figure_mark("change.方案 (一).net", "+1"))
    assert found.id == "change.方案 (一).net"
