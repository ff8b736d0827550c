"""Money in whole cents, shared out so that the parts add up."""

from __future__ import annotations

import numpy as np

CENTS = 100
NEAR = 1e-9


def whole_cents(money: float) -> int:
    """Money as a whole number of cents."""
    return round(money * CENTS)


def share_out(cents: int, weights: np.ndarray) -> np.ndarray:
    """``cents`` in whole cents in proportion to ``weights``, by largest remainder.

    >>> share_out(100, np.array([1.0, 1.0, 1.0])).tolist()
    [34, 33, 33]
    """
    total = weights.sum()
    if not total:
        return np.zeros(len(weights), dtype=np.int64)
    exact = cents * (weights / total)
    found = np.floor(exact + NEAR).astype(np.int64)
    missing = int(cents - found.sum())
    if missing:
        found[_owed(exact - found, missing)] += 1 if missing > 0 else -1
    return found


def _owed(remainders: np.ndarray, missing: int) -> np.ndarray:
    """Places of the largest remainders, the first of equal ones; of the smallest, the last, where cents are too many."""
    size = len(remainders)
    if abs(missing) >= size:
        return np.arange(size)
    edge = np.partition(remainders, size - missing if missing > 0 else -missing - 1)
    edge = edge[size - missing if missing > 0 else -missing - 1]
    sure = np.flatnonzero(remainders > edge if missing > 0 else remainders < edge)
    equal, lacking = np.flatnonzero(remainders == edge), abs(missing) - len(sure)
    return np.concatenate((sure, equal[:lacking] if missing > 0 else equal[len(equal) - lacking :]))
