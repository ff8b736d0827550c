"""Kaplan-Meier curves, and the log-rank test with and without an order of the groups.

Method
------
The curve and its Greenwood standard error are those of statsmodels (``SurvfuncRight``), the log-rank
test too (``survdiff``). Intervals are on the log-log scale, so they stay within 0..1. The trend test
scores groups 0, 1, 2, ... and is the score test of a proportional trend (Tarone 1975).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2

from toolkit.outcomes.intervals import LEVEL
from toolkit.shown import shown


@shown("statistic", "degrees", "p_value")
@dataclass(frozen=True, slots=True)
class RankTest:
    """A chi-squared test of equal curves: the statistic, its degrees of freedom, its p value (0..1)."""

    statistic: float
    degrees: int
    p_value: float


def kaplan_meier(time: np.ndarray, lapsed: np.ndarray) -> pd.DataFrame:
    """The curve of one group.

    Parameters
    ----------
    time : array of float, shape (n,)
        Time of the event or of the end of observation, above 0.
    lapsed : array of bool, shape (n,)
        Whether the event was seen.

    Returns
    -------
    DataFrame, index ``time``: 0 and every time at which an event was seen
        columns ``at_risk``, ``lapsed`` (counts), ``staying`` (share, 0..1), ``error`` (Greenwood),
        ``low``, ``high`` (95 %, log-log).

    Examples
    --------
    >>> import numpy as np
    >>> from toolkit import kaplan_meier
    >>> kaplan_meier(np.array([1.0, 2.0, 2.0, 3.0]), np.array([True, True, False, True]))["staying"].round(9).tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    start = (0.0, len(time), 0, 1.0, 0.0, 1.0, 1.0)
    rows = [start]
    if np.any(lapsed):
        found = SurvfuncRight(np.asarray(time, float), np.asarray(lapsed, int))
        with np.errstate(invalid="ignore", divide="ignore"):
            error = np.nan_to_num(found.surv_prob_se)
        low, high = loglog_interval(found.surv_prob, error)
        rows += list(
            zip(
                found.surv_times, found.n_risk, found.n_events, found.surv_prob, error, low, high, strict=True
            )
        )
    columns = ["time", "at_risk", "lapsed", "staying", "error", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype({"at_risk": int, "lapsed": int}).set_index("time")


def loglog_interval(staying: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a survival share on the scale log(−log S); the share itself where S is 0 or 1."""
    staying = np.asarray(staying, float)
    inner = (staying > 0) & (staying < 1)
    log = np.log(np.where(inner, staying, 0.5))
    spread = np.exp(ndtri(0.5 + LEVEL / 2) * np.asarray(error) / (np.where(inner, staying, 0.5) * -log))
    low, high = np.exp(log * spread), np.exp(log / spread)
    return np.where(inner, low, staying), np.where(inner, high, staying)


def median_time(curve: pd.DataFrame) -> tuple[float, float, float]:
    """First time at which at most half stay, with the interval from the limits of the curve.

    NaN, or infinity for the upper limit, where the curve does not fall that far.
    """
    value, low, high = (_first_at_most_half(curve[column]) for column in ("staying", "low", "high"))
    return value, low, np.inf if np.isnan(high) else high


def log_rank(time: np.ndarray, lapsed: np.ndarray, group: np.ndarray) -> RankTest | None:
    """Whether the groups have one curve; None with a single group or without an event.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> six_mp = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    >>> placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    >>> lapsed = np.repeat([True, False, True], [9, 12, 21])
    >>> found = toolkit.log_rank(np.array(six_mp + placebo), lapsed, np.repeat([0, 1], 21))
    >>> round(found.statistic, 2), found.degrees
    (16.79, 1)
    """
    from statsmodels.duration.survfunc import survdiff

    groups = len(np.unique(group))
    if groups < 2 or not np.any(lapsed):
        return None
    statistic = float(survdiff(np.asarray(time, float), np.asarray(lapsed, int), np.asarray(group))[0])
    return RankTest(statistic, groups - 1, float(chi2.sf(statistic, groups - 1)))


def trend_log_rank(time: np.ndarray, lapsed: np.ndarray, rank: np.ndarray) -> RankTest | None:
    """Whether curves rise or fall with the rank of the group; None with one rank or without an event."""
    surplus, variance = 0.0, 0.0
    rank = np.asarray(rank, float)
    for moment in np.unique(time[lapsed]):
        here = rank[time >= moment]
        gone = rank[(time == moment) & lapsed]
        size, events = len(here), len(gone)
        surplus += gone.sum() - events * here.mean()
        if size > 1:
            variance += events * (size - events) / (size - 1) * here.var()
    if variance <= 0:
        return None
    statistic = surplus**2 / variance
    return RankTest(float(statistic), 1, float(chi2.sf(statistic, 1)))


def _first_at_most_half(shares: pd.Series) -> float:
    below = shares.index[shares <= 0.5 + 1e-12]
    return float(below[0]) if len(below) else np.nan
