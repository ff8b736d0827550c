"""Residuals from which the variance of a local fit is made."""

from __future__ import annotations

from typing import Literal

import numpy as np

Variance = Literal["nn", "hc0", "hc1"]

NEIGHBOURS = 3
TIE = float(np.sqrt(np.finfo(float).eps))


def neighbour_residuals(x: np.ndarray, y: np.ndarray, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """Each row against the mean of its nearest neighbours in ``x``.

    Rows with equal ``x`` enter as a block, and two blocks at the same distance enter together,
    so that the order of rows decides nothing. The factor sqrt(J / (J + 1)) makes the squares
    unbiased for the variance (Abadie & Imbens 2006; Calonico, Cattaneo & Titiunik 2014).

    Parameters
    ----------
    x : ndarray, shape (n,), ascending
    y : ndarray, shape (n, columns)
    neighbours : int
        Smallest number of neighbours of a row.

    Returns
    -------
    ndarray, shape (n, columns)

    Examples
    --------
    >>> neighbour_residuals(np.array([0.0, 1.0, 3.0]), np.array([[1.0], [2.0], [6.0]]), 1).ravel().round(4)
    array([-0.7071,  0.7071,  2.8284])
    """
    starts = np.concatenate([[0], np.flatnonzero(x[1:] != x[:-1]) + 1])
    ends = np.append(starts[1:], len(x))
    low, high = _reach(x[starts], starts, ends, min(neighbours, len(x) - 1))
    sums = np.vstack([np.zeros((1, y.shape[1])), np.cumsum(y, axis=0)])
    lengths = ends - starts
    count = np.repeat(high - low - 1, lengths)[:, None]
    others = np.repeat(sums[high] - sums[low], lengths, axis=0) - y
    return np.sqrt(count / (count + 1)) * (y - others / count)


def _reach(
    values: np.ndarray, starts: np.ndarray, ends: np.ndarray, wanted: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows [low, high) around each block of equal values that hold ``wanted`` rows besides one's own."""
    last = len(values) - 1
    left, right = np.arange(len(values)), np.arange(len(values))
    while True:
        open_ = np.flatnonzero(ends[right] - starts[left] - 1 < wanted)
        if not len(open_):
            return starts[left], ends[right]
        down, up = left[open_] - 1, right[open_] + 1
        below = np.where(down >= 0, values[open_] - values[np.maximum(down, 0)], np.inf)
        above = np.where(up <= last, values[np.minimum(up, last)] - values[open_], np.inf)
        finite = np.isfinite(below) & np.isfinite(above)
        slack = np.where(finite, np.maximum(below, above), 0.0) * TIE
        gap = np.where(finite, below - np.where(finite, above, 0.0), np.where(np.isfinite(below), -1.0, 1.0))
        left[open_[gap <= slack]] -= 1
        right[open_[gap >= -slack]] += 1


def fitted_residuals(y: np.ndarray, fitted: np.ndarray, order: int, variance: Variance) -> np.ndarray:
    """Residuals of a local polynomial of ``order``; ``hc1`` allows for its coefficients."""
    lost = order + 1
    scale = np.sqrt(len(y) / (len(y) - lost)) if variance == "hc1" else 1.0
    return scale * (y - fitted)
