"""The jump of one or several columns at a cutoff, by local linear regression.

Method
------
A straight line on each side of the cutoff with kernel weights within ``h``; its leading bias is
estimated by a local parabola within ``b`` and taken away; the variance is that of the corrected
jump (Calonico, Cattaneo & Titiunik 2014, Econometrica 82:2295). Everything is linear in the
columns, so all columns share one set of weights.

Assumes
-------
Continuity of the mean of each column, had nobody been graded differently, at the cutoff.

Does not show
-------------
Anything about customers away from the cutoff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.cutoff.controls import without_controls
from toolkit.effects.cutoff.polynomial import Kernel, Polynomial, evaluate, products
from toolkit.effects.cutoff.residuals import Variance, fitted_residuals, neighbour_residuals
from toolkit.effects.cutoff.rows import Rows, window

ORDER = 1
BIAS_ORDER = 2
ROUNDING_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class Recipe:
    """How rows are weighed and how the error is computed."""

    kernel: Kernel = "triangular"
    variance: Variance = "hc1"


PLAIN = Recipe()


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Reach of the line (``h``) and of the parabola that corrects it (``b``), in units of the score."""

    h: float
    b: float

    def scaled(self, factor: float) -> Bandwidth:
        """Both reaches times ``factor``."""
        return Bandwidth(self.h * factor, self.b * factor)


@dataclass(frozen=True, slots=True)
class Jump:
    """Jumps of all columns at the cutoff.

    Attributes
    ----------
    bandwidth : Bandwidth
    conventional, corrected : ndarray, shape (columns,)
        Jump before and after bias correction.
    conventional_cov, robust_cov : ndarray, shape (columns, columns)
        Covariance of ``conventional`` and of ``corrected``.
    n_left, n_right : int
        Rows that carry weight within ``h``.
    lines : ndarray, shape (2 sides, 2, columns)
        Intercept and slope of the line on the left and on the right.
    positions : ndarray of int, shape (rows used,)
        Where in ``Rows`` the rows of ``influence`` stand.
    influence : ndarray, shape (rows used, columns)
        What each row adds to the error of ``corrected``; its (clustered) squares make ``robust_cov``.
    """

    bandwidth: Bandwidth
    conventional: np.ndarray
    corrected: np.ndarray
    conventional_cov: np.ndarray
    robust_cov: np.ndarray
    n_left: int
    n_right: int
    lines: np.ndarray
    positions: np.ndarray
    influence: np.ndarray

    @property
    def linked(self) -> bool:
        """Whether the share that had the grade, where it is a column, jumps by more than rounding error."""
        if len(self.conventional) == 1:
            return True
        return min(abs(self.conventional[1]), abs(self.corrected[1])) > ROUNDING_ERROR


def jump(rows: Rows, bandwidth: Bandwidth, recipe: Recipe = PLAIN) -> Jump:
    """Estimate the jump of every column at the cutoff.

    Where ``rows`` carry clusters, the variance adds up rows of one customer, also across the two
    sides, whatever ``recipe.variance`` says.

    Raises
    ------
    DegenerateFit
        When a side has too few distinct scores within the bandwidth.
    """
    net = without_controls(rows, bandwidth.h, ORDER, recipe.kernel)
    left, right = (_Side.fit(net, bandwidth, recipe, side) for side in (0, 1))
    plain = np.vstack([-left.plain, right.plain])
    robust = np.vstack([-left.robust, right.robust])
    cluster = None if rows.cluster is None else rows.cluster[left.start : right.stop]
    return Jump(
        bandwidth,
        right.conventional - left.conventional,
        right.corrected - left.corrected,
        covariance(plain, cluster),
        covariance(robust, cluster),
        left.n,
        right.n,
        np.stack([left.line, right.line]),
        np.arange(left.start, right.stop),
        robust,
    )


def covariance(influence: np.ndarray, cluster: np.ndarray | None) -> np.ndarray:
    """Sum of squares and products of ``influence`` (shape (n, columns)), added up within clusters first."""
    columns = influence.T
    if cluster is not None:
        columns = np.array([np.bincount(cluster, column) for column in columns])
    return products(columns, columns)


def gradient(level: np.ndarray) -> np.ndarray:
    """Derivative of first / second at ``level`` (shape (2,)), or of the first itself (shape (1,))."""
    if len(level) == 1:
        return np.ones(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([1 / level[1], -level[0] / level[1] ** 2])


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the cutoff: level at the cutoff, what each row contributes to its error."""

    start: int
    stop: int
    n: int
    conventional: np.ndarray
    corrected: np.ndarray
    plain: np.ndarray
    robust: np.ndarray
    line: np.ndarray

    @classmethod
    def fit(cls, rows: Rows, bandwidth: Bandwidth, recipe: Recipe, side: int) -> _Side:
        h, b, kernel = bandwidth.h, bandwidth.b, recipe.kernel
        inner, outer = window(rows, h, kernel, side), window(rows, max(h, b), kernel, side)
        x, y = rows.x[outer], rows.y[outer]
        cluster = None if rows.cluster is None else rows.cluster[outer]
        straight, curved = Polynomial.of(x, h, ORDER, kernel), Polynomial.of(x, b, BIAS_ORDER, kernel)
        level, line = straight.weights(0), straight.coefficients(y)
        bias = np.einsum("n,n", level, x**BIAS_ORDER)
        corrected = level - bias * curved.weights(BIAS_ORDER)
        plain, robust = (
            weights[:, None] * scaled_residuals(x, y, beta, recipe.variance, cluster)
            for weights, beta in ((level, line), (corrected, curved.coefficients(y)))
        )
        return cls(
            outer.start,
            outer.stop,
            inner.stop - inner.start,
            products(level[None], y.T)[0],
            products(corrected[None], y.T)[0],
            plain,
            robust,
            line,
        )


def scaled_residuals(
    x: np.ndarray, y: np.ndarray, beta: np.ndarray, variance: Variance, cluster: np.ndarray | None
) -> np.ndarray:
    """Residuals of one side, scaled so that their (clustered) squares need no further factor.

    Clusters take plain residuals of the fit and the usual small-sample factor, whatever ``variance`` is.
    """
    if cluster is not None:
        return small_sample(len(x), len(beta), cluster) * (y - evaluate(x, beta))
    if variance == "nn":
        return neighbour_residuals(x, y)
    return fitted_residuals(y, evaluate(x, beta), len(beta) - 1, variance)


def small_sample(n: int, coefficients: int, cluster: np.ndarray) -> float:
    """Square root of the usual small-sample factor of clustered variances; NaN for a single cluster."""
    groups = np.count_nonzero(np.bincount(cluster))
    if groups < 2 or n <= coefficients:
        return float("nan")
    return float(np.sqrt((n - 1) / (n - coefficients) * groups / (groups - 1)))
