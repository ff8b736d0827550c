"""The bootstrap as a matrix product against its closed form and against the naive loop."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.bootstrap import weighted_sums


def test_the_spread_of_a_sum_is_its_textbook_standard_error():
    """Resampling n customers with replacement: Var(sum) = n * variance of one customer (Efron 1979).
    With 4,000 draws the standard deviation is known to 1.1 %; 5 % is more than four of these."""
    rng = np.random.default_rng(20261122)
    values = rng.lognormal(size=(500, 2))
    drawn = weighted_sums(values, draws=4000, seed=1)
    expected = np.sqrt(500 * values.var(axis=0))
    assert drawn.std(axis=0) == pytest.approx(expected, rel=0.05)
    assert drawn.mean(axis=0) == pytest.approx(values.sum(axis=0), rel=0.01)


def test_it_agrees_with_the_naive_loop():
    """Independent twin: draw whole customers with replacement, one replicate at a time."""
    rng = np.random.default_rng(7)
    values = np.column_stack([rng.normal(size=300), rng.integers(0, 2, 300)]).astype(float)
    loop = np.array([values[rng.integers(0, 300, 300)].sum(axis=0) for _ in range(3000)])
    ours = weighted_sums(values, draws=3000, seed=3)
    for column in range(2):
        assert np.quantile(ours[:, column], [0.05, 0.5, 0.95]) == pytest.approx(
            np.quantile(loop[:, column], [0.05, 0.5, 0.95]), abs=0.12 * loop[:, column].std()
        )
    assert np.corrcoef(ours.T)[0, 1] == pytest.approx(np.corrcoef(loop.T)[0, 1], abs=0.08)


def test_statistics_share_their_weights():
    """Differences are paired: equal columns stay equal in every draw, and zeros stay zero."""
    column = np.random.default_rng(5).normal(size=(50, 1))
    drawn = weighted_sums(np.hstack([column, column, np.zeros((50, 1))]), draws=20, seed=9)
    assert (drawn[:, 0] == drawn[:, 1]).all() and (drawn[:, 2] == 0).all()
