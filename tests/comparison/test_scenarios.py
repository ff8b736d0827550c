"""Named worlds. Expected values are computed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.comparison.parts import Drawn
from toolkit.comparison.scenarios import BASE, Exposure, Scenario, SpillOver, scenario_values
from toolkit.terms import Label

WORD = Label("字", "word")


def fixed(value: float) -> Drawn:
    return Drawn(value, np.full(100, value))


@pytest.fixture
def two(parts_of, comparison_of):
    """a gains 100 (40 at the low end) for 10 + 20 + 5; b gains 60 for nothing and lowers 50 customers worth 2,000."""
    a = parts_of("a", fixed(100.0), costs=(10.0, 20.0, 5.0), readings=[40.0, 60.0, 100.0, 140.0, 160.0])
    return comparison_of([a, parts_of("b", fixed(60.0))])


EXPOSURES = {"a": Exposure(seats=30.0), "b": Exposure(50, 2000.0, -10.0)}
WORLDS = (
    Scenario("low", WORD, effect=0.025),
    Scenario("dear", WORD, service=1.2, managers=1.5, moves=2.0),
    Scenario("thin", WORD, margin=0.5),
    Scenario("neglect", WORD, spill_over=SpillOver(0.02, 0.5)),
    Scenario("peak", WORD, peak_seats=1.4),
)


def test_values_and_regrets_by_hand(two):
    result = scenario_values(two, 0.8, WORLDS, EXPOSURES)
    expected = {
        "base": (65.0, 60.0),
        "low": (40.0 - 35.0, 60.0),
        "dear": (100.0 - 12.0 - 30.0 - 10.0, 60.0),
        "thin": (50.0 - 35.0, 30.0),
        # 2 % of 2,000, and half a new customer for each of the one lost, worth 40 as the mean of those lowered
        "neglect": (65.0, 60.0 - 40.0 - 20.0),
        "peak": (65.0 - 0.4 * 30.0, 60.0 + 0.4 * 10.0),
    }
    for name, (a, b) in expected.items():
        assert result.values.loc[name].to_list() == pytest.approx([0.0, a, b])
    assert list(result.values.index) == list(expected) and list(result.values.columns) == ["base", "a", "b"]
    assert result.winners.to_list() == ["a", "b", "b", "b", "a", "b"]
    assert result.worst.to_dict() == pytest.approx({"base": 65.0, "a": 55.0, "b": 65.0})
    assert (result.leading, result.choice, result.robust, result.total) == ("a", "a", 2, 6)
    assert result.unmoved == ()


def test_the_choice_leaves_the_winner_of_the_base(parts_of, comparison_of):
    """a is best by 5 in the base and worst by 90 at the low end; b is regretted by 5 at most."""
    a = parts_of("a", fixed(65.0), readings=[-30.0, 0.0, 65.0, 90.0, 110.0])
    result = scenario_values(
        comparison_of([a, parts_of("b", fixed(60.0))]), 0.8, WORLDS[:1], dict.fromkeys("ab", Exposure())
    )
    assert (result.leading, result.choice, result.robust, result.total) == ("a", "b", 1, 2)
    assert result.worst["b"] == 5.0


def test_the_worth_of_a_new_customer_may_be_declared():
    spill = SpillOver(0.1, 0.25, worth_of_new=300.0)
    assert spill.neglected(EXPOSURES["b"]) == pytest.approx(200.0)
    assert spill.unrecruited(EXPOSURES["b"]) == pytest.approx(0.25 * 0.1 * 50 * 300.0)


def test_a_scenario_multiplies_what_the_assumptions_hold_most_likely(parts_of, comparison_of):
    """A factor of 1.5 in the base stays under a scenario's multiple of 2."""
    parts = parts_of("a", fixed(100.0), costs=(10.0, 0.0, 0.0), factors={"service": fixed(1.5)})
    world = Scenario("dear", WORD, service=2.0)
    result = scenario_values(comparison_of([parts]), 0.8, [world], {"a": Exposure()})
    assert result.values["a"].to_list() == [85.0, 70.0]


def test_a_null_reform_is_zero_in_every_world(parts_of, comparison_of):
    """And the baseline is named where it is as good."""
    result = scenario_values(comparison_of([parts_of("a", fixed(0.0))]), 0.8, WORLDS, {"a": Exposure()})
    assert (result.values == 0.0).all(axis=None) and (result.regrets == 0.0).all(axis=None)
    assert (result.leading, result.choice, result.robust) == ("base", "base", 6)
    assert result.unmoved == ("low", "dear", "thin", "neglect", "peak")


def test_what_cannot_be_computed_is_left_out_with_its_reason(two):
    result = scenario_values(two, 0.8, WORLDS, EXPOSURES, {"peak": WORD})
    assert "peak" not in result.values.index and result.left_out == {"peak": WORD} and result.total == 5


def test_nothing_rankable(comparison_of):
    """The baseline alone, in every world."""
    result = scenario_values(comparison_of([], without_value=["a"]), 0.8, WORLDS, {})
    assert list(result.values.columns) == ["base"] and result.scenarios[0] is BASE
    assert (result.choice, result.robust, result.total) == ("base", 6, 6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-50, 50), min_size=4, max_size=4))
def test_regret_slow_twin(parts_of, comparison_of, gains):
    """Regret is the best of the row less the value; nobody beats the choice's largest regret."""
    parts = [
        parts_of(name, fixed(float(base)), readings=[float(low), base, base, base, base])
        for name, base, low in zip("ab", gains[:2], gains[2:], strict=True)
    ]
    result = scenario_values(comparison_of(parts), 0.8, WORLDS[:1], dict.fromkeys("ab", Exposure()))
    rows = pd.DataFrame({"base": [0, 0], "a": [gains[0], gains[2]], "b": [gains[1], gains[3]]})
    worst = {name: max(max(row) - row[name] for _, row in rows.iterrows()) for name in rows}
    assert result.worst.to_dict() == worst
    assert worst[result.choice] == min(worst.values())
