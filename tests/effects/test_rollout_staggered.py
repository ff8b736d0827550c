"""Staggered starts in worlds of known truth: what is answered, what is refused, and with which words."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from toolkit.effects.pictures import EventPicture
from toolkit.effects.reasons import REASONS
from toolkit.effects.rollout import permutation
from toolkit.effects.rollout.gates import MEANINGS, REFUSING, WEAKENING
from toolkit.effects.rollout.permutation import Changes, redraw
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample
from toolkit.effects.rollout.staggered import estimate_rollout
from toolkit.errors import HistoryError

LIFT = 0.06
CODES = {
    *REFUSING.values(),
    *WEAKENING.values(),
    "RISKSET",
    "NOCONTROL",
    "NOTRUNNING",
    "NOPROGRAMME",
    "CENSORED",
}


def world(
    seed: int, *, n: int = 1500, lift: float = LIFT, drift: float = 0.0, periods: int = 8, growth: float = 0.0
) -> RolloutSample:
    """Log spend with lasting differences, a common course and luck that fades; three starts and never.

    ``drift``: what those who start gain in each period whatever happens; ``growth``: of the lift, by period.
    """
    rng = np.random.default_rng(seed)
    start = rng.choice([4.0, 5.0, 6.0, np.nan], n)
    luck = np.empty((n, periods))
    luck[:, 0] = 0.3 * rng.standard_normal(n)
    for t in range(1, periods):
        luck[:, t] = 0.5 * luck[:, t - 1] + 0.3 * np.sqrt(0.75) * rng.standard_normal(n)
    t = np.arange(periods)
    on = t >= start[:, None]
    since = np.where(on, t - np.nan_to_num(start)[:, None], 0)
    level = 0.2 * np.isfinite(start) + 0.8 * rng.standard_normal(n)
    course = 0.1 * np.sin(t) + drift * np.isfinite(start)[:, None] * t
    return RolloutSample(level[:, None] + course + luck + on * (lift + growth * since), start)


@pytest.fixture
def design(question) -> RolloutDesign:
    return RolloutDesign(question)


def test_the_interval_covers_a_growing_effect_as_often_as_it_promises(design):
    """Known truth: mean over treated cells of .06 + .03 a period; at least 35 of 40 covered (p < .02)."""
    inside, values = 0, []
    for seed in range(40):
        sample = world(seed, growth=0.03)
        start = sample.start[np.isfinite(sample.start)]
        since = np.concatenate([np.arange(8 - s) for s in start])
        truth = LIFT + 0.03 * since.mean()
        estimate = estimate_rollout(
            sample, replace(design, limits=replace(design.limits, family=0.0))
        ).estimate
        inside += estimate.low < truth < estimate.high
        values.append(estimate.value - truth)
    assert inside >= 35
    assert np.mean(values) == pytest.approx(0, abs=4 * np.std(values) / np.sqrt(40))


def test_no_effect_is_found_where_there_is_none(design):
    """Null world: at most 5 of 40 intervals leave out zero (p < .02); none of those is called weak."""
    found = [estimate_rollout(world(seed, lift=0.0), design) for seed in range(40)]
    shown = [effect for effect in found if effect.estimate]
    assert len(shown) >= 34
    assert sum(not e.estimate.low < 0 < e.estimate.high for e in shown) <= 5
    assert all(e.codes == () for e in shown if e.estimate.low < 0 < e.estimate.high)


def test_a_drift_before_the_start_refuses_and_shows_only_what_came_before(design):
    effect = estimate_rollout(world(1, n=6000, drift=0.05), design)
    assert effect.status == "not_identified" and effect.codes == ("PLACEBO", "PRETREND")
    assert {"pretrend", "placebo_start"} <= {check.id for check in effect.failed}
    assert not {"breakdown", "undetected_drift"} & {check.id for check in effect.checks}
    assert isinstance(effect.picture, EventPicture) and effect.picture.periods.index.max() == -1
    assert effect.pilot.text.zh and "lots" in effect.pilot.text.en


def test_an_answer_names_its_horizons_and_what_it_survives(design):
    effect = estimate_rollout(world(2, n=6000, lift=0.3), design)
    assert (effect.design, effect.estimand, effect.status) == ("rollout", "ATT", "identified")
    readings = dict(effect.readings)
    assert list(readings) == [*(f"horizon_{k}" for k in range(4)), "dynamic", "honest"]
    assert readings["honest"].low < effect.estimate.low and readings["honest"].value == effect.estimate.value
    periods = effect.picture.periods
    assert list(periods.index) == list(range(-6, 4)) and effect.picture.base == -1
    assert periods.loc[-1, ["value", "low", "high"]].tolist() == [0, 0, 0]
    checks = {check.id: check for check in effect.checks}
    near = effect.estimate.low
    assert checks["breakdown"].value * (effect.estimate.low - readings["honest"].low) == pytest.approx(
        0.5 * near
    )
    assert effect.n == 48_000 and effect.n_customers == 6000


def test_an_effect_that_a_modest_departure_would_erase_is_weak(design):
    found = [estimate_rollout(world(seed, lift=0.03), design) for seed in range(12)]
    barely = [e for e in found if e.estimate and 0 < e.estimate.low < 0.5 * e.std_error]
    assert barely and all(e.status == "identified_weak" and e.codes == ("TREND",) for e in barely)


@pytest.mark.parametrize("declared", [True, False])
def test_retention_is_refused_with_the_designs_that_can_answer(design, declared):
    """Everyone was active before the start: a difference over time compares levels (methods, decision 4)."""
    rng = np.random.default_rng(4)
    stays = np.minimum.accumulate((rng.random((400, 6)) > 0.1).astype(float), axis=1)
    stays[:, :3] = 1.0
    sample = RolloutSample(stays, np.where(np.arange(400) % 2, 3.0, np.nan))
    if declared:
        sample = replace(sample, outcome=stays + 0.5, outcome_kind="retention")
    effect = estimate_rollout(sample, design)
    assert effect.codes == ("RISKSET",) and effect.estimate is None and effect.picture is None
    remedy = effect.reasons[0].remedy
    assert all(word in remedy.en for word in ("cutoff", "cohorts", "experiment"))
    assert all(word in remedy.zh for word in ("断点", "得分段", "试验"))


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (np.full(400, np.nan), "NOPROGRAMME"),
        (np.full(400, 9.0), "NOTRUNNING"),
        (np.zeros(400), "NOBEFORE"),
        (np.full(400, 3.0), "NOCONTROL"),
        (np.where(np.arange(400) % 2, 1.0, np.nan), "NOBEFORE"),
        (np.where(np.arange(400) < 5, 3.0, np.nan), "UNITS"),
    ],
)
def test_what_the_units_cannot_answer_is_refused_by_name(design, start, code):
    outcome = np.random.default_rng(5).normal(size=(400, 6))
    effect = estimate_rollout(RolloutSample(outcome, start), design)
    assert effect.codes == (code,) and effect.pilot is not None


def test_an_outcome_that_nobody_knows_yet_is_awaited(design):
    effect = estimate_rollout(RolloutSample(np.full((30, 4), np.nan), np.full(30, 2.0)), design)
    assert effect.codes == ("CENSORED",)


def test_rows_that_do_not_fit_are_named_in_both_languages():
    outcome = np.zeros((4, 3))
    for bad in (np.zeros(5), np.array([0.5, 1, 1, 1]), np.array([-1.0, 1, 1, 1])):
        with pytest.raises(HistoryError) as caught:
            RolloutSample(outcome, bad)
        assert caught.value.zh and caught.value.en
    with pytest.raises(HistoryError):
        RolloutSample(np.zeros(4), np.zeros(4))


def regions(seed: int, count: int, *, lift: float = 0.3, shock: float = 0.1) -> RolloutSample:
    """Regions that start together and share their luck; half of them start, in two batches."""
    rng = np.random.default_rng(seed)
    start = rng.permutation(np.repeat([3.0, 5.0, np.nan], [count // 4, count // 4, count - 2 * (count // 4)]))
    region = np.arange(count * 40) % count
    luck = shock * rng.standard_normal((count, 8))[region]
    on = np.arange(8) >= start[region][:, None]
    return RolloutSample(
        luck + rng.normal(size=on.shape) + lift * on,
        start[region],
        cluster=np.char.add("r", region.astype(str)),
    )


def test_seven_regions_are_refused_and_twelve_are_weak(design):
    design = replace(design, draws=199)
    assert estimate_rollout(regions(1, 7), design).codes == ("CLUSTERS",)
    effect = estimate_rollout(regions(1, 12, shock=0.02), design)
    assert effect.status == "identified_weak" and "FEWCLUSTERS" in effect.codes
    lonely = regions(1, 12)
    lonely = replace(lonely, start=np.where(lonely.cluster == "r3", 4.0, np.nan))
    assert estimate_rollout(lonely, design).codes == ("CLUSTERS",)


def test_redrawing_regions_covers_where_customers_as_units_would_not(design):
    """Regions share their luck: redrawn starts cover as often as promised (at least 25 of 30, p < .02),
    errors by customer do not."""
    design = replace(design, draws=99, limits=replace(design.limits, family=0.0))
    redrawn = customers = 0
    for seed in range(30):
        sample = regions(seed, 12, shock=0.5)
        by_region = estimate_rollout(sample, design).estimate
        by_customer = estimate_rollout(replace(sample, cluster=None), design).estimate
        redrawn += by_region.low <= 0.3 <= by_region.high
        customers += by_customer.low <= 0.3 <= by_customer.high
    assert redrawn >= 25 and customers <= 20


def plain_headline(outcome: np.ndarray, start: np.ndarray) -> float:
    """Mean over started units and periods of change since the period before, less that of units waiting."""
    effects, weights = [], []
    for group in np.unique(start[np.isfinite(start)]).astype(int):
        for period in range(group, outcome.shape[1]):
            change = outcome[:, period] - outcome[:, group - 1]
            waiting = ~(start <= period)
            effects.append(change[start == group].mean() - change[waiting].mean())
            weights.append((start == group).sum())
    return float(np.average(effects, weights=weights))


@pytest.mark.parametrize("controls", ["not_yet", "never"])
def test_redrawn_effects_before_a_start_are_plain_means(controls):
    """Slow twin, dealing by dealing: customers of a start less those who wait, over the periods before it; a cluster is
    never held against itself."""
    rng = np.random.default_rng(8)
    start, cluster = np.repeat([4.0, 6.0, np.inf], 3), np.arange(360) % 9
    outcome = rng.standard_normal((360, 8))
    starts = np.array([rng.permutation(start) for _ in range(4)])
    found = Changes.of(RolloutSample(outcome, start[cluster], cluster=cluster)).effects(starts, controls)[1]
    for dealt, before in zip(starts, found, strict=True):
        mine = dealt[cluster]
        for place, horizon in enumerate(range(-2, -5, -1)):
            parts, sizes = [], []
            for group in (4, 6):
                period = group + horizon
                if period < 0:
                    continue
                change = outcome[:, period] - outcome[:, group - 1]
                late = mine > max(period, group - 1) if controls == "not_yet" else np.isinf(mine)
                parts.append(change[mine == group].mean() - change[late & (mine != group)].mean())
                sizes.append((mine == group).sum())
            assert before[place] == pytest.approx(np.average(parts, weights=sizes))


@pytest.mark.parametrize("controls", ["not_yet", "never"])
def test_dealings_in_blocks_are_the_same_dealings(question, monkeypatch, controls):
    """One dealing at a time gives what all at once give, with holes in the outcome and clusters that never start."""
    rng = np.random.default_rng(4)
    start = np.repeat([4.0, 6.0, np.inf], 4)
    cluster = rng.integers(0, 12, 400)
    outcome = np.where(rng.random((400, 9)) < 0.1, np.nan, rng.standard_normal((400, 9)))
    sample = RolloutSample(outcome, start[cluster], cluster=cluster)
    design = RolloutDesign(question, controls=controls, draws=99)
    whole = redraw(sample, design)
    monkeypatch.setattr(permutation, "BLOCK_CELLS", 1)
    single = redraw(sample, design)
    assert (single.low, single.high) == pytest.approx((whole.low, whole.high), rel=1e-12)
    assert single.before == whole.before and set(whole.before) > {"-2", "mean"}


def test_the_redrawn_interval_is_what_trying_every_effect_accepts(question):
    """Slow twin: each effect on a grid is taken out of the outcome and the figure computed by plain means."""
    sample = regions(5, 9, shock=0.2)
    design = RolloutDesign(question, draws=99)
    changes = Changes.of(sample)
    names = np.unique(sample.cluster)
    on = np.arange(8) >= sample.start[:, None]
    rng = np.random.default_rng(design.seed)
    dealings = [dict(zip(names, rng.permutation(changes.start), strict=True)) for _ in range(design.draws)]

    def p_value(effect: float) -> float:
        cleared = sample.outcome - effect * on
        actual = abs(plain_headline(cleared, sample.begun))
        dealt = [plain_headline(cleared, np.array([deal[c] for c in sample.cluster])) for deal in dealings]
        return (1 + sum(abs(x) >= actual - 1e-12 for x in dealt)) / (1 + len(dealt))

    found = redraw(sample, design)
    assert found.low < 0.3 < found.high
    for end, outward in ((found.low, -1), (found.high, 1)):
        assert p_value(end - outward * 1e-6) > 0.05 >= p_value(end + outward * 1e-6)


def test_every_word_a_reader_may_see_is_in_both_languages():
    labels = [label for code in CODES for label in (REASONS[code].sentence, REASONS[code].remedy)]
    assert all(label.zh and label.en and label.zh != label.en for label in [*labels, *MEANINGS.values()])
    assert set(REASONS) >= CODES and set(REFUSING) | set(WEAKENING) <= set(MEANINGS)


def test_breakdown_falls_as_the_effect_does(design):
    values = []
    for lift in (0.4, 0.3, 0.2):
        effect = estimate_rollout(world(2, n=3000, lift=lift), design)
        values.append(next(check.value for check in effect.checks if check.id == "breakdown"))
    assert all(a > b for a, b in pairwise(values))
