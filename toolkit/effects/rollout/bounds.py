"""How far trends may depart from parallel before a figure says nothing.

After the start, the gap between two groups that would have existed anyway may change from one period to the
next by at most ``M`` times the largest change seen before the start (Rambachan & Roth 2023, Rev. Econ.
Studies 90:2555, relative magnitudes). The figure then moves by at most ``M`` times one number, the *drift* of
the sample. The changes before the start are taken as estimated, noise included, which errs on the side of
caution.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from toolkit.effects.rollout.group_time import GroupTime
from toolkit.estimate import Estimate

FOUND = 0.8


def largest_change_before(found: GroupTime) -> float:
    """Largest change between neighbouring periods before the start, base included; NaN where there is none."""
    path = np.append(found.before["value"].to_numpy(), 0.0)
    return float(np.abs(np.diff(path)).max()) if len(path) > 1 else float("nan")


def drift(found: GroupTime) -> float:
    """What one unit of ``M`` can move the headline by."""
    return largest_change_before(found) * periods_since_base(found)


def periods_since_base(found: GroupTime) -> float:
    """Periods from the base to those of the headline, on average over its weights."""
    return float(found.after["weight"] @ (found.after.index + 1.0))


def breakdown(estimate: Estimate, moved: float) -> float:
    """Largest ``M`` at which the interval, widened by ``M * moved``, still leaves out zero.

    NaN where it covers zero to begin with: there is nothing to erase.

    >>> breakdown(Estimate(0.06, 0.04, 0.08, "share"), 0.02)
    2.0
    """
    near = max(estimate.low, -estimate.high)
    if near <= 0 or np.isnan(moved):
        return float("nan")
    return near / moved if moved > 0 else float("inf")


def widened(estimate: Estimate, by: float) -> Estimate:
    """The estimate with both ends moved out."""
    return Estimate(estimate.value, estimate.low - by, estimate.high + by, estimate.unit, estimate.level)


def undetected_drift(found: GroupTime, alpha: float) -> float:
    """What a steady drift could add to the headline and still escape the test of periods before the start.

    The drift per period that the most sensitive single period finds four times in five, when each of them is
    held to ``alpha`` shared equally (Roth 2022, AER: Insights 4:305), times the periods since the base.
    """
    before = found.before
    if before.empty:
        return float("inf")
    quantiles = stats.norm.ppf(1 - alpha / 2 / len(before)) + stats.norm.ppf(FOUND)
    slopes = quantiles * before["error"] / np.abs(before.index + 1)
    return float(slopes.min() * periods_since_base(found))
