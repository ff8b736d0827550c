"""A first policy to look at: floors and reviews fitted to what customers really spend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import floor, log10

import ibis

from toolkit.history.quarters import covered_quarters, unfinished_quarters
from toolkit.window import Quarter

_TOP, _MIDDLE = 0.95, 0.80
_YEAR = 4


@dataclass(frozen=True, slots=True)
class Fitted:
    """Numbers of a first policy.

    Attributes
    ----------
    complete : tuple of Quarter
        Complete quarters of the history.
    window : int
        Quarters over which spend is summed.
    top, middle : float
        Floors that about 5 % and 20 % of the customers reach, in the currency of the study.
    customers : int
        Customers that the floors were read from.
    """

    complete: tuple[Quarter, ...]
    window: int
    top: float
    middle: float
    customers: int


def fit(accepted: ibis.Table, today: date) -> Fitted:
    """Floors by the spend of the last complete quarters; of all days where no quarter is complete."""
    days = (
        accepted.select(day=accepted.paid_at.date())
        .distinct()
        .order_by("day")
        .to_pyarrow()["day"]
        .to_pylist()
    )
    unfinished = unfinished_quarters(days, today=today)
    complete = tuple(one for one in covered_quarters(days[0], days[-1]) if one not in unfinished)
    window = _YEAR if len(complete) > _YEAR else 1
    rows = accepted
    if complete:
        first, last = complete[-window].start(), complete[-1].end()
        day = rows.paid_at.date()
        rows = rows.filter((day >= ibis.literal(first)) & (day < ibis.literal(last)))
    spend = rows.group_by("customer_id").aggregate(spend=rows.amount.sum())
    spend = spend.filter(spend.spend > 0)
    found = (
        spend.aggregate(
            top=spend.spend.quantile(_TOP), middle=spend.spend.quantile(_MIDDLE), customers=spend.count()
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    middle = rounded(found["middle"] or 1.0)
    top = max(rounded(found["top"] or 2.0), _next(middle))
    return Fitted(complete, window, top, middle, int(found["customers"]))


def rounded(value: float) -> float:
    """``value`` to two figures, as people set floors.

    >>> rounded(48_731.2), rounded(0.0371)
    (49000.0, 0.037)
    """
    return round(value, 1 - floor(log10(value))) if value > 0 else 0.0


def _next(value: float) -> float:
    """The next number of two figures above ``value``."""
    return round(value + 10 ** (floor(log10(value)) - 1), 10) if value > 0 else 1.0
