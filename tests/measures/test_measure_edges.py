"""Edge cases of the measures, worked out by hand from a ledger that fits on one screen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.measures import MEASURES, Cube
from toolkit.measures.aggregation import build_cube
from toolkit.window import Quarter

QUARTERS = [Quarter.parse("2024Q1") + i for i in range(4)]
LEDGER = [
    # customer, order, day, amount, category; a negative amount is a return
    ("ann", "a1", "2024-01-01", 100.0, "tea"),
    ("ann", "a1", "2024-01-01", 50.0, "cups"),
    ("ann", "a2", "2024-01-01", 30.0, "tea"),  # second order of the same day
    ("ann", "a3", "2024-03-31", 20.0, "tea"),  # gap of 90 days, last day of Q1
    ("ann", "a3", "2024-04-01", 5.0, None),  # the same order goes on in Q2; gap of 1 day
    ("ann", "a1", "2024-05-01", -80.0, "tea"),
    ("bob", "b1", "2024-05-10", 40.0, "tea"),
    ("bob", "b1", "2024-06-10", -60.0, "tea"),  # more comes back than was bought
    ("cat", "k1", "2024-02-01", -10.0, "tea"),  # returns only: bought before the history began
    ("dan", "d1", "2024-03-31", 60.0, "tea"),
    ("dan", "d2", "2024-06-30", 60.0, "rice"),
    ("dan", "d3", "2024-09-30", 60.0, "tea"),
]


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    frame = pd.DataFrame(LEDGER, columns=["customer_id", "order_id", "paid_at", "amount", "category"])
    frame["paid_at"] = pd.to_datetime(frame["paid_at"]) + pd.Timedelta(hours=23, minutes=59)
    return frame.assign(is_return=frame["amount"] < 0)


@pytest.fixture(scope="module")
def cube(ledger, table_of) -> Cube:
    return build_cube(table_of(ledger), quarters=QUARTERS)


def seen(cube: Cube, measure: str, customer: str, window: int = 1) -> list[float]:
    """The measure of one customer, quarter by quarter."""
    return MEASURES[measure].values(cube, window, {})[cube.customers.get_loc(customer)].tolist()


def same(found: list[float], expected: list[float]) -> bool:
    return np.allclose(found, expected, rtol=1e-12, atol=0, equal_nan=True)


NAN = float("nan")


@pytest.mark.parametrize(
    ("measure", "customer", "window", "expected"),
    [
        ("spend", "ann", 1, [200, 0, 0, 0]),  # Q2: 5 - 80, floored
        ("spend", "ann", 2, [200, 125, 0, 0]),  # the return reduces the purchases of the same window
        ("spend", "bob", 1, [0, 0, 0, 0]),
        ("spend", "cat", 4, [0, 0, 0, 0]),
        ("orders", "ann", 1, [3, 0, 0, 0]),  # a3 counts in Q1 only
        ("orders", "ann", 4, [3, 3, 3, 3]),
        ("average_order", "ann", 1, [200 / 3, NAN, NAN, NAN]),
        ("largest_order", "ann", 1, [150, NAN, NAN, NAN]),  # a1 has two lines; a3's rest in Q2 is no order
        ("lines_per_order", "ann", 4, [4 / 3, 5 / 3, 5 / 3, 5 / 3]),
        ("recency_days", "ann", 1, [0, 90, 182, 274]),  # leap year: 2024-04-01 to 2024-06-30 is 90 days
        ("recency_days", "cat", 4, [NAN, NAN, NAN, NAN]),
        ("recency_days", "bob", 1, [NAN, 51, 143, 235]),
        ("tenure_months", "ann", 1, [n / (365.25 / 12) for n in (90, 181, 273, 365)]),
        ("tenure_months", "dan", 1, [n / (365.25 / 12) for n in (0, 91, 183, 275)]),
        ("activity", "ann", 1, [2, 1, 0, 0]),  # two orders of one day are one day; 1 May is a return
        ("active_quarters", "ann", 4, [1, 2, 2, 2]),
        ("mean_interval_days", "ann", 1, [90, 1, NAN, NAN]),
        ("mean_interval_days", "ann", 4, [90, 45.5, 45.5, 45.5]),
        ("interval_regularity", "ann", 4, [NAN, 1 - 44.5 / 45.5, 1 - 44.5 / 45.5, 1 - 44.5 / 45.5]),
        ("interval_regularity", "dan", 4, [NAN, NAN, 1 - 0.5 / 91.5, 1 - 0.5 / 91.5]),  # 91 and 92 days
        ("order_stability", "dan", 4, [NAN, 1, 1, 1 - np.sqrt(1 / 3)]),  # 60, 60, 60, 0
        ("order_stability", "dan", 1, [NAN] * 4),  # one quarter has no spread
        ("order_stability", "bob", 4, [NAN] * 4),  # spend is 0 throughout
        ("order_stability", "ann", 2, [NAN, 0, NAN, NAN]),  # 200 then 0: coefficient of variation 1
        ("repeat_rate", "ann", 4, [2 / 3, 2 / 3, 2 / 3, 2 / 3]),
        ("repeat_rate", "dan", 1, [0, 1, 1, NAN]),
        ("return_rate", "ann", 1, [0, 16, NAN, NAN]),  # 80 back, 5 bought
        ("return_rate", "ann", 2, [0, 80 / 205, 16, NAN]),
        ("return_rate", "cat", 1, [NAN, NAN, NAN, NAN]),
        ("return_orders", "ann", 4, [0, 1, 1, 1]),
        ("category_breadth", "ann", 1, [2, 0, 0, 0]),  # the line of Q2 has no category
        ("category_breadth", "dan", 1, [1, 1, 1, 0]),
        ("category_breadth", "dan", 2, [1, 2, 2, 1]),
        ("category_breadth", "dan", 3, [1, 2, 2, 2]),
        ("growth", "dan", 1, [NAN, 0, 0, -1]),
        ("growth", "dan", 2, [NAN, NAN, NAN, (60 - 120) / 180]),
        ("growth", "ann", 1, [NAN, -1, 0, 0]),  # nothing in both quarters is no change
        ("growth", "bob", 1, [NAN, NAN, 0, 0]),  # joined in Q2
        ("growth", "cat", 1, [NAN] * 4),
        ("share_of_total", "dan", 1, [60 / 260, 1, 1, NAN]),  # Q4: nobody spends
    ],
)
def test_values_worked_by_hand(cube, measure, customer, window, expected) -> None:
    """Expected values: arithmetic on the ledger above."""
    assert same(seen(cube, measure, customer, window), expected)


def test_points_need_a_whole_year_of_history(ledger, table_of) -> None:
    """From 2023Q4 on the year 2023 is not held whole; 2024 is complete at its fourth quarter: ann 205 less 80."""
    cube = build_cube(table_of(ledger), quarters=[QUARTERS[0] - 1, *QUARTERS])
    assert same(seen(cube, "points_from_spend", "ann"), [NAN, NAN, NAN, NAN, 125])


def test_months_before_joining_do_not_count(cube) -> None:
    """Ann bought in January: 3 months at the end of March, then 6 (125, then 5 less 80: 0). Bob: May and June."""
    assert same(seen(cube, "arpu_6m", "ann", 4), [200 / 3, 125 / 6, 0, 0])
    assert same(seen(cube, "arpu_6m", "dan", 4), [60 / 1, 120 / 4, 120 / 6, 60 / 6])
    assert same(seen(cube, "arpu_6m", "cat", 4), [NAN] * 4)


def test_lifetime_value_by_hand(table_of) -> None:
    """Two of two come back, then one of two: retention 3/4 over two quarters; 12 future quarters, none discounted."""
    days = ["2024-01-05", "2024-01-06", "2024-04-05", "2024-04-06", "2024-07-07"]
    frame = pd.DataFrame({"paid_at": pd.to_datetime(days), "amount": 100.0, "margin": [10.0, 20, 30, 40, 50]})
    frame = frame.assign(customer_id=["a", "b", "a", "b", "a"], order_id=list("vwxyz"), is_return=False)
    cube = build_cube(table_of(frame), quarters=QUARTERS[:3])
    future = sum(0.75**ahead for ahead in range(1, 13))
    assert same(seen(cube, "clv", "a", 2), [NAN, 40 + 20 * 12, 90 + 40 * future])
    assert same(seen(cube, "clv", "b", 2), [NAN, 60 + 30 * 12, 60 + 20 * future])


def test_returns_kept_separate_do_not_reduce_spend(ledger, table_of) -> None:
    """Ann bought for 200 and 5; with returns separate the 80 stays out."""
    cube = build_cube(table_of(ledger), quarters=QUARTERS, returns="separate")
    assert seen(cube, "spend", "ann", 4) == [200, 205, 205, 205]
    assert seen(cube, "return_rate", "ann", 4)[1] == pytest.approx(80 / 205)


def test_decimal_amounts_add_up_exactly(table_of) -> None:
    """Three times 0.1 is 0.3 and, after a large quarter has left the window, still is: floors are inclusive."""
    days = ["2024-01-05", "2024-04-05", "2024-04-06", "2024-04-07"]
    frame = pd.DataFrame({"paid_at": pd.to_datetime(days), "amount": [987654321.07, 0.1, 0.1, 0.1]})
    frame = frame.assign(customer_id="ann", order_id=list("abcd"), is_return=False)
    cube = build_cube(table_of(frame), quarters=QUARTERS)
    assert seen(cube, "spend", "ann", 2)[2] == 0.3
    assert seen(cube, "spend", "ann", 1)[1] == 0.3


def test_fiscal_quarters_move_the_last_day(ledger, table_of) -> None:
    """With a fiscal year from February, 2024Q1 ends on 30 April: 29 days after 1 April."""
    cube = build_cube(table_of(ledger), quarters=QUARTERS[:1], fiscal_start_month=2)
    assert seen(cube, "recency_days", "ann") == [29]


def test_shares_of_total_sum_to_one(cube) -> None:
    """A share of the whole."""
    total = MEASURES["share_of_total"].values(cube, 4, {}).sum(axis=0)
    assert np.allclose(total, 1)
