"""The rows of a cutoff in order, and the jump on them under any choice of rows.

With reviews from before the grade existed, what already jumped at the bar then is taken away:
difference in discontinuities (Grembi, Nannicini & Troiano 2016, AEJ Applied 8(3):1). The result is the
effect given the older benefit, provided that its own effect has not changed since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.effects.cutoff.bandwidth import choose
from toolkit.effects.cutoff.local_polynomial import Bandwidth, Jump, Recipe, covariance, jump
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.errors import HistoryError


@dataclass(frozen=True, slots=True)
class Fitting:
    """A sample in the order of its scores, with its bandwidth.

    Attributes
    ----------
    sample : CutoffSample
        Rows within range whose outcome is known, by distance from the bar.
    rows : Rows
        Outcome and, where on record, grade received; in the same order.
    bandwidth : Bandwidth
    recipe : Recipe
    before : Fitting or None
        The same bar before the grade existed, outcome alone.
    cluster : ndarray of int or None
        Customer of each row, of ``rows`` first and of ``before`` after them.
    """

    sample: CutoffSample
    rows: Rows
    bandwidth: Bandwidth
    recipe: Recipe
    before: Fitting | None = None
    cluster: np.ndarray | None = None

    @property
    def size(self) -> int:
        """Rows of both periods."""
        return len(self.rows.x) + (len(self.before.rows.x) if self.before else 0)

    def at(self, factor: float = 1.0, hole: float = 0.0) -> Jump:
        """The jump with bandwidths times ``factor``, rows nearer to the bar than ``hole`` left out.

        ``positions`` count the rows of both periods. Raises :class:`DegenerateFit`.
        """
        found = self._own(factor, hole)
        if self.before is None:
            return found
        return _less(found, self.before._own(factor, hole), len(self.rows.x), self.cluster)

    def _own(self, factor: float, hole: float) -> Jump:
        bandwidth = self.bandwidth.scaled(factor)
        if not hole:
            return jump(self.rows, bandwidth, self.recipe)
        kept = np.abs(self.rows.x) >= hole
        found = jump(self.rows.part(kept), bandwidth, self.recipe)
        return replace(found, positions=np.flatnonzero(kept)[found.positions])

    def sharpened(self) -> Jump | None:
        """The jump with facts from before the review taken out, at its own bandwidth.

        None where there are no facts, or reviews from before the grade existed. Rows that lack a fact are left
        out. Raises :class:`DegenerateFit`.
        """
        sample = self.sample
        if not sample.covariates or self.before is not None:
            return None
        facts = np.column_stack([np.asarray(fact, dtype=float) for fact in sample.covariates.values()])
        known = np.isfinite(facts).all(axis=1)
        kept, facts = sample.where(known), facts[known]
        spread = facts.std(axis=0)
        facts = facts[:, spread > 0] / spread[spread > 0]
        columns = [kept.outcome] if kept.received is None else [kept.outcome, kept.received]
        rows = Rows.of(kept.x, *columns, cluster=kept.customer, controls=facts)
        return jump(rows, choose(rows.columns(0), self.recipe), self.recipe)


def usable(sample: CutoffSample, design: CutoffDesign) -> CutoffSample:
    """Rows within the design's range whose outcome is known, by distance from the bar."""
    x = sample.x
    kept = np.flatnonzero(np.isfinite(sample.outcome) & np.isfinite(x) & (x > design.low) & (x < design.high))
    return sample.where(kept[np.argsort(x[kept], kind="stable")])


def fit(sample: CutoffSample, design: CutoffDesign, before: CutoffSample | None = None) -> Fitting:
    """Order the rows and choose the bandwidth; ``before`` are reviews from before the grade existed.

    Raises
    ------
    DegenerateFit
        When a side has too few distinct scores.
    """
    main = _fit_one(usable(sample, design), design)
    if before is None:
        return replace(main, cluster=main.rows.cluster)
    if before.received is not None and np.any(before.received):
        had = int(np.count_nonzero(before.received))
        raise HistoryError(
            zh=f"实施前的复评中有 {had} 行已享受该等级；请只提供该等级实施之前的复评。",
            en=f"{had} rows of the reviews from before had the grade already; supply reviews from before it existed.",
        )
    earlier = _fit_one(usable(replace(before, received=None), design), design)
    return replace(main, before=earlier, cluster=_shared_codes(main.sample, earlier.sample))


def _fit_one(sample: CutoffSample, design: CutoffDesign) -> Fitting:
    columns = [sample.outcome] if sample.received is None else [sample.outcome, sample.received]
    rows = Rows.of(sample.x, *columns, cluster=sample.customer)
    bandwidth = choose(rows if design.target == "ratio" else rows.columns(0), design.recipe)
    return Fitting(sample, rows, bandwidth, design.recipe)


def _shared_codes(first: CutoffSample, second: CutoffSample) -> np.ndarray | None:
    """Codes under which a customer seen in both periods is one."""
    if first.customer is None or second.customer is None:
        return None
    return pd.factorize(np.concatenate([first.customer, second.customer]))[0]


def _less(now: Jump, then: Jump, shift: int, cluster: np.ndarray | None) -> Jump:
    """``now`` with the jump of ``then`` taken from its first column."""
    positions = np.concatenate([now.positions, then.positions + shift])
    taken = np.zeros((len(then.positions), len(now.corrected)))
    taken[:, 0] = -then.influence[:, 0]
    influence = np.vstack([now.influence, taken])
    away = np.zeros(len(now.corrected))
    away[0] = 1.0
    codes = None if cluster is None else cluster[positions]
    plain = now.conventional_cov + np.outer(away, away) * then.conventional_cov[0, 0]
    return replace(
        now,
        conventional=now.conventional - away * then.conventional[0],
        corrected=now.corrected - away * then.corrected[0],
        conventional_cov=plain,
        robust_cov=covariance(influence, codes),
        positions=positions,
        influence=influence,
    )
