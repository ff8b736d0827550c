"""How well calibrated claims were: intervals by kind, probabilities by band.

Method
------
Share of resolved claims whose observation agreed with the interval, beside the level promised, with Wilson's
interval (:mod:`toolkit.outcomes.intervals`). Probabilities in bands with the share that came true, and the
Brier score, the mean of (probability - outcome)^2 (Brier 1950, Monthly Weather Review 78): 0 is perfect, 0.25
is what saying one half each time earns. Claims of one report rest on the same customers and are not
independent, so Wilson's intervals are, if anything, too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.outcomes.intervals import wilson
from toolkit.shown import shown
from toolkit.track.claim import KINDS
from toolkit.track.resolution import Resolution

BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.0))
NEAR = 0.07
ENOUGH = 30
VERDICTS = ("within", "off", "too_few")
ALL = "all"


@shown("resolved", "inside", "scored", "pending", "brier")
@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Calibration of the claims that could be scored.

    Attributes
    ----------
    intervals : DataFrame, index kind (those with a scored claim, then :data:`ALL`)
        columns ``claims``, ``inside``, ``share`` (inside, 0..1), ``low``, ``high`` (Wilson, 95 %), ``level`` (promised,
        mean), ``said`` (a value of :data:`VERDICTS`). Empty without scored intervals.
    probabilities : DataFrame, index band ("0.0-0.5", ...)
        columns ``claims``, ``came_true``, ``claimed`` (mean probability), ``share`` (came true), ``low``, ``high``
        (Wilson, 95 %), ``said``. All bands are listed.
    brier : float
        Mean squared error of the probabilities; NaN without any.
    resolved, scored, pending : int
        Claims checked, those of them that count, and those that cannot be checked yet.
    """

    intervals: pd.DataFrame
    probabilities: pd.DataFrame
    brier: float
    resolved: int
    scored: int
    pending: int

    @property
    def inside(self) -> int:
        """Intervals that what happened agreed with."""
        return int(self.intervals.loc[ALL, "inside"]) if len(self.intervals) else 0

    @property
    def checked(self) -> int:
        """Intervals that could be scored."""
        return int(self.intervals.loc[ALL, "claims"]) if len(self.intervals) else 0

    @property
    def said(self) -> int:
        """Probabilities that could be scored."""
        return int(self.probabilities["claims"].sum())


def calibrate(resolutions: Iterable[Resolution]) -> Calibration:
    """Calibration of ``resolutions``; what is pending or has no interval counts nowhere.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.resolution import Observation, resolved
    >>> made, label = toolkit.Quarter.parse("2025Q3"), toolkit.Label("留存率", "retention")
    >>> claim = toolkit.Claim("VIP", "retained", made, made + 4, 0.8, "share", label, low=0.7, high=0.9)
    >>> seen = Observation(0.85), Observation(0.6)
    >>> found = toolkit.calibrate(resolved(claim, one) for one in seen)
    >>> found
    Calibration(2 resolved, inside 1, scored 2, 0 pending, Brier score n/a)
    >>> found.intervals.loc["all", ["claims", "inside"]].tolist()
    [2, 1]
    """
    found = tuple(resolutions)
    probable = [r for r in found if r.came_true is not None]
    spoken = np.array([r.claim.probability for r in probable], dtype=float)
    true = np.array([r.came_true for r in probable], dtype=float)
    return Calibration(
        intervals=_intervals([r for r in found if r.inside is not None]),
        probabilities=_bands(spoken, true),
        brier=float(np.mean((spoken - true) ** 2)) if len(spoken) else np.nan,
        resolved=sum(not r.pending for r in found),
        scored=sum(r.scored for r in found),
        pending=sum(r.pending for r in found),
    )


def verdict(claims: int, share: float, claimed: float) -> str:
    """What may be said of a share: within seven points of what was claimed, off, or too few claims to say.

    >>> verdict(29, 1.0, 0.95), verdict(30, 0.90, 0.95), verdict(30, 0.80, 0.95)
    ('too_few', 'within', 'off')
    """
    if claims < ENOUGH:
        return "too_few"
    return "within" if abs(share - claimed) <= NEAR + 1e-9 else "off"


def _intervals(found: Sequence[Resolution]) -> pd.DataFrame:
    columns = ["claims", "inside", "share", "low", "high", "level", "said"]
    groups = {kind: [r for r in found if r.claim.kind == kind] for kind in KINDS}
    groups = {kind: mine for kind, mine in groups.items() if mine}
    if found:
        groups[ALL] = list(found)
    rows = []
    for mine in groups.values():
        inside, level = sum(r.inside for r in mine), float(np.mean([r.claim.level for r in mine]))
        share = inside / len(mine)
        low, high = (float(end) for end in wilson(share, len(mine)))
        rows.append((len(mine), inside, share, low, high, level, verdict(len(mine), share, level)))
    return pd.DataFrame(rows, columns=columns, index=pd.Index(list(groups), name="kind", dtype=object))


def _bands(spoken: np.ndarray, true: np.ndarray) -> pd.DataFrame:
    rows, names = [], []
    for low, high in BANDS:
        mine = (spoken >= low) & ((spoken < high) | (high == 1.0))
        claims, came_true = int(mine.sum()), int(true[mine].sum())
        share = came_true / claims if claims else np.nan
        claimed = float(spoken[mine].mean()) if claims else np.nan
        ends = (float(end) for end in wilson(share, claims))
        rows.append((claims, came_true, claimed, share, *ends, verdict(claims, share, claimed)))
        names.append(f"{low:.1f}-{high:.1f}")
    columns = ["claims", "came_true", "claimed", "share", "low", "high", "said"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(names, name="band"))
