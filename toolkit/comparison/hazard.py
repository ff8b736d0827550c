"""A constant hazard ratio: who leaves more without the package gains more from it.

With S the share retained without the package, the share with it is S to the power theta. Theta is the one that
brings the effect found at the bar to the customers beside the bar.
"""

from __future__ import annotations

import numpy as np

from toolkit.comparison.evidence import Staying

EDGE = 1e-6
WIDEST, HALVINGS = 25.0, 70
BINS, ROWS_A_BIN, ROUNDS = 10, 200, 30


def changes_by_bin(staying: Staying, effect: np.ndarray) -> np.ndarray:
    """Change of the share retained in every bin.

    Parameters
    ----------
    staying : Staying
    effect : array, shape (draws,)
        Effect at the bar. One that would carry the share beside the bar out of 0..1 is taken to its end.

    Returns
    -------
    array, shape (draws, bins)

    Examples
    --------
    >>> changes_by_bin(Staying(np.zeros(1, int), np.array([0.25, 0.64]), (0,)), np.array([0.25])).round(6).tolist()
    [[0.25, 0.16]]
    """
    without = np.clip(staying.without, EDGE, 1 - EDGE)
    beside = without[list(staying.beside)] if staying.beside else without
    theta = hazard_ratio(beside, np.asarray(effect, dtype=float))
    return without ** theta[:, None] - without


def staying_along(
    distance: np.ndarray, rows: tuple[np.ndarray, np.ndarray, np.ndarray], effect: float
) -> Staying:
    """Share retained without the package along the bar's measure, from the rows of the programme that ran.

    A bin in which a share p had the package shows (1 - p) S + p S ** theta retained; theta is the one that brings
    ``effect`` to the bins next to the bar. Both are solved together.

    Parameters
    ----------
    distance : array, shape (n,)
        Of the customers to place.
    rows : (distance, outcome, received), arrays of shape (m,)
        Distance from the bar, 0 or 1 retained (NaN unknown), whether the package was received.
    effect : float
        Change of the share retained at the bar.
    """
    x, outcome, received = (np.asarray(column, dtype=float) for column in rows)
    known = np.isfinite(outcome)
    edges = _edges(x[known])
    place = np.searchsorted(edges, x[known], side="right")
    count = np.bincount(place, minlength=len(edges) + 1)
    shown = np.bincount(place, outcome[known], len(count)) / np.maximum(count, 1)
    served = np.bincount(place, received[known], len(count)) / np.maximum(count, 1)
    bar = int(np.searchsorted(edges, 0.0, side="right"))
    beside = tuple(bin for bin in (bar - 1, bar) if count[bin])
    without = np.clip(shown, EDGE, 1 - EDGE)
    for _ in range(ROUNDS):
        theta = hazard_ratio(without[list(beside)], np.array([effect]))[0]
        without = _untreated(shown, served, theta)
    return Staying(np.searchsorted(edges, distance, side="right"), without, beside)


def _edges(x: np.ndarray) -> np.ndarray:
    """Inner edges of the bins: the bar, and shares of the rows on each side of it."""
    parts = []
    for side in (x[x < 0], x[x >= 0]):
        bins = max(1, min(BINS, len(side) // ROWS_A_BIN))
        parts.append(np.quantile(side, np.arange(1, bins) / bins) if bins > 1 else np.array([]))
    return np.unique(np.concatenate([parts[0], [0.0], parts[1]]))


def _untreated(shown: np.ndarray, served: np.ndarray, theta: float) -> np.ndarray:
    """S at which ``(1 - served) S + served S ** theta`` is ``shown``; all of shape (bins,)."""
    low, high = np.full(len(shown), EDGE), np.full(len(shown), 1 - EDGE)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        too_many = (1 - served) * middle + served * middle**theta > shown
        low, high = np.where(too_many, low, middle), np.where(too_many, middle, high)
    return (low + high) / 2


def hazard_ratio(without: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """Theta at which the mean of ``without ** theta - without`` is the effect.

    Parameters
    ----------
    without : array, shape (bins,)
        Within 0..1, neither end included.
    effect : array, shape (draws,)

    Returns
    -------
    array, shape (draws,)
        Above zero; below 1 where the effect is above zero.
    """
    wanted = np.clip(without.mean() + effect, EDGE, 1 - EDGE)
    low, high = np.full(len(effect), -WIDEST), np.full(len(effect), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        too_many = (without ** np.exp(middle)[:, None]).mean(axis=1) > wanted
        low, high = np.where(too_many, middle, low), np.where(too_many, high, middle)
    return np.exp((low + high) / 2)
