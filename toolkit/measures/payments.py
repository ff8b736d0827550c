"""How a customer pays what it owes, as known at the end of each quarter.

A receivable enters on the day it is due; refunds (amounts of 0 or below) do not enter. What was
paid after the end of a quarter counts as open at it.
"""

from __future__ import annotations

import numpy as np

from toolkit.measures.arrays import trailing_sum
from toolkit.measures.cells import DECIMALS
from toolkit.measures.cube import Cube
from toolkit.measures.dated import Placed, day_numbers, placed, quarter_places
from toolkit.measures.needs import Tables
from toolkit.measures.registry import About, measure, ratio
from toolkit.terms import Label

NEEDS = ("payments.due_on", "payments.paid_on", "payments.amount")


@measure(
    Label("按时回款率", "paid on time"),
    "share",
    "higher",
    About(
        "F17",
        Label(
            "窗口内到期的应收笔数中，到期日及以前付清的比例；没有到期的应收则缺失。",
            "Share of the receivables due in the window that were paid by the due date; missing without one.",
        ),
        needs=NEEDS,
    ),
)
def on_time_share(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Share, by number, of the receivables due in the window that were paid by their due date."""
    rows, due, paid, _ = _receivables(cube, tables)
    timely = rows.sums(cube, (paid <= due).astype(np.float64))
    return ratio(trailing_sum(timely, window), trailing_sum(rows.sums(cube), window))


@measure(
    Label("平均逾期天数", "mean days late"),
    "days",
    "lower",
    About(
        "F17",
        Label(
            "窗口内到期的应收平均晚付的天数，提前为 0，季末未付的算到季末；没有到期的应收则缺失。",
            "Mean days after the due date at which the window's receivables were paid, 0 if early, open ones counted "
            "to the end of the quarter; missing without one.",
        ),
        needs=NEEDS,
    ),
)
def days_late(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Mean days late of the receivables due in the window, as seen at the end of the quarter."""
    rows, due, paid, _ = _receivables(cube, tables)
    total, last = np.zeros(cube.shape), cube.last_days()
    for back in range(min(window, cube.shape[1])):
        inside = (rows.quarter >= 0) & (rows.quarter + back < cube.shape[1])
        seen = rows.quarter[inside] + back
        late = np.maximum(np.minimum(paid[inside], last[seen]) - due[inside], 0)
        np.add.at(total, (rows.customer[inside], seen), late)
    return ratio(total, trailing_sum(rows.sums(cube), window))


@measure(
    Label("欠款余额", "arrears"),
    "money",
    "lower",
    About(
        "F18",
        Label(
            "季末已到期而未付的应收金额；窗口长度不起作用。",
            "Receivables due by the end of the quarter and not paid by then; the window does not matter.",
        ),
        needs=NEEDS,
    ),
)
def arrears(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Amount due and not paid at the end of the quarter."""
    customer, quarter, _, amount = _open(cube, tables)
    out = np.zeros(cube.shape)
    np.add.at(out, (customer, quarter), amount)
    return np.round(out, DECIMALS)


@measure(
    Label("最长欠款天数", "days overdue"),
    "days",
    "lower",
    About(
        "F18",
        Label(
            "季末未付应收中逾期最久的天数；没有逾期为 0；窗口长度不起作用。",
            "Days since the oldest receivable still open at the end of the quarter was due; 0 without one; the window does not matter.",
        ),
        needs=NEEDS,
    ),
)
def days_overdue(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Age in days, after its due date, of the oldest receivable open at the end of the quarter."""
    customer, quarter, due, _ = _open(cube, tables)
    out = np.zeros(cube.shape)
    np.maximum.at(out, (customer, quarter), cube.last_days()[quarter] - due)
    return out


@measure(
    Label("付款记录", "payment record"),
    "share",
    "higher",
    About(
        "F19",
        Label(
            "窗口内到期的应收金额中季末已付的比例；没有到期的应收则缺失；代替信用评分。",
            "Share of the amount due in the window that was paid by the end of the quarter; missing without one; stands in for a credit score.",
        ),
        needs=NEEDS,
        proxy=True,
    ),
)
def payment_record(cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """Share, by amount, of what fell due in the window that was paid by the end of the quarter."""
    rows, _, paid, amount = _receivables(cube, tables)
    settled, last = np.zeros(cube.shape), cube.last_days()
    for back in range(min(window, cube.shape[1])):
        inside = (rows.quarter >= 0) & (rows.quarter + back < cube.shape[1])
        seen = rows.quarter[inside] + back
        np.add.at(settled, (rows.customer[inside], seen), amount[inside] * (paid[inside] <= last[seen]))
    return ratio(np.round(settled, DECIMALS), trailing_sum(rows.sums(cube, amount), window))


def _receivables(cube: Cube, tables: Tables) -> tuple[Placed, np.ndarray, np.ndarray, np.ndarray]:
    """Rows with a positive amount by quarter of the due date; their due day, day of payment and amount."""
    table = tables["payments"]
    rows = placed(cube, table, "due_on")
    amount = table["amount"].to_numpy(np.float64, na_value=np.nan)
    rows = rows.take(amount[rows.row] > 0)
    due, paid = (day_numbers(table[column])[rows.row] for column in ("due_on", "paid_on"))
    return rows, due, paid, amount[rows.row]


def _open(cube: Cube, tables: Tables) -> tuple[np.ndarray, ...]:
    """Customer, quarter, due day and amount of every receivable at every quarter whose end finds it open."""
    rows, due, paid, amount = _receivables(cube, tables)
    first = np.maximum(rows.quarter, 0)
    settled = quarter_places(cube, paid)
    length = np.maximum(settled - first, 0)
    which = np.repeat(np.arange(len(first)), length)
    within = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    return rows.customer[which], first[which] + within, due[which], amount[which]
