"""Launches and upgrades on a score in the spend panel, whose true effect is .06 log points.

Expected figures are those of the method notes, 2.2 (10,000 customers): symmetric differences unbiased one and
two years after a launch, off by +.23 on upgrades of an ongoing programme and by +.09 where trends differ by
size; differences to the graded year below -.10; full-history adjustment off by at most .010.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from toolkit.effects.effect import Effect
from toolkit.effects.rollout.comparison import Recipe, by_rule, compare, placebo_reviews
from toolkit.effects.rollout.contrast import contrast
from toolkit.effects.rollout.review_sample import ReviewDesign, ReviewSample
from toolkit.effects.rollout.reviews import estimate_launch, estimate_upgrade
from toolkit.errors import HistoryError
from toolkit.synthetic.spendpanel import ONE_SIZE, PanelPlan, simulate_panel

TRUTH = 0.06
LAUNCH = PanelPlan()
LATER = PanelPlan(years=7, launch=4)


def reviews(seed: int, plan: PanelPlan = LAUNCH, customers: int = 10_000, **switches) -> ReviewSample:
    world = replace(ONE_SIZE, customers=customers, **switches)
    panel = simulate_panel(np.random.default_rng(seed), world, plan)
    return ReviewSample(panel.yearly(), panel.x, panel.treated)


def held_for_good(seed: int) -> ReviewSample:
    """Seven years; what the launch after the fifth gives is kept."""
    panel = simulate_panel(np.random.default_rng(seed), replace(ONE_SIZE, customers=10_000), LATER)
    received = panel.treated & False
    received[:, 4:] = panel.treated[:, [4]]
    yearly = np.log(panel.spend_without.reshape(10_000, -1, 4).sum(axis=2))
    yearly[:, 5:] += TRUTH * received[:, 4:6]
    return ReviewSample(yearly, panel.x, received)


@pytest.fixture
def design(question) -> ReviewDesign:
    return ReviewDesign(question)


def values(make: Callable[[int], ReviewSample], recipe: Recipe, review: int, worlds: int) -> np.ndarray:
    """Figures of the comparison itself, placebo or no placebo."""
    samples = (make(seed) for seed in range(worlds))
    return np.array([compare(sample, sample.received, review, recipe).value for sample in samples])


def test_the_table_of_the_method_notes():
    """Launch, symmetric, years +1 and +2: within .006 of .06; upgrades: history within .012, symmetric +.23."""
    one_year = values(reviews, Recipe("symmetric", None, 1, 0), 2, 40)
    two_years = values(held_for_good, Recipe("symmetric", None, 2, 0), 4, 40)
    assert one_year.mean() == pytest.approx(TRUTH, abs=0.006)
    assert two_years.mean() == pytest.approx(TRUTH, abs=0.006)

    def ongoing(seed: int) -> ReviewSample:
        return reviews(seed, LATER)

    history = values(ongoing, Recipe("history", "up", 1, 3), 5, 40)
    assert abs(history.mean() - TRUTH) < 0.012
    symmetric = values(ongoing, Recipe("symmetric", "up", 1, 0), 5, 10)
    assert symmetric.mean() - TRUTH > 0.15


def test_a_launch_is_answered_and_its_interval_keeps_its_promise(design):
    """40 worlds: at least 34 intervals of those shown cover .06, at most 6 refused by chance (p < .02)."""
    found = [estimate_launch(reviews(seed), design) for seed in range(40)]
    shown = [effect for effect in found if effect.estimate]
    assert len(shown) >= 34 and all(effect.codes == ("PLACEBO",) for effect in found if not effect.estimate)
    covered = sum(e.estimate.low < TRUTH < e.estimate.high for e in shown)
    assert covered >= len(shown) - 5


def test_two_years_on_the_base_lies_two_years_back(design):
    effect = estimate_launch(held_for_good(0), replace(design, horizon=2))
    assert effect.picture.base == -3 and list(effect.picture.periods.index) == [-5, -4, -3, -2, -1, 0, 1]
    assert effect.estimate.low < TRUTH < effect.estimate.high


def test_the_graded_year_is_never_a_base(design):
    """Methods 2.2: that difference lies below -.10; the design refuses it, and any base not -horizon."""
    graded = []
    for seed in range(10):
        sample = reviews(seed)
        change = sample.outcome[:, 3] - sample.outcome[:, 2]
        holds = sample.received[:, 2]
        graded.append(change[holds].mean() - change[~holds].mean())
    assert np.mean(graded) < -0.10
    for base, horizon in ((0, 1), (-1, 2), (1, 1)):
        with pytest.raises(HistoryError) as caught:
            replace(design, base=base, horizon=horizon)
        assert caught.value.zh and caught.value.en
    assert replace(design, base=-2, horizon=2).base == -2
    with pytest.raises(HistoryError):
        replace(design, horizon=0)


def test_symmetric_differences_of_upgrades_are_refused_by_the_placebo_review(design):
    """Methods 2.2: off by +.23 with coverage 0%; refused in at least 36 of 40 worlds."""
    design = replace(design, method="symmetric")
    found = [estimate_upgrade(reviews(seed, LATER), design) for seed in range(40)]
    refused = [effect for effect in found if effect.codes == ("PLACEBO",)]
    assert len(refused) >= 36
    assert all(effect.picture.periods.index.max() == -1 for effect in refused)
    assert not {"breakdown", "undetected_drift"} & {check.id for check in refused[0].checks}


def test_full_history_answers_for_upgrades(design):
    """Methods 2.2: coverage 95%; 40 worlds, at least 34 covered, at most 6 refused."""
    found = [estimate_upgrade(reviews(seed, LATER), design) for seed in range(40)]
    shown = [effect for effect in found if effect.estimate]
    assert len(shown) >= 34
    assert sum(e.estimate.low < TRUTH < e.estimate.high for e in shown) >= len(shown) - 6
    assert all("before" not in {check.id for check in e.failed} for e in shown)


def test_a_trend_that_differs_by_size_is_refused(design):
    """Methods 2.2: symmetric differences off by +.093 where larger customers grow faster."""
    plan = replace(LAUNCH, trend_by_size=0.03)
    found = [estimate_launch(reviews(seed, plan), design) for seed in range(20)]
    assert sum(effect.codes == ("PLACEBO",) for effect in found) >= 18


def test_nothing_is_found_where_the_grade_does_nothing(design):
    found = [estimate_launch(reviews(seed, null=True), design) for seed in range(40)]
    assert sum(bool(e.estimate) and not e.estimate.low < 0 < e.estimate.high for e in found) <= 5


def test_the_fall_to_expect_without_any_programme_is_printed(design):
    """Methods 2.2: formula -.1735, simulated -.1739."""
    effect = estimate_launch(reviews(1, customers=40_000), design)
    check = next(check for check in effect.checks if check.id == "expected_drop")
    assert check.value == pytest.approx(-0.1735, abs=0.006)
    assert "均值回归" in check.meaning.zh and "regression to the mean" in check.meaning.en


def test_gaining_and_losing_are_asked_apart(design):
    sample = reviews(3, LATER)
    up, down = (estimate_upgrade(sample, replace(design, direction=way)) for way in ("up", "down"))
    before, now = sample.received[:, 4], sample.received[:, 5]
    assert up.n_effective == (~before).sum() and down.n_effective == before.sum()
    assert up.power.n == (~before & now).sum() and down.power.n == (before & ~now).sum()


def test_history_reaches_back_equally_far_at_the_placebo_review():
    sample = reviews(0, LATER)
    recipe = Recipe("history", "up", 1, 3)
    assert placebo_reviews(sample, recipe) == (3,)
    assert placebo_reviews(sample, Recipe("symmetric", "up", 1, 0)) == (1, 2, 3)
    changed = replace(sample, outcome=sample.outcome.copy())
    changed.outcome[:, 1] += np.random.default_rng(0).normal(size=10_000)
    shorter = replace(recipe, earlier=2)
    assert compare(changed, sample.received, 5, recipe) == compare(sample, sample.received, 5, recipe)
    assert compare(changed, by_rule(sample), 3, shorter) != compare(sample, by_rule(sample), 3, shorter)


@pytest.mark.parametrize("declared", [True, False])
def test_retention_after_a_review_is_refused(design, declared):
    sample = reviews(0, customers=2000)
    stays = np.ones_like(sample.outcome)
    stays[:, 3] = np.random.default_rng(0).random(2000) < 0.8
    retention = replace(sample, outcome=stays)
    if declared:
        retention = replace(sample, outcome_kind="retention")
    for ask in (estimate_launch, estimate_upgrade):
        effect: Effect = ask(retention, design)
        assert effect.codes == ("RISKSET",) and effect.estimate is None and effect.picture is None


def test_a_programme_without_a_past_is_refused(design):
    assert estimate_launch(reviews(0, PanelPlan(launch=0)), design).codes == ("NOBEFORE",)
    assert estimate_launch(reviews(0, PanelPlan(launch=1)), design).codes == ("NOBEFORE",)
    assert estimate_upgrade(reviews(0, PanelPlan(launch=0)), design).codes == ("NOBEFORE",)
    assert estimate_launch(reviews(0, PanelPlan(launch=9)), design).codes == ("NOPROGRAMME",)
    assert estimate_launch(reviews(0, PanelPlan(launch=4)), design).codes == ("CENSORED",)
    assert estimate_upgrade(reviews(0, PanelPlan(launch=3)), design).codes == ("CENSORED",)
    few = reviews(0, customers=30)
    assert estimate_launch(few, design).codes == ("UNITS",)
    region = np.arange(10_000) % 5
    assert estimate_launch(replace(reviews(0), cluster=region), design).codes == ("CLUSTERS",)


def test_a_review_that_does_not_fit_is_named(design):
    for ask, review in ((estimate_launch, 3), (estimate_upgrade, 2), (estimate_upgrade, 9)):
        with pytest.raises(HistoryError, match="review"):
            ask(reviews(0, customers=500), replace(design, review=review))
    sample = reviews(0, customers=500)
    with pytest.raises(HistoryError, match="true or false"):
        replace(sample, received=sample.received.astype(int))
    with pytest.raises(HistoryError, match="distance"):
        replace(sample, distance=sample.distance[:, 1:])


@pytest.mark.parametrize("clustered", [False, True])
def test_a_contrast_is_a_regression_with_robust_errors(clustered):
    """Second implementation: statsmodels, HC1 and CR1."""
    rng = np.random.default_rng(8)
    controls = rng.normal(size=(400, 3))
    treated = controls[:, 0] + rng.normal(size=400) > 0
    cluster = np.arange(400) % 25
    outcome = (
        treated
        + controls.sum(axis=1)
        + rng.normal(size=400) * (1 + treated)
        + 0.3 * rng.normal(size=25)[cluster]
    )
    ours = contrast(outcome, treated, controls, cluster if clustered else None)
    model = sm.OLS(outcome, sm.add_constant(np.column_stack([treated.astype(float), controls])))
    fitted = model.fit(
        cov_type="cluster" if clustered else "HC1", cov_kwds={"groups": cluster} if clustered else {}
    )
    assert (ours.value, ours.error) == (pytest.approx(fitted.params[1]), pytest.approx(fitted.bse[1]))
    twice = contrast(outcome, treated, np.column_stack([controls, controls]), cluster if clustered else None)
    assert (twice.value, twice.error) == (pytest.approx(ours.value), pytest.approx(ours.error))
