"""Recognising an outcome that cannot be differenced over time.

Everyone who could be graded was active at the review, so retention is 1 for all before the start and can only
fall: a difference over time then compares two levels and calls their gap a change (methods, decision 4).
"""

from __future__ import annotations

import numpy as np


def is_risk_set(outcome: np.ndarray, before: np.ndarray) -> bool:
    """Whether ``outcome`` is a survival record of customers who were all active at first.

    Parameters
    ----------
    outcome : ndarray of float, shape (units, periods)
    before : ndarray of bool, shape (periods,)
        Periods before anybody started.

    Returns
    -------
    bool
        True for 0/1 values that are 1 throughout ``before``, or that begin at 1 and never return from 0.

    Examples
    --------
    >>> stayed = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    >>> is_risk_set(stayed, np.array([True, False, False])), is_risk_set(stayed + 1, np.ones(3, bool))
    (True, False)
    """
    known = np.isfinite(outcome)
    if not known.any() or not np.isin(outcome[known], (0.0, 1.0)).all():
        return False
    earlier = outcome[:, before]
    if np.isfinite(earlier).any() and np.nanmin(earlier) == 1:
        return True
    first = outcome[np.arange(len(outcome)), known.argmax(axis=1)]
    filled = np.where(known, outcome, np.inf)
    lowest = np.minimum.accumulate(filled, axis=1)
    returned = known & (outcome > lowest)
    return bool((first[known.any(axis=1)] == 1).all() and not returned.any())
