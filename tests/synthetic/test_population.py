"""The walk of the base through the quarters."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.population import Population, walk
from toolkit.synthetic.world import World, chance, mean_log_spend
from toolkit.window import Quarter


@pytest.fixture(scope="module")
def population() -> Population:
    return walk(World(), Calendar(), 4000, np.random.default_rng(20261122))


def test_those_who_leave_never_come_back_and_nobody_buys_before_joining(population):
    quarters = np.arange(len(population.active))[:, None]
    assert not population.active[quarters < population.joined].any()
    seen = np.maximum.accumulate(population.active, axis=0)
    left = seen & ~population.active
    assert (np.diff(left.astype(int), axis=0) >= 0).all()
    assert population.active[population.joined, np.arange(len(population))].all()


def test_the_base_stays_about_as_large_as_it_started(population):
    shown = population.active[: Calendar().shown].sum(axis=1)
    assert shown[0] == 4000
    assert np.abs(shown / 4000 - 1).max() < 0.15


def test_spend_follows_the_formula_to_the_cent(population):
    """exp(mean + shock + lift while holding), rounded to cents, 1 yuan at least."""
    world = World()
    level = mean_log_spend(world, population.latent) + population.shocks + 0.06 * population.holds
    cents = np.maximum(100, np.rint(100 * np.exp(level)))
    assert (population.cents[population.active] == cents[population.active]).all()
    assert (population.cents[~population.active] == 0).all()
    assert population.holds.any()


def test_as_many_leave_as_the_hazard_says(population):
    """Leavers minus the sum of hazards over all quarters; 4 binomial standard errors."""
    world, surplus, variance = World(), 0.0, 0.0
    tau = np.maximum(0, 0.40 + 0.30 * population.latent.need)
    for quarter in range(1, len(population.active)):
        there = population.active[quarter - 1]
        logit = population.leaving_logit(world, quarter) - tau * population.holds[quarter]
        hazard = chance(logit)[there]
        surplus += (there & ~population.active[quarter]).sum() - hazard.sum()
        variance += (hazard * (1 - hazard)).sum()
    assert abs(surplus) < 4 * np.sqrt(variance)


def test_a_grade_is_held_from_the_quarter_after_its_review_to_the_next_review(population):
    assert not population.holds[: population.reviews[0].quarter + 1].any()
    for review in population.reviews:
        for quarter in range(review.quarter + 1, review.quarter + 5):
            assert (population.holds[quarter, review.rows] == review.decided.treated).all()
            assert population.holds[quarter].sum() == review.decided.treated.sum()


def test_reviews_before_the_launch_grade_nobody_but_the_other_perk_is_there():
    calendar = Calendar(launch=Quarter.parse("2024Q3"))
    early = walk(World(compound=0.4), calendar, 500, np.random.default_rng(1))
    assert [review.launched for review in early.reviews] == [False, False, True, True, True]
    assert not early.holds[: early.reviews[2].quarter + 1].any()
    first = early.reviews[0]
    assert (early.perk[first.quarter + 1, first.rows] == first.decided.eligible).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_of": Calendar().last.last_day()},
        {"as_of": (Calendar().last + 2).start()},
        {"launch": Calendar().first},
        {"launch": Calendar().last + 1},
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        Calendar(**wrong)
