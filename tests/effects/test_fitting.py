"""Rows in order, and what already jumped before the grade existed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.cutoff.fitting import fit, usable
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.errors import HistoryError

GIVEN_THE_PERK = 0.036


def test_unknown_outcomes_and_rows_out_of_range_are_left_out(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(1), 4_000))
    outcome = sample.outcome.copy()
    outcome[:100] = np.nan
    kept = usable(replace(sample, outcome=outcome), replace(design, low=-1.0))
    assert len(kept.score) == np.count_nonzero((sample.x > -1) & np.isfinite(outcome))
    assert (np.diff(kept.x) >= 0).all()


def test_another_perk_at_the_bar_is_differenced_out(grade_world, as_sample, design):
    """A perk with log-odds .4 at the same bar, before and after (methods 2.1): the plain ratio was 6.2
    points too high with coverage 3%; the difference was off by .2 with coverage 97%, truth 3.6 points.
    40 worlds: the mean has error .7 points; fewer than 32 covered about once in 1,000."""
    plain, differenced = [], []
    for seed in range(40):
        rng = np.random.default_rng(20261121 + seed)
        now = as_sample(grade_world(rng, compound=0.4))
        then = as_sample(grade_world(rng, compound=0.4, programme=False), received=None)
        then = replace(then, customer=then.customer + 10**6)
        plain.append(ratio(fit(now, design).at()))
        differenced.append(ratio(fit(now, design, then).at()))
    assert np.mean([one.point for one in plain]) > GIVEN_THE_PERK + 0.04
    assert np.mean([one.point for one in differenced]) == pytest.approx(GIVEN_THE_PERK, abs=0.022)
    covered = sum(one.accepted.contains(GIVEN_THE_PERK) for one in differenced)
    assert covered >= stats.binom.ppf(0.001, 40, 0.95)
    assert np.mean([one.std_error for one in differenced]) == pytest.approx(
        np.std([one.point for one in differenced]), rel=0.35
    )


def test_reviews_from_before_lift_the_refusal(grade_world, as_sample, design):
    rng = np.random.default_rng(20261121)
    now = as_sample(grade_world(rng, compound=0.4))
    then = as_sample(grade_world(rng, compound=0.4, programme=False))
    bundled = replace(design, other_perks=("生日礼遇",))
    assert estimate_cutoff(now, bundled).codes == ("COMPOUND",)
    effect = estimate_cutoff(now, bundled, then)
    assert effect.status in ("identified", "identified_weak")
    itt = dict(effect.readings)["itt"].value
    assert itt == pytest.approx(
        fit(now, design).at().corrected[0] - fit(replace(then, received=None), design).at().corrected[0]
    )


def test_a_customer_of_both_periods_is_one_cluster(grade_world, as_sample, design):
    """The same rows in both periods: the difference is exactly zero and known to be."""
    sample = as_sample(grade_world(np.random.default_rng(3), 6_000), received=None)
    found = fit(sample, design, sample).at()
    assert found.corrected[0] == pytest.approx(0, abs=1e-12)
    assert found.robust_cov[0, 0] == pytest.approx(0, abs=1e-15)


def test_rows_shared_by_both_periods_cancel_wherever_they_stand(grade_world, as_sample, design):
    """Variance of the difference, added up by hand customer by customer; half of the rows are in both."""
    sample = as_sample(grade_world(np.random.default_rng(3), 8_000), received=None)
    half = sample.where(np.random.default_rng(4).permutation(len(sample.score))[: len(sample.score) // 2])
    found = fit(sample, design, half)
    totals = {}
    for fitting, sign in ((fit(sample, design), 1.0), (fit(half, design), -1.0)):
        alone = fitting.at()
        for customer, pull in zip(
            fitting.sample.customer[alone.positions], alone.influence[:, 0], strict=True
        ):
            totals[customer] = totals.get(customer, 0.0) + sign * pull
    assert found.at().robust_cov[0, 0] == pytest.approx(sum(total**2 for total in totals.values()))


def test_reviews_from_before_must_be_from_before(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(3), 4_000))
    with pytest.raises(HistoryError, match="had the grade already"):
        fit(sample, design, sample)
