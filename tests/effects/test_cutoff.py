"""The effect of a grade at its bar, in worlds where it is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.cutoff.fitting import fit
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.sample import CutoffSample, Limits
from toolkit.effects.cutoff.single_bar import estimate_cutoff

LATE = 0.0495
SEEDS = range(20261121, 20261121 + 100)


def figures(grade_world, as_sample, design, seeds, **world):
    """Ratio and raw gap, without the checks, one pair per world."""
    found = []
    for seed in seeds:
        sample = as_sample(grade_world(np.random.default_rng(seed), **world))
        had = sample.received
        raw = sample.outcome[had].mean() - sample.outcome[~had].mean()
        error = np.sqrt(sample.outcome[had].var() / had.sum() + sample.outcome[~had].var() / (~had).sum())
        found.append((ratio(fit(sample, design).at()), raw, error))
    return found


def test_the_interval_covers_the_truth_and_the_raw_gap_never_does(grade_world, as_sample, design):
    """100 worlds, truth .0495 (methods, section 9: oracle of 4 million draws). Counts outside the range fall
    below or above a binomial(100, .95) about once in 1,000 each way; the mean of 100 has error .0032, and
    the raw gap is .15."""
    found = figures(grade_world, as_sample, design, SEEDS)
    covered = sum(one.accepted.contains(LATE) for one, _, _ in found)
    low, high = stats.binom.ppf([0.001, 0.999], len(found), 0.95)
    assert low <= covered <= high
    assert np.mean([one.point for one, _, _ in found]) == pytest.approx(LATE, abs=0.0105)
    assert np.mean([raw for _, raw, _ in found]) > 0.13
    assert not any(abs(raw - LATE) <= 1.96 * error for _, raw, error in found)
    errors, spread = [one.std_error for one, _, _ in found], np.std([one.point for one, _, _ in found])
    assert np.mean(errors) == pytest.approx(spread, rel=0.25)


def test_no_effect_is_seldom_found_where_there_is_none(grade_world, as_sample, design):
    """60 worlds without effect: more than 8 rejections at 5% about once in 1,000; the raw gap always does."""
    found = figures(grade_world, as_sample, design, SEEDS[:60], null=True)
    assert sum(not one.accepted.contains(0.0) for one, _, _ in found) <= 8
    assert all(raw > 1.96 * error for _, raw, error in found)


def test_stacked_reviews_of_the_same_customers_are_clustered_honestly(grade_world, as_sample, design):
    """Two reviews, no effect: 60 intervals, rejections as above; two reviews narrow the interval by about
    the square root of two (methods 2.1: .031 to .016 with four)."""
    one = figures(grade_world, as_sample, design, SEEDS[:60], null=True, reviews=2)
    single = figures(grade_world, as_sample, design, SEEDS[:10], null=True)
    assert sum(not found.accepted.contains(0.0) for found, _, _ in one) <= 8
    assert (
        1.15 < np.mean([f.std_error for f, _, _ in single]) / np.mean([f.std_error for f, _, _ in one]) < 1.7
    )


def test_pushing_is_refused_and_a_clean_world_is_not(grade_world, as_sample, design):
    """Methods 9: fails on 30% pushed in at least 38 of 40, passes the plain world in at least 35 of 40."""
    clean, pushed = Counter(), Counter()
    for seed in SEEDS[:40]:
        for store, share in ((clean, 0.0), (pushed, 0.3)):
            effect = estimate_cutoff(
                as_sample(grade_world(np.random.default_rng(seed), pushed=share)), design
            )
            store[effect.status] += 1
            if effect.status == "not_identified":
                assert effect.estimate is None and effect.readings == () and effect.picture.lines is None
                assert effect.pilot.detectable > 0
                store.update(effect.codes)
    assert pushed["not_identified"] >= 38 and pushed["MANIP"] >= 38
    assert clean["not_identified"] <= 5


def test_an_identified_effect_says_everything_it_owes(grade_world, as_sample, design):
    world = grade_world(np.random.default_rng(20261121), reviews=2)
    effect = estimate_cutoff(as_sample(world), design)
    assert effect.status in ("identified", "identified_weak")
    assert (effect.design, effect.estimand, effect.evidence) == ("cutoff", "LATE", "identified")
    assert effect.estimate.low < effect.estimate.value < effect.estimate.high
    readings = dict(effect.readings)
    assert readings["itt"].value / readings["first_stage"].value == pytest.approx(effect.estimate.value)
    assert readings["first_stage"].value == pytest.approx(0.845, abs=0.06)
    assert effect.n == len(world.score) and effect.n_customers == len(np.unique(world.customer))
    assert effect.reach == pytest.approx(min(0.4, effect.picture.bandwidth))
    assert effect.power.n == pytest.approx(effect.n_effective)
    assert effect.power.expected_error == pytest.approx(effect.std_error, rel=0.25)
    assert {check.id for check in effect.checks} >= {"density", "covariates", "placebo_bars", "first_stage"}
    assert effect.pilot is None
    assert effect.slope.at(0.0).value == pytest.approx(effect.estimate.value)


def test_without_a_record_of_grades_the_effect_of_being_entitled_is_given(grade_world, as_sample, design):
    """The jump of the outcome, .0418 on average; here only that it is the first column's."""
    world = grade_world(np.random.default_rng(20261121))
    entitled = estimate_cutoff(as_sample(world, received=None), design)
    served = estimate_cutoff(as_sample(world), design)
    assert entitled.estimand == "ITT" and "first_stage" not in dict(entitled.readings)
    assert entitled.estimate.value == pytest.approx(dict(served.readings)["itt"].value)


