"""Average changes over different sets of customers, each with what every row adds to its error.

Notation: e chance of the grade, m0 and m1 outcome expected without and with it, D grade received, Y outcome,
h = e (1 − e). All estimators are doubly robust (Robins, Rotnitzky & Zhao 1994, JASA 89:846).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.effects.adjusted.nuisance import Expected
from toolkit.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Average:
    """A value and the influence of each row on it, shape (n,), mean about 0."""

    value: float
    influence: np.ndarray

    def std_error(self, cluster: np.ndarray) -> float:
        """Standard error with rows of one customer added up first."""
        return float(np.sqrt(covariance(self.influence[:, None], cluster)[0, 0]))

    def estimate(self, cluster: np.ndarray, unit: str, level: float) -> Estimate:
        """The value with its normal interval."""
        reach = half_width(self.std_error(cluster), level)
        return Estimate(self.value, self.value - reach, self.value + reach, unit, level)


@dataclass(frozen=True, slots=True)
class Arms:
    """Rows of both arms with what is expected of them; arrays of shape (n,)."""

    outcome: np.ndarray
    received: np.ndarray
    chance: np.ndarray
    expected: Expected


def half_width(std_error: float, level: float) -> float:
    """From the value to the end of a normal interval."""
    return float(stats.norm.ppf((1 + level) / 2)) * std_error


def covariance(influence: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Covariance of averages from ``influence``, shape (n, columns), clustered by ``cluster`` (codes)."""
    totals = np.column_stack([np.bincount(cluster, column) for column in influence.T])
    count = len(totals)
    return totals.T @ totals / len(influence) ** 2 * count / max(count - 1, 1)


def overlap_means(arms: Arms) -> tuple[Average, Average]:
    """Mean outcome without and with the grade among those who could have had either.

    Each row counts h (Li, Morgan & Zaslavsky 2018, JASA 113:390). The influence includes the part that comes from
    h being estimated.
    """
    d, e, y = arms.received.astype(float), arms.chance, arms.outcome
    m0, m1 = arms.expected.without, arms.expected.given
    h = e * (1 - e)
    drift = (1 - 2 * e) * (d - e)
    found = []
    for m, residual in ((m0, (1 - d) * e * (y - m0)), (m1, d * (1 - e) * (y - m1))):
        value = float((h * m + residual).sum() / h.sum())
        found.append(Average(value, (h * (m - value) + residual + drift * (m - value)) / h.mean()))
    return found[0], found[1]


def difference(means: tuple[Average, Average]) -> Average:
    """The second mean less the first."""
    without, given = means
    return Average(given.value - without.value, given.influence - without.influence)


def change_of_holders(arms: Arms) -> Average:
    """Average change of those who had the grade (ATT)."""
    d, odds = arms.received.astype(float), arms.chance / (1 - arms.chance)
    part = (d - (1 - d) * odds) * (arms.outcome - arms.expected.without)
    value = float(part.sum() / d.sum())
    return Average(value, (part - d * value) / d.mean())


def change_within(arms: Arms, trim: float) -> Average | None:
    """Average change where trim < e < 1 - trim (Crump, Hotz, Imbens & Mitnik 2009); None where nobody is."""
    d, e, y = arms.received.astype(float), arms.chance, arms.outcome
    m0, m1 = arms.expected.without, arms.expected.given
    inside = (e > trim) & (e < 1 - trim)
    if not inside.any():
        return None
    change = np.zeros(len(y))
    d, e, y, m0, m1 = (x[inside] for x in (d, e, y, m0, m1))
    change[inside] = m1 - m0 + d * (y - m1) / e - (1 - d) * (y - m0) / (1 - e)
    value = float(change.sum() / inside.sum())
    return Average(value, (change - inside * value) / inside.mean())
