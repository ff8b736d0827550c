from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from toolkit.errors import ParameterError
from toolkit.weights import stress as room
from toolkit.weights.stress import StressPlan, compare_weights, reversed_pairs, stress_weights

WEIGHTS, FLOORS = (0.4, 0.3, 0.2, 0.1), (70.0, 50.0, 35.0)


def points(customers: int = 3000, seed: int = 1) -> pd.DataFrame:
    found = np.random.default_rng(seed).uniform(0, 100, (customers, 4))
    return pd.DataFrame(found, columns=list("abcd"), index=[f"c{i}" for i in range(customers)])


def graded(table: np.ndarray, weights) -> np.ndarray:
    """Steps by comparison with each floor, one customer at a time."""
    return np.array([sum(float(np.dot(row, weights)) >= floor - 1e-9 for floor in FLOORS) for row in table])


def test_the_slow_twin_agrees():
    """The same draws, one customer and one draw at a time."""
    table = points(120)
    found = stress_weights(table, WEIGHTS, FLOORS, StressPlan(concentrations=(50.0,), draws=20, seed=9))
    drawn = np.random.default_rng(9).dirichlet(50 * np.array(WEIGHTS), 20)
    base = graded(table.to_numpy(), WEIGHTS)
    after = [graded(table.to_numpy(), weights) for weights in drawn]
    flips = [(one != base).mean() for one in after]
    assert found.drawn.loc[50.0, "flipped"] == pytest.approx(np.mean(flips))
    assert found.drawn.loc[50.0, "flipped_high"] == pytest.approx(np.quantile(flips, 0.95))
    lost = [(one[base == 3] != 3).mean() for one in after]
    assert found.drawn.loc[50.0, "top_lost"] == pytest.approx(np.mean(lost))
    without = graded(table.to_numpy(), np.array([0, 0.5, 1 / 3, 1 / 6]))
    assert found.dropped.loc["a", "flipped"] == pytest.approx((without != base).mean())


def test_the_spread_of_a_weight_is_that_of_the_dirichlet():
    """Closed form √(w (1 − w) / (c + 1)): .4 under 200, 50, 20 gives 3.5, 6.9, 10.7 points (methods 3.6)."""
    found = stress_weights(points(50), WEIGHTS, FLOORS, StressPlan(draws=5)).drawn
    assert np.round(100 * found["deviation"], 1).tolist() == [3.5, 6.9, 10.7]


def test_tighter_weights_move_fewer_customers():
    found = stress_weights(
        points(), WEIGHTS, FLOORS, StressPlan(concentrations=(1e9, 200, 50, 20), draws=100)
    ).drawn
    assert found["flipped"].iloc[0] < 1e-3
    assert found["flipped"].is_monotonic_increasing and found["top_lost"].is_monotonic_increasing


def test_factors_that_agree_leave_nothing_to_stress():
    table = np.repeat(np.linspace(0, 100, 500)[:, None], 3, axis=1)
    found = stress_weights(table, (0.5, 0.3, 0.2), FLOORS, StressPlan(draws=30))
    assert (found.drawn[["flipped", "top_lost"]].to_numpy() == 0).all()
    assert (found.dropped[["flipped", "top_lost"]].to_numpy() == 0).all()


def test_the_only_factor_cannot_be_dropped():
    found = stress_weights(points()[["a"]], (1.0,), FLOORS, StressPlan(draws=5))
    assert (
        found.dropped[["flipped", "top_lost"]].isna().all(axis=None) and (found.drawn["flipped"] == 0).all()
    )


def test_blocks_change_nothing(monkeypatch):
    whole = stress_weights(points(), WEIGHTS, FLOORS, StressPlan(draws=30))
    monkeypatch.setattr(room, "CELLS", 7_000)
    pieces = stress_weights(points(), WEIGHTS, FLOORS, StressPlan(draws=30))
    pd.testing.assert_frame_equal(whole.drawn, pieces.drawn)
    pd.testing.assert_frame_equal(whole.dropped, pieces.dropped)


