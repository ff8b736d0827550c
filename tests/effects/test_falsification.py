"""Tests that a valid cutoff passes."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from toolkit.effects.cutoff.falsification import covariate_p_values, placebo_p_values
from toolkit.effects.cutoff.local_polynomial import PLAIN
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.family import holm


def test_holm_agrees_with_statsmodels():
    """Five families, one with ties (statsmodels collects garbage at each call, hence so few)."""
    rng = np.random.default_rng(20261121)
    for p in (*(rng.random(size) ** 3 for size in (1, 3, 5, 8)), np.array([0.02, 0.02, 0.5])):
        assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


def test_holm_leaves_out_what_could_not_be_computed():
    """Two tests remain: .02 counts twice, .30 once."""
    assert holm(np.array([0.02, np.nan, 0.3])) == pytest.approx([0.04, np.nan, 0.3], nan_ok=True)
    assert np.isnan(holm(np.array([np.nan]))).all()


def test_a_covariate_that_jumps_is_named():
    rng = np.random.default_rng(20261121)
    x = np.sort(rng.normal(size=4000))
    rows = Rows.of(x, rng.normal(size=4000))
    holes = rng.normal(size=4000)
    holes[::3] = np.nan
    covariates = {"jumps": (x >= 0) + rng.normal(size=4000), "smooth": x + holes, "constant": np.ones(4000)}
    found = covariate_p_values(rows, covariates, PLAIN)
    assert found["jumps"] < 1e-6 < 0.05 < found["smooth"]
    assert np.isnan(found["constant"])


def test_placebo_bars_see_a_false_jump_and_not_the_true_one():
    """A jump at 0 alone passes; a second jump where a placebo bar stands does not."""
    rng = np.random.default_rng(20261121)
    x = np.sort(rng.uniform(-3, 3, 6000))
    y = 5 * (x >= 0) + rng.normal(size=6000)
    clean = placebo_p_values(Rows.of(x, y), PLAIN)
    assert len(clean) == 4 and min(clean.values()) > 0.05
    bar = np.quantile(x[x < 0], 2 / 3, method="inverted_cdf")
    elsewhere = placebo_p_values(Rows.of(x, y + (x >= bar)), PLAIN)
    assert min(elsewhere.values()) < 1e-3
