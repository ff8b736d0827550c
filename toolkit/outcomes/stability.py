"""How stable a grading is, and how sure its summary figures are.

Method
------
Population stability index Σ (p − q) ln (p / q) over classes; every class is given half a customer
more, so that an empty one stays finite. Kappa at equal shares: the alternative's customers are put
in order and cut so that its grades have the baseline's shares; customers who cannot be told apart
are shared out in proportion. Gini: bootstrap over customers, normal on the logit scale (better than
percentiles for skewed spend). Weighted kappa: bootstrap of the cells of the table, percentiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri

from toolkit.estimate import Estimate
from toolkit.outcomes.agreement import disagreement, weighted_kappa
from toolkit.outcomes.concentration import gini
from toolkit.shown import shown

CLASSES = 10
CELLS = 4_000_000
FEW = 1000
HALF = 0.5


@shown("estimate", "customers", "few")
@dataclass(frozen=True, slots=True)
class GiniInterval:
    """A Gini coefficient with its interval.

    Attributes
    ----------
    estimate : Estimate
        Unit ``index``.
    customers : int
    few : bool
        Fewer than 1000 customers: the interval promises more than it keeps.
    """

    estimate: Estimate
    customers: int
    few: bool


def stability_index(before: np.ndarray, after: np.ndarray) -> float:
    """Population stability index of two sets of class counts; NaN where one is empty.

    >>> import numpy as np
    >>> from toolkit import stability_index
    >>> stability_index(np.array([10, 20, 30]), np.array([10, 20, 30]))
    0.0
    """
    first, second = (np.asarray(counts, dtype=float) for counts in (before, after))
    if not first.sum() or not second.sum():
        return np.nan
    p, q = ((counts + HALF) / (counts + HALF).sum() for counts in (first, second))
    return float(((p - q) * np.log(p / q)).sum())


def score_stability(before: np.ndarray, after: np.ndarray, classes: int = CLASSES) -> float:
    """Population stability index of scores, in classes of equal size before; NaN scores are left out.

    Where many scores are equal there are fewer classes.
    """
    first, second = (np.asarray(x, dtype=float)[~np.isnan(x)] for x in (before, after))
    if not len(first) or not len(second):
        return np.nan
    edges = np.unique(np.quantile(first, np.arange(1, classes) / classes, method="inverted_cdf"))
    places = (np.searchsorted(edges, values, side="left") for values in (first, second))
    return stability_index(*(np.bincount(place, minlength=len(edges) + 1) for place in places))


def equal_shares_table(baseline: np.ndarray, order: np.ndarray, grades: int) -> np.ndarray:
    """Expected cross-table when ``order`` is cut at the shares of ``baseline``.

    Parameters
    ----------
    baseline : array of int, shape (customers,)
        Grade codes 0 .. grades − 1.
    order : array of float, shape (customers,)
        Score or grade code of the alternative, higher is better.

    Returns
    -------
    array of float, shape (grades, grades)
        Customers; rows baseline, columns the alternative at equal shares.
    """
    edges = np.concatenate([[0], np.cumsum(np.bincount(baseline, minlength=grades))])
    levels, place = np.unique(order, return_inverse=True)
    tied = np.bincount(place * grades + baseline, minlength=len(levels) * grades).reshape(len(levels), grades)
    ends = np.cumsum(tied.sum(axis=1))
    starts = ends - tied.sum(axis=1)
    overlap = np.minimum(ends[:, None], edges[None, 1:]) - np.maximum(starts[:, None], edges[None, :-1])
    share = np.clip(overlap, 0, None) / (ends - starts)[:, None]
    return tied.T.astype(float) @ share


def kappa_at_equal_shares(baseline: np.ndarray, order: np.ndarray, grades: int) -> float:
    """Quadratic weighted kappa of :func:`equal_shares_table`; NaN where all have one grade."""
    return weighted_kappa(equal_shares_table(baseline, order, grades), disagreement((grades, grades), 2))


def kappa_interval(table: object, power: int = 2, draws: int = 1000, seed: int = 20261122) -> Estimate | None:
    """Weighted kappa of a table of customers with its 95% interval; None where it is not defined.

    Customers of a cell are alike, so resampling customers is resampling cells.
    """
    counts = np.asarray(table, dtype=float)
    weights = disagreement(counts.shape, power)
    value = weighted_kappa(counts, weights)
    if np.isnan(value):
        return None
    size = counts.sum()
    drawn = np.random.default_rng(seed).multinomial(round(size), counts.ravel() / size, size=draws)
    found = np.array([weighted_kappa(one.reshape(counts.shape), weights) for one in drawn])
    return Estimate.from_draws(value, found[~np.isnan(found)], "index")


def gini_interval(
    values: np.ndarray, draws: int = 200, seed: int = 20261122, level: float = 0.95
) -> GiniInterval | None:
    """Gini coefficient with its interval; None with losses, without any value, or where all are equal.

    Parameters
    ----------
    values : array of float, shape (customers,)
        Missing values are left out.
    """
    rising = np.sort(np.asarray(values, dtype=float))
    rising = rising[~np.isnan(rising)]
    if not len(rising) or rising[0] < 0 or rising[0] == rising[-1]:
        return None
    found = gini(rising)
    block = max(1, CELLS // len(rising))
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [_resampled(rising, min(block, draws - start), rng) for start in range(0, draws, block)]
    )
    half = float(ndtri(0.5 + level / 2)) * logit(np.clip(drawn, 1e-9, 1 - 1e-9)).std(ddof=1)
    low, high = expit(logit(found) + np.array([-half, half]))
    estimate = Estimate(found, float(low), float(high), "index", level)
    return GiniInterval(estimate, len(rising), len(rising) < FEW)


def _resampled(rising: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Gini coefficients under weights that add up to Poisson resampling, shape (draws,)."""
    weights = rng.poisson(1.0, size=(draws, len(rising))).astype(float)
    held = weights * rising
    upto = held.cumsum(axis=1)
    area = (weights * (upto - held / 2)).sum(axis=1)
    return 1 - 2 * area / np.maximum(weights.sum(axis=1) * upto[:, -1], np.finfo(float).tiny)
