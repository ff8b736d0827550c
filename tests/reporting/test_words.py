"""The table of sentences: complete in both languages, free of typed figures, careful with the word effect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.recommendation.verdict import Because, Verdict
from toolkit.reporting.facts import Fact, Facts
from toolkit.reporting.words import PLACE, sentence, sentences
from toolkit.terms import Label
from toolkit.workbench.words import WORDS

DESCRIBING = ("history", "intake", "files", "quarters", "schemes", "grades", "agreement", "migration", "retention",
              "cost", "hindsight", "chart.quarters", "chart.grades", "chart.lorenz", "chart.retention", "chart.cost",
              "weights", "chart.weights", "hotline", "chart.hotline", "capacity", "service", "chart.tornado", "chart.whale")  # fmt: skip


def plain(text: str) -> str:
    """The sentence without its places."""
    return PLACE.sub("", text)


@pytest.mark.parametrize("key", sorted(sentences()))
def test_both_languages_say_the_same_with_the_same_figures(key):
    words = sentences()[key]
    assert words.zh and words.en
    assert sorted(PLACE.findall(words.zh)) == sorted(PLACE.findall(words.en))
    assert re.search(r"[\u4e00-\u9fff]", plain(words.zh)) or not re.search("[a-z]{3}", plain(words.en)), (
        words.zh
    )
    assert not re.search(r"[\u4e00-\u9fff]", words.en)


@pytest.mark.parametrize("key", sorted(k for k in sentences() if k.startswith(DESCRIBING)))
def test_description_never_speaks_of_an_effect(key):
    words = sentences()[key]
    assert "影响" not in words.zh and "effect" not in words.en.lower() and "impact" not in words.en.lower()


CAUSAL = ("effect.", "designs.", "reading.", "keeping.", "chart.gap.design", "because.no_effect_identified",
          "comparison.note", "values.note", "input.effect", "front.effect", "front.no_value", "unknown.effect")  # fmt: skip


@pytest.mark.parametrize("key", sorted(k for k in sentences() if not k.startswith(CAUSAL)))
def test_only_what_carries_a_design_speaks_of_an_effect(key):
    """A sentence outside the list has no design behind it; a new one must say whose design it speaks for."""
    words = sentences()[key]
    said = f"{plain(words.zh)} {plain(words.en).lower()}"
    assert "影响" not in said and not re.search(r"\b(effects?|impacts?)\b", said)


def test_every_verdict_and_reason_has_its_words():
    for verdict in Verdict:
        assert {f"verdict.{verdict}", f"decision.{verdict}"} <= set(sentences())
    assert {f"because.{reason}" for reason in Because} <= set(sentences())


def test_every_key_named_in_code_and_notebooks_exists(root):
    """A key that does not exist would only show when its chapter runs."""
    named = set()
    for path in (*(root / "toolkit").rglob("*.py"), *(root / "notebooks").glob("*.ipynb")):
        text = Path(path).read_text("utf-8").replace('\\"', '"')
        named |= set(re.findall(r'(?:word|label|say|say_each|sentence)\("([a-z_]+(?:\.[a-z_]+)+)"', text))
    assert len(named) > 60
    assert named <= set(sentences()) | set(WORDS)


def test_a_sentence_is_filled_from_facts_only():
    facts = Facts("CNY")
    facts.put(
        Fact("hindsight.forecasts", 6, "count", Label("数", "n")),
        Fact("hindsight.inside", 5, "count", Label("数", "n")),
    )
    facts.put(Fact("hindsight.error", 0.007, "points_share", Label("偏差", "error"), signed=True))
    assert sentence("hindsight.score", facts, "en") == (
        "Of 6 forecasts, 5 fell inside the 95% interval given at the time; the mean error was +0.7 pp."
    )
    assert "共有 6 个预测，其中 5 落在" in sentence("hindsight.score", facts, "zh")
    with pytest.raises(ReportError, match=r"first_day"):
        sentence("history.span", facts, "en")


def test_a_fact_cannot_be_recorded_with_two_values():
    facts = Facts("CNY")
    facts.put(Fact("x", 1, "count", Label("甲", "a")))
    facts.put(Fact("x", 1, "count", Label("甲", "a")))
    with pytest.raises(ReportError, match="two values"):
        facts.put(Fact("x", 2, "count", Label("甲", "a")))
