"""From the draw to what was actually had.

Method
------
The draw is an instrument for the arm received: difference of outcomes over difference of shares that had
the arm. The interval is the set of t for which the difference of (outcome − t · received) is within
sampling error of zero (Anderson & Rubin 1949), honest however few followed the draw.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
from scipy import stats

from toolkit.effects.experiment.contrast import Contrast
from toolkit.estimate import Estimate


def of_followers(found: Contrast, unit: str, level: float) -> Estimate | None:
    """Average change of those who follow the draw; None where the set of accepted values has no bounds.

    ``found`` holds two differences: of the outcome, and of the share that had the arm.
    """
    (top, bottom), cov = found.value, found.cov
    low, high = accepted_range(found.value, cov, float(stats.t.ppf((1 + level) / 2, found.df)))
    if not np.isfinite([low, high]).all():
        return None
    return Estimate(float(top / bottom), low, high, unit, level)


def accepted_range(value: np.ndarray, cov: np.ndarray, critical: float) -> tuple[float, float]:
    """Bounds of the accepted ratios value[0] / value[1]; infinite where they are not an interval.

    >>> low, high = accepted_range(np.array([0.04, 0.8]), np.diag([0.0004, 0.0001]), 1.96)
    >>> round(low, 3), round(high, 3)
    (0.001, 0.099)
    >>> accepted_range(np.array([0.04, 0.01]), np.diag([0.0004, 0.0001]), 1.96)
    (-inf, inf)
    """
    square = value[1] ** 2 - critical**2 * cov[1, 1]
    middle = value[0] * value[1] - critical**2 * cov[0, 1]
    rest = value[0] ** 2 - critical**2 * cov[0, 0]
    if square <= 0:
        return -inf, inf
    root = sqrt(max(middle**2 - square * rest, 0.0))
    return float((middle - root) / square), float((middle + root) / square)
