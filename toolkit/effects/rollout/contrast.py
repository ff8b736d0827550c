"""The gap between two groups in a change, or given controls, with an error that suits its clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.effects.power import DETECTABLE, Power
from toolkit.estimate import Estimate

LEAST_STRENGTH = 10.0


class NoContrast(Exception):
    """One of the two groups is empty, or nothing is left after the controls."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """A gap.

    Attributes
    ----------
    value, error : float
    treated, others : int
        Rows of each group.
    freedom : float
        Degrees of freedom of the error: clusters less one, infinite without clusters.
    """

    value: float
    error: float
    treated: int
    others: int
    freedom: float

    @property
    def power(self) -> Power:
        """What the rows could show."""
        return Power(self.treated, self.error, DETECTABLE * self.error)

    def estimate(self, unit: str, level: float) -> Estimate:
        """The gap with its interval."""
        reach = float(stats.t.ppf((1 + level) / 2, self.freedom) * self.error)
        return Estimate(self.value, self.value - reach, self.value + reach, unit, level)


def contrast(
    outcome: np.ndarray,
    treated: np.ndarray,
    controls: np.ndarray,
    cluster: np.ndarray | None = None,
    rule: np.ndarray | None = None,
) -> Contrast:
    """Least-squares coefficient of ``treated``; ``controls`` has shape (n, columns), columns may be none.

    With ``rule`` (bool, shape (n,)) only the part of ``treated`` that the rule decided is used (two-stage least
    squares): exceptions for reasons that nobody recorded then do no harm. Errors are robust to unequal variances
    (HC1), or clustered (CR1). Collinear controls do no harm.

    Raises
    ------
    NoContrast
        Also where the rule hardly decides: its strength F is below :data:`LEAST_STRENGTH`.
    """
    n, begun = len(outcome), int(np.count_nonzero(treated))
    if not 0 < begun < n:
        raise NoContrast
    others = np.column_stack([np.ones(n), controls])
    decided = (treated if rule is None else rule).astype(float)
    unexplained = decided - others @ np.linalg.lstsq(others, decided, rcond=None)[0]
    spread = float(unexplained @ treated)
    if spread < 1e-9 * n or _strength(treated, unexplained, others) < LEAST_STRENGTH:
        raise NoContrast
    value = float(unexplained @ outcome) / spread
    rest = outcome - value * treated
    residual = rest - others @ np.linalg.lstsq(others, rest, rcond=None)[0]
    score = unexplained * residual
    parameters = 1 + np.linalg.matrix_rank(others)
    if cluster is None:
        return Contrast(value, _error(score, spread, n / (n - parameters)), begun, n - begun, np.inf)
    code = np.unique(cluster, return_inverse=True)[1]
    groups = int(code.max()) + 1
    if groups < 2:
        raise NoContrast
    factor = groups / (groups - 1) * (n - 1) / (n - parameters)
    return Contrast(
        value, _error(np.bincount(code, weights=score), spread, factor), begun, n - begun, groups - 1
    )


def _strength(treated: np.ndarray, unexplained: np.ndarray, others: np.ndarray) -> float:
    """F of what decided, in what was received."""
    size = float(unexplained @ unexplained)
    share = float(unexplained @ treated) / size
    rest = treated - share * unexplained
    rest = rest - others @ np.linalg.lstsq(others, rest, rcond=None)[0]
    noise = float((unexplained * rest) @ (unexplained * rest))
    return np.inf if noise == 0 else (share * size) ** 2 / noise


def _error(score: np.ndarray, spread: float, factor: float) -> float:
    return float(np.sqrt(factor * (score @ score)) / spread)
