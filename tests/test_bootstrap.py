"""The bootstrap as a matrix product against its closed form and against the naive loop."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from toolkit import bootstrap
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


def one_hot(customers: int, dtype: type, largest: int = 1) -> np.ndarray:
    """One entry a customer among five columns; some customers have none."""
    rng = np.random.default_rng(11)
    table = np.zeros((customers, 5), dtype=dtype)
    rows = np.flatnonzero(rng.random(customers) < 0.8)
    table[rows, rng.integers(0, 5, len(rows))] = largest
    return table


@pytest.mark.parametrize("cluster", [None, np.arange(9_000) % 40], ids=["customers", "clusters"])
@pytest.mark.parametrize(
    ("dtype", "largest"), [(np.int8, 1), (np.int8, -128), (np.int32, 30_000), (bool, 1), (float, 1)]
)
def test_a_sparse_table_gives_the_same_draws(dtype, largest, cluster):
    """The dense product is the twin: the same seed gives the same draws over three blocks, whole numbers exactly.
    30,000 in one customer would not fit 16 bits."""
    table = one_hot(9_000, dtype, largest)
    dense = weighted_sums(table.astype(float), draws=1000, seed=4, cluster=cluster)
    ours = weighted_sums(sparse.csr_array(table), draws=1000, seed=4, cluster=cluster)
    assert (ours == dense).all()


def test_fractions_of_a_sparse_table_are_added_without_loss():
    values = one_hot(9_000, float) * np.random.default_rng(2).random((9_000, 1))
    ours = weighted_sums(sparse.csc_array(values), draws=1000, seed=4)
    assert ours == pytest.approx(weighted_sums(values, draws=1000, seed=4), rel=1e-12)


@pytest.mark.parametrize("work", [1, 100_000, 10**9])
def test_blocks_of_work_do_not_change_the_result(monkeypatch, work):
    """However few draws are multiplied at once."""
    table = sparse.csr_array(one_hot(5_000, np.int8))
    expected = weighted_sums(table, draws=300, seed=8)
    monkeypatch.setattr(bootstrap, "WORK_BYTES", work)
    assert (weighted_sums(table, draws=300, seed=8) == expected).all()


def test_no_sum_leaves_its_16_bits():
    """Few draws make blocks of 40,000 customers; all in one column they come to more than 32,767."""
    drawn = weighted_sums(sparse.csr_array(np.ones((50_000, 1), np.int8)), draws=100, seed=3)
    assert drawn == pytest.approx(50_000, rel=1e-12)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_memory_does_not_grow_with_customers(kind):
    """Weights of all customers at once would take 240 MB for the second; blocks take as much as for the first."""
    peaks = []
    for customers in (20_000, 60_000):
        table = kind(one_hot(customers, np.int8))
        tracemalloc.start()
        weighted_sums(table, draws=500, seed=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0] and peaks[1] < 14 * bootstrap.BLOCK_CELLS
