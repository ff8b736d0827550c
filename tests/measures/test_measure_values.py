"""Every measure against a slow second definition, written from the raw rows with pandas.

The twins share nothing with the engine: they see a customer's rows dated before the end of the
quarter, cut to the window where the definition says so, and loop.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from toolkit.measures import MEASURES, names
from toolkit.measures.aggregation import build_cube
from toolkit.window import Quarter

NAN = float("nan")


@dataclass(frozen=True)
class Sight:
    """What a twin may look at for one customer and one quarter."""

    rows: pd.DataFrame  # the customer's rows before ``end``, oldest first
    everybody: pd.DataFrame  # everybody's rows before ``end``
    starts: list[pd.Timestamp]  # first days of the quarters of the window, then ``end``
    earlier: list[pd.Timestamp]  # the same for the window before; empty where it leaves the history
    netted: bool

    @property
    def end(self) -> pd.Timestamp:
        return self.starts[-1]

    def bought(self) -> pd.DataFrame:
        return self.rows[~self.rows.is_return]

    def inside(self, rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows.paid_at >= self.starts[0]]


def between(rows: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    return rows[(rows.paid_at >= start) & (rows.paid_at < end)]


def net(rows: pd.DataFrame, column: str, netted: bool) -> float:
    return float(rows[column].sum() if netted else rows.loc[~rows.is_return, column].sum())


def spent(rows: pd.DataFrame, netted: bool) -> float:
    return max(net(rows, "amount", netted), 0.0)


def divided(over: float, under: float) -> float:
    return over / under if under > 0 else NAN


def new_orders(sight: Sight, is_return: bool = False) -> pd.DataFrame:
    """First row of each order whose first row lies in the window."""
    rows = sight.rows[sight.rows.is_return == is_return]
    return sight.inside(rows.drop_duplicates("order_id"))


def intervals(sight: Sight) -> list[int]:
    days = sorted(set(sight.bought().paid_at.dt.normalize()))
    pairs = pairwise(days)
    return [(later - before).days for before, later in pairs if later >= sight.starts[0]]


def one_less_variation(values: list[float]) -> float:
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / len(values)
    return max(1 - math.sqrt(variance) / mean, 0.0)


def twin_largest_order(sight: Sight) -> float:
    sizes = []
    for _, first in new_orders(sight).iterrows():
        start = max(day for day in sight.starts if day <= first.paid_at)
        stop = sight.starts[sight.starts.index(start) + 1]
        same = sight.bought()[sight.bought().order_id == first.order_id]
        sizes.append(between(same, start, stop).amount.sum())
    return max(sizes, default=NAN)


def twin_stability(sight: Sight) -> float:
    if sight.bought().empty:
        return NAN
    joined = sight.bought().paid_at.min()
    each = [
        spent(between(sight.rows, start, stop), sight.netted)
        for start, stop in pairwise(sight.starts)
        if stop > joined
    ]
    return one_less_variation(each) if len(each) >= 2 and sum(each) > 0 else NAN


def twin_growth(sight: Sight) -> float:
    if not sight.earlier or sight.bought().empty or sight.bought().paid_at.min() >= sight.earlier[1]:
        return NAN
    this = spent(sight.inside(sight.rows), sight.netted)
    before = spent(between(sight.rows, sight.earlier[0], sight.earlier[-1]), sight.netted)
    return (this - before) / (abs(this) + abs(before)) if this or before else 0.0


def twin_share(sight: Sight) -> float:
    total = sum(spent(own, sight.netted) for _, own in sight.inside(sight.everybody).groupby("customer_id"))
    return divided(spent(sight.inside(sight.rows), sight.netted), total)


def twin_repeat(sight: Sight) -> float:
    fresh = new_orders(sight)
    first_ever = sight.bought().order_id.iloc[0] if len(sight.bought()) else None
    return divided(int((fresh.order_id != first_ever).sum()), len(fresh))


def twin_recency(sight: Sight) -> float:
    last_day = sight.end - pd.Timedelta(days=1)
    return (last_day - sight.bought().paid_at.max().normalize()).days if len(sight.bought()) else NAN


def twin_tenure(sight: Sight) -> float:
    last_day = sight.end - pd.Timedelta(days=1)
    days = (last_day - sight.bought().paid_at.min().normalize()).days if len(sight.bought()) else NAN
    return days / (365.25 / 12)


def inside_bought(sight: Sight) -> pd.DataFrame:
    return sight.inside(sight.bought())


def paid(sight: Sight) -> float:
    return inside_bought(sight).amount.sum()


def window_spend(sight: Sight) -> float:
    return spent(sight.inside(sight.rows), sight.netted)


def window_margin(sight: Sight) -> float:
    return net(sight.inside(sight.rows), "margin", sight.netted)


def buying_quarters(sight: Sight) -> int:
    pairs = pairwise(sight.starts)
    return sum(len(between(sight.bought(), *pair)) > 0 for pair in pairs)


TWINS: dict[str, Callable[[Sight], float]] = {
    "spend": window_spend,
    "average_order": lambda s: divided(window_spend(s), len(new_orders(s))),
    "largest_order": twin_largest_order,
    "margin": window_margin,
    "margin_rate": lambda s: divided(window_margin(s), window_spend(s)),
    "share_of_total": twin_share,
    "quantity": lambda s: max(net(s.inside(s.rows), "quantity", s.netted), 0),
    "promotion_share": lambda s: divided(
        inside_bought(s).loc[lambda rows: rows.is_promotion, "amount"].sum(), paid(s)
    ),
    "orders": lambda s: len(new_orders(s)),
    "recency_days": twin_recency,
    "tenure_months": twin_tenure,
    "activity": lambda s: inside_bought(s).paid_at.dt.date.nunique(),
    "active_quarters": buying_quarters,
    "mean_interval_days": lambda s: divided(sum(intervals(s)), len(intervals(s))),
    "interval_regularity": lambda s: one_less_variation(intervals(s)) if len(intervals(s)) >= 2 else NAN,
    "order_stability": twin_stability,
    "repeat_rate": twin_repeat,
    "return_orders": lambda s: len(new_orders(s, is_return=True)),
    "return_rate": lambda s: divided(-s.inside(s.rows).loc[lambda r: r.is_return, "amount"].sum(), paid(s)),
    "growth": twin_growth,
    "category_breadth": lambda s: inside_bought(s).category.dropna().nunique(),
    "lines_per_order": lambda s: divided(len(inside_bought(s)), len(new_orders(s))),
}


def slow_values(
    frame: pd.DataFrame, quarters: list[Quarter], window: int, fiscal: int, netted: bool
) -> dict[str, np.ndarray]:
    """Every twin for every customer (sorted) and quarter."""
    days = [pd.Timestamp(q.start(fiscal)) for q in quarters] + [pd.Timestamp(quarters[-1].end(fiscal))]
    frame = between(frame, days[0], days[-1]).sort_values("paid_at")
    customers = sorted(frame.customer_id.unique())
    out = {name: np.full((len(customers), len(quarters)), NAN) for name in TWINS}
    for k in range(len(quarters)):
        before = frame[frame.paid_at < days[k + 1]]
        first = max(k + 1 - window, 0)
        earlier = days[first - window : first + 1] if k + 1 >= 2 * window else []
        for i, customer in enumerate(customers):
            own = before[before.customer_id == customer]
            sight = Sight(own, before, days[first : k + 2], earlier, netted)
            for name, twin in TWINS.items():
                out[name][i, k] = twin(sight)
    return out


def test_every_measure_has_a_twin() -> None:
    """A measure without a second definition cannot be trusted."""
    assert set(TWINS) == set(names())


@pytest.mark.parametrize(
    ("seed", "window", "fiscal", "returns"),
    [
        (1, 4, 1, "netted"),
        (2, 2, 4, "separate"),
        (3, 1, 1, "netted"),
        (4, 6, 2, "netted"),
        (5, 3, 1, "separate"),
    ],
)
def test_measures_equal_their_slow_twins(
    history_of, table_of, eight_quarters, seed, window, fiscal, returns
) -> None:
    """Expected values: the twins above, from the raw rows."""
    frame = history_of(seed)
    cube = build_cube(table_of(frame), quarters=eight_quarters, fiscal_start_month=fiscal, returns=returns)
    slow = slow_values(frame, eight_quarters, window, fiscal, returns == "netted")
    for name in names():
        found = MEASURES[name].values(cube, window, {})
        np.testing.assert_allclose(found, slow[name], rtol=1e-9, atol=1e-7, err_msg=name)
