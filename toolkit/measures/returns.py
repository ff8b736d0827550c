"""What a customer sends back."""

from __future__ import annotations

import numpy as np

from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure, ratio
from toolkit.terms import Label


@measure(
    Label("退货次数", "return orders"),
    "orders",
    "lower",
    About(
        "F34", Label("窗口内有退货的不同订单号数。", "Distinct order numbers with a return in the window.")
    ),
)
def return_orders(cube: Cube, window: int) -> np.ndarray:
    """Distinct order numbers with a return; one that spans two quarters counts in the first."""
    return cube.trailing_sum("return_orders", window)


@measure(
    Label("退货率", "return rate"),
    "share",
    "lower",
    About(
        "F34",
        Label(
            "窗口内退货金额除以购买金额；退的可以是更早买的，故可大于 1；没有购买金额则缺失。",
            "Returns as a share of purchases of the window; may exceed 1, since goods bought earlier come back too; "
            "missing where nothing was paid.",
        ),
    ),
)
def return_rate(cube: Cube, window: int) -> np.ndarray:
    """Returns dated in the window as a share of its purchases.

    Exceeds 1 where goods bought before the window come back. Missing where purchases are 0.
    """
    return ratio(cube.trailing_sum("returned", window), cube.trailing_sum("gross", window))
