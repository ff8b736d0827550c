"""Breakdown value, missed drift, regression to the mean: second implementations and closed forms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from toolkit.effects.rollout.bounds import breakdown, drift, undetected_drift
from toolkit.effects.rollout.group_time import GroupTime
from toolkit.effects.rollout.regression_to_mean import expected_drop
from toolkit.effects.rollout.riskset import is_risk_set
from toolkit.effects.rollout.sample import RolloutSample
from toolkit.estimate import Estimate


@pytest.fixture(scope="module")
def events(data_folder: Path):
    """Event study of county employment (mpdta) as diff-diff gives it."""
    from diff_diff import CallawaySantAnna

    table = pd.read_csv(data_folder / "validation" / "mpdta.csv").rename(columns={"first.treat": "start"})
    fitted = CallawaySantAnna(base_period="universal").fit(
        table, outcome="lemp", unit="countyreal", time="year", first_treat="start"
    )
    return fitted.aggregate("event_study")


def found_of(events, weights: np.ndarray) -> GroupTime:
    rows = ~np.asarray(events.is_reference)
    horizons = pd.DataFrame(
        {"value": events.att[rows], "error": events.se[rows], "n": 1, "weight": 0.0},
        index=events.event_time[rows],
    )
    horizons.loc[horizons.index >= 0, "weight"] = weights
    return GroupTime(np.nan, np.nan, np.nan, np.nan, pd.DataFrame(), horizons, events.vcov, None)


@pytest.mark.parametrize("weights", [[0.25, 0.25, 0.25, 0.25], [0.0, 1.0, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4]])
def test_breakdown_is_that_of_the_relative_magnitudes_bounds(events, weights):
    """Second implementation: diff-diff, HonestDiD, relative magnitudes by linear programme and bisection."""
    from diff_diff import HonestDiD

    found = found_of(events, np.array(weights))
    honest = HonestDiD(method="relative_magnitude", l_vec=weights)
    at_zero = honest.fit(events, M=0)
    estimate = Estimate(at_zero.original_estimate, at_zero.ci_lb, at_zero.ci_ub, "share")
    ours = breakdown(estimate, drift(found))
    assert ours == pytest.approx(honest.breakdown_value(events, tol=1e-6), abs=1e-5)
    wide = honest.fit(events, M=0.7)
    assert estimate.low - 0.7 * drift(found) == pytest.approx(wide.ci_lb, abs=1e-9)


def test_breakdown_has_nothing_to_say_of_nothing():
    assert np.isnan(breakdown(Estimate(0.0, -0.1, 0.1, "share"), 0.1))
    assert np.isnan(breakdown(Estimate(0.2, 0.1, 0.3, "share"), float("nan")))
    assert breakdown(Estimate(-0.2, -0.3, -0.1, "share"), 0.2) == pytest.approx(0.5)


def test_a_missed_drift_is_no_smaller_than_the_power_of_the_whole_test_says(events):
    """Second implementation: diff-diff, smallest linear violation found four times in five (Roth 2022).

    Ours counts on the most sensitive period alone, so it may only be larger; .05 / 3 per period on both
    sides.
    """
    from diff_diff import compute_pretrends_power

    found = found_of(events, np.array([1.0, 0.0, 0.0, 0.0]))
    theirs = compute_pretrends_power(events, target_power=0.8, alpha=0.05 / 3).mdv
    ours = undetected_drift(found, 0.05)
    assert theirs <= ours <= 1.3 * theirs


def test_expected_drop_is_the_closed_form_and_what_happens():
    """Davis (1976): -(1-r) sigma phi(a)/(1-Phi(a)); methods 2.2 prints -.1735 for r .865, sigma .878."""
    a = 0.985
    closed = -(1 - 0.865) * 0.878 * norm.pdf(a) / norm.sf(a)
    assert expected_drop(0.865, 0.878, norm.sf(a)) == pytest.approx(closed, abs=1e-12)
    rng = np.random.default_rng(7)
    x = 0.878 * rng.multivariate_normal([0, 0], [[1, 0.865], [0.865, 1]], size=400_000)
    above = x[:, 0] >= 0.878 * a
    fall = (x[:, 1] - x[:, 0])[above]
    assert fall.mean() == pytest.approx(closed, abs=4 * fall.std() / np.sqrt(len(fall)))
    with pytest.raises(ValueError, match="share"):
        expected_drop(0.8, 1.0, 0.0)


def test_expected_drop_of_the_reference_world():
    """Methods, 2.2: formula -.1735, simulated -.1739 in the spend panel."""
    from dataclasses import replace

    from toolkit.synthetic.spendpanel import ONE_SIZE, PanelPlan, simulate_panel

    panel = simulate_panel(
        np.random.default_rng(1), replace(ONE_SIZE, customers=200_000), PanelPlan(launch=9)
    )
    share = (panel.x[:, 2] >= 0).mean()
    assert expected_drop(0.865, 0.878, share) == pytest.approx(-0.1735, abs=0.0015)


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ([[1, 1, 0, 0], [1, 1, 1, 0]], True),
        ([[1, 0, 0, 0], [1, 1, 1, 1]], True),
        ([[1, 0, 1, 0], [1, 1, 0, 1]], False),
        ([[0, 1, 1, 0], [1, 1, 1, 1]], False),
        ([[2, 1, 0, 0], [1, 1, 1, 0]], False),
    ],
)
def test_retention_is_recognised_by_its_shape(rows, refused):
    """Everyone 1 before the start, or 1 at first and never back from 0; visits that come and go are none."""
    outcome = np.array(rows, dtype=float)
    assert is_risk_set(outcome, np.array([True, True, False, False])) is refused
    assert RolloutSample(outcome, np.array([2.0, np.nan])).retention is refused
