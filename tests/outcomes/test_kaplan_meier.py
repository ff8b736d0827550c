"""Curves and log-rank tests against published examples and slow twins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from toolkit.outcomes.kaplan_meier import kaplan_meier, log_rank, median_time, trend_log_rank

MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
OTHERS = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])


@pytest.fixture(scope="module")
def leukaemia() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weeks, relapse, maintained; 23 patients as printed in Miller (1997) and R's survival::aml."""
    time, relapse = (np.concatenate([MAINTAINED[i], OTHERS[i]]) for i in (0, 1))
    return time.astype(float), relapse.astype(bool), np.repeat([1, 0], [11, 12])


def test_leukaemia(leukaemia, published):
    time, relapse, maintained = leukaemia
    curves = [kaplan_meier(time[maintained == arm], relapse[maintained == arm]) for arm in (1, 0)]
    found = log_rank(time, relapse, maintained)
    published(
        "leukaemia",
        median_maintained=median_time(curves[0])[0],
        median_others=median_time(curves[1])[0],
        survival_23=curves[0]["staying"][23],
        survival_23_error=curves[0]["error"][23],
        log_rank=found.statistic,
        p_value=found.p_value,
        concordance=concordance(time, relapse, -maintained),
    )


def concordance(time: np.ndarray, relapse: np.ndarray, risk: np.ndarray) -> float:
    """Harrell's C pair by pair; pairs with the same risk count a half."""
    won, pairs = 0.0, 0
    for i in np.flatnonzero(relapse):
        for j in range(len(time)):
            if time[j] > time[i] or (time[j] == time[i] and not relapse[j]):
                pairs += 1
                won += 1.0 if risk[i] > risk[j] else 0.5 if risk[i] == risk[j] else 0.0
    return won / pairs


def test_lung(data_folder, published):
    lung = pd.read_csv(data_folder / "validation" / "lung.csv")
    died = (lung["status"] == lung["status"].max()).to_numpy()
    time, sex = lung["time"].to_numpy(float), lung["sex"].to_numpy()
    value, low, high = median_time(kaplan_meier(time, died))
    men, women = (median_time(kaplan_meier(time[sex == s], died[sex == s]))[0] for s in (1, 2))
    found = log_rank(time, died, sex)
    published("lung", median=value, median_low=low, median_high=high, men=men, women=women,
              log_rank=found.statistic, p_value=found.p_value)  # fmt: skip


def test_the_trend_of_two_groups_is_their_log_rank(leukaemia):
    """A trend over two scores is the same test (algebra)."""
    both, trend = log_rank(*leukaemia), trend_log_rank(*leukaemia)
    assert trend.statistic == pytest.approx(both.statistic, rel=1e-10)
    assert (trend.degrees, trend.p_value) == (1, pytest.approx(both.p_value))


def test_the_trend_over_three_groups_is_the_quadratic_form():
    """(w'(O−E))² / w'Vw with V written out for all groups, hypergeometric, moment by moment (Tarone 1975)."""
    rng = np.random.default_rng(5)
    group = rng.integers(0, 3, 200)
    time = np.ceil(rng.exponential(4 + group))
    seen = rng.random(200) < 0.8
    surplus, cover = np.zeros(3), np.zeros((3, 3))
    for moment in np.unique(time[seen]):
        n = np.array([((time >= moment) & (group == g)).sum() for g in range(3)], float)
        d = np.array([((time == moment) & seen & (group == g)).sum() for g in range(3)], float)
        share = n / n.sum()
        surplus += d - d.sum() * share
        if n.sum() > 1:
            scale = d.sum() * (n.sum() - d.sum()) / (n.sum() - 1)
            cover += scale * (np.diag(share) - np.outer(share, share))
    scores = np.array([0.0, 1.0, 2.0])
    expected = (scores @ surplus) ** 2 / (scores @ cover @ scores)
    found = trend_log_rank(time, seen, group)
    assert found.statistic == pytest.approx(expected, rel=1e-10)
    assert found.p_value == pytest.approx(chi2.sf(expected, 1))
    whole = surplus[:2] @ np.linalg.solve(cover[:2, :2], surplus[:2])
    assert log_rank(time, seen, group).statistic == pytest.approx(whole, rel=1e-8)


def test_without_an_event_there_is_no_test_and_a_flat_curve():
    time, nobody = np.array([3.0, 4.0]), np.zeros(2, bool)
    assert log_rank(time, nobody, np.array([0, 1])) is None
    assert trend_log_rank(time, nobody, np.array([0, 1])) is None
    curve = kaplan_meier(time, nobody)
    assert curve["staying"].tolist() == [1.0] and np.isnan(median_time(curve)[0])


def test_when_all_are_gone_the_limits_are_zero():
    curve = kaplan_meier(np.array([1.0, 1.0]), np.ones(2, bool))
    assert curve.loc[1, ["staying", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
