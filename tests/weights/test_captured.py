"""Value captured under uncertain weights, against slow twins that loop over draws and customers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.weights.captured import acceptability, captured_value, held_by_fifth, held_by_top
from toolkit.weights.regression import judge
from toolkit.weights.stress import StressPlan, draw_weights


def world(seed: int, customers: int = 37, draws: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points in steps of ten, so that many customers are tied; weights; values."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 11, (customers, 3)) * 10.0
    return points, rng.dirichlet([2, 2, 2], draws), rng.exponential(100, customers)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 40))
def test_captures_as_a_slow_twin_finds_them(seed, customers):
    points, drawn, value = world(seed, customers)
    drawn[0] = [1, 0, 0]  # all ties of the first factor
    top, fifth = held_by_top(points, drawn, value, 60.0), held_by_fifth(points, drawn, value)
    for place, weights in enumerate(drawn):
        scores = [round(sum(w * p for w, p in zip(weights, row, strict=True)), 9) for row in points]
        total = sum(value)
        assert top[place] == pytest.approx(
            sum(v for s, v in zip(scores, value, strict=True) if s >= 60) / total
        )
        left, held = 0.2 * customers, 0.0
        for score in sorted(set(scores), reverse=True):
            tied = [v for s, v in zip(scores, value, strict=True) if s == score]
            share = min(1.0, left / len(tied))
            held, left = held + share * sum(tied), left - share * len(tied)
            if left <= 1e-9:
                break
        assert fifth[place] == pytest.approx(held / total)


def test_the_fifth_is_that_of_the_judgement():
    """Two routes to one figure: the partition here, the ranks of ``judge``."""
    points, drawn, value = world(3, 500)
    expected = [judge(np.round(points @ weights, 9), value)[1] for weights in drawn]
    assert held_by_fifth(points, drawn, value) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=8, max_size=8), min_size=2, max_size=4))
def test_acceptability_as_a_slow_twin_finds_it(captures):
    """Count the draws; equal captures share one."""
    held = {str(place): np.array(row, dtype=float).reshape(2, 4) / 3 for place, row in enumerate(captures)}
    found = acceptability(held, (50.0, 20.0))
    for row, concentration in enumerate((50.0, 20.0)):
        shares = dict.fromkeys(held, 0.0)
        for draw in range(4):
            best = max(array[row, draw] for array in held.values())
            winners = [name for name, array in held.items() if array[row, draw] == best]
            for name in winners:
                shares[name] += 1 / len(winners) / 4
        assert found.loc[concentration].to_dict() == pytest.approx(shares)
        assert found.loc[concentration].sum() == pytest.approx(1)


def test_one_factor_leaves_nothing_to_chance():
    """Closed form: its weight is 1 in every draw, so the range is a point: 80 of 100."""
    points, value = np.array([[90.0], [50.0], [70.0], [10.0]]), np.array([50.0, 10.0, 30.0, 10.0])
    found = captured_value(points, [1.0], value, 70.0, StressPlan(draws=20))
    assert found.in_force == pytest.approx(0.8) and found.drawn.to_numpy() == pytest.approx(0.8)


def test_the_range_widens_as_draws_go_further_away():
    points, _, value = world(5, 400)
    found = captured_value(points, [0.5, 0.3, 0.2], value, 60.0, StressPlan(draws=300)).drawn
    assert (found["low"] <= found["middle"]).all() and (found["middle"] <= found["high"]).all()
    assert (found["high"] - found["low"]).is_monotonic_increasing


def test_draws_have_the_mean_and_spread_of_a_dirichlet_distribution():
    """Closed form: mean w, variance w (1 − w) / (concentration + 1); a weight of zero stays zero."""
    kept = np.array([0.6, 0.4, 0.0])
    drawn = draw_weights(kept, StressPlan((50.0,), draws=20_000))[0]
    assert drawn.mean(axis=0) == pytest.approx(kept, abs=0.002)
    assert drawn.var(axis=0) == pytest.approx(kept * (1 - kept) / 51, rel=0.05)
    assert not drawn[:, 2].any()


def test_no_value_to_share_is_no_figure():
    points, drawn, value = world(7)
    assert np.isnan(held_by_top(points, drawn, 0 * value, 60.0)).all()
    assert np.isnan(held_by_fifth(points, drawn, -value)).all()
