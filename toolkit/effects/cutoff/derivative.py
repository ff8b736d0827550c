"""How the effect changes just beside the bar.

Method
------
Derivative of the effect at the cutoff (Dong & Lewbel 2015, REStat 97:1081): with jumps of levels B and
of slopes B', the effect of the grade at distance x is τ + x τ', τ' = (B'_outcome − τ B'_grade) / B_grade.
Slopes come from the local parabola that also corrects the level.

Does not show
-------------
Effects further than a fifth of the bar away: their error grows with the distance (methods, 3.2), and
the resulting :class:`Slope` refuses to answer there.
"""

from __future__ import annotations

import numpy as np

from toolkit.effects.cutoff.fitting import Fitting
from toolkit.effects.cutoff.local_polynomial import BIAS_ORDER, Jump, covariance, gradient, scaled_residuals
from toolkit.effects.cutoff.polynomial import Polynomial, products
from toolkit.effects.cutoff.ratio import quotient
from toolkit.effects.cutoff.rows import window
from toolkit.effects.slope import FARTHEST, Slope


def effect_slope(fitting: Fitting, found: Jump, unit: str, farthest: float = FARTHEST) -> Slope:
    """Level and slope of the effect; ``found`` is the jump of ``fitting`` itself."""
    slopes, positions, influence = _slope_jump(fitting)
    turn = gradient(found.corrected)
    level = quotient(found.corrected)
    spread = np.zeros((fitting.size, 2))
    spread[found.positions, 0] = np.einsum("nj,j->n", found.influence, turn)
    spread[positions, 1] = np.einsum("nj,j->n", influence, turn)
    slope = _derivative(level, slopes, found.corrected)
    if len(slopes) == 2:
        tilt = _derivative_gradient(slopes, found.corrected)
        spread[found.positions, 1] += np.einsum("nj,j->n", found.influence, tilt)
    return Slope(level, slope, covariance(spread, fitting.cluster), unit, farthest)


def _slope_jump(fitting: Fitting) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Jump of the slopes of all columns, the rows used, and what each adds to its error."""
    rows, b, recipe = fitting.rows, fitting.bandwidth.b, fitting.recipe
    slopes, positions, influence = np.zeros(rows.y.shape[1]), [], []
    for side, sign in ((0, -1.0), (1, 1.0)):
        part = window(rows, b, recipe.kernel, side)
        x, y = rows.x[part], rows.y[part]
        cluster = None if rows.cluster is None else rows.cluster[part]
        parabola = Polynomial.of(x, b, BIAS_ORDER, recipe.kernel)
        weights = sign * parabola.weights(1)
        noise = scaled_residuals(x, y, parabola.coefficients(y), recipe.variance, cluster)
        slopes += products(weights[None], y.T)[0]
        positions.append(np.arange(part.start, part.stop))
        influence.append(weights[:, None] * noise)
    return slopes, np.concatenate(positions), np.vstack(influence)


def _derivative(level: float, slopes: np.ndarray, jumps: np.ndarray) -> float:
    if len(slopes) == 1:
        return float(slopes[0])
    return float((slopes[0] - level * slopes[1]) / jumps[1])


def _derivative_gradient(slopes: np.ndarray, jumps: np.ndarray) -> np.ndarray:
    """Derivative of the slope of the ratio by the jumps of the levels.

    τ' = B'_y / B_d − B_y B'_d / B_d²; the derivatives by B'_y and B'_d are those of the ratio itself.
    """
    by_outcome = -slopes[1] / jumps[1] ** 2
    by_grade = -slopes[0] / jumps[1] ** 2 + 2 * jumps[0] * slopes[1] / jumps[1] ** 3
    return np.array([by_outcome, by_grade])
