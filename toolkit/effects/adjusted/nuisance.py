"""What each row would have been expected to get and to do, predicted from other customers.

Method
------
Rows are dealt into folds by whole customers; each fold is predicted by regressions fitted on the others
(Chernozhukov et al. 2018, Econometrics J. 21:C1): logistic for the grade and for shares, linear otherwise,
with a ridge as strong as one row so that a fit exists even where arms are perfectly separated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

RIDGE = 1.0
STEPS = 100
PRECISION = 1e-9
CERTAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Expected:
    """Outcome expected of each row without and with the grade; arrays of shape (n,)."""

    without: np.ndarray
    given: np.ndarray


def deal(cluster: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Fold 0..folds-1 of each row; rows of one customer share a fold. Independent of the order of the rows."""
    count = int(cluster.max()) + 1
    return np.random.default_rng(seed).permutation(np.arange(count) % folds)[cluster]


def chance_of_grade(matrix: np.ndarray, received: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Cross-fitted probability of the grade, shape (n,); never quite 0 or 1."""
    chance = _predicted(matrix, received.astype(float), fold, np.ones(len(fold), bool), share=True)
    return np.clip(chance, CERTAIN, 1 - CERTAIN)


def expected_outcome(
    matrix: np.ndarray, outcome: np.ndarray, received: np.ndarray, fold: np.ndarray
) -> Expected:
    """Cross-fitted outcomes, each arm by its own regression."""
    share = bool(np.isin(outcome, (0.0, 1.0)).all())
    without, given = (_predicted(matrix, outcome, fold, arm, share) for arm in (~received, received))
    return Expected(without, given)


def _predicted(
    matrix: np.ndarray, target: np.ndarray, fold: np.ndarray, arm: np.ndarray, share: bool
) -> np.ndarray:
    """Predictions for all rows from the rows of ``arm`` outside each fold; the common fit is a start only."""
    fit = fit_logistic if share else _fit_linear
    start = fit(matrix[arm], target[arm])
    found = np.empty(len(target))
    for k in np.unique(fold):
        others, own = arm & (fold != k), fold == k
        index = matrix[own] @ fit(matrix[others], target[others], start)
        found[own] = expit(index) if share else index
    return found


def fit_logistic(matrix: np.ndarray, target: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Coefficients of a logistic regression with a light ridge, shape (columns,).

    Newton steps, halved while they overshoot; ``target`` of shape (n,) holds values of 0..1.
    """
    penalty = _penalty(matrix)
    beta = np.zeros(matrix.shape[1]) if start is None else start
    index = matrix @ beta
    value = _objective(index, beta, target, penalty)
    for _ in range(STEPS):
        chance = expit(index)
        curved = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + np.diag(penalty)
        step = np.linalg.solve(curved, matrix.T @ (target - chance) - penalty * beta)
        along, size = matrix @ step, 1.0
        after = _objective(index + along, beta + step, target, penalty)
        while after < value and size > PRECISION:
            size /= 2
            after = _objective(index + size * along, beta + size * step, target, penalty)
        beta, index, value = beta + size * step, index + size * along, after
        if np.abs(step).max() < PRECISION**0.5 or size <= PRECISION:
            break
    return beta


def _fit_linear(matrix: np.ndarray, target: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Same, for any outcome; ``start`` is not needed."""
    return np.linalg.solve(matrix.T @ matrix + np.diag(_penalty(matrix)), matrix.T @ target)


def _penalty(matrix: np.ndarray) -> np.ndarray:
    penalty = np.full(matrix.shape[1], RIDGE)
    penalty[0] = RIDGE / 1000
    return penalty


def _objective(index: np.ndarray, beta: np.ndarray, target: np.ndarray, penalty: np.ndarray) -> float:
    return float(target @ index - np.logaddexp(0.0, index).sum() - penalty @ beta**2 / 2)