def test_memory_does_not_grow_with_the_customers():
    """Ratio in one run: four times the customers in float64 points, the same working memory."""
    peaks = []
    for customers in (50_000, 200_000):
        table = points(customers).to_numpy()
        tracemalloc.start()
        stress_weights(table, WEIGHTS, FLOORS, StressPlan(concentrations=(50.0,), draws=100))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


def test_live_min_max_reverses_customers_and_a_frozen_reference_does_not():
    """Methods 3.6: dropping the largest spender reverses pairs of the others under live min-max; shares of a
    frozen reference at or below a value do not depend on who is there."""
    rng = np.random.default_rng(20261122)
    table = np.column_stack([rng.lognormal(10, 1.2, 60), rng.gamma(2, 2, 60), rng.normal(3.8, 0.6, 60)])
    rest = np.arange(60) != table[:, 0].argmax()
    weights = np.array([0.5, 0.25, 0.25])

    def live(values):
        return (values - values.min(axis=0)) / (values.max(axis=0) - values.min(axis=0)) @ weights

    reference = np.sort(table, axis=0)

    def frozen(values):
        shares = [np.searchsorted(reference[:, j], values[:, j], side="right") / 60 for j in range(3)]
        return np.column_stack(shares) @ weights

    assert reversed_pairs(live(table)[rest], live(table[rest])) > 20
    assert reversed_pairs(frozen(table)[rest], frozen(table[rest])) == 0


@pytest.mark.parametrize("seed", range(3))
def test_reversed_pairs_are_kendalls(seed, monkeypatch):
    """Without ties Kendall's tau is 1 − 4 reversed / (n (n − 1))."""
    monkeypatch.setattr(room, "CELLS", 500)
    rng = np.random.default_rng(seed)
    one = rng.random(80)
    two = one + rng.normal(0, 0.3, 80)
    assert 1 - 4 * reversed_pairs(one, two) / (80 * 79) == pytest.approx(kendalltau(one, two).statistic)


def test_versions_side_by_side_worked_by_hand():
    """Two factors; floors 60 and 40. c0 scores 60/40, c1 50/50, c2 30/70 under (.5 .5 reads the same)."""
    table = pd.DataFrame({"a": [100.0, 50, 0], "b": [0.0, 50, 100]}, index=["c0", "c1", "c2"])
    found = compare_weights(table, {"now": (0.6, 0.4), "even": (0.5, 0.5), "turned": (0.4, 0.6)}, (60, 40))
    assert found.steps["now"].tolist() == [2, 1, 1] and found.steps["turned"].tolist() == [1, 1, 2]
    assert found.moves.loc["turned", ["up", "down", "same"]].tolist() == [1, 1, 1]
    assert found.moves.loc["even", ["up", "down", "same"]].tolist() == [0, 1, 2]
    assert found.moves["top_lost"].tolist() == [1, 1]
    assert found.who_moves("turned").to_dict("index") == {
        "c0": {"before": 2, "after": 1},
        "c2": {"before": 1, "after": 2},
    }
    assert found.weights["turned"].tolist() == [0.4, 0.6]


def test_a_version_against_itself_moves_nobody():
    found = compare_weights(points(), {"now": WEIGHTS, "again": WEIGHTS}, FLOORS)
    assert found.moves.loc["again", ["up", "down", "flipped", "top_lost"]].tolist() == [0, 0, 0, 0]
    assert len(found.who_moves("again")) == 0


@pytest.mark.parametrize("wrong", [(0.5, 0.5), (0.5, 0.4, 0.2, 0.1), (1.2, -0.2, 0, 0)])
def test_weights_that_are_none_are_refused(wrong):
    with pytest.raises(ParameterError, match="sum"):
        stress_weights(points(), wrong, FLOORS)
    with pytest.raises(ParameterError, match="Floors"):
        stress_weights(points(), WEIGHTS, (10, 20))
