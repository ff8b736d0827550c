"""Scores of few values: customers in the cells next to the bar, compared as if drawn by lot.

Method
------
Local randomisation (Cattaneo, Frandsen & Titiunik 2015, J. Causal Inference 3:1): the widest equal number
of values on each side, at most five, at which and below which no fact from before the review differs
(adjusted p of at least .15); difference of means inside, clustered by customer.

Assumes
-------
Inside those cells the score itself does not matter; the result is therefore never more than weak.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.effects.cutoff.local_polynomial import Bandwidth, Jump, covariance, small_sample
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.family import holm

MOST = 5
BALANCED = 0.15


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of the values next to the bar.

    Attributes
    ----------
    left, right : slice
        Positions of the rows on each side.
    values : int
        Distinct scores on each side.
    balance : float
        Least adjusted p-value of a fact from before the review; 1 where there is none.
    """

    left: slice
    right: slice
    values: int
    balance: float


def comparable_cells(rows: Rows, covariates: Mapping[str, np.ndarray]) -> Cells | None:
    """The widest cells in which nothing from before the review differs; None where even the nearest differ.

    Without covariates only the nearest value on each side is used.
    """
    starts = np.concatenate([[0], np.flatnonzero(np.diff(rows.x)) + 1, [len(rows.x)]])
    bar = int(np.searchsorted(starts, rows.split))
    chosen = None
    for values in range(1, min(MOST if covariates else 1, bar, len(starts) - 1 - bar) + 1):
        left, right = slice(starts[bar - values], rows.split), slice(rows.split, starts[bar + values])
        balance = _balance(rows, covariates, left, right)
        if balance < BALANCED:
            break
        chosen = Cells(left, right, values, balance)
    return chosen


def difference_of_means(rows: Rows, left: slice, right: slice) -> Jump:
    """Difference of all columns between two neighbouring runs of rows, in the form of a jump."""
    parts = [_mean_influence(rows, part) for part in (left, right)]
    means = np.array([mean for mean, _ in parts])
    influence = np.vstack([-parts[0][1], parts[1][1]])
    cluster = None if rows.cluster is None else rows.cluster[left.start : right.stop]
    cov = covariance(influence, cluster)
    gap = means[1] - means[0]
    reach = float(max(-rows.x[left.start], rows.x[right.stop - 1]))
    lines = np.stack([means, np.zeros_like(means)], axis=1)
    return Jump(
        Bandwidth(reach, reach),
        gap,
        gap,
        cov,
        cov,
        left.stop - left.start,
        right.stop - right.start,
        lines,
        np.arange(left.start, right.stop),
        influence,
    )


def _mean_influence(rows: Rows, part: slice) -> tuple[np.ndarray, np.ndarray]:
    y = rows.y[part]
    n, mean = len(y), y.mean(axis=0)
    if rows.cluster is not None:
        factor = small_sample(n, 1, rows.cluster[part])
    else:
        factor = np.sqrt(n / (n - 1)) if n > 1 else float("nan")
    return mean, factor * (y - mean) / n


def _balance(rows: Rows, covariates: Mapping[str, np.ndarray], left: slice, right: slice) -> float:
    found = []
    for column in covariates.values():
        part = slice(left.start, right.stop)
        known = np.isfinite(column[part])
        cluster = None if rows.cluster is None else rows.cluster[part][known]
        split = int(known[: left.stop - left.start].sum())
        inside = Rows(rows.x[part][known], column[part][known][:, None], cluster, split)
        if not 1 < split < len(inside.x) - 1 or np.ptp(inside.y) == 0:
            continue
        gap = difference_of_means(inside, slice(0, split), slice(split, len(inside.x)))
        found.append(2 * stats.norm.sf(abs(gap.corrected[0]) / np.sqrt(gap.robust_cov[0, 0])))
    return float(np.nanmin(holm(np.array(found)))) if found else 1.0
