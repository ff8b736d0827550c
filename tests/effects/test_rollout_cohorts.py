"""Cohorts by score band before and after a launch, in GradeWorld, whose effect on staying is known."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.effects.rollout.cohorts import CohortDesign, CohortSample, estimate_cohorts

REACH = 0.5


def cohorts(simulate, seed: int, *, n: int = 12_000, launch: int = 3, **first) -> tuple[CohortSample, float]:
    """One draw per review, the last with the programme; ``first`` changes the world of the first review.

    Also the truth: mean effect received above the bar, less that received below it.
    """
    rng = np.random.default_rng(seed)
    worlds = [simulate(rng, n, programme=k == launch, **(first if k == 0 else {})) for k in range(launch + 1)]
    x = np.concatenate([world.x for world in worlds])
    review = np.concatenate([np.full(len(world.x), k) for k, world in enumerate(worlds)])
    last = worlds[-1]
    got = last.effect * last.treated
    above, below = ((abs(last.x) <= REACH) & ((last.x >= 0) == side) for side in (True, False))
    stayed = np.concatenate([world.stayed for world in worlds])
    return CohortSample(x, stayed, review, np.arange(len(x))), got[above].mean() - got[below].mean()


@pytest.fixture
def design(question) -> CohortDesign:
    return CohortDesign(question, launch=3)


def test_retention_of_cohorts_is_answered_where_that_of_customers_is_not(grade_world, design):
    """Oracle of GradeWorld: 20 worlds, mean error within four standard errors of zero, at least 16 covered."""
    errors, covered, shown = [], 0, 0
    for seed in range(20):
        sample, truth = cohorts(grade_world, seed)
        effect = estimate_cohorts(sample, design)
        if effect.estimate:
            errors.append(effect.estimate.value - truth)
            covered += effect.estimate.low < truth < effect.estimate.high
            shown += 1
    assert shown >= 16 and covered >= shown - 3
    assert np.mean(errors) == pytest.approx(0, abs=4 * np.std(errors) / np.sqrt(shown))
    assert (effect.design, effect.estimand) == ("rollout", "ITT")


def test_another_benefit_at_the_bar_in_earlier_years_is_refused(grade_world, design):
    sample, _ = cohorts(grade_world, 1, n=40_000, compound=1.5)
    effect = estimate_cohorts(sample, design)
    assert effect.codes == ("PLACEBO",) and list(effect.picture.periods.index) == [-3, -2, -1]


def test_cohorts_without_a_past_or_without_an_outcome_are_refused(grade_world, question):
    sample, _ = cohorts(grade_world, 2, n=2000, launch=1)
    assert estimate_cohorts(sample, CohortDesign(question, launch=1)).codes == ("NOBEFORE",)
    assert estimate_cohorts(sample, CohortDesign(question, launch=5)).codes == ("CENSORED",)


def test_the_difference_is_that_of_band_means(grade_world, question):
    """Slow twin with one band on each side and two earlier reviews: differences of four means."""
    sample, _ = cohorts(grade_world, 3, n=6000, launch=2)
    design = CohortDesign(question, launch=2, reach=0.3, band=0.4)
    x, stayed, review = sample.distance, sample.stayed, sample.review
    near = abs(x) <= 0.3

    def mean(above: bool, when: np.ndarray) -> float:
        return stayed[near & ((x >= 0) == above) & when].mean()

    effect = estimate_cohorts(sample, design)
    placebo = effect.picture.periods.loc[-2, "value"]
    by_hand = (mean(True, review == 0) - mean(True, review == 1)) - (
        mean(False, review == 0) - mean(False, review == 1)
    )
    assert placebo == pytest.approx(by_hand, abs=1e-12)


def test_reviews_after_the_launch_are_left_out(grade_world, design):
    """Their customers include those whom the grade has kept."""
    sample, _ = cohorts(grade_world, 4, n=6000)
    later = sample.where(sample.review == 3)
    longer = CohortSample(
        np.append(sample.distance, later.distance),
        np.append(sample.stayed, np.zeros(len(later.stayed))),
        np.append(sample.review, later.review + 1),
        np.append(sample.customer, later.customer),
    )
    first, second = (estimate_cohorts(rows, design) for rows in (sample, longer))
    assert first.estimate is not None and first.estimate == second.estimate
