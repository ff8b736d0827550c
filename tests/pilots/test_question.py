"""What matters about an open question, by hand."""

from __future__ import annotations

import numpy as np
import pytest


def test_break_even_is_cost_over_margin_at_stake(raised):
    """1,200 raised with 10 x 4 at stake each cost .8 a year each: .8 / 40 = 2 points."""
    assert raised.break_even == pytest.approx(0.02)
    assert raised.most == pytest.approx(0.1) and raised.distance == pytest.approx(0.08)


def test_withdrawing_gains_where_serving_would_lose(ask):
    """A policy that lowers everybody and saves .8 each: it brings minus the change, and may lose up to 2 points."""
    lowered = ask(np.full(500, -1), cost=-400.0)
    assert lowered.brought(0.1, 0.05) == pytest.approx(-0.05)
    assert lowered.break_even == pytest.approx(-0.02) and lowered.most == pytest.approx(0.1)


def test_both_directions_count_by_their_margin(ask):
    """300 raised with 10, 100 lowered with 30 a quarter: half the margin each."""
    direction = np.repeat([1, -1], [300, 100])
    mixed = ask(direction, margin=np.where(direction > 0, 10.0, 30.0))
    assert mixed.weights == {1: pytest.approx(0.5), -1: pytest.approx(0.5)}
    assert mixed.brought(0.06, 0.02) == pytest.approx(0.02)


def test_an_expected_change_takes_the_place_of_what_is_possible(ask):
    known = ask(np.ones(100, dtype=int), expected=0.05, low=0.01, high=0.09)
    assert known.distance == pytest.approx(0.03)


def test_switchers_elsewhere_are_not_covered(ask):
    """600 of margin a quarter in the contrast, 200 outside it; half of the contrast drawn."""
    part = ask(np.ones(60, dtype=int), elsewhere=200.0)
    assert part.covered(np.ones(60, dtype=bool)) == pytest.approx(0.75)
    assert part.covered(np.arange(60) < 30) == pytest.approx(0.375)
