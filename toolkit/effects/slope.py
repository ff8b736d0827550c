"""The effect as a line beside its bar, for moving the bar a little."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from scipy import stats

from toolkit.estimate import Estimate

FARTHEST = log(1.2)


@dataclass(frozen=True, slots=True)
class Slope:
    """The effect as a line in the distance from the bar.

    Attributes
    ----------
    level, slope : float
        Effect at the bar; change of the effect per unit of distance (of log score where that is the scale).
    cov : ndarray, shape (2, 2)
        Of level and slope.
    unit : str
        Of the effect.
    farthest : float
        Largest distance at which :meth:`at` answers.
    """

    level: float
    slope: float
    cov: np.ndarray
    unit: str
    farthest: float = FARTHEST

    def at(self, distance: float, coverage: float = 0.95) -> Estimate:
        """Effect at ``distance`` from the bar, extrapolated along the line; refused beyond ``farthest``."""
        if abs(distance) > self.farthest:
            raise ValueError(
                f"distance must be within {self.farthest:.3g} of the bar; got {distance:.3g}. "
                "The line says nothing about customers it never saw."
            )
        along = np.array([1.0, distance])
        half = float(stats.norm.ppf((1 + coverage) / 2)) * sqrt(along @ self.cov @ along)
        value = self.level + distance * self.slope
        return Estimate(value, value - half, value + half, self.unit, coverage)
