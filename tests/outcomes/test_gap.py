"""The gap between two groups against a second implementation."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from toolkit.outcomes.gap import gap_between


def test_gap_and_interval_are_those_of_a_regression_with_clustered_errors():
    """statsmodels: OLS on the group with errors clustered by customer, without small-sample correction."""
    rng = np.random.default_rng(20261122)
    customer = rng.integers(0, 150, 600)
    first = rng.random(600) < 0.3
    outcome = (rng.random(600) < 0.5 + 0.2 * first + 0.2 * (customer % 2)).astype(float)
    groups = {"groups": customer, "use_correction": False}
    fitted = sm.OLS(outcome, sm.add_constant(first.astype(float))).fit(cov_type="cluster", cov_kwds=groups)
    found = gap_between(outcome, first, customer)
    assert found.value == pytest.approx(fitted.params[1])
    assert (found.high - found.low) / (2 * 1.959964) == pytest.approx(fitted.bse[1], rel=1e-6)


def test_unknown_outcomes_are_left_out_and_an_empty_group_has_no_gap():
    outcome, first, customer = np.array([1.0, 0.0, np.nan]), np.array([True, False, True]), np.arange(3)
    assert gap_between(outcome, first, customer).value == 1.0
    assert gap_between(outcome, np.array([False, False, True]), customer) is None
