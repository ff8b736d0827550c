from __future__ import annotations

from math import erf

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from toolkit.outcomes.concentration import gini
from toolkit.outcomes.stability import (
    equal_shares_table,
    gini_interval,
    kappa_at_equal_shares,
    kappa_interval,
    score_stability,
    stability_index,
)


def test_the_index_worked_by_hand():
    """(.2 - .4) ln (.2 / .4) + (.8 - .6) ln (.8 / .6) = .1962; half a customer in 100,000 does not show."""
    assert stability_index(np.array([20_000, 80_000]), np.array([40_000, 60_000])) == pytest.approx(
        0.1962, abs=5e-5
    )
    assert stability_index(np.array([4, 0]), np.array([0, 4])) < np.inf
    assert np.isnan(stability_index(np.array([0, 0]), np.array([1, 2])))


def test_a_shift_of_a_normal_score():
    """Closed form: for two normal densities a distance d apart Σ (p − q) ln (p / q) tends to d²; ten classes keep
    most of it, .245 of .25 by numeric integration over deciles; sampling adds about 2 x 9 / 200,000."""
    rng = np.random.default_rng(1)
    found = score_stability(rng.normal(0, 1, 200_000), rng.normal(0.5, 1, 200_000))
    from scipy.stats import norm

    edges = np.concatenate([[-np.inf], norm.ppf(np.arange(1, 10) / 10), [np.inf]])
    p, q = np.diff(norm.cdf(edges)), np.diff(norm.cdf(edges - 0.5))
    assert found == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=0.006)
    assert ((p - q) * np.log(p / q)).sum() < 0.25


def test_the_same_scores_are_stable_in_any_unit():
    score = np.random.default_rng(2).lognormal(0, 1, 5000)
    assert score_stability(score, score) == 0
    assert score_stability(score, score * 1.3) == pytest.approx(score_stability(score * 7, score * 9.1))
    assert score_stability(np.repeat([0.0, 1.0], [900, 100]), np.repeat([0.0, 1.0], [900, 100])) == 0


def test_kappa_at_equal_shares():
    """An alternative that orders customers as the baseline does agrees fully once the shares are equal."""
    rng = np.random.default_rng(3)
    score = rng.random(1000)
    baseline = np.searchsorted([0.5, 0.8, 0.95], score)
    stingy = np.searchsorted([0.9, 0.97, 0.99], score)
    assert cohen_kappa_score(baseline, stingy, weights="quadratic") < 0.6
    assert kappa_at_equal_shares(baseline, score, 4) == pytest.approx(1)


def test_cut_scores_agree_with_the_slow_twin():
    """Without ties the cut is that of sorting; kappa by scikit-learn."""
    rng = np.random.default_rng(4)
    baseline, score = rng.integers(0, 3, 300), rng.random(300)
    counts = np.bincount(baseline)
    cut = np.empty(300, int)
    cut[np.argsort(score)] = np.repeat([0, 1, 2], counts)
    expected = cohen_kappa_score(baseline, cut, weights="quadratic")
    assert kappa_at_equal_shares(baseline, score, 3) == pytest.approx(expected)


def test_ties_are_shared_out():
    """Two of four are best; the alternative cannot tell anybody apart: each counts half in either grade."""
    table = equal_shares_table(np.array([1, 1, 0, 0]), np.zeros(4), 2)
    assert table.tolist() == [[1, 1], [1, 1]]
    assert kappa_at_equal_shares(np.array([1, 1, 0, 0]), np.zeros(4), 2) == pytest.approx(0)


def test_the_interval_of_kappa_covers():
    """200 samples of 400 customers from a table with known kappa; a binomial(200, .95) count is below 180
    about once in 1,000."""
    truth = np.array([[0.25, 0.08, 0.02], [0.06, 0.2, 0.07], [0.02, 0.1, 0.2]])
    exact = kappa_interval(truth * 1e9, draws=2).value
    rng, covered = np.random.default_rng(5), 0
    for _ in range(200):
        found = kappa_interval(rng.multinomial(400, truth.ravel()).reshape(3, 3), draws=200)
        covered += found.low <= exact <= found.high
    assert covered >= 180
    assert kappa_interval(np.array([[5, 0], [0, 0]])) is None


def test_the_gini_interval_covers_a_skewed_truth():
    """Log-normal with sd .9: Gini erf(.45) = .4755 (methods section 7). Methods 1.4 measured 95 % coverage of the
    logit interval at n = 1000; 200 samples: below 178 of 200 lies 3.9 standard errors away."""
    truth, rng, covered = erf(0.45), np.random.default_rng(6), 0
    for seed in range(200):
        found = gini_interval(rng.lognormal(0, 0.9, 1000), draws=100, seed=seed).estimate
        covered += found.low <= truth <= found.high
    assert covered >= 178


def test_resampling_is_that_of_customers():
    """Slow twin: the spread of Gini over samples drawn with replacement; 600 draws know a standard deviation to
    3 %, so two of them agree within 15 %."""
    values = np.random.default_rng(7).lognormal(0, 0.9, 400)
    rng = np.random.default_rng(8)
    drawn = np.array([gini(rng.choice(values, 400)) for _ in range(600)])
    found = gini_interval(values, draws=600).estimate
    width = (found.high - found.low) / (2 * 1.96)
    assert width == pytest.approx(drawn.std(), rel=0.15)
    assert found.value == pytest.approx(gini(values))


def test_where_there_is_no_gini():
    assert gini_interval(np.array([1.0, -1.0])) is None and gini_interval(np.zeros(5)) is None
    assert gini_interval(np.array([np.nan])) is None
    assert gini_interval(np.arange(10.0)).few and not gini_interval(np.arange(1000.0), draws=5).few
