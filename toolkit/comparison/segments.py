"""Who is raised and who is lowered, by segment: counts, with small segments pooled so that nobody can be told from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.comparison.movers import LOWERED, RAISED, RENAMED, changes
from toolkit.comparison.position import Position, Stakes
from toolkit.window import QUARTERS_A_YEAR

FEWEST = 10
POOLED = "(others)"
UNKNOWN = "(unknown)"
COLUMNS = ("segment", "value", "customers", "raised", "lowered", "renamed", "share", "margin", "margin_raised",
           "margin_lowered", "cost_change")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Segments of the customers compared.

    Attributes
    ----------
    values : mapping of segment to array of object, shape (customers,)
        The customer's value of the attribute; None or NaN where it is not recorded.
    """

    values: Mapping[str, np.ndarray]


def by_segment(baseline: Position, option: Position, stakes: Stakes, segments: Segments) -> pd.DataFrame:
    """Winners and losers by segment, described.

    Returns
    -------
    DataFrame, one row per segment and value, the largest value first, pooled ones last
        columns ``segment``, ``value`` (:data:`UNKNOWN` where not recorded, :data:`POOLED` for values with fewer than
        :data:`FEWEST` customers together), ``customers``, ``raised``, ``lowered``, ``renamed`` (customers), ``share``
        (raised or lowered, of ``customers``, 0..1), ``margin`` (of all in it), ``margin_raised``, ``margin_lowered``
        (of those), ``cost_change`` (service alone); money per year.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.comparison.segments import Segments
    >>> study = toolkit.example_study()
    >>> baseline, lower, *_ = study.positions
    >>> half = np.where(np.arange(len(study.customers)) % 2 == 0, "even", "odd").astype(object)
    >>> found = toolkit.by_segment(baseline, lower, study.stakes, Segments({"row": half}))
    >>> found[["value", "customers", "raised", "lowered"]]
      value  customers  raised  lowered
    0  even        252      27        0
    1   odd        251      14        0
    """
    change, margin = changes(baseline, option), stakes.margin * QUARTERS_A_YEAR
    raised, lowered = change == RAISED, change == LOWERED
    facts = pd.DataFrame(
        {
            "customers": 1,
            "raised": raised.astype(int),
            "lowered": lowered.astype(int),
            "renamed": (change == RENAMED).astype(int),
            "margin": margin,
            "margin_raised": margin * raised,
            "margin_lowered": margin * lowered,
            "cost_change": option.cost - baseline.cost,
        }
    )
    found = [_one(name, facts, values) for name, values in segments.values.items()]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))
    return whole[list(COLUMNS)]


def pooled(values: np.ndarray) -> np.ndarray:
    """``values`` with the small ones pooled, so that no group has fewer than :data:`FEWEST` customers.

    Values are pooled from the smallest up until those left and the pool itself are large enough.

    >>> pooled(np.array(["a"] * 12 + ["b"] * 9 + ["c"] * 11, dtype=object)).tolist().count("(others)")
    20
    """
    text = pd.Series(values, dtype=object)
    text = text.map(str).where(text.notna(), UNKNOWN)
    sizes = text.value_counts().sort_index().sort_values(kind="stable")
    into, size = [], 0
    for value, customers in sizes.items():
        if customers >= FEWEST and (not size or size >= FEWEST):
            break
        into.append(value)
        size += customers
    return text.where(~text.isin(into), POOLED).to_numpy(object)


def _one(segment: str, facts: pd.DataFrame, values: np.ndarray) -> pd.DataFrame:
    sums = facts.groupby(pooled(values)).sum()
    sums = sums[sums["customers"] >= FEWEST]
    order = sorted(sums.index, key=lambda value: (value == POOLED, -sums.loc[value, "customers"], value))
    sums = sums.loc[order].rename_axis("value").reset_index()
    return sums.assign(segment=segment, share=(sums["raised"] + sums["lowered"]) / sums["customers"])
