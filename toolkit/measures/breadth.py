"""How widely a customer buys."""

from __future__ import annotations

import numpy as np

from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure, ratio
from toolkit.terms import Label


@measure(
    Label("品类数", "categories bought"),
    "categories",
    "higher",
    About(
        "F11",
        Label(
            "窗口内购买过的不同品类数；没有品类的行不计。",
            "Distinct categories bought in the window; lines without a category do not count.",
        ),
        needs=("transactions.category",),
    ),
)
def category_breadth(cube: Cube, window: int) -> np.ndarray:
    """Distinct categories bought in the window, returns ignored; lines without a category do not count."""
    return cube.categories.breadth(window, *cube.shape)


@measure(
    Label("每单行数", "lines per order"),
    "count",
    "higher",
    About(
        "F06",
        Label(
            "购买行数除以订单数；没有订单则缺失；代替单次金额。",
            "Purchase lines per order; missing without an order; stands in for the size of an order.",
        ),
        proxy=True,
    ),
)
def lines_per_order(cube: Cube, window: int) -> np.ndarray:
    """Purchase lines per order; missing where the window has no order."""
    return ratio(cube.trailing_sum("lines", window), cube.trailing_sum("orders", window))
