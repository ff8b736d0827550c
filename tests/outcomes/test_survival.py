"""Survival from a landmark: by hand, and in a world in which grades do nothing."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from toolkit.errors import HistoryError
from toolkit.outcomes.hazard import customer_quarters, fit_hazard, hazard_by_grade
from toolkit.outcomes.immortal import immortal_time
from toolkit.outcomes.lapse import LapseRule, fates_after
from toolkit.outcomes.survival import landmark_survival, longest_followed
from toolkit.policy import walk

FOUR = [[150, 9, 9, 9, 9], [150, 9, 0, 0, 0], [50, 9, 9, 0, 0], [50, 0, 9, 9, 9]]


@pytest.fixture
def followed(make_panel, make_policy, first_quarter):
    """Four customers, two graded A and two B at the first review, silence of one."""
    panel = make_panel(FOUR)
    register = walk(make_policy(window_quarters=1), panel, first_quarter + 4, 4, first_quarter)
    return register, panel, LapseRule(1, first_quarter + 4)


def test_four_customers_by_hand(followed, first_quarter):
    """A: one of two lapses in quarter 2. B: one in quarter 1, the other in quarter 3."""
    found = landmark_survival(*followed[:2], first_quarter, followed[2])
    curves = found.curves.pivot(index="quarters", columns="grade", values="staying")
    assert curves["A"].tolist() == [1, 1, 0.5, 0.5, 0.5]
    assert curves["B"].tolist() == [1, 0.5, 0.5, 0, 0]
    assert found.groups[["customers", "lapsed", "censored"]].to_numpy().tolist() == [[2, 1, 1], [2, 2, 0]]
    at_risk = found.curves.pivot(index="quarters", columns="grade", values="at_risk")
    assert at_risk["A"].tolist() == [2, 2, 2, 1, 1] and at_risk["B"].tolist() == [2, 2, 1, 1, 0]


def test_a_grade_decided_after_the_landmark_is_refused(followed, first_quarter):
    register, panel, rule = followed
    with pytest.raises(HistoryError, match="must be decided before following begins") as refused:
        landmark_survival(register, panel, first_quarter + 2, rule, landmark=first_quarter + 1)
    assert "等级须在跟踪开始之前评定" in refused.value.zh
    later = landmark_survival(register, panel, first_quarter, rule, landmark=first_quarter + 1)
    assert later.follow_quarters == 3


def test_a_review_without_anything_after_it_is_refused(followed, first_quarter):
    register, panel, rule = followed
    with pytest.raises(HistoryError, match="No quarter after"):
        landmark_survival(register, panel, first_quarter + 4, rule)
    assert longest_followed(register, LapseRule(5, first_quarter + 4)) is None
    assert longest_followed(register, rule) == first_quarter


def test_curves_by_another_grouping_cannot_be_asked_for():
    """The only source of groups is a register and one review."""
    asked = list(inspect.signature(landmark_survival).parameters)
    assert asked == ["register", "panel", "review", "rule", "landmark"]


@pytest.fixture(scope="module")
def idle_grades(make_panel, make_policy, first_quarter):
    """80,000 customers; staying is a coin of .93 a quarter, spend is luck, grades do and mean nothing."""
    rng = np.random.default_rng(20261122)
    quarters, customers = 13, 80_000
    luck = rng.random((customers, quarters))
    luck[:, 0] = 0
    stays = np.cumprod(luck < 0.93, axis=1)
    panel = make_panel(rng.choice([20.0, 60.0, 150.0], size=(customers, quarters)) * stays)
    policy = make_policy(window_quarters=1)
    register = walk(policy, panel, first_quarter + 12, 1, first_quarter)
    return register, panel, LapseRule(1, first_quarter + 12)


def test_immortal_time(idle_grades, first_quarter):
    """Methods 1.2: by the best grade ever held a large gap appears from nothing; from a landmark it does not."""
    register, panel, rule = idle_grades
    end = landmark_survival(register, panel, first_quarter, rule).at(12)["staying"]
    assert abs(end["A"] - end["C"]) < 0.01
    stayed = ~fates_after(panel, first_quarter, rule).lapsed
    ever = (register.in_force == 2).any(axis=1)
    assert stayed[ever].mean() - stayed[~ever].mean() > 0.3


def test_the_report_shows_the_artefact_beside_the_dated_ratio(idle_grades):
    found = immortal_time(*idle_grades)
    assert found.ever[0] < 0.6
    assert found.dated[0] == pytest.approx(1.0, abs=0.03) and found.dated[1] < 1 < found.dated[2]
    assert found.raised > 20_000


def test_the_hazard_of_idle_grades_is_the_same(idle_grades):
    """Grades at the start of a quarter; a grade taken at its end would be certain not to lapse."""
    found = hazard_by_grade(*idle_grades)
    others = found.ratios[found.ratios["grade"] != found.reference]
    assert others["ratio"].to_numpy() == pytest.approx(np.ones(2), abs=0.03)
    assert found.ratios["rate"].to_numpy() == pytest.approx(np.full(3, 0.07), abs=2e-3)
    assert "描述" in found.label.zh and found.label.en.startswith("description")


def test_customer_quarters_by_hand(followed):
    """Rows end with the lapse; the grade is that of the quarter before; tenure counts from the first purchase."""
    register, panel, rule = followed
    rows = customer_quarters(register, panel, rule)
    assert rows.groupby("customer").size().tolist() == [4, 2, 3, 1]
    assert rows.groupby("customer")["lapsed"].sum().tolist() == [0, 1, 1, 1]
    first = rows[rows["quarter"] == 1]
    assert first["code"].tolist() == [2, 2, 1, 1] and (first["tenure"] == 0.25).all()


def test_the_hazard_model_is_that_of_statsmodels_row_by_row(make_random_panel, make_policy, first_quarter):
    """The same model fitted on every row with clustered errors by statsmodels alone."""
    import statsmodels.api as sm

    panel = make_random_panel(9, customers=400)
    register = walk(make_policy(), panel, first_quarter + 9, 2, first_quarter)
    rows = customer_quarters(register, panel, LapseRule(1, first_quarter + 9))
    rows = rows[rows.groupby("quarter")["lapsed"].transform("any")]
    grades = rows["code"].to_numpy()[:, None] == np.array([1, 2])
    quarters = rows["quarter"].to_numpy()[:, None] == np.unique(rows["quarter"])
    design = np.column_stack([grades, rows["tenure"], quarters]).astype(float)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    groups = {"groups": rows["customer"].to_numpy()}
    done = sm.GLM(rows["lapsed"].to_numpy(float), design, family).fit(cov_type="cluster", cov_kwds=groups)
    value, error = fit_hazard(rows, [1, 2])
    assert value == pytest.approx(done.params[:3], abs=5e-6)  # where its search stops
    assert error == pytest.approx(done.bse[:3], rel=1e-4)


def test_a_known_hazard_ratio_comes_back(make_panel, make_policy, first_quarter):
    """Leaving of .05 against .10 a quarter: ratio log(.95)/log(.90) on the scale of the link, within its interval."""
    rng = np.random.default_rng(7)
    good = rng.random(20_000) < 0.5
    luck = rng.random((20_000, 9))
    luck[:, 0] = 0
    stays = np.cumprod(luck < np.where(good, 0.95, 0.90)[:, None], axis=1)
    panel = make_panel(np.where(good, 150.0, 20.0)[:, None] * stays)
    register = walk(make_policy(window_quarters=1), panel, first_quarter + 8, 1, first_quarter)
    found = hazard_by_grade(register, panel, LapseRule(1, first_quarter + 8))
    best = found.ratios.set_index("grade").loc["A" if found.reference == "C" else "C"]
    true = np.log(0.95) / np.log(0.90) if found.reference == "C" else np.log(0.90) / np.log(0.95)
    assert best["low"] < true < best["high"] and best["high"] - best["low"] < 0.2
