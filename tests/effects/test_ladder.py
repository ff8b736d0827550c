"""Several bars on one score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.cutoff.fitting import usable
from toolkit.effects.cutoff.ladder import LadderSample, average_step, estimate_ladder, ranges
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.errors import HistoryError

BARS = (50.0, 100.0, 300.0)
STEPS = (0.10, 0.00, 0.15)


def ladder(seed, n=24_000):
    """Retention rises with the score and by ``STEPS`` with each grade; one in ten is graded off the rule."""
    rng = np.random.default_rng(seed)
    score = np.exp(rng.normal(np.log(110), 0.8, n))
    earned = np.searchsorted(BARS, score, side="right")
    level = np.where(rng.random(n) < 0.9, earned, np.maximum(earned - 1, 0))
    chance = 0.55 + 0.05 * np.tanh(np.log(score / 110)) + np.concatenate([[0], np.cumsum(STEPS)])[level]
    return LadderSample(score, (rng.random(n) < chance).astype(float), BARS, level)


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_ranges_meet_halfway_and_never_overlap(scale):
    found = ranges(BARS, scale)
    distance = np.log(BARS) if scale == "log" else np.array(BARS)
    assert found[0][0] == -np.inf and found[-1][1] == np.inf
    for index in range(len(BARS) - 1):
        assert distance[index] + found[index][1] == pytest.approx(distance[index + 1] + found[index + 1][0])


def test_no_row_serves_two_bars(design):
    sample = ladder(1)
    used = [
        usable(sample.step(index), replace(design, low=low, high=high)).score
        for index, (low, high) in enumerate(ranges(BARS, "log"))
    ]
    assert sum(map(len, used)) == len(sample.score)
    assert used[0].max() < used[1].min() and used[1].max() < used[2].min()


def test_each_step_is_found_and_all_hold_together(design, question):
    """30 ladders, steps of 10, 0 and 15 points: all three intervals hold at once in at least 95%; fewer than
    24 about once in 1,000. Means of 30 have errors of about 1.5 points."""
    questions, found, together = (question,) * 3, [], 0
    for seed in range(30):
        effects = estimate_ladder(ladder(seed), questions, design)
        if all(effect.estimate is not None for effect in effects):
            found.append([effect.estimate.value for effect in effects])
            together += all(
                effect.estimate.low <= step <= effect.estimate.high
                for effect, step in zip(effects, STEPS, strict=True)
            )
            assert effects[0].estimate.level == pytest.approx(1 - 0.05 / 3)
    assert len(found) >= 20
    assert together >= stats.binom.ppf(0.001, len(found), 0.95)
    assert np.mean(found, axis=0) == pytest.approx(STEPS, abs=0.06)


def test_the_average_step_lies_between_the_steps(design):
    """Weighted by customers at each bar (densities about .31, .50, .22 per unit of log score): 6.2 points."""
    density = stats.norm.pdf(np.log(BARS), np.log(110), 0.8)
    truth = float(density @ STEPS / density.sum())
    sample = ladder(3, 60_000)
    effect = average_step(sample, design)
    nearest = np.min(np.abs(np.log(sample.score)[:, None] - np.log(BARS)), axis=1)
    assert effect.n == np.count_nonzero(nearest < np.log(2) / 2)
    assert effect.estimate.low <= truth <= effect.estimate.high
    assert effect.picture.bandwidth <= np.log(2) / 2 + 1e-9
    assert effect.std_error < 0.05


def test_a_bar_without_neighbours_is_a_plain_cutoff(design, question):
    sample = ladder(4)
    single = replace(sample, bars=(100.0,), level=(sample.level >= 2).astype(int))
    (effect,) = estimate_ladder(single, (question,), design)
    assert effect.estimate == estimate_cutoff(single.step(0), design).estimate


def test_bars_must_rise():
    with pytest.raises(HistoryError, match="bars must rise"):
        replace(ladder(1, 100), bars=(100.0, 50.0))
