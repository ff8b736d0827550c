"""Differences of arms against independent slow twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.experiment import clusters
from toolkit.effects.experiment.compliance import accepted_range
from toolkit.effects.experiment.contrast import Layout, contrast, mean_of_arm


def draw(seed: int, n: int = 300, covariates: int = 3):
    """Outcome, layout; the effect varies with the covariates and the noise with the arm."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, max(covariates, 1)))
    arm = (rng.random(n) < 0.4).astype(int)
    y = x.sum(axis=1) + arm * (1 + x[:, 0]) + rng.normal(size=n) * (1 + arm)
    return y, Layout(arm, np.zeros(n, dtype=int), np.ones(n), x[:, :covariates], None)


def interacted(arm, x):
    """Design of Lin's regression: column 1 is the treatment at the means of the covariates."""
    centred = x - x.mean(axis=0)
    return sm.add_constant(np.column_stack([arm, centred, arm[:, None] * centred]))


@given(st.integers(0, 10_000), st.integers(0, 4))
@settings(max_examples=12, deadline=None)
def test_adjusted_difference_is_lins_regression_with_hc2(seed, covariates):
    """Twin: statsmodels OLS on the interacted design, HC2 (the difference in means with no covariates)."""
    y, at = draw(seed, covariates=covariates)
    found = contrast(y[:, None], at)
    twin = sm.OLS(y, interacted(at.arm, at.x)).fit().get_robustcov_results("HC2")
    assert found.value[0] == pytest.approx(twin.params[1], rel=1e-9, abs=1e-12)
    assert found.std_error == pytest.approx(twin.bse[1], rel=1e-9)
    assert found.df == len(y) - twin.params.size


def test_strata_are_centred_dummies():
    """Twin: statsmodels OLS with stratum dummies, centred and interacted, HC2."""
    y, at = draw(1, covariates=0)
    stratum = np.random.default_rng(2).integers(0, 4, len(y))
    found = contrast(y[:, None], replace(at, stratum=stratum))
    twin = sm.OLS(y, interacted(at.arm, np.eye(4)[stratum][:, 1:])).fit().get_robustcov_results("HC2")
    assert found.value[0] == pytest.approx(twin.params[1], rel=1e-9)
    assert found.std_error == pytest.approx(twin.bse[1], rel=1e-9)


def test_propensities_that_vary_are_weights():
    """Twin: statsmodels WLS with 1 / propensity, HC2."""
    y, at = draw(3)
    weight = 1 / np.random.default_rng(4).uniform(0.2, 0.8, len(y))
    found = contrast(y[:, None], replace(at, weight=weight))
    twin = sm.WLS(y, interacted(at.arm, at.x), weights=weight).fit().get_robustcov_results("HC2")
    assert found.value[0] == pytest.approx(twin.params[1], rel=1e-9)
    assert found.std_error == pytest.approx(twin.bse[1], rel=1e-9)


def cr2_by_loops(y, x, cluster, position):
    """Bell & McCaffrey 2002, literally: one n-by-n block and one matrix root for each cluster."""
    inverse = np.linalg.inv(x.T @ x)
    residual = y - x @ (inverse @ (x.T @ y))
    meat = np.zeros_like(inverse)
    for name in np.unique(cluster):
        own = x[cluster == name]
        values, vectors = np.linalg.eigh(np.eye(len(own)) - own @ inverse @ own.T)
        score = own.T @ (vectors / np.sqrt(values)) @ vectors.T @ residual[cluster == name]
        meat += np.outer(score, score)
    return float(np.sqrt((inverse @ meat @ inverse)[position, position]))


@pytest.mark.parametrize("whole", [True, False])
def test_cluster_error_is_cr2(whole):
    """Twin: CR2 by loops, with clusters that lie in one arm and with clusters in both."""
    y, at = draw(5)
    cluster = np.random.default_rng(6).integers(0, 25, len(y))
    y = y + np.random.default_rng(7).normal(size=25)[cluster]
    arm = cluster % 2 if whole else at.arm
    found = contrast(y[:, None], replace(at, arm=arm, cluster=cluster))
    assert found.std_error == pytest.approx(cr2_by_loops(y, interacted(arm, at.x), cluster, 1), rel=1e-8)
    assert found.df == 23


def test_many_clusters_need_no_correction(monkeypatch):
    """Where clusters are many the short formula differs from CR2 by less than 1%."""
    y, at = draw(8, 4_000)
    at = replace(at, cluster=np.arange(4_000) // 2)
    full = contrast(y[:, None], at).std_error
    monkeypatch.setattr(clusters, "MANY", 0)
    assert contrast(y[:, None], at).std_error == pytest.approx(full, rel=0.01)
    assert contrast(y[:, None], at).std_error != full


def test_pairs_are_compared_inside():
    """Closed form: mean and standard error of the 150 differences within pairs."""
    y, at = draw(9, covariates=0)
    found = contrast(y[:, None], replace(at, arm=np.tile([0, 1], 150), stratum=np.repeat(np.arange(150), 2)))
    inside = y[1::2] - y[::2]
    assert found.value[0] == pytest.approx(inside.mean())
    assert found.std_error == pytest.approx(inside.std(ddof=1) / np.sqrt(150))
    assert found.df == 149


def test_a_stratum_without_an_arm_is_left_out():
    y, at = draw(10, covariates=0)
    stratum = np.r_[np.zeros(200, dtype=int), np.ones(100, dtype=int)]
    arm = np.where(stratum == 1, 1, at.arm)
    first = contrast(y[:200, None], Layout(arm[:200], stratum[:200], np.ones(200), at.x[:200], None))
    assert contrast(y[:, None], replace(at, arm=arm, stratum=stratum)).value == first.value


def test_mean_of_an_arm_has_its_own_error():
    """Closed form: mean and s / sqrt(n)."""
    y, at = draw(11, covariates=0)
    found, own = mean_of_arm(y[:, None], at), y[at.arm == 1]
    assert found.value[0] == pytest.approx(own.mean())
    assert found.std_error == pytest.approx(own.std(ddof=1) / np.sqrt(len(own)))


def test_accepted_range_is_where_the_statistic_is_small():
    """Twin: a fine grid of t, keeping those with |a - t b| within 1.96 of its error."""
    value, cov = np.array([0.03, 0.5]), np.array([[4e-4, 1e-4], [1e-4, 9e-4]])
    grid = np.linspace(-1, 1, 200_001)
    spread = cov[0, 0] - 2 * grid * cov[0, 1] + grid**2 * cov[1, 1]
    kept = grid[(value[0] - grid * value[1]) ** 2 <= 1.96**2 * spread]
    assert accepted_range(value, cov, 1.96) == pytest.approx((kept.min(), kept.max()), abs=2e-5)
