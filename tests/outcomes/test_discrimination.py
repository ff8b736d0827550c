from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import somersd
from sklearn.metrics import roc_auc_score

from toolkit.outcomes.discrimination import discrimination, somers_d, somers_d_of
from toolkit.params.study import RetentionParams
from toolkit.policy import walk

WITHIN = RetentionParams.model_validate(
    {"id": "next", "title": {"zh": "留存", "en": "retention"}, "kind": "bought_within", "quarters": 1}
)


def test_somers_d_as_published(published):
    """Table in the documentation of scipy.stats.somersd."""
    table = [[27, 25, 14, 7, 0], [7, 14, 18, 35, 12], [1, 3, 2, 7, 17]]
    published("somers_d", d=somers_d(table).value)


@pytest.mark.parametrize("seed", range(3))
def test_somers_d_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    outcome = np.round(rng.gamma(1, 3, 80))
    grade = np.clip(np.round(outcome / 3 + rng.normal(0, 1, 80)), 0, 3).astype(int)
    assert somers_d_of(grade, outcome).value == pytest.approx(somersd(outcome, grade).statistic)


def test_for_yes_or_no_it_is_twice_the_area_minus_one():
    rng = np.random.default_rng(20261122)
    grade = rng.integers(0, 4, 500)
    kept = (rng.random(500) < 0.3 + 0.15 * grade).astype(float)
    assert somers_d_of(grade, kept).value == pytest.approx(2 * roc_auc_score(kept, grade) - 1)


def test_the_interval_covers():
    """400 worlds of 300 customers; grade 0, 1, 2 with probability .5 .3 .2 where lost and .2 .3 .5 where
    kept: D = sum over pairs = .5 x .8 + .3 x .5 - .3 x .2 - .2 x .5 = 0.39. A binomial(400, 0.95) count
    falls below 367 about once in 1,000 such runs."""
    rng, covered = np.random.default_rng(20261122), 0
    for _ in range(400):
        kept = rng.random(300) < 0.6
        grade = np.where(kept, rng.choice(3, 300, p=[0.2, 0.3, 0.5]), rng.choice(3, 300, p=[0.5, 0.3, 0.2]))
        found = somers_d_of(grade, kept.astype(float))
        covered += found.low <= 0.39 <= found.high
    assert 367 <= covered <= 396


def test_no_pair_to_compare():
    assert np.isnan(somers_d_of(np.array([0, 1, 2]), np.array([1.0, 1, np.nan])).value)


def test_a_grade_is_judged_by_what_came_after_only(make_random_panel, make_policy, first_quarter):
    """Reviews every four quarters at quarters 2 and 6, history of 10, of which 9 are complete."""
    panel = make_random_panel(1, customers=150)
    register = walk(make_policy(every_quarters=4), panel, first_quarter + 5)
    found = discrimination(register, panel, [WITHIN], first_quarter + 8)
    assert found["outcome"].tolist() == ["next", "next", "margin"]
    assert found["review"].tolist() == ["2024Q2", "2025Q2", "2024Q2"]  # a year after 2025Q2 is not complete
    codes = register.codes(first_quarter + 1)
    year = panel.cube.cells["margin"][:, 2:6].sum(axis=1).round(4)
    graded = codes >= 0
    assert found["somers_d"].iloc[2] == pytest.approx(somersd(year[graded], codes[graded]).statistic)
    assert found["customers"].tolist()[2] == graded.sum()
    assert (found["low"] <= found["somers_d"]).all() and (found["somers_d"] <= found["high"]).all()
