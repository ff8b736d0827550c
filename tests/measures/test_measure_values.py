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
OF_TRANSACTIONS = [
    name for name in names() if all(n.startswith("transactions.") for n in MEASURES[name].needs)
]


@dataclass(frozen=True)
class Sight:
    """What a twin may look at for one customer and one quarter."""

    rows: pd.DataFrame  # the customer's rows before ``end``, oldest first
    everybody: pd.DataFrame  # everybody's rows before ``end``
    starts: list[pd.Timestamp]  # first days of the quarters of the window, then ``end``
    earlier: list[pd.Timestamp]  # the same for the window before; empty where it leaves the history
    netted: bool
    history: list[pd.Timestamp]  # first days of all quarters so far, then ``end``
    number: int  # of the quarter within its fiscal year, 1 to 4

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


def repeats(sight: Sight) -> int:
    first_ever = sight.bought().order_id.iloc[0] if len(sight.bought()) else None
    return int((new_orders(sight).order_id != first_ever).sum())


def twin_repeat(sight: Sight) -> float:
    return divided(repeats(sight), len(new_orders(sight)))


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


def twin_clv(sight: Sight) -> float:
    if sight.bought().empty:
        return NAN
    everybody = sight.everybody[~sight.everybody.is_return]
    held = again = 0
    for before, start, stop in zip(sight.history, sight.history[1:], sight.history[2:], strict=False):
        if start >= sight.starts[0]:
            earlier = set(between(everybody, before, start).customer_id)
            held, again = (
                held + len(earlier),
                again + len(earlier & set(between(everybody, start, stop).customer_id)),
            )
    if not held:
        return NAN
    joined = sight.bought().paid_at.min()
    quarters = sum(stop > joined for stop in sight.starts[1:])
    future = sum((again / held) ** ahead for ahead in range(1, 13))
    return net(sight.rows, "margin", sight.netted) + window_margin(sight) / quarters * future


def twin_arpu(sight: Sight) -> float:
    if sight.bought().empty:
        return NAN
    start = sight.history[-3] if len(sight.history) >= 3 else sight.history[0]
    six = spent(sight.rows[sight.rows.paid_at >= start], sight.netted)
    months = len(pd.period_range(sight.bought().paid_at.min(), sight.end - pd.Timedelta(days=1), freq="M"))
    return six / min(months, 6)


def twin_points(sight: Sight) -> float:
    stop = len(sight.history) - 1 - sight.number % 4
    if stop < 4:
        return NAN
    return spent(between(sight.rows, sight.history[stop - 4], sight.history[stop]), sight.netted)


def twin_loyalty(sight: Sight) -> float:
    if sight.bought().empty:
        return NAN
    joined = sight.bought().paid_at.min()
    since = [pair for pair in pairwise(sight.starts) if pair[1] > joined]
    active = sum(len(between(sight.bought(), *pair)) > 0 for pair in since) / len(since)
    again = twin_repeat(sight)
    return (active + (0 if math.isnan(again) else again)) / 2


def twin_rank(sight: Sight) -> float:
    buyers = sight.inside(sight.everybody[~sight.everybody.is_return]).customer_id.unique()
    if inside_bought(sight).empty:
        return NAN
    inside = sight.inside(sight.everybody)
    sums = [spent(inside[inside.customer_id == buyer], sight.netted) for buyer in buyers]
    return sum(other <= window_spend(sight) + 1e-9 for other in sums) / len(sums)


def promoted(rows: pd.DataFrame) -> float:
    return divided(rows.loc[rows.is_promotion, "amount"].sum(), rows.amount.sum())


def twin_price(sight: Sight) -> float:
    everybody = sight.inside(sight.everybody[~sight.everybody.is_return])
    return promoted(inside_bought(sight)) - promoted(everybody)


def twin_profit_share(sight: Sight) -> float:
    return divided(window_margin(sight), net(sight.inside(sight.everybody), "margin", sight.netted))


def main_share(column: pd.Series) -> float:
    return float(column.value_counts(normalize=True).max()) if column.notna().any() else NAN


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
    "clv": twin_clv,
    "profit_share": twin_profit_share,
    "arpu_6m": twin_arpu,
    "points_from_spend": twin_points,
    "peak_spend": lambda s: max(spent(between(s.rows, *pair), s.netted) for pair in pairwise(s.starts)),
    "goods_cost": lambda s: paid(s) - inside_bought(s).margin.sum(),
    "spend_rank": twin_rank,
    "price_sensitivity": twin_price,
    "repeat_orders": repeats,
    "loyalty_index": twin_loyalty,
    "main_category_share": lambda s: main_share(inside_bought(s).category),
    "main_channel_share": lambda s: main_share(inside_bought(s).channel),
    "channel_breadth": lambda s: inside_bought(s).channel.dropna().nunique(),
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
            sight = Sight(
                own, before, days[first : k + 2], earlier, netted, days[: k + 2], quarters[k].number
            )
            for name, twin in TWINS.items():
                out[name][i, k] = twin(sight)
    return out


def test_every_measure_has_a_twin() -> None:
    """A measure without a second definition cannot be trusted; those of other tables have theirs elsewhere."""
    assert set(TWINS) == set(OF_TRANSACTIONS)


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
    for name in OF_TRANSACTIONS:
        found = MEASURES[name].values(cube, window, {})
        np.testing.assert_allclose(found, slow[name], rtol=1e-9, atol=1e-7, err_msg=name)
