"""Cluster bootstrap over customers as one product of weights with customer-level sums.

Every customer draws a Poisson(1) weight; sums are rescaled so that each draw has the original
number of customers. All statistics of one call share the weights, so differences between
policies are paired.

Source: Chamandy, Muralidharan, Najmi, Naidu (2012), "Estimating uncertainty for massive data streams".
"""

from __future__ import annotations

import numpy as np

BLOCK_CELLS = 4_000_000


def weighted_sums(statistics: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Sums of ``statistics`` over resampled customers.

    Parameters
    ----------
    statistics : array, shape (customers, statistics)
    draws, seed : int

    Returns
    -------
    array, shape (draws, statistics)
        Each row is a draw of the column sums, scaled to the original number of customers.

    Examples
    --------
    >>> weighted_sums(np.zeros((5, 2)), draws=3, seed=1).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """
    customers = len(statistics)
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK_CELLS // max(draws, 1))
    sums = np.zeros((draws, statistics.shape[1]))
    total = np.zeros(draws)
    for start in range(0, customers, block):
        rows = statistics[start : start + block]
        weights = rng.poisson(1.0, size=(draws, len(rows))).astype(np.float64)
        sums += weights @ rows
        total += weights.sum(axis=1)
    return sums * (customers / np.maximum(total, 1.0))[:, None]
