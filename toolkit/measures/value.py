"""What a customer is worth: after service, over time, and beside the other customers."""

from __future__ import annotations

import numpy as np

from toolkit.measures.arrays import of_all, trailing_sum
from toolkit.measures.cells import CELLS
from toolkit.measures.cube import Cube
from toolkit.measures.needs import Tables
from toolkit.measures.registry import About, measure, ratio
from toolkit.measures.service import service_cost
from toolkit.measures.spending import margin, promotion_share, spend
from toolkit.terms import Label

CLV_QUARTERS = 12
ARPU_QUARTERS, ARPU_MONTHS = 2, 6
YEAR = 4


@measure(
    Label("净贡献", "net contribution"),
    "money",
    "higher",
    About(
        "F02",
        Label(
            "窗口内毛利减去同窗口的服务成本，可为负。",
            "Margin of the window less the cost of service delivered in it; may be negative.",
        ),
        needs=("transactions.margin", "service.delivered_on", "service.cost:number"),
    ),
)
def net_contribution(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Margin less cost to serve, both of the same window; may be negative."""
    return margin(cube, window) - service_cost(cube, window, tables)


@measure(
    Label("净利润率", "net margin rate"),
    "share",
    "higher",
    About(
        "F07",
        Label(
            "净贡献除以消费额；消费额为 0 则缺失。",
            "Net contribution as a share of spend; missing where spend is 0.",
        ),
        needs=("transactions.margin", "service.delivered_on", "service.cost:number"),
    ),
)
def net_margin_rate(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Net contribution as a share of spend; missing where spend is 0; may be negative."""
    return ratio(net_contribution(cube, window, tables), spend(cube, window))


@measure(
    Label("毛利贡献度", "share of total margin"),
    "share",
    "higher",
    About(
        "F03",
        Label(
            "毛利占全部客户同窗口毛利之比，可为负；总额不为正则缺失。",
            "Margin as a share of the margin of all customers in the window, may be negative; missing where the total is not positive.",
        ),
        needs=("transactions.margin",),
        of_all=True,
    ),
)
def profit_share(cube: Cube, window: int) -> np.ndarray:
    """Margin as a share of the margin of all customers; missing where that is not positive."""
    own = margin(cube, window)
    return ratio(own, of_all(own))


@measure(
    Label("客户生命周期价值（推算）", "lifetime value (projected)"),
    "money",
    "higher",
    About(
        "F10",
        Label(
            "历史毛利，加窗口内季均毛利按全体客户季度留存率推算的未来 12 季毛利，不折现；历史首季没有留存率故缺失；首购前缺失；代替逐客户建模的价值。",
            "Margin so far, plus the window's mean quarterly margin over 12 further quarters at the retention of all "
            "customers in the window, not discounted; missing in the first quarter of the history and before the first purchase; stands in for a value modelled by customer.",
        ),
        needs=("transactions.margin",),
        proxy=True,
        of_all=True,
    ),
)
def clv(cube: Cube, window: int) -> np.ndarray:
    """Historic margin plus projected margin; a proxy, since one retention rate serves all customers.

    Retention is the share of buying customers who bought again in the next quarter, pooled over the
    pairs of quarters that end in the window. Margin per quarter is the mean over the quarters of the
    window since the one of the first purchase.
    """
    length, since = cube.shape[1], cube.quarters_since_joining()
    past = margin(cube, length)
    each = ratio(margin(cube, window), np.minimum(since, window))
    bought = cube.bought()
    held, again = np.zeros((1, length)), np.zeros((1, length))
    held[0, 1:] = bought[:, :-1].sum(axis=0)
    again[0, 1:] = (bought[:, :-1] & bought[:, 1:]).sum(axis=0)
    kept = ratio(trailing_sum(again, window), trailing_sum(held, window))
    future = sum(kept**ahead for ahead in range(1, CLV_QUARTERS + 1))
    return past + each * future


@measure(
    Label("近六个月月均消费", "ARPU of six months"),
    "money",
    "higher",
    About(
        "F36",
        Label(
            "最近两个季度的消费额除以 6；首购不足六个月的，除以首购当月起的月数；窗口长度不起作用；首购前缺失。",
            "Spend of the last two quarters per month: of six months, or of the months since the one of the first "
            "purchase where these are fewer; the window does not matter; missing before the first purchase.",
        ),
    ),
)
def arpu_6m(cube: Cube, window: int) -> np.ndarray:
    """Mean monthly spend of the last six months; months before the one of the first purchase do not count."""
    first = cube.first_purchase_day()
    joined = first != CELLS["first_day"].neutral
    months = _months(cube.last_days())[None, :] - _months(np.where(joined, first, 0)) + 1
    return np.where(joined, spend(cube, ARPU_QUARTERS) / np.clip(months, 1, ARPU_MONTHS), np.nan)


@measure(
    Label("上一年度消费积分（按消费推算）", "points of last year (from spend)"),
    "points",
    "higher",
    About(
        "F37",
        Label(
            "季末时最近一个完整财年的消费额，每一元记一分；该年不完整在数据内则缺失；窗口长度不起作用；代替积分账。",
            "Spend of the last fiscal year complete by the end of the quarter, one point per unit of money; missing "
            "where the history does not hold that year whole; the window does not matter; stands in for a ledger of points.",
        ),
        proxy=True,
    ),
)
def points_from_spend(cube: Cube, window: int) -> np.ndarray:
    """One point per unit of money spent in the last complete fiscal year; stands in for a ledger of points."""
    yearly = spend(cube, YEAR)
    out = np.full(cube.shape, np.nan)
    for place, quarter in enumerate(cube.quarters):
        ended = place - quarter.number % YEAR
        if ended >= YEAR - 1:
            out[:, place] = yearly[:, ended]
    return out


@measure(
    Label("最高季度消费", "largest quarter"),
    "money",
    "higher",
    About(
        "F20",
        Label(
            "窗口内消费额最高的一个季度的消费额；代替付费能力。",
            "Spend of the window's largest quarter; stands in for the ability to pay.",
        ),
        proxy=True,
    ),
)
def peak_spend(cube: Cube, window: int) -> np.ndarray:
    """Spend of the largest quarter of the window: what the customer has shown it can pay."""
    each = spend(cube, 1)
    out = each.copy()
    for back in range(1, min(window, each.shape[1])):
        np.maximum(out[:, back:], each[:, :-back], out=out[:, back:])
    return out


@measure(
    Label("销货成本", "cost of goods"),
    "money",
    "lower",
    About(
        "F75",
        Label(
            "窗口内购买金额减其毛利，不计退货；代替各工厂成本，未含运费与质量。",
            "Purchases of the window less their margin, before returns; stands in for the cost of the plants, without freight or quality.",
        ),
        needs=("transactions.margin",),
        proxy=True,
    ),
)
def goods_cost(cube: Cube, window: int) -> np.ndarray:
    """Purchases less their margin, returns ignored."""
    return cube.trailing_sum("gross", window) - cube.trailing_sum("margin", window)


@measure(
    Label("消费排名位置", "rank of spend"),
    "share",
    "higher",
    About(
        "F76",
        Label(
            "窗口内有购买的客户中，消费额不高于本客户的比例；窗口内没有购买则缺失；代替重要性。",
            "Share of the customers who bought in the window whose spend is not above this one's; missing without a "
            "purchase in the window; stands in for importance.",
        ),
        proxy=True,
        of_all=True,
    ),
)
def spend_rank(cube: Cube, window: int) -> np.ndarray:
    """Share of the window's buyers who spent no more; 1 for the largest, missing for those who did not buy."""
    total, lines = spend(cube, window), cube.trailing_sum("lines", window)
    out = np.full(cube.shape, np.nan)
    for place in range(cube.shape[1]):
        buys = lines[:, place] > 0
        own = total[buys, place]
        out[buys, place] = np.searchsorted(np.sort(own), own, side="right") / max(len(own), 1)
    return out


@measure(
    Label("价格敏感度（促销倾向）", "price sensitivity (promotions)"),
    "index",
    "lower",
    About(
        "F66",
        Label(
            "促销消费占比减去全部客户同窗口的促销占比，介于 −1 与 1；没有购买金额则缺失；代替价格反应。",
            "Promotion share of the customer less that of all customers in the window, −1 to 1; missing without "
            "purchases; stands in for the response to prices.",
        ),
        needs=("transactions.is_promotion",),
        proxy=True,
        of_all=True,
    ),
)
def price_sensitivity(cube: Cube, window: int) -> np.ndarray:
    """How much more than all customers together the customer buys on promotion."""
    promoted, gross = cube.trailing_sum("promoted", window), cube.trailing_sum("gross", window)
    return promotion_share(cube, window) - ratio(of_all(promoted), of_all(gross))


def _months(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
