"""What each outcome would decide, known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.pilots.deciding import thresholds


def test_thresholds_in_closed_form(rule):
    """z(.9) = 1.281552: break-even 2 points, error 1 point."""
    found = thresholds(0.02, 0.01, rule)
    assert found.adopt_above == pytest.approx(0.03281552) and found.reject_below == pytest.approx(0.00718448)


def test_at_the_threshold_the_rule_is_just_met(rule):
    """By simulation of the rule itself: draws around an estimate on the threshold exceed the break-even in 90 %."""
    found = thresholds(0.02, 0.01, rule)
    draws = np.random.default_rng(1).normal(found.adopt_above, 0.01, 100_000)
    assert (draws > 0.02).mean() == pytest.approx(0.9, abs=0.003)
    draws = np.random.default_rng(2).normal(found.reject_below, 0.01, 100_000)
    assert (draws > 0.02).mean() == pytest.approx(0.1, abs=0.003)


def test_a_change_at_the_smallest_detectable_distance_is_adopted_nine_times_in_ten(rule):
    """2.8 errors above break-even: Phi(2.8 - 1.2816) = .9355."""
    chance = thresholds(0.02, 0.01, rule).chance(0.02 + 0.028)
    assert chance["adopt"] == pytest.approx(stats.norm.cdf(2.8 - 1.281552), abs=1e-6)
    assert sum(chance.values()) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.2, 0.2), st.floats(0.001, 0.1))
def test_no_worthless_policy_is_adopted_more_often_than_the_rule_allows(break_even, error):
    """What exactly breaks even is adopted once in ten and rejected once in ten, whatever the error."""
    from toolkit.params.decision_rule import DecisionRuleParams

    rule = DecisionRuleParams.model_construct(adopt_probability=0.9, reject_probability=0.1)
    chance = thresholds(break_even, error, rule).chance(break_even)
    assert chance["adopt"] == pytest.approx(0.1) and chance["reject"] == pytest.approx(0.1)
