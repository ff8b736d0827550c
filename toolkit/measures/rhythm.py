"""How often, how regularly and since when a customer buys."""

from __future__ import annotations

import numpy as np

from toolkit.measures.arrays import trailing_sum
from toolkit.measures.cells import CELLS
from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure, ratio
from toolkit.measures.spending import spend
from toolkit.terms import Label

DAYS_PER_MONTH = 365.25 / 12


@measure(
    Label("订单数", "orders"),
    "orders",
    "higher",
    About(
        "F05",
        Label(
            "窗口内的不同订单数；跨季订单计入首行所在季度。",
            "Distinct orders; an order over two quarters counts in the first.",
        ),
    ),
)
def orders(cube: Cube, window: int) -> np.ndarray:
    """Distinct purchase orders of the window; an order counts in the quarter of its first row only."""
    return cube.trailing_sum("orders", window)


@measure(
    Label("距上次购买天数", "days since last purchase"),
    "days",
    "lower",
    About(
        "F14",
        Label(
            "最近一次购买到窗口最后一天的整天数，回看全部历史；从未购买则缺失。",
            "Whole days from the last purchase to the last day of the window, whole history; missing before any purchase.",
        ),
    ),
)
def recency_days(cube: Cube, window: int) -> np.ndarray:
    """Whole days from the last purchase to the last day of the window; 0 is best.

    The whole history up to that day is searched, so the length of the window does not matter.
    A customer who has not bought yet, or has returns only, is missing.
    """
    last = cube.last_purchase_day()
    return np.where(last != CELLS["last_day"].neutral, cube.last_days() - last, np.nan)


@measure(
    Label("合作月数", "tenure"),
    "months",
    "higher",
    About(
        "F16",
        Label(
            "首次购买到窗口最后一天的月数（每月 365.25/12 天），历史开始之前不可见；从未购买则缺失。",
            "Months of 365.25/12 days from the first purchase seen to the last day of the window; missing before it.",
        ),
    ),
)
def tenure_months(cube: Cube, window: int) -> np.ndarray:
    """Months of 365.25 / 12 days from the first purchase in the history to the last day of the window.

    The length of the window does not matter. Missing before the first purchase.
    """
    first = cube.first_purchase_day()
    return np.where(first != CELLS["first_day"].neutral, (cube.last_days() - first) / DAYS_PER_MONTH, np.nan)


@measure(
    Label("活跃天数", "active days"),
    "days",
    "higher",
    About(
        "F35",
        Label(
            "窗口内有购买的天数；退货日不算。",
            "Days of the window with a purchase; a day with returns only does not count.",
        ),
    ),
)
def activity(cube: Cube, window: int) -> np.ndarray:
    """Days of the window with a purchase; a day with returns only does not count."""
    return cube.trailing_sum("active_days", window)


@measure(
    Label("平均购买间隔", "mean interval"),
    "days",
    "lower",
    About(
        "F13",
        Label(
            "相邻购买日之间的平均天数，间隔计入后一日所在季度；没有间隔则缺失。",
            "Mean days between successive days with a purchase, each in the quarter of its later day; "
            "missing without one.",
        ),
    ),
)
def mean_interval_days(cube: Cube, window: int) -> np.ndarray:
    """Mean days between successive days with a purchase.

    An interval belongs to the quarter of its later day and may have begun before the window.
    Several orders of one day are one visit. Missing where no interval ends in the window.
    """
    return ratio(cube.trailing_sum("gap_sum", window), cube.trailing_sum("gap_n", window))


@measure(
    Label("购买间隔规律性", "regularity of intervals"),
    "index",
    "higher",
    About(
        "F13",
        Label(
            "1 减购买间隔的变异系数，不低于 0；窗口内间隔不足两个则缺失。",
            "1 less the coefficient of variation of the intervals, at least 0; missing with fewer than two.",
        ),
    ),
)
def interval_regularity(cube: Cube, window: int) -> np.ndarray:
    """1 less the coefficient of variation of the intervals between purchase days, floored at 0.

    Intervals as in :func:`mean_interval_days`, population standard deviation; missing where
    fewer than two intervals end in the window.
    """
    number, total = cube.trailing_sum("gap_n", window), cube.trailing_sum("gap_sum", window)
    spread = number * cube.trailing_sum("gap_sumsq", window) - total**2
    regular = np.maximum(1 - ratio(np.sqrt(spread), total), 0)
    return np.where(number >= 2, regular, np.nan)


@measure(
    Label("订单稳定度", "stability of spend"),
    "index",
    "higher",
    About(
        "F15",
        Label(
            "1 减加入以来各季消费额的变异系数，不低于 0；不足两个季度或没有消费则缺失。",
            "1 less the coefficient of variation of quarterly spend since joining, at least 0; missing with fewer than "
            "two quarters or without spend.",
        ),
    ),
)
def order_stability(cube: Cube, window: int) -> np.ndarray:
    """1 less the coefficient of variation of quarterly spend over the quarters of the window, floored at 0.

    Quarters before the one of the first purchase do not count; later quarters without spend
    count as 0. Population standard deviation. Missing with fewer than two such quarters, or
    where all of them are 0.
    """
    each, since = spend(cube, 1), cube.quarters_since_joining()
    number = np.minimum(since, window)
    mean = ratio(trailing_sum(each, window), number)
    squares = np.zeros_like(each)
    for back in range(min(window, each.shape[1])):
        here = slice(back, None)
        apart = each[:, : each.shape[1] - back] - mean[:, here]
        np.square(apart, out=apart)
        np.add(squares[:, here], apart, out=squares[:, here], where=since[:, here] > back)
    variation = ratio(np.sqrt(ratio(squares, number)), mean)
    return np.where(number >= 2, np.maximum(1 - variation, 0), np.nan)


@measure(
    Label("活跃季度数", "active quarters"),
    "quarters",
    "higher",
    About("F15", Label("窗口内有购买的季度数。", "Quarters of the window with a purchase.")),
)
def active_quarters(cube: Cube, window: int) -> np.ndarray:
    """Quarters of the window with a purchase."""
    return trailing_sum(cube.bought(), window)


@measure(
    Label("重复购买率", "repeat rate"),
    "share",
    "higher",
    About(
        "F09",
        Label(
            "窗口内非首单的订单占比；窗口内没有订单则缺失。",
            "Share of the window's orders that are not the customer's first ever; missing without an order.",
        ),
    ),
)
def repeat_rate(cube: Cube, window: int) -> np.ndarray:
    """Share of the window's orders that are not the customer's first ever; missing without an order."""
    number, since = cube.trailing_sum("orders", window), cube.quarters_since_joining()
    first_inside = (since > 0) & (since <= window)
    return ratio(number - first_inside, number)
