"""Shared seats against separate ones: the same calls under each arrangement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import pandas as pd

from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.staffing import Pools, Rule, Staffing, staff
from toolkit.shown import shown


@shown("staffing")
@dataclass(frozen=True, slots=True, eq=False)
class PoolComparison:
    """The same calls and targets under each arrangement of the seats.

    Attributes
    ----------
    table : DataFrame, index ``pools``
        ``peak``, ``average`` (seats), ``seat_hours``, ``paid_hours``, ``unmet`` (intervals).
    staffing : mapping of pools to Staffing
    """

    table: pd.DataFrame
    staffing: Mapping[str, Staffing]


def compare_pools(arrivals: Arrivals, rule: Rule) -> PoolComparison:
    """Shared against separate against first come, first served, all else as in ``rule``.

    Examples
    --------
    >>> import pandas as pd
    >>> from toolkit import hotline
    >>> at = pd.date_range("2026-09-01 09:00", periods=1, freq="60min")
    >>> calls = pd.DataFrame({"vip": [20], "others": [80]}, index=at)
    >>> arrivals = hotline.arrivals_from_counts(calls, {"vip": 180.0, "others": 180.0}, minutes=60)
    >>> targets = {"vip": hotline.Target(0.8, 20), "others": hotline.Target(0.8, 20)}
    >>> hotline.compare_pools(arrivals, hotline.Rule(targets)).table
              peak  average  seat_hours  paid_hours  unmet
    pools
    shared       8      8.0         8.0        12.0      0
    separate    10     10.0        10.0        15.0      0
    fifo         8      8.0         8.0        12.0      0
    """
    kinds = [pools for pools in get_args(Pools) if pools != "shared" or rule.patience_seconds is None]
    plans = {pools: staff(arrivals, replace(rule, pools=pools)) for pools in kinds}
    rows = [
        (plan.peak, plan.average, plan.seat_hours, plan.paid_hours, len(plan.unmet))
        for plan in plans.values()
    ]
    names = ["peak", "average", "seat_hours", "paid_hours", "unmet"]
    return PoolComparison(pd.DataFrame(rows, index=pd.Index(plans, name="pools"), columns=names), plans)
