"""Coming back: repeat orders, and an index of loyalty from purchases alone."""

from __future__ import annotations

import numpy as np

from toolkit.measures.arrays import trailing_sum
from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure, ratio
from toolkit.measures.rhythm import repeat_rate
from toolkit.terms import Label


@measure(
    Label("重复购买次数", "repeat orders"),
    "orders",
    "higher",
    About(
        "F09", Label("窗口内非首单的订单数。", "Orders of the window that are not the customer's first ever.")
    ),
)
def repeat_orders(cube: Cube, window: int) -> np.ndarray:
    """Orders of the window that are not the customer's first ever."""
    since = cube.quarters_since_joining()
    return cube.trailing_sum("orders", window) - ((since > 0) & (since <= window))


@measure(
    Label("忠诚度指数", "loyalty index"),
    "index",
    "higher",
    About(
        "F27",
        Label(
            "加入以来窗口内有购买的季度占比与重复购买率的平均，0 至 1；窗口内没有订单时为 0；首购前缺失；代替忠诚度。",
            "Mean of the share of quarters with a purchase (since joining, in the window) and the repeat rate, 0 to 1; "
            "0 without an order in the window; missing before the first purchase; stands in for loyalty.",
        ),
        proxy=True,
    ),
)
def loyalty_index(cube: Cube, window: int) -> np.ndarray:
    """Mean of the share of active quarters since joining and the repeat rate; both of the window."""
    number = np.minimum(cube.quarters_since_joining(), window)
    active = ratio(trailing_sum(cube.bought(), window), number)
    return (active + np.nan_to_num(repeat_rate(cube, window))) / 2
