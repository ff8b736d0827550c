"""The gap between two groups of customers: description, whatever brought them into their group."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from toolkit.estimate import Estimate
from toolkit.outcomes.intervals import LEVEL


def gap_between(outcome: np.ndarray, first: np.ndarray, customer: np.ndarray) -> Estimate | None:
    """Mean outcome of one group minus that of the other; None where a group is empty.

    The interval is normal, with the variance between customers, so that one who is observed several
    times counts as one.

    Parameters
    ----------
    outcome : array of float, shape (rows,)
        Shares 0..1; NaN where the outcome is not known, such rows are left out.
    first : array of bool, shape (rows,)
        Whether the row belongs to the group that is named first.
    customer : array of int, shape (rows,)
        Not negative.
    """
    known = np.isfinite(outcome)
    y, d, who = outcome[known], first[known], customer[known]
    if not d.any() or d.all():
        return None
    above, below = y[d].mean(), y[~d].mean()
    pull = np.where(d, (y - above) / d.sum(), -(y - below) / (~d).sum())
    half = float(ndtri(0.5 + LEVEL / 2)) * float(np.sqrt((np.bincount(who, pull) ** 2).sum()))
    gap = float(above - below)
    return Estimate(gap, gap - half, gap + half, "points_share", LEVEL)
