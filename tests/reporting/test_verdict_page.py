"""Page one prints facts and nothing else."""

from __future__ import annotations

import re

import pytest

from toolkit.comparison.evidence import EVIDENCE
from toolkit.reporting.first_page import read
from toolkit.reporting.nodes import Text, plain
from toolkit.reporting.tracing import pieces, quoted_in, unmarked
from toolkit.reporting.verdict_page import first_page, payload
from toolkit.reporting.words import word


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_are_facts_as_printed(demo, facts_of, lang):
    facts = facts_of(demo)
    page = first_page(demo, facts, lang=lang)
    assert 3 <= len(page.figures) <= 5
    for figure in page.figures:
        if figure.id.endswith(".raised"):
            lowered = figure.id.replace("raised", "lowered")
            assert unmarked(figure.value) == f"{facts[figure.id].value:,} / {facts[lowered].value:,}"
            assert quoted_in(figure.value) == (figure.id, lowered)
        else:
            assert unmarked(figure.value) == facts.text(figure.id, lang)
            assert quoted_in(figure.value) == (figure.id,)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_of_page_one_is_traced(demo, facts_of, lang):
    """Also in its sentences, its bar and its remarks; only the agreed rule and names of the parameters are typed."""
    page = first_page(demo, facts_of(demo), lang=lang)
    names = [policy.title.text(lang) for policy in demo.policies]
    for text in page.texts:
        left = "".join(plain((node,)) for node in pieces(text) if isinstance(node, Text))
        for name in names:
            left = left.replace(name, "")
        assert text == page.rule or not re.search(r"\d", left), text


def test_the_evidence_bar_is_that_of_the_policy_the_page_speaks_of(demo, facts_of):
    lead = demo.recommendation.leading().change
    shown = {part.standing: part.share for part in first_page(demo, facts_of(demo), lang="en").evidence}
    assert shown == {kind: lead.share(kind) for kind in EVIDENCE if lead.share(kind) > 0}
    assert sum(shown.values()) == pytest.approx(1)


def test_what_cannot_be_priced_is_named_as_unknown(demo, facts_of):
    said = " ".join(first_page(demo, facts_of(demo), lang="en").unknowns)
    assert "Weighted multi-factor score" in said and "100%" in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_effect_no_figure(online_retail, facts_of, lang):
    """A refusal shows its words where the figure would stand, the reason, and the pilot."""
    page = first_page(online_retail, facts_of(online_retail), lang=lang)
    effect = next(figure for figure in page.figures if figure.id.startswith("effect."))
    assert effect.value == word("front.not_identified", lang)
    assert {part.standing for part in page.evidence} == {"not_identified"}
    assert page.pilot and page.tone == "pilot" and page.unknowns and not page.caveat


def test_what_is_written_is_what_the_exporters_read(demo, facts_of):
    page = first_page(demo, facts_of(demo), lang="zh")
    assert read(payload(page), "zh") == page
