"""Intervals for a ratio of two jumps that stay honest when the lower one is small.

Method
------
All t for which the jump of (outcome − t · grade) is within sampling error of zero; a quadratic
inequality in t (Anderson & Rubin 1949; Feir, Lemieux & Marmer 2016, JBES 34:185).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

import numpy as np
from scipy import stats

Shape = Literal["interval", "two_rays", "whole_line"]


@dataclass(frozen=True, slots=True)
class AcceptedSet:
    """Values of the ratio that the data do not refuse.

    ``interval``: from ``low`` to ``high``. ``two_rays``: up to ``low`` and from ``high``.
    ``whole_line``: everything; ``low`` and ``high`` are infinite.
    """

    shape: Shape
    low: float
    high: float

    @property
    def bounded(self) -> bool:
        return self.shape == "interval"

    def contains(self, value: float) -> bool:
        """Whether ``value`` is accepted."""
        if self.shape == "two_rays":
            return value <= self.low or value >= self.high
        return self.low <= value <= self.high


def accepted_set(jumps: np.ndarray, cov: np.ndarray, level: float = 0.95) -> AcceptedSet:
    """The set for ``jumps[0] / jumps[1]``.

    Parameters
    ----------
    jumps : ndarray, shape (2,)
        Jump of the outcome and of the grade received.
    cov : ndarray, shape (2, 2)
        Their covariance.
    level : float
        Coverage, 0..1.

    Examples
    --------
    >>> found = accepted_set(np.array([0.04, 0.8]), np.diag([0.0004, 0.0001]))
    >>> found.shape, round(found.low, 4), round(found.high, 4)
    ('interval', 0.001, 0.0991)
    """
    crit = float(stats.norm.ppf((1 + level) / 2)) ** 2
    a = jumps[1] ** 2 - crit * cov[1, 1]
    half_b = crit * cov[0, 1] - jumps[0] * jumps[1]
    c = jumps[0] ** 2 - crit * cov[0, 0]
    discriminant = half_b**2 - a * c
    if a > 0:
        root = sqrt(max(discriminant, 0.0))
        return AcceptedSet("interval", float((-half_b - root) / a), float((-half_b + root) / a))
    if discriminant <= 0 or a == 0:
        return AcceptedSet("whole_line", -inf, inf)
    root = sqrt(discriminant)
    low, high = sorted(((-half_b - root) / a, (-half_b + root) / a))
    return AcceptedSet("two_rays", float(low), float(high))
