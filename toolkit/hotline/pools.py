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
    """Shared against separate against first come, first served, all else as in ``rule``."""
    kinds = [pools for pools in get_args(Pools) if pools != "shared" or rule.patience_seconds is None]
    plans = {pools: staff(arrivals, replace(rule, pools=pools)) for pools in kinds}
    rows = [
        (plan.peak, plan.average, plan.seat_hours, plan.paid_hours, len(plan.unmet))
        for plan in plans.values()
    ]
    names = ["peak", "average", "seat_hours", "paid_hours", "unmet"]
    return PoolComparison(pd.DataFrame(rows, index=pd.Index(plans, name="pools"), columns=names), plans)
