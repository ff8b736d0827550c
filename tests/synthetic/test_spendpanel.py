"""The five-year spend panel against closed forms and the reference values of the method notes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from toolkit.synthetic.spendpanel import ONE_SIZE, PanelPlan, SpendPanel, simulate_panel


def panel_of(customers: int, plan: PanelPlan | None = None, seed: int = 20261121, **switches) -> SpendPanel:
    return simulate_panel(
        np.random.default_rng(seed), replace(ONE_SIZE, customers=customers, **switches), plan
    )


def test_spend_varies_and_persists_as_in_the_reference_world():
    """Reference: log annual spend SD .878, year-to-year correlation .865; errors of SD and r at n = 200,000."""
    years = panel_of(200_000, PanelPlan(launch=9)).yearly()
    assert years[:, 2].std() == pytest.approx(0.878, abs=0.0005 + 4 * 0.878 / np.sqrt(2 * 200_000))
    correlation = np.corrcoef(years[:, 2], years[:, 3])[0, 1]
    assert correlation == pytest.approx(0.865, abs=0.0005 + 4 * (1 - 0.865**2) / np.sqrt(200_000))


def test_a_good_year_is_followed_by_a_fall_without_any_programme():
    """Davis (1976): -(1-r) sigma phi(a)/(1-Phi(a)) for normal scores, -.1735 here; simulated -.174 in the notes."""
    panel = panel_of(200_000, PanelPlan(launch=9))
    years, passed = panel.yearly(), panel.x[:, 2] >= 0
    fall = (years[:, 3] - years[:, 2])[passed]
    error = fall.std() / np.sqrt(len(fall))
    assert fall.mean() == pytest.approx(-0.174, abs=0.0005 + 4 * error)
    mu, sigma = years[:, 2].mean(), years[:, 2].std()
    r = np.corrcoef(years[:, 2], years[:, 3])[0, 1]
    a = (np.log(ONE_SIZE.bar) - mu) / sigma
    assert fall.mean() == pytest.approx(-(1 - r) * sigma * norm.pdf(a) / norm.sf(a), abs=0.003 + 4 * error)


def test_symmetric_differences_find_the_lift_and_the_grading_year_does_not():
    """Reference, launch, year +1: symmetric within .006 of .06 over 40 panels; grading-year base below -.10."""
    symmetric, graded = [], []
    for seed in range(40):
        panel = panel_of(10_000, seed=seed)
        years, holds = panel.yearly(), panel.treated[:, 2]
        ahead, back = years[:, 3] - years[:, 1], years[:, 3] - years[:, 2]
        symmetric.append(ahead[holds].mean() - ahead[~holds].mean())
        graded.append(back[holds].mean() - back[~holds].mean())
    assert np.mean(symmetric) == pytest.approx(0.06, abs=0.006)
    assert np.mean(graded) < -0.10


def test_holding_the_grade_multiplies_spend_and_nothing_else_does():
    panel = panel_of(2_000)
    in_force = np.column_stack([np.zeros(2_000, bool), panel.treated[:, :-1]]).repeat(4, axis=1)
    ratio = panel.spend / panel.spend_without
    assert ratio[in_force] == pytest.approx(np.exp(0.06)) and (ratio[~in_force] == 1).all()
    assert not panel.treated[:, :2].any() and panel.treated[:, 2].any()
    null = panel_of(2_000, null=True)
    assert (null.spend == null.spend_without).all()


def test_an_easier_bar_for_holders_saves_moves():
    def moves(keep: float) -> float:
        panel = panel_of(20_000, PanelPlan(launch=0, keep=keep), sharp=True, null=True)
        return (panel.treated[:, 1:] != panel.treated[:, :-1]).mean()

    assert moves(1.0) > moves(0.9) > moves(0.8)
    panel = panel_of(5_000, PanelPlan(launch=0, keep=0.8), sharp=True)
    held = panel.treated[:, :-1]
    assert (panel.treated[:, 1:] == (panel.x[:, 1:] >= np.where(held, np.log(0.8), 0))).all()


def test_a_trend_by_size_breaks_parallel_trends():
    panel = panel_of(20_000, PanelPlan(launch=9, trend_by_size=0.05))
    growth = panel.yearly()[:, 4] - panel.yearly()[:, 0]
    slope = np.polyfit(panel.size, growth, 1)[0]
    error = growth.std() / np.sqrt(20_000)
    assert slope == pytest.approx(0.20, abs=4 * error)
