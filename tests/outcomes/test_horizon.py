"""The horizon by hand, and definitions of retention against it."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.outcomes.horizon import against_definitions, around_horizon, purchase_horizon
from toolkit.params.study import RetentionParams
from toolkit.policy import walk

WORDS = {"zh": "测试", "en": "test"}


def test_gaps_by_hand(make_panel, first_quarter):
    """Gaps 1, 3; then 2 with one open; then one open of 4: Kaplan-Meier 1 − (4/5)(2/4)... written out below."""
    panel = make_panel([[5, 5, 0, 0, 5], [5, 0, 5, 0, 0], [5, 0, 0, 0, 0]])
    found = purchase_horizon(panel, first_quarter, first_quarter + 4)
    assert (found.gaps, found.open, found.longest) == (3, 2, 4)
    one = 1 - 1 / 5  # five gaps last at least 1, one ends
    two = one * (1 - 1 / 4)  # four last at least 2, one ends, one is censored
    three = two * (1 - 1 / 2)
    assert found.curve["ended"].to_numpy() == pytest.approx([0, 1 - one, 1 - two, 1 - three, 1 - three])
    assert found.curve["inside"].to_numpy() == pytest.approx(found.curve["ended"] / (1 - three))
    assert found.quarters == 3 and found.inside(99) == 1


def test_the_horizon_of_known_gaps(make_panel, first_quarter):
    """Buying with chance .5 a quarter, nobody leaving: .5, .75, .875, .9375 of the gaps; nine tenths need four."""
    rng = np.random.default_rng(11)
    bought = rng.random((4000, 40)) < 0.5
    found = purchase_horizon(make_panel(bought * 5.0), first_quarter, first_quarter + 39)
    assert found.quarters == 4
    assert found.curve["inside"].iloc[1:5].to_numpy() == pytest.approx([0.5, 0.75, 0.875, 0.9375], abs=0.01)


def test_censoring_is_corrected(make_panel, first_quarter):
    """On a short history raw gaps are too short; the corrected share stays near the truth."""
    rng = np.random.default_rng(12)
    bought = rng.random((20_000, 8)) < 0.3
    found = purchase_horizon(make_panel(bought * 5.0), first_quarter, first_quarter + 7)
    assert found.curve["ended"].iloc[2] == pytest.approx(0.51, abs=0.01)
    customer, quarter = np.nonzero(bought)
    raw = np.diff(quarter)[np.diff(customer) == 0]
    assert (raw <= 2).mean() > 0.6


def test_without_two_purchases_there_is_no_horizon(make_panel, first_quarter):
    assert purchase_horizon(make_panel([[5, 0, 0], [0, 5, 0]]), first_quarter, first_quarter + 2) is None


def test_definitions_are_held_against_it(make_panel, make_policy, first_quarter):
    panel = make_panel([[5, 5, 0, 0, 5], [5, 0, 5, 0, 0], [5, 0, 0, 0, 0]])
    horizon = purchase_horizon(panel, first_quarter, first_quarter + 4)
    kinds = [("bought_within", 2), ("bought_within", 3), ("bought_in", 4)]
    definitions = [
        RetentionParams(id=f"d{i}", title=WORDS, kind=k, quarters=n) for i, (k, n) in enumerate(kinds)
    ]
    against = against_definitions(horizon, definitions)
    assert against["quarters"].tolist() == [2, 3, 1] and against["short"].tolist() == [True, False, True]
    register = walk(make_policy(window_quarters=1), panel, first_quarter + 4, 4, first_quarter)
    around = around_horizon(horizon, register, panel, first_quarter + 4)
    assert around["quarters"].tolist() == [2, 3, 4]
    assert around["reviews"].tolist() == [3, 2, 1]
    assert around["retained"].iloc[-1] == pytest.approx(2 / 3)
