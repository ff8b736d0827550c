"""Intervals and tests from redrawing which cluster started when.

If the starts had been dealt to the clusters by lot, every dealing was equally likely. An effect is accepted
when, after taking it out of the outcome, the actual dealing gives no more extreme a figure than most redrawn
ones do. The figure is linear in the outcome, so each redrawing accepts an interval of effects in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample

BLOCK_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What redrawing the starts says.

    Attributes
    ----------
    low, high : float
        Effects accepted at the level of the design; infinite where too few redrawings differ.
    before : dict of name to p-value
        For every horizon before the base period, and for their ``mean``.
    """

    low: float
    high: float
    before: dict[str, float]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of the outcome between any two periods, summed by cluster.

    Attributes
    ----------
    total, count : ndarray, shape (clusters, periods, periods)
        Sum of outcome at the second axis minus outcome at the third, over units known in both; their number.
    start : ndarray of float, shape (clusters,)
    """

    total: np.ndarray
    count: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, sample: RolloutSample) -> Changes:
        """From a sample whose units start together within clusters."""
        names, code = np.unique(sample.cluster, return_inverse=True)
        periods = sample.periods
        total, count = np.zeros((2, len(names), periods, periods))
        for base in range(periods):
            change = sample.outcome - sample.outcome[:, [base]]
            known = np.isfinite(change)
            np.add.at(total[:, :, base], code, np.where(known, change, 0.0))
            np.add.at(count[:, :, base], code, known)
        start = np.full(len(names), np.inf)
        start[code] = sample.begun
        return cls(total, count, start)

    def of_treatment(self) -> Changes:
        """The same for being under the programme, instead of the outcome."""
        on = np.arange(self.total.shape[1]) >= self.start[:, None]
        change = on[:, :, None].astype(float) - on[:, None, :]
        return Changes(self.count * change, self.count, self.start)

    def effects(self, starts: np.ndarray, controls: str) -> tuple[np.ndarray, np.ndarray]:
        """Headlines had the clusters started otherwise, and effects before the start.

        Each sum over clusters is a product of dealings, as 0 and 1, with the sums of the clusters.

        Parameters
        ----------
        starts : array, shape (dealings, clusters)
            The same starts in every row, dealt to other clusters.
        controls : {"not_yet", "never"}

        Returns
        -------
        headline : array, shape (dealings,)
        before : array, shape (dealings, periods - 2)
            At horizons -2, -3 ...; NaN where there is none.
        """
        periods = np.arange(self.total.shape[1])
        found, weight = np.zeros((2, len(starts), 2 * len(periods)))
        for group in np.unique(starts[0, np.isfinite(starts[0])]).astype(int):
            begun = (starts == group).astype(float)
            treated = np.stack([begun @ part[:, :, group - 1] for part in (self.total, self.count)])
            others = self._waiting(starts, group, controls)
            known = (treated[1] > 0) & (others[1] > 0)
            with np.errstate(divide="ignore", invalid="ignore"):
                effect = treated[0] / treated[1] - others[0] / others[1]
            found[:, periods - group] += np.where(known, effect * treated[1], 0.0)
            weight[:, periods - group] += np.where(known, treated[1], 0.0)
        after = slice(0, len(periods))
        with np.errstate(divide="ignore", invalid="ignore"):
            headline = found[:, after].sum(axis=1) / weight[:, after].sum(axis=1)
            return headline, (found / weight)[:, : len(periods) - 1 : -1][:, 1:]

    def _waiting(self, starts: np.ndarray, group: int, controls: str) -> np.ndarray:
        """Total and count of the clusters that ``group`` is held against, shape (2, dealings, periods)."""
        periods = self.total.shape[1]
        sums = np.empty((2, len(starts), periods))
        for period in range(periods):
            late = starts > max(period, group - 1) if controls == "not_yet" else np.isinf(starts)
            those = (late & (starts != group)).astype(float)
            for place, part in enumerate((self.total, self.count)):
                sums[place, :, period] = those @ part[:, period, group - 1]
        return sums


def redraw(sample: RolloutSample, design: RolloutDesign) -> Redrawn:
    """Deal the starts to the clusters again and again."""
    outcome = Changes.of(sample)
    treatment = outcome.of_treatment()
    rng, dealings = np.random.default_rng(design.seed), design.draws + 1
    actual = outcome.start[None]
    found = float(outcome.effects(actual, design.controls)[0][0])
    cleared = Changes(outcome.total - found * treatment.total, outcome.count, outcome.start)
    observed = _with_mean(cleared.effects(actual, design.controls)[1])
    low, high = np.full((2, dealings), np.inf) * np.array([[-1], [1]])
    extreme = np.ones(observed.shape[1])
    block = max(1, BLOCK_CELLS // outcome.total[:, :, 0].size)
    for first in range(1, dealings, block):
        here = range(first, min(first + block, dealings))
        starts = np.array([rng.permutation(outcome.start) for _ in here])
        a, b = (part.effects(starts, design.controls)[0] for part in (outcome, treatment))
        for draw, one, other in zip(here, a, b, strict=True):
            low[draw], high[draw] = _accepted(found, one, other)
        before = _with_mean(cleared.effects(starts, design.controls)[1])
        extreme += (~(np.abs(before) < np.abs(observed) * (1 - 1e-9))).sum(axis=0)
    rank = int(round((1 - design.level) * dealings, 9))
    p = extreme / dealings
    names = [*(str(-2 - k) for k in range(observed.shape[1] - 1)), "mean"]
    known = np.isfinite(observed[0])
    return Redrawn(
        float(np.sort(low)[rank]),
        float(np.sort(high)[-rank - 1]),
        {name: float(p[k]) for k, name in enumerate(names) if known[k]},
    )


def _with_mean(before: np.ndarray) -> np.ndarray:
    """Effects before the start and, in a last column, the mean of those that exist."""
    known = np.isfinite(before)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, before, 0.0).sum(axis=1) / known.sum(axis=1)
    return np.column_stack([before, mean])


def _accepted(found: float, a: float, b: float) -> tuple[float, float]:
    """Effects t with abs(a - b t) >= abs(found - t), for b within -1 and 1."""
    if np.isnan(a) or np.isclose(b, 1.0):
        return -np.inf, np.inf
    inner = (found - a) / (1 - b)
    outer = (found + a) / (1 + b) if not np.isclose(b, -1.0) else np.copysign(np.inf, found + a)
    return min(inner, outer), max(inner, outer)
