"""A cross-fitted forecast of the reward under every arm.

Method
------
Ridge regression by arm on the covariates and their squares; each row is forecast from the other folds, and
all rows of a cluster lie in one fold. The forecast serves to take noise out; it need not be right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    """Sums from which any set of folds can be fitted.

    Attributes
    ----------
    features : ndarray, shape (n, p)
    fold : ndarray of int, shape (n,)
    squares : ndarray, shape (arms, folds, p, p)
    products : ndarray, shape (arms, folds, p)
    """

    features: np.ndarray
    fold: np.ndarray
    squares: np.ndarray
    products: np.ndarray

    def forecast(self, held_out: int | None = None) -> np.ndarray:
        """Reward of each row under each arm, shape (n, arms), fitted without the row's fold.

        ``held_out`` names another fold that no forecast may have seen.
        """
        arms, folds = self.squares.shape[:2]
        q = np.empty((len(self.fold), arms))
        for fold in range(folds):
            seen = [f for f in range(folds) if f not in (fold, held_out)]
            rows = self.fold == fold
            q[rows] = self.features[rows] @ self._coefficients(seen).T
        return q

    def _coefficients(self, folds: list[int]) -> np.ndarray:
        squares, products = self.squares[:, folds].sum(axis=1), self.products[:, folds].sum(axis=1)
        penalty = RIDGE * np.eye(squares.shape[1])
        penalty[0, 0] = 0.0
        empty = squares[:, 0, 0] == 0
        squares[empty], products[empty] = squares.sum(axis=0), products.sum(axis=0)
        if squares[0, 0, 0] == 0:
            return np.zeros_like(products)
        return np.linalg.solve(squares + penalty, products[:, :, None])[:, :, 0]


def fit_outcomes(
    x: np.ndarray, codes: np.ndarray, reward: np.ndarray, fold: np.ndarray, arms: int
) -> OutcomeModel:
    """Collect the sums; ``x`` holds standardised covariates, shape (n, covariates)."""
    square = x**2
    curved = (np.abs(square - square.mean(axis=0)) > 1e-9).any(axis=0) & (np.ptp(x, axis=0) > 0)
    curved &= np.array([len(np.unique(column[:1000])) > 2 for column in x.T], dtype=bool)
    features = np.column_stack([np.ones(len(x)), x, square[:, curved] - 1.0])
    folds, p = int(fold.max()) + 1, features.shape[1]
    squares, products = np.zeros((arms, folds, p, p)), np.zeros((arms, folds, p))
    for arm in range(arms):
        for f in range(folds):
            rows = (codes == arm) & (fold == f)
            squares[arm, f] = features[rows].T @ features[rows]
            products[arm, f] = features[rows].T @ reward[rows]
    return OutcomeModel(features, fold, squares, products)


def deal_folds(cluster: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Fold of each row, shape (n,); ``cluster`` (int, 0, 1, ...) stays together, folds have equal numbers
    of clusters."""
    size = int(cluster.max(initial=0)) + 1
    dealt = np.random.default_rng(seed).permutation(size) % min(folds, size)
    return dealt[cluster]
