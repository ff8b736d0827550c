"""The review cohort against the reference table of the method notes (section 9) and against itself."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from toolkit.synthetic.gradeworld import ReviewCohort, simulate_review, truth_at_bar
from toolkit.synthetic.world import World

PRINTED = 0.0004
"""Monte Carlo error stated beside the reference table."""


@pytest.fixture(scope="module")
def large() -> ReviewCohort:
    return simulate_review(World(customers=400_000), np.random.default_rng(20261121))


def change(cohort: ReviewCohort) -> np.ndarray:
    return cohort.p1 - cohort.p0


def raw_gap(cohort: ReviewCohort) -> float:
    return float(cohort.outcome[cohort.treated].mean() - cohort.outcome[~cohort.treated].mean())


def test_truth_at_the_bar_is_that_of_the_reference_table():
    """Reference: LATE .0495, ITT .0418, first stage .8453, p0 .825; half a printed digit and 4 own errors added."""
    truth = truth_at_bar(World(), draws=400_000)
    slack = PRINTED + 4 * truth.std_error
    assert truth.late == pytest.approx(0.0495, abs=0.00005 + slack)
    assert truth.itt == pytest.approx(0.0418, abs=0.00005 + slack)
    assert truth.first_stage == pytest.approx(0.8453, abs=0.00005 + slack)
    assert truth.p0 == pytest.approx(0.825, abs=0.0005 + slack)
    assert truth.itt == pytest.approx(truth.late * truth.first_stage, rel=1e-12)


@pytest.mark.parametrize(
    ("at", "printed"),
    [(-0.5, 0.0583), (-0.3, 0.0546), (-0.2, 0.0528), (-0.1, 0.0513), (0.0, 0.0495), (0.2, 0.0463)],
)
def test_the_sharp_effect_falls_along_the_score_as_in_the_reference_table(at, printed):
    truth = truth_at_bar(World(sharp=True), draws=200_000, at=at)
    assert truth.first_stage == pytest.approx(1)
    assert truth.late == pytest.approx(printed, abs=0.00005 + PRINTED + 4 * truth.std_error)


def test_truth_with_another_perk_at_the_bar():
    """Reference, compound thresholds: 3.6 pp with the perk in place, against 5.0 pp without."""
    truth = truth_at_bar(World(compound=0.4))
    assert truth.late == pytest.approx(0.036, abs=0.0005 + PRINTED + 4 * truth.std_error)


def test_truth_at_the_bar_agrees_with_a_slow_count_of_customers_near_it(large):
    """Twin: complier-weighted mean among simulated customers within 0.05 of the bar."""
    near = np.abs(large.x) < 0.05
    weight, effect = large.complier[near], change(large)[near]
    counted = (weight * effect).sum() / weight.sum()
    std_error = np.sqrt(((weight * (effect - counted)) ** 2).sum()) / weight.sum()
    truth = truth_at_bar(World())
    assert truth.late == pytest.approx(counted, abs=4 * np.hypot(std_error, truth.std_error))
    assert truth.first_stage == pytest.approx(weight.mean(), abs=4 * weight.std() / np.sqrt(near.sum()))
    assert truth.p0 == pytest.approx(
        large.p0[near].mean(), abs=4 * large.p0[near].std() / np.sqrt(near.sum())
    )


def test_means_over_everybody_are_those_of_the_reference_table(large):
    """Reference: ATT .0410, ATE .0611; raw gap .150 with SD .0076 at 20,000 customers."""
    effect = change(large)
    own_att = effect[large.treated].std() / np.sqrt(large.treated.sum())
    own_ate = effect.std() / np.sqrt(len(large))
    assert effect[large.treated].mean() == pytest.approx(0.0410, abs=0.00005 + PRINTED + 4 * own_att)
    assert effect.mean() == pytest.approx(0.0611, abs=0.00005 + PRINTED + 4 * own_ate)
    assert raw_gap(large) == pytest.approx(0.150, abs=0.0005 + 4 * 0.0076 / np.sqrt(20))


def test_the_raw_gap_of_a_grade_that_does_nothing():
    """Reference: .109, with about the sampling error of the plain world."""
    cohort = simulate_review(World(customers=400_000, null=True), np.random.default_rng(20261121))
    assert (cohort.p0 == cohort.p1).all()
    assert raw_gap(cohort) == pytest.approx(0.109, abs=0.0005 + 4 * 0.0076 / np.sqrt(20))


def test_what_happens_is_what_the_oracle_expects(large):
    """Outcome minus the probability of the grade held has mean 0; 4 binomial standard errors."""
    expected = np.where(large.treated, large.p1, large.p0)
    exceptions = large.treated != large.eligible
    for group in (large.treated, ~large.treated, exceptions & large.eligible, exceptions & ~large.eligible):
        error = np.sqrt((expected * (1 - expected))[group].sum()) / group.sum()
        assert abs((large.outcome - expected)[group].mean()) < 4 * error


def test_the_bar_decides_as_often_as_the_complier_weight_says(large):
    moved = large.treated_above & ~large.treated_below
    error = np.sqrt((large.complier * (1 - large.complier)).sum()) / len(large)
    assert abs(moved.mean() - large.complier.mean()) < 4 * error
    assert not (large.treated_below & ~large.treated_above).any()
    assert (large.treated == np.where(large.eligible, large.treated_above, large.treated_below)).all()


def test_spend_and_stay_tell_the_same_story(large):
    assert ((large.stayed_quarters == 4) == (large.outcome == 1)).all()
    bought = (large.spend_after > 0).sum(axis=1)
    assert (bought == large.stayed_quarters).all()
    assert large.score == pytest.approx(large.spend_before[:, 4:].sum(axis=1))


def cohort_of(**switches: object) -> ReviewCohort:
    return simulate_review(World(customers=20_000, **switches), np.random.default_rng(7))


def test_worlds_that_differ_in_a_switch_share_their_customers():
    plain = cohort_of()
    for switch in ({"null": True}, {"sharp": True}, {"rct": 0.5}, {"discretion": True}, {"programme": False}):
        other = cohort_of(**switch)
        assert (other.loyalty == plain.loyalty).all() and (other.x == plain.x).all()
    assert (cohort_of().outcome == plain.outcome).all()


def test_a_sharp_rule_has_no_exceptions_and_no_programme_has_no_grades():
    sharp = cohort_of(sharp=True)
    assert (sharp.treated == sharp.eligible).all() and (sharp.complier == 1).all()
    none = cohort_of(programme=False)
    assert not none.treated.any() and (none.complier == 0).all()


def test_pushing_leaves_a_hole_below_the_bar_and_a_heap_above():
    plain, manip = cohort_of(), cohort_of(manip=0.3)
    near = (plain.x < 0) & (plain.x > -0.15)
    share = np.minimum(1, 2 * 0.3 / (1 + np.exp(-1.5 * plain.loyalty[near])))
    error = np.sqrt((share * (1 - share)).sum())
    assert abs(manip.pushed.sum() - share.sum()) < 4 * error
    assert (manip.pushed <= near).all()
    assert (manip.x[manip.pushed] >= 0).all() and (manip.x[manip.pushed] <= 0.04).all()
    assert (manip.x[~manip.pushed] == plain.x[~manip.pushed]).all()


def test_heaped_scores_are_round_and_never_nothing():
    heaped = cohort_of(heap=5000.0)
    assert (np.abs(heaped.score / 5000 - np.round(heaped.score / 5000)) < 1e-9).all()
    assert heaped.score.min() >= 5000
    at_the_bar = heaped.score == 100_000
    assert at_the_bar.sum() > 100 and heaped.eligible[at_the_bar].all()


def test_another_perk_moves_only_those_above_the_bar():
    plain, compound = cohort_of(), cohort_of(compound=0.4)
    assert (compound.p0[~compound.eligible] == plain.p0[~compound.eligible]).all()
    assert (compound.p0[compound.eligible] > plain.p0[compound.eligible]).all()


def test_a_coin_decides_for_the_share_and_the_band_asked():
    pilot = cohort_of(rct=0.4, rct_band=0.3)
    inside = np.abs(pilot.x) <= 0.3
    assert not pilot.randomised[~inside].any()
    count, decided = inside.sum(), pilot.randomised
    assert abs(decided.sum() - 0.4 * count) < 4 * np.sqrt(count * 0.4 * 0.6)
    assert abs(pilot.treated[decided].sum() - decided.sum() / 2) < 4 * np.sqrt(decided.sum() / 4)
    assert (pilot.treated_above[decided] == pilot.treated_below[decided]).all()


@pytest.mark.parametrize("hidden", [0.0, 0.5])
def test_judgement_follows_its_logit(hidden):
    judged = cohort_of(discretion=True, hidden=hidden)
    share = 1 / (1 + np.exp(-(1.5 * judged.x + hidden * judged.loyalty)))
    for group in (judged.loyalty > 0, judged.loyalty <= 0):
        error = np.sqrt((share * (1 - share))[group].sum())
        assert abs((judged.treated - share)[group].sum()) < 4 * error
    assert np.isnan(truth_at_bar(World(discretion=True), draws=1000).late)


def test_more_refusals_weaken_the_first_stage():
    assert truth_at_bar(World(refuse=2.0)).first_stage < 0.15
    assert truth_at_bar(World(rct=0.5)).first_stage == pytest.approx(truth_at_bar(World()).first_stage / 2)


def test_many_exceptions_never_turn_the_rule_round():
    """Refusal and override together stay within one: nobody gets the grade only by standing below the bar."""
    unruly = cohort_of(refuse=2.0, override=2.0)
    assert unruly.complier.min() >= 0
    assert not (unruly.treated_below & ~unruly.treated_above).any()


def test_every_array_has_one_entry_per_customer():
    cohort = cohort_of()
    assert all(len(getattr(cohort, field.name)) == len(cohort) for field in fields(cohort))
    assert all(np.isfinite(getattr(cohort, field.name)).all() for field in fields(cohort))


@pytest.mark.parametrize(
    "wrong", [{"manip": 1.5}, {"rct": -0.1}, {"bar": 0.0}, {"segment_shares": (0.5, 0.6)}]
)
def test_a_world_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must|above"):
        replace(World(), **wrong)
