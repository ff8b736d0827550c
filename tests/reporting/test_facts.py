"""A fact as it is written to facts.json. Expected: by hand."""

from __future__ import annotations

import pytest

from toolkit.reporting.difference import differences
from toolkit.reporting.fact_tables import table_of
from toolkit.reporting.facts import Fact
from toolkit.terms import Label

NAME = Label("净值", "net value")


def test_a_record_holds_the_printed_interval_and_the_table():
    """An auditor finds in one place what is printed and where."""
    fact = Fact("change.abc.net", 1_336_000.0, "money", NAME, 526_000.0, 2_319_000.0, signed=True)
    assert fact.record("CNY") == {
        "value": 1_336_000.0,
        "unit": "money",
        "zh": "净值",
        "en": "net value",
        "text": {"zh": "+¥133.6 万", "en": "+¥1.34 million"},
        "currency": "CNY",
        "low": 526_000.0,
        "high": 2_319_000.0,
        "interval": {
            "zh": "95% 区间 +¥52.6 万至 +¥231.9 万",
            "en": "95% interval +¥526,000 to +¥2.32 million",
        },
        "table": "comparison",
    }


def test_a_fact_may_name_its_own_table():
    """An analyst's fact stands in an analyst's table."""
    assert Fact("mine", 1, "count", NAME, table="my_table").record("CNY")["table"] == "my_table"
    assert "table" not in Fact("mine", 1, "count", NAME).record("CNY")


@pytest.mark.parametrize(
    ("id", "table"),
    [
        ("weights.flipped.near.weighted_2027", "weight_stress.weighted_2027"),
        ("pilots.abc.weeks", "pilot_designs.abc"),
        ("effect.still_buying", "effects"),
        ("effect.mailing.still_buying", "designs"),
        ("gini", ""),
    ],
)
def test_patterns_name_the_table(id, table):
    assert table_of(id) == table


@pytest.mark.parametrize(
    ("fact", "is_figure"),
    [
        (Fact("a", 3, "count", NAME), True),
        (Fact("a", "2026Q3", "text", NAME), True),
        (Fact("a", "adopt", "text", NAME, words=Label("采用", "Adopt")), False),
        (Fact.prose("a", Label("可检出 5.1 个百分点", "would find 5.1 pp"), NAME), False),
    ],
)
def test_only_figures_lead_to_a_table(fact, is_figure):
    assert fact.is_figure is is_figure


def test_other_words_of_a_reason_are_no_other_answer():
    """A reason that counts anew moves; only a verdict flips."""
    before, after = (Fact.prose("a", Label("少", f"{n} rows"), NAME).record("CNY") for n in (3, 4))
    found = differences({"a": before}, {"a": after})
    assert [one.id for one in found.moved] == ["a"] and found.flips == ()
