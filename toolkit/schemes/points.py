"""From a measure to 0..100 points, measured against a frozen reference.

Rank points and z-score points look at other customers. They look at those of one reference
review only, which is fixed by ``freeze``: a large customer who comes or goes later changes
nobody else's points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from toolkit.errors import ParameterError
from toolkit.params.schemes import BandPoints as BandPointsParams
from toolkit.params.schemes import Better, FactorParams
from toolkit.params.schemes import RangePoints as RangePointsParams
from toolkit.params.schemes import RankPoints as RankPointsParams
from toolkit.params.schemes import ValuePoints as ValuePointsParams
from toolkit.schemes.ladder import Ladder

FULL = 100.0
PIECE = 1 << 16


class Points(Protocol):
    """A rising map from a value to points (falling where lower is better)."""

    def freeze(self, reference: np.ndarray) -> Points:
        """The map with its reference fixed; ``reference`` has shape (customers,), without NaN."""
        ...

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of each value, shape (customers,), 0..100; NaN stays NaN."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class RankPoints:
    """100 × the share of the reference at or below the value; equal values take the middle of their ranks.

    A value between two of the reference gets the points of all below it; values outside get 0 or 100.

    Attributes
    ----------
    better : {"higher", "lower"}
    levels : array of float, shape (levels,)
        Distinct values of the reference, rising (sign turned where lower is better).
    at : array of float, shape (levels,)
        Points of a value equal to the level.
    under : array of float, shape (levels + 1,)
        Points of a value just under the level; the last is for values above all.

    Notes
    -----
    Values are looked up in pieces that stay in the cache of a core, each in rising order.
    """

    better: Better
    levels: np.ndarray | None = None
    at: np.ndarray | None = None
    under: np.ndarray | None = None

    def freeze(self, reference: np.ndarray) -> RankPoints:
        """The map measured against ``reference``, shape (customers,), without NaN."""
        refuse_empty(reference)
        levels, counts = np.unique(_turned(reference, self.better), return_counts=True)
        upto = np.cumsum(counts)
        middle = upto - counts + (counts + 1) / 2
        under = np.concatenate(([0], upto))
        return RankPoints(self.better, levels, FULL * middle / upto[-1], FULL * under / upto[-1])

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of each value, 0..100; NaN stays NaN."""
        if self.levels is None:
            raise _not_frozen()
        points = np.empty(len(values))
        for start in range(0, len(values), PIECE):
            piece = slice(start, start + PIECE)
            points[piece] = self._of(_turned(values[piece], self.better))
        return points

    def _of(self, turned: np.ndarray) -> np.ndarray:
        order = np.argsort(turned)
        rising = turned[order]
        position = np.searchsorted(self.levels, rising)
        nearest = np.minimum(position, len(self.levels) - 1)
        points = np.empty_like(rising)
        points[order] = np.where(self.levels[nearest] == rising, self.at[nearest], self.under[position])
        return np.where(np.isnan(turned), np.nan, points)


@dataclass(frozen=True, slots=True)
class ZScorePoints:
    """Standard deviations from the reference mean; −limit is 0 points, the mean 50, +limit 100.

    Where all of the reference is equal, that value has 50 points, everything better 100 and worse 0.

    Attributes
    ----------
    better : {"higher", "lower"}
    limit : float
        Standard deviations.
    mean, deviation : float
        Of the reference, in the unit of the measure (sign turned where lower is better).
    """

    better: Better
    limit: float
    mean: float | None = None
    deviation: float = 0.0

    def freeze(self, reference: np.ndarray) -> ZScorePoints:
        """The map measured against ``reference``, shape (customers,), without NaN."""
        refuse_empty(reference)
        rising = np.sort(_turned(reference, self.better))
        same = rising[0] == rising[-1]
        mean, deviation = (rising[0], 0.0) if same else (rising.mean(), rising.std())
        return ZScorePoints(self.better, self.limit, float(mean), float(deviation))

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of each value, 0..100; NaN stays NaN."""
        if self.mean is None:
            raise _not_frozen()
        away = _turned(values, self.better) - self.mean
        scores = away / self.deviation if self.deviation else self.limit * np.sign(away)
        return FULL * (np.clip(scores, -self.limit, self.limit) + self.limit) / (2 * self.limit)


@dataclass(frozen=True, slots=True)
class BandPoints:
    """Points from a table of bands; needs no reference.

    Attributes
    ----------
    ladder : Ladder
    points : tuple of float
        Points of each step, best step first.
    """

    ladder: Ladder
    points: tuple[float, ...]

    def freeze(self, reference: np.ndarray) -> BandPoints:
        """The same map: bands do not depend on other customers."""
        return self

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of each value, 0..100; NaN stays NaN."""
        table = np.array([*reversed(self.points), np.nan])
        return table[self.ladder.place(values)]


@dataclass(frozen=True, slots=True)
class RangePoints:
    """Straight line from 0 points at ``worst`` to 100 at ``best``, cut outside.

    >>> RangePoints(0.0, 50.0).of(np.array([-1.0, 25.0, 60.0])).tolist()
    [0.0, 50.0, 100.0]
    """

    worst: float
    best: float

    def freeze(self, reference: np.ndarray) -> RangePoints:
        """The same map: the range does not depend on other customers."""
        return self

    def of(self, values: np.ndarray) -> np.ndarray:
        """Points of each value, 0..100; NaN stays NaN."""
        return FULL * np.clip((values - self.worst) / (self.best - self.worst), 0, 1)


def points_of(factor: FactorParams) -> Points:
    """The map that a factor of a policy file describes."""
    written = factor.points
    if isinstance(written, BandPointsParams):
        ladder = Ladder(tuple(band.floor for band in written.bands), factor.better)
        return BandPoints(ladder, tuple(band.points for band in written.bands))
    if isinstance(written, RangePointsParams):
        return RangePoints(written.worst, written.best)
    if isinstance(written, ValuePointsParams):
        return RangePoints(0.0, FULL)
    if isinstance(written, RankPointsParams):
        return RankPoints(factor.better)
    return ZScorePoints(factor.better, written.limit)


def refuse_empty(reference: np.ndarray) -> None:
    """Raise where nobody is left to compare with."""
    if len(reference) == 0:
        raise ParameterError(
            zh="参照复评时没有一位客户有该指标的数值，无法按名次或标准分计分。"
            "请换一个较晚的季度，或改用 bands 计分。",
            en="No customer had a value at the reference review, so points by rank or z-score do not exist. "
            "Start at a later quarter, or give points by bands.",
        )


def _turned(values: np.ndarray, better: Better) -> np.ndarray:
    return values if better == "higher" else -values


def _not_frozen() -> ParameterError:
    return ParameterError(
        zh="方案按名次或标准分计分，须先用一批参照客户固定分布：scheme.freeze(reference)。",
        en="The scheme gives points by rank or z-score; fix its reference customers first: "
        "scheme.freeze(reference).",
    )
