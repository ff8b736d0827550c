"""Intervals for shares.

Method
------
Wilson's score interval (Wilson 1927, JASA 22). Where one customer is counted several times, the
number of observations is replaced by the number of independent yes-or-no ones that would give the
same variance between customers, and by no more than independent observations of the same spread
would give. Where all observations are equal it is the number of customers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

LEVEL = 0.95
ROUNDING = 1e-12


class ShareInterval(NamedTuple):
    """A share with its interval.

    Attributes
    ----------
    observations, customers : int
    share, low, high : float
        0..1; NaN where there are no observations.
    """

    observations: int
    customers: int
    share: float
    low: float
    high: float


def wilson(share: object, size: object, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of Wilson's interval, shapes as ``share``; NaN where ``size`` is 0.

    Parameters
    ----------
    share : array of float, 0..1
    size : array of float
        Independent observations; need not be whole.
    level : float
        Coverage, 0..1.

    >>> from toolkit import wilson
    >>> [round(float(end), 4) for end in wilson(0.5, 10)]
    [0.2366, 0.7634]
    """
    share = np.asarray(share, dtype=float)
    n = np.where(np.asarray(size, dtype=float) > 0, size, np.nan)
    z = float(ndtri(0.5 + level / 2))
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.where(share <= 0, 0.0 * n, centre - half), np.where(share >= 1, 1.0 + 0.0 * n, centre + half)


def share_interval(
    sums: np.ndarray, counts: np.ndarray, squares: float, level: float = LEVEL
) -> ShareInterval:
    """Mean of observations, summed up by customer, with its interval.

    Parameters
    ----------
    sums, counts : arrays, shape (customers,)
        Sum and number of each customer's observations, which lie in 0..1; customers with none do
        not matter.
    squares : float
        Sum of the squares of all observations.
    """
    observations, customers = int(counts.sum()), int(np.count_nonzero(counts))
    if not observations:
        return ShareInterval(0, 0, np.nan, np.nan, np.nan)
    share = float(sums.sum() / observations)
    binomial, spread = share * (1 - share), squares / observations - share**2
    size = float(customers)
    if binomial > ROUNDING and spread > ROUNDING:
        between = ((sums - share * counts) ** 2).sum() / observations**2
        size = binomial / max(between, spread / observations)
    low, high = wilson(share, size, level)
    return ShareInterval(observations, customers, share, float(low), float(high))
