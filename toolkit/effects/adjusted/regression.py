"""Plain regression of an outcome on the grade and the controls: a reading, never the headline.

It also says how much of outcome and grade each control explains beyond the others, which is what a factor that
is not on record is measured against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficient of the grade with what surrounds it.

    Attributes
    ----------
    coefficient, classical_error, std_error : float
        The last is clustered where customers repeat, else HC2 (MacKinnon & White 1985).
    df : int
        Rows less coefficients.
    r2 : float
        Share of the variance of the outcome explained, 0..1.
    bare_coefficient, bare_r2 : float
        The same without controls.
    spread, residual_spread : float
        Variance of the grade (0/1), and what the controls leave of it.
    outcome_spread : float
        Variance of the outcome.
    """

    coefficient: float
    classical_error: float
    std_error: float
    df: int
    r2: float
    bare_coefficient: float
    bare_r2: float
    spread: float
    residual_spread: float
    outcome_spread: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Least squares of one target.

    Attributes
    ----------
    beta : ndarray, shape (columns,)
    inverse : ndarray, shape (columns, columns)
        Of X'X.
    residual : ndarray, shape (n,)
    """

    beta: np.ndarray
    inverse: np.ndarray
    residual: np.ndarray

    @classmethod
    def of(cls, matrix: np.ndarray, target: np.ndarray) -> Fit:
        """Fit ``target`` (n,) on ``matrix`` (n, columns) of full column rank."""
        root = np.linalg.qr(matrix, mode="r")
        inverse = np.linalg.inv(root)
        inverse = inverse @ inverse.T
        beta = inverse @ (matrix.T @ target)
        return cls(beta, inverse, target - matrix @ beta)

    def partial_r2(self, columns: np.ndarray) -> float:
        """Share of what the other columns leave unexplained that ``columns`` (positions) explain together."""
        own = self.beta[columns]
        gain = float(own @ np.linalg.solve(self.inverse[np.ix_(columns, columns)], own))
        return gain / (gain + float(self.residual @ self.residual))


def regress(
    outcome: np.ndarray, received: np.ndarray, controls: np.ndarray, cluster: np.ndarray | None = None
) -> Regression:
    """Regression of ``outcome`` (n,) on the grade and ``controls`` (n, k), the first column of which is 1.

    Columns of ``controls`` must not depend on each other linearly; ``cluster`` holds codes 0, 1, ...
    """
    d = received.astype(float)
    matrix = np.column_stack([d, controls])
    fit, grade = Fit.of(matrix, outcome), Fit.of(controls, d)
    n, k = matrix.shape
    total = outcome - outcome.mean()
    unexplained = float(fit.residual @ fit.residual)
    gap = float(outcome[received].mean() - outcome[~received].mean())
    spread = float(d.var())
    return Regression(
        float(fit.beta[0]),
        float(np.sqrt(unexplained / (n - k) * fit.inverse[0, 0])),
        _robust_error(matrix, fit, cluster),
        n - k,
        1 - unexplained / float(total @ total),
        gap,
        gap**2 * spread / float(total @ total) * n,
        spread,
        float(grade.residual @ grade.residual) / n,
        float(total @ total) / n,
    )


def reading(found: Regression, half: float, unit: str, level: float) -> Estimate:
    """The coefficient with an interval of ``half`` on each side."""
    return Estimate(found.coefficient, found.coefficient - half, found.coefficient + half, unit, level)


def _robust_error(matrix: np.ndarray, fit: Fit, cluster: np.ndarray | None) -> float:
    n, k = matrix.shape
    own = matrix @ fit.inverse[:, 0]
    if cluster is None or len(np.unique(cluster)) == n:
        leverage = np.einsum("ij,jk,ik->i", matrix, fit.inverse, matrix, optimize=True)
        return float(np.sqrt(((own * fit.residual) ** 2 / np.maximum(1 - leverage, 1e-12)).sum()))
    totals = np.bincount(cluster, own * fit.residual)
    groups = np.count_nonzero(np.bincount(cluster))
    return float(np.sqrt((totals**2).sum() * groups / (groups - 1) * (n - 1) / (n - k)))
