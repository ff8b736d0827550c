"""Intervals and tests from redrawing which cluster started when.

If the starts had been dealt to the clusters by lot, every dealing was equally likely. An effect is accepted
when, after taking it out of the outcome, the actual dealing gives no more extreme a figure than most redrawn
ones do. The figure is linear in the outcome, so each redrawing accepts an interval of effects in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample


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

    def effects(self, start: np.ndarray, controls: str) -> tuple[float, np.ndarray]:
        """Headline had the clusters started at ``start``, and effects at horizons -2, -3 ... (NaN: none)."""
        periods = np.arange(self.total.shape[1])
        found, weight = np.zeros((2, 2 * len(periods)))
        for group in np.unique(start[np.isfinite(start)]).astype(int):
            total, count = self.total[:, :, group - 1], self.count[:, :, group - 1]
            begun = start == group
            waiting = (
                start[:, None] > np.maximum(periods, group - 1)
                if controls == "not_yet"
                else np.isinf(start)[:, None]
            )
            waiting = waiting & ~begun[:, None]
            treated, others = count[begun].sum(axis=0), (count * waiting).sum(axis=0)
            known = (treated > 0) & (others > 0)
            with np.errstate(divide="ignore", invalid="ignore"):
                effect = total[begun].sum(axis=0) / treated - (total * waiting).sum(axis=0) / others
            horizon = periods[known] - group
            np.add.at(found, horizon, (effect * treated)[known])
            np.add.at(weight, horizon, treated[known])
        after = slice(0, len(periods))
        with np.errstate(divide="ignore", invalid="ignore"):
            return found[after].sum() / weight[after].sum(), (found / weight)[: len(periods) - 1 : -1][1:]


def redraw(sample: RolloutSample, design: RolloutDesign) -> Redrawn:
    """Deal the starts to the clusters again and again."""
    outcome = Changes.of(sample)
    treatment = outcome.of_treatment()
    rng, dealings = np.random.default_rng(design.seed), design.draws + 1
    found, _ = outcome.effects(outcome.start, design.controls)
    cleared = Changes(outcome.total - found * treatment.total, outcome.count, outcome.start)
    actual = _with_mean(cleared.effects(outcome.start, design.controls)[1])
    low, high = np.full((2, dealings), np.inf) * np.array([[-1], [1]])
    extreme = np.ones(len(actual))
    for draw in range(1, dealings):
        start = rng.permutation(outcome.start)
        a, _ = outcome.effects(start, design.controls)
        b, _ = treatment.effects(start, design.controls)
        low[draw], high[draw] = _accepted(found, a, b)
        before = _with_mean(cleared.effects(start, design.controls)[1])
        extreme += ~(np.abs(before) < np.abs(actual) * (1 - 1e-9))
    rank = int(round((1 - design.level) * dealings, 9))
    p = extreme / dealings
    names = [*(str(-2 - k) for k in range(len(actual) - 1)), "mean"]
    known = np.isfinite(actual)
    return Redrawn(
        float(np.sort(low)[rank]),
        float(np.sort(high)[-rank - 1]),
        {name: float(p[k]) for k, name in enumerate(names) if known[k]},
    )


def _with_mean(before: np.ndarray) -> np.ndarray:
    known = before[np.isfinite(before)]
    return np.append(before, known.mean() if len(known) else np.nan)


def _accepted(found: float, a: float, b: float) -> tuple[float, float]:
    """Effects t with abs(a - b t) >= abs(found - t), for b within -1 and 1."""
    if np.isnan(a) or np.isclose(b, 1.0):
        return -np.inf, np.inf
    inner = (found - a) / (1 - b)
    outer = (found + a) / (1 + b) if not np.isclose(b, -1.0) else np.copysign(np.inf, found + a)
    return min(inner, outer), max(inner, outer)
