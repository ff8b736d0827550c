"""What a customer spends and what it earns the company."""

from __future__ import annotations

import numpy as np

from toolkit.measures.arrays import of_all
from toolkit.measures.cube import Cube
from toolkit.measures.registry import About, measure, ratio
from toolkit.terms import Label


def _less_returns(cube: Cube, bought: str, given_back: str, window: int) -> np.ndarray:
    total = cube.trailing_sum(bought, window)
    if cube.returns == "netted":
        total -= cube.trailing_sum(given_back, window)
    return total


@measure(
    Label("消费额", "spend"),
    "money",
    "higher",
    About(
        "F01",
        Label(
            "窗口内购买金额；退货冲减时为购买减退货，不低于 0。",
            "Purchases of the window; where returns are netted, less returns and never below 0.",
        ),
    ),
)
def spend(cube: Cube, window: int) -> np.ndarray:
    """Purchases of the window, less the returns dated in it where returns are netted, floored at 0.

    The floor applies to the window as a whole, so a return in one quarter still reduces the
    purchases of another quarter of the same window.
    """
    total = _less_returns(cube, "gross", "returned", window)
    return np.maximum(total, 0, out=total)


@measure(
    Label("客单价", "average order"),
    "money",
    "higher",
    About(
        "F06",
        Label(
            "消费额除以订单数；窗口内没有订单则缺失。",
            "Spend per order; missing without an order in the window.",
        ),
    ),
)
def average_order(cube: Cube, window: int) -> np.ndarray:
    """Spend per order; missing where the window has no order."""
    return ratio(spend(cube, window), cube.trailing_sum("orders", window))


@measure(
    Label("最大单笔", "largest order"),
    "money",
    "higher",
    About(
        "F06",
        Label(
            "窗口内最大一单的金额，不扣退货；跨季订单只计首季部分；没有订单则缺失。",
            "Largest order of the window before returns; of an order over two quarters the part paid in the first; "
            "missing without an order.",
        ),
    ),
)
def largest_order(cube: Cube, window: int) -> np.ndarray:
    """Largest order of the window, returns not deducted; missing where the window has no order.

    An order that spans two quarters enters with what was paid in the first of them.
    """
    largest = cube.trailing_max("largest_order", window)
    return np.where(np.isfinite(largest), largest, np.nan)


@measure(
    Label("毛利", "margin"),
    "money",
    "higher",
    About(
        "F02",
        Label(
            "窗口内毛利；退货冲减时扣除退货的毛利，可为负；未扣服务成本，代替利润贡献。",
            "Margin of the window, less that of returns where these are netted; may be negative; cost to serve not deducted, so it stands in for profit.",
        ),
        needs=("transactions.margin",),
        proxy=True,
    ),
)
def margin(cube: Cube, window: int) -> np.ndarray:
    """Margin of purchases, less the margin of returns where returns are netted; may be negative.

    A row without a recorded margin counts as 0. Cost to serve is not deducted.
    """
    return _less_returns(cube, "margin", "returned_margin", window)


@measure(
    Label("毛利率", "margin rate"),
    "share",
    "higher",
    About(
        "F07",
        Label(
            "毛利除以消费额；消费额为 0 则缺失；未扣服务成本，代替利润率。",
            "Margin as a share of spend; missing where spend is 0; cost to serve not deducted, so it stands in for the profit rate.",
        ),
        needs=("transactions.margin",),
        proxy=True,
    ),
)
def margin_rate(cube: Cube, window: int) -> np.ndarray:
    """Margin as a share of spend; missing where spend is 0; may be negative."""
    return ratio(margin(cube, window), spend(cube, window))


@measure(
    Label("贡献度", "share of total"),
    "share",
    "higher",
    About(
        "F03",
        Label(
            "消费额占全部客户同窗口消费额之比；总额为 0 则缺失。",
            "Spend as a share of the spend of all customers in the window; missing where that total is 0.",
        ),
        of_all=True,
    ),
)
def share_of_total(cube: Cube, window: int) -> np.ndarray:
    """Spend as a share of the spend of all customers in the same window; missing where that is 0."""
    own = spend(cube, window)
    return ratio(own, of_all(own))


@measure(
    Label("采购量", "quantity"),
    "count",
    "higher",
    About(
        "F04",
        Label(
            "窗口内购买件数；退货冲减时扣除退货件数，不低于 0。",
            "Units bought in the window; where returns are netted, less units returned and never below 0.",
        ),
        needs=("transactions.quantity",),
    ),
)
def quantity(cube: Cube, window: int) -> np.ndarray:
    """Units bought, less units returned where returns are netted, floored at 0; unlike units are simply added."""
    total = _less_returns(cube, "quantity", "returned_quantity", window)
    return np.maximum(total, 0, out=total)


@measure(
    Label("促销消费占比", "promotion share"),
    "share",
    "lower",
    About(
        "F08",
        Label(
            "购买金额中促销行所占比例；没有购买金额则缺失。",
            "Promotion lines as a share of purchases; missing where nothing was paid.",
        ),
        needs=("transactions.is_promotion",),
    ),
)
def promotion_share(cube: Cube, window: int) -> np.ndarray:
    """Promotion lines as a share of purchases before returns; missing where purchases are 0."""
    return ratio(cube.trailing_sum("promoted", window), cube.trailing_sum("gross", window))
