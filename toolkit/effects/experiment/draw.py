"""Did chance decide as planned? Tests on who was given what, before any outcome is looked at.

Method
------
Sample ratio: observed against planned numbers by chi-square, overall and summed over strata (Holm).
Balance: all covariates at once, sum of (drawn − share) x against its covariance under the draw (Hansen &
Bowers 2008, Stat. Sci. 23:219). Where whole clusters were drawn, the cluster is the unit of both. Where rows
of a cluster lie in both arms and share their luck, the spread between the clusters' sums takes the place of
the covariance (Hotelling's T squared).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.effects.family import holm

FLAT = 1e-9


def ratio_p_value(codes: np.ndarray, planned: np.ndarray, stratum: np.ndarray) -> float:
    """Probability of numbers this far from the plan, if the plan was kept.

    Parameters
    ----------
    codes : ndarray of int, shape (n,)
        Arm of each unit.
    planned : ndarray, shape (n, arms)
    stratum : ndarray of int, shape (n,)

    Examples
    --------
    >>> codes = np.repeat([0, 1], [821588, 815482])
    >>> round(ratio_p_value(codes, np.full((len(codes), 2), 0.5), np.zeros(len(codes), int)), 8)
    1.82e-06
    """
    given = np.zeros_like(planned)
    given[np.arange(len(codes)), codes] = 1
    overall = _chi_square(given - planned, planned)
    if stratum.max(initial=0) == 0:
        return _tail(*overall)
    order = np.argsort(stratum, kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(stratum[order])) + 1)
    parts = [_chi_square(given[rows] - planned[rows], planned[rows]) for rows in blocks if len(rows) >= 10]
    inside = np.sum(parts, axis=0) if parts else (0.0, 0)
    return float(holm(np.array([_tail(*overall), _tail(*inside)])).min())


def _chi_square(away: np.ndarray, planned: np.ndarray) -> tuple[float, int]:
    return _quadratic(away.sum(axis=0), np.diag(planned.sum(axis=0)) - planned.T @ planned)


def _quadratic(gap: np.ndarray, cov: np.ndarray) -> tuple[float, int]:
    """Gap times the inverse of its covariance times gap, and the rank of the covariance."""
    values, vectors = np.linalg.eigh(cov)
    kept = values > FLAT * max(values[-1], 0.0)
    return float(((gap @ vectors[:, kept]) ** 2 / values[kept]).sum()), int(kept.sum())


def ratio_between_clusters(codes: np.ndarray, planned: np.ndarray, cluster: np.ndarray) -> float:
    """As :func:`ratio_p_value`, judged by the spread between clusters; ``cluster`` (int, shape (n,)) counts from 0."""
    given = np.zeros_like(planned)
    given[np.arange(len(codes)), codes] = 1
    return _between(given - planned, cluster)


def balance_between_clusters(
    drawn: np.ndarray, share: np.ndarray, x: np.ndarray, cluster: np.ndarray
) -> float:
    """As :func:`balance_p_value`, judged by the spread between clusters; ``cluster`` (int, shape (n,)) counts from 0."""
    return _between((drawn - share)[:, None] * (x - x.mean(axis=0)), cluster)


def _between(away: np.ndarray, cluster: np.ndarray) -> float:
    """p-value of sums of the columns of ``away`` that should be zero; 1 where clusters are too few to tell."""
    sums = np.array([np.bincount(cluster, column) for column in away.T]).T
    value, df = _quadratic(sums.sum(axis=0), sums.T @ sums)
    rest = len(sums) - df
    if not df or rest <= 0:
        return 1.0
    return float(stats.f.sf(value * rest / (df * max(len(sums) - value, FLAT)), df, rest))


def _tail(value: float, df: int) -> float:
    return float(stats.chi2.sf(value, df)) if df else 1.0


def balance_p_value(drawn: np.ndarray, share: np.ndarray, x: np.ndarray, stratum: np.ndarray) -> float:
    """Probability of arms this different in ``x``, if chance drew them.

    Parameters
    ----------
    drawn : ndarray of bool, shape (n,)
    share : ndarray, shape (n,)
        Probability of being drawn.
    x : ndarray, shape (n, covariates)
    stratum : ndarray of int, shape (n,)
    """
    size = np.bincount(stratum)
    means = np.array([np.bincount(stratum, column) for column in x.T]).T / size[:, None]
    inside = x - means[stratum]
    cov = (inside * (share * (1 - share))[:, None]).T @ inside
    return _tail(*_quadratic((drawn - share) @ inside, cov))
