"""Retained customers against cost. Expected values are read off a drawing, and counted by a slow twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.comparison.frontier import dominated, frontier
from toolkit.comparison.parts import Drawn

NOTHING = Drawn(0.0, np.zeros(100))


@pytest.fixture
def placed(parts_of, comparison_of):
    """The frontier of policies at (retained, cost), without spread unless ``draws`` of either are given."""

    def build(points, **options):
        parts = [
            parts_of(
                name, NOTHING, retained=Drawn(float(kept), np.full(100, float(kept))), costs=(cost, 0.0, 0.0)
            )
            for name, (kept, cost) in points.items()
        ]
        return frontier(comparison_of(parts, **options), 0.8)

    return build


def test_read_off_a_drawing(placed):
    """b retains less than a for more money; c is dearer than a and retains more; d saves and loses customers."""
    result = placed({"a": (10, 100), "b": (8, 120), "c": (15, 300), "d": (-5, -50), "e": (-5, 10)})
    frame = result.frame
    assert frame["efficient"].to_dict() == {
        "base": True,
        "a": True,
        "b": False,
        "c": True,
        "d": True,
        "e": False,
    }
    assert frame["dominated_by"].to_dict() == {
        "base": (),
        "a": (),
        "b": ("a",),
        "c": (),
        "d": (),
        "e": ("base", "d"),
    }
    assert frame["probability"].to_list() == frame["efficient"].astype(float).to_list()
    assert (result.definition, result.line) == ("stay", "constant")


def test_a_null_reform_stays_on_the_frontier_with_the_baseline(placed):
    """Policies at the same point do not dominate each other."""
    frame = placed({"same": (0, 0)}).frame
    assert frame["efficient"].all() and (frame["probability"] == 1.0).all()
    assert (frame[["retained", "cost"]] == 0.0).all(axis=None)


def test_probability_is_counted_over_draws(parts_of, comparison_of):
    """Cheaper than the baseline in every draw, it dominates the baseline where it loses nobody: in 70 of 100."""
    kept = Drawn(1.0, np.r_[np.ones(70), -np.ones(30)])
    result = frontier(comparison_of([parts_of("a", NOTHING, retained=kept, costs=(-10.0, 0.0, 0.0))]), 0.8)
    assert result.frame["probability"].to_dict() == pytest.approx({"base": 0.3, "a": 1.0})
    assert result.frame.loc["base", "dominated_by"] == ("a",)


def test_what_cannot_be_ranked_dominates_nobody(placed):
    frame = placed({"a": (10, 100), "b": (90, 1)}, identified={"b": 0.1}).frame
    assert frame["efficient"].to_list() == [True, True, False]
    assert np.isnan(frame.loc["b", "probability"]) and frame.loc["b", "dominated_by"] == ()


def test_nothing_rankable(comparison_of):
    result = frontier(comparison_of([], without_value=["a"]), 0.8)
    assert result.definition is None and result.frame["efficient"].to_list() == [True, False]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=7))
def test_slow_twin(points):
    """Every pair by itself; somebody is always on the frontier."""
    gain, cost = np.array(points, dtype=float).T
    found = dominated(gain, cost)
    for i, (g, c) in enumerate(points):
        for j, (h, d) in enumerate(points):
            assert found[i, j] == (h >= g and d <= c and (h, d) != (g, c))
    assert (~found.any(axis=1)).any()