def test_a_strict_rule_gives_the_same_set_as_the_jump_itself(grade_world, as_sample, design):
    """Everyone above the bar served and nobody else: the ratio is the jump."""
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    sharp = estimate_cutoff(replace(sample, received=sample.x >= 0), design)
    entitled = estimate_cutoff(replace(sample, received=None), design)
    assert sharp.estimate.low == pytest.approx(entitled.estimate.low)
    assert sharp.estimate.high == pytest.approx(entitled.estimate.high)


def test_a_grade_given_only_far_from_the_bar_has_no_link_to_it(grade_world, as_sample, design):
    """Nobody near the bar served, some far above: nothing can be divided, and no warning is raised."""
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    far = replace(sample, received=sample.x > 1.9)
    assert codes(far, design) == ("WEAK",)
    assert codes(far, design, low=-1.0, high=1.0) == ("NOTRUNNING",)
    half = replace(sample, received=(sample.x > 0.45) | (sample.x < -0.45))
    assert estimate_cutoff(half, design).status in ("identified_weak", "not_identified")


def codes(sample, design, **changes):
    return estimate_cutoff(sample, replace(design, **changes)).codes


def test_each_refusal_names_its_reason(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    n = len(sample.score)
    assert codes(sample, design, other_perks=("免费停车",)) == ("COMPOUND",)
    assert codes(replace(sample, outcome=np.full(n, np.nan)), design) == ("CENSORED",)
    assert codes(sample.where(np.zeros(n, bool)), design) == ("CENSORED",)
    assert codes(replace(sample, received=np.zeros(n, bool)), design) == ("NOTRUNNING",)
    assert codes(replace(sample, received=np.ones(n, bool)), design) == ("WEAK",)
    assert codes(sample.where(np.arange(n) < 900), design) == ("SMALL",)
    few = np.concatenate([np.flatnonzero(sample.received)[:2], np.flatnonzero(~sample.received)[:2]])
    assert codes(sample.where(few), design) == ("SMALL",)
    assert codes(sample.where(sample.x < 0), design) == ("SMALL",)
    lottery = np.random.default_rng(1).random(n) < 0.3
    assert "WEAK" in codes(replace(sample, received=lottery), design)
    assert "DISCRETE" in codes(replace(sample, score=np.round(sample.score, -4)), design)
    leaning = {"loyalty": (sample.x >= 0) + np.random.default_rng(2).normal(size=n)}
    assert codes(replace(sample, covariates=leaning), design) == ("IMBALANCE",)
    leavers = np.flatnonzero((np.abs(sample.x) < 0.3) & (sample.outcome == 0))
    few_left = np.ones(n)
    few_left[leavers[:40]] = 0.0
    assert codes(replace(sample, outcome=few_left), design) == ("SMALL",)
    nobody_left = replace(sample, outcome=np.ones(n))
    assert "SMALL" in codes(nobody_left, design)


@pytest.mark.parametrize("n", [8, 12, 20, 40, 80])
def test_a_handful_of_rows_is_small_and_accuses_nobody(n, design):
    """Whatever cannot be computed well on so few rows is a want of rows, not imbalance or a false bar."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        score = np.exp(rng.normal(0, 1, n)) * 100
        received = rng.random(n) < np.where(score >= 100, 0.8, 0.2)
        facts = {"age": rng.normal(size=n)}
        sample = CutoffSample(score, 100.0, rng.random(n), received, np.arange(n), covariates=facts)
        found = set(codes(sample, design))
        assert "SMALL" in found and found <= {"SMALL", "DISCRETE", "WEAK"}


def test_too_small_a_sample_says_what_it_could_have_seen(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    effect = estimate_cutoff(sample.where(np.arange(len(sample.score)) < 900), design)
    small = effect.reasons[0]
    assert small.code == "SMALL" and " pp" in small.sentence.en and "个百分点" in small.sentence.zh


def test_a_faint_link_is_weak_and_wide(grade_world, as_sample, design):
    """Grade given to 30% below and 45% above: bounded, but F is far from what a rule gives."""
    rng = np.random.default_rng(20261121)
    sample = as_sample(grade_world(rng))
    received = rng.random(len(sample.score)) < np.where(sample.x >= 0, 0.45, 0.30)
    strict = replace(design, limits=replace(design.limits, first_stage=1e4))
    effect = estimate_cutoff(replace(sample, received=received), strict)
    assert effect.status == "identified_weak" and "FAINT" in effect.codes
    assert effect.estimate.high - effect.estimate.low > 0.3
    accepted = ratio(fit(replace(sample, received=received), design).at()).accepted
    assert (effect.estimate.low, effect.estimate.high) == (accepted.low, accepted.high)


def test_rows_outside_the_range_do_not_count(grade_world, as_sample, design):
    """Nonsense beyond the neighbouring bar changes nothing."""
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    ranged = replace(design, low=-0.7, high=0.7)
    outcome = np.where(np.abs(sample.x) < 0.7, sample.outcome, 1 - sample.outcome)
    told, altered = (estimate_cutoff(s, ranged) for s in (sample, replace(sample, outcome=outcome)))
    assert told.estimate == altered.estimate and told.checks == altered.checks
    assert told.n == np.count_nonzero(np.abs(sample.x) < 0.7)


def test_the_order_and_the_unit_of_the_rows_decide_nothing(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    order = np.random.default_rng(1).permutation(len(sample.score))
    cents = replace(sample, score=sample.score * 100, bar=sample.bar * 100)
    first = estimate_cutoff(sample, design)
    for other in (estimate_cutoff(sample.where(order), design), estimate_cutoff(cents, design)):
        assert other.status == first.status
        for ours, theirs in zip(first.readings, other.readings, strict=True):
            assert ours[1].value == pytest.approx(theirs[1].value, rel=1e-6)
            assert ours[1].low == pytest.approx(theirs[1].low, rel=1e-5)


def test_money_is_an_outcome_too(design):
    """Spend rises by 500 at the bar for everybody: covered, in money, without a count of events."""
    rng = np.random.default_rng(20261121)
    score = np.exp(rng.normal(np.log(100), 0.5, 12_000))
    outcome = 3 * score + 500 * (score >= 100) + rng.normal(0, 900, 12_000)
    sample = CutoffSample(score, 100.0, outcome, score >= 100)
    effect = estimate_cutoff(sample, replace(design, unit="money"))
    assert effect.estimate.unit == "money" and effect.estimate.low <= 500 <= effect.estimate.high


def test_limits_belong_to_the_analyst(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(20261121)))
    assert codes(sample, design, limits=Limits(rows=10**6)) == ("SMALL",)


def test_a_hundred_thousand_rows_take_under_three_seconds(grade_world, as_sample, design):
    """Stacked reviews, clustered, three covariates, every check; measured .2 s of processor time."""
    sample = as_sample(grade_world(np.random.default_rng(20261121), 75_000, reviews=3))
    assert len(sample.score) > 100_000
    start = process_time()
    estimate_cutoff(sample, design)
    assert process_time() - start < 3


def test_coarse_scores_are_compared_value_by_value(design):
    """Whole points around a bar of 50, nothing but the grade (+6 points of retention) at work: 8 worlds, most
    of them answered, truth covered as often as 95% allows (fewer about once in 1,000), never more than weak."""
    covered = shown = 0
    for seed in range(8):
        rng = np.random.default_rng(20261121 + seed)
        score = np.round(rng.normal(50, 3, 6_000))
        received = rng.random(6_000) < np.where(score >= 50, 0.9, 0.05)
        outcome = (rng.random(6_000) < 0.8 + 0.06 * received).astype(float)
        facts = {"age": rng.normal(size=6_000)}
        effect = estimate_cutoff(
            CutoffSample(score, 50.0, outcome, received, covariates=facts, scale="linear"), design
        )
        assert effect.status in ("identified_weak", "not_identified")
        if effect.estimate is not None:
            assert "COARSE" in effect.codes and effect.slope is None
            covered += effect.estimate.low <= 0.06 <= effect.estimate.high
            shown += 1
    assert shown >= 5
    assert covered >= stats.binom.ppf(0.001, shown, 0.95)


def test_coarse_scores_that_carry_a_difference_of_their_own_are_refused(grade_world, as_sample, design):
    """Spend rounded to 10,000 with last year's spend on record: neighbouring cells differ, so no comparison."""
    sample = as_sample(grade_world(np.random.default_rng(20261121), 40_000, rounded=10_000.0))
    effect = estimate_cutoff(sample, design)
    assert effect.status == "not_identified" and "DISCRETE" in effect.codes
