"""How far from the cutoff the lines reach: plug-in bandwidths.

Method
------
The common bandwidth that minimises the asymptotic mean squared error of the jump, with the
regularisation and the three stages of pilots of Calonico, Cattaneo & Titiunik (2014) and
Calonico, Cattaneo, Farrell & Titiunik (2017, Stata J. 17:372); ``goal="cer"`` shrinks it for the
coverage of the interval (Calonico, Cattaneo & Farrell 2020). Two columns (outcome, grade received)
ask for the bandwidth of their ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.effects.cutoff.controls import control_slopes
from toolkit.effects.cutoff.local_polynomial import (
    BIAS_ORDER,
    ORDER,
    PLAIN,
    Bandwidth,
    Recipe,
    covariance,
    gradient,
    scaled_residuals,
)
from toolkit.effects.cutoff.polynomial import DegenerateFit, Polynomial
from toolkit.effects.cutoff.rows import Rows, window

Goal = Literal["mse", "cer"]

PILOT = {"triangular": 2.576, "epanechnikov": 2.34, "uniform": 1.843}
NORMAL_QUARTILES = 1.349
REGULARISATION = 3.0
MASSED = 0.2
DISTINCT = 10
HAIR = 1 + float(np.sqrt(np.finfo(float).eps))


def choose(rows: Rows, recipe: Recipe = PLAIN, goal: Goal = "mse") -> Bandwidth:
    """Bandwidths for the jump of the first column, or for the ratio of the first to the second.

    Repeated scores widen the pilots: where a fifth of the rows of a side repeat another's score,
    every pilot holds at least ten distinct scores a side.

    Raises
    ------
    DegenerateFit
        When the scores do not vary enough to fit the pilots.
    """
    steps = _Steps.start(rows, recipe)
    derivative = steps.next(BIAS_ORDER + 1, BIAS_ORDER + 1, steps.far, 0.0)
    b = min(
        steps.next(BIAS_ORDER, BIAS_ORDER, (max(derivative, steps.floor),) * 2, REGULARISATION), steps.limit
    )
    h = min(steps.next(ORDER, 0, (b, b), REGULARISATION), steps.limit)
    if goal == "cer":
        units = len(rows.x) if rows.cluster is None else _clusters_by_side(rows)
        h *= units ** (-ORDER / ((3 + ORDER) * (3 + 2 * ORDER)))
    return Bandwidth(h, b)


@dataclass(frozen=True, slots=True)
class _Steps:
    """What every stage shares: rows, the first pilot, the limits of all pilots."""

    rows: Rows
    recipe: Recipe
    pilot: float
    floor: float
    limit: float
    far: tuple[float, float]

    @classmethod
    def start(cls, rows: Rows, recipe: Recipe) -> _Steps:
        x, split = rows.x, rows.split
        if not 0 < split < len(x):
            raise DegenerateFit("all rows lie on one side of the cutoff")
        far = (-float(x[0]), float(x[-1]))
        distinct = [_distances(-x[:split][::-1]), _distances(x[split:])]
        spread = min(float(np.std(x, ddof=1)), _quartile_range(x) / NORMAL_QUARTILES)
        pilot = PILOT[recipe.kernel] * spread * (len(distinct[0]) + len(distinct[1])) ** -0.2
        shares = (1 - len(distinct[0]) / split, 1 - len(distinct[1]) / (len(x) - split))
        floor = 0.0
        if max(shares) >= MASSED:
            floor = max(float(d[min(DISTINCT, len(d)) - 1]) for d in distinct) * HAIR
        if rows.y.shape[1] == 2 and _constant_on_a_side(rows):
            rows = rows.columns(0)
        limit = max(far)
        return cls(rows, recipe, max(min(pilot, limit), floor), floor, limit, far)

    def next(self, order: int, which: int, reach: tuple[float, float], regularise: float) -> float:
        """Bandwidth for coefficient ``which`` of a fit of ``order`` from a pilot of the next order."""
        hair = HAIR if reach == self.far else 1.0
        sides = [self._side(side, order, which, reach[side] * hair, regularise > 0) for side in (0, 1)]
        variance = sum(one.variance for one in sides)
        bias = sides[1].bias - sides[0].bias
        noise = sum(one.bias_variance for one in sides)
        spread = (2 * which + 1) * self.pilot ** (2 * which + 1) * variance
        power = 2 * (order + 1 - which)
        found = (spread / (power * (bias**2 + regularise * noise))) ** (1 / (2 * order + 3))
        if not (np.isfinite(found) and found > 0):
            raise DegenerateFit("the scores do not vary enough to choose a bandwidth")
        return float(min(found, self.limit))

    def _side(self, side: int, order: int, which: int, reach: float, noisy: bool) -> _Constants:
        near = window(self.rows, self.pilot, self.recipe.kernel, side)
        x, columns = self.rows.x[near], self._columns(near)
        narrow = Polynomial.of(x, self.pilot, order, self.recipe.kernel)
        beta, weights = narrow.coefficients(columns), narrow.weights(which)
        mix = self._mix(narrow, near, beta[which])
        variance = self._variance(near, weights, beta, mix)
        constant = np.einsum("n,n", weights, (x / self.pilot) ** (order + 1)) * self.pilot**which
        far = window(self.rows, reach, self.recipe.kernel, side)
        wide = Polynomial.of(self.rows.x[far], reach, order + 1, self.recipe.kernel)
        beta = wide.coefficients(self._columns(far))
        noise = self._variance(far, wide.weights(order + 1), beta, mix) if noisy else 0.0
        return _Constants(variance, constant * float(beta[-1] @ mix), constant**2 * noise)

    def _columns(self, part: slice) -> np.ndarray:
        """Columns and, after them, controls."""
        rows = self.rows
        return rows.y[part] if rows.controls is None else np.hstack([rows.y[part], rows.controls[part]])

    def _mix(self, fit: Polynomial, part: slice, level: np.ndarray) -> np.ndarray:
        """How the columns and controls of :meth:`_columns` combine into what is estimated."""
        rows = self.rows
        mix = gradient(level[: rows.y.shape[1]])
        if rows.controls is None:
            return mix
        return np.append(mix, -control_slopes([(fit, rows.y[part], rows.controls[part])]) @ mix)

    def _variance(self, part: slice, weights: np.ndarray, beta: np.ndarray, mix: np.ndarray) -> float:
        rows = self.rows
        cluster = None if rows.cluster is None else rows.cluster[part]
        noise = scaled_residuals(rows.x[part], self._columns(part), beta, self.recipe.variance, cluster)
        influence = weights * np.einsum("nj,j->n", noise, mix)
        return float(covariance(influence[:, None], cluster)[0, 0])


@dataclass(frozen=True, slots=True)
class _Constants:
    """Of one side: variance of the coefficient, its bias, variance of the bias."""

    variance: float
    bias: float
    bias_variance: float


def _constant_on_a_side(rows: Rows) -> bool:
    received = rows.y[:, 1]
    return any(np.ptp(part) == 0 for part in (received[: rows.split], received[rows.split :]))


def _distances(ascending: np.ndarray) -> np.ndarray:
    return ascending[np.concatenate([[True], ascending[1:] != ascending[:-1]])]


def _quartile_range(ascending: np.ndarray) -> float:
    """Interquartile range with averaging at steps (Hyndman & Fan 1996, type 2)."""
    low, high = np.quantile(ascending, [0.25, 0.75], method="averaged_inverted_cdf")
    return float(high - low)


def _clusters_by_side(rows: Rows) -> int:
    return sum(len(np.unique(part)) for part in (rows.cluster[: rows.split], rows.cluster[rows.split :]))
