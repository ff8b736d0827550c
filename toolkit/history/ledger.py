"""Accepted transactions made complete: order ids, margin, returns, and notes about them."""

from __future__ import annotations

import ibis

from toolkit.history.intake import Count
from toolkit.params.history import MarginParams
from toolkit.terms import Label

_NO_ORDER = Label(
    "没有订单号的行，按同一客户同一时刻算一单",
    "rows without an order id; one order per customer and time of payment",
)
_SHARED = Label("被两位以上客户共用的订单号", "order ids shared by two or more customers")
_RETURNS = Label("退货行（金额为负）", "returns (negative amounts)")


def complete(accepted: ibis.Table, margin: MarginParams | None) -> tuple[ibis.Table, tuple[Count, ...]]:
    """Transactions with an order id in every row and ``is_return``; and what there is to note.

    Parameters
    ----------
    accepted : ibis Table
        The standard columns that the company has, accepted rows only.
    margin : MarginParams or None
        Rate assumed where the company has no margin column.
    """
    rows, notes = _with_orders(accepted)
    rows = rows.mutate(is_return=rows.amount < 0)
    notes.append(Count("returns", _RETURNS, _count(rows.filter(rows.is_return))))
    if margin and "margin" not in accepted.columns:
        rows = rows.mutate(margin=rows.amount * margin.rate)
        share = f"{margin.rate * 100:g}%"
        words = Label(
            f"毛利为假设：按消费的 {share} 计（{margin.source}）",
            f"margin is assumed to be {share} of spend ({margin.source})",
        )
        notes.append(Count("margin_assumed", words, _count(accepted)))
    return rows, tuple(note for note in notes if note.rows)


def _with_orders(accepted: ibis.Table) -> tuple[ibis.Table, list[Count]]:
    made = accepted.customer_id + "@" + accepted.paid_at.cast("string")
    if "order_id" not in accepted.columns:
        return accepted.mutate(order_id=made), [Count("rows_without_order", _NO_ORDER, _count(accepted))]
    orders = accepted.group_by("order_id").aggregate(customers=accepted.customer_id.nunique())
    shared = orders.filter(orders.order_id.notnull() & (orders.customers > 1))
    without = accepted.filter(accepted.order_id.isnull())
    return accepted.mutate(order_id=ibis.coalesce(accepted.order_id, made)), [
        Count("rows_without_order", _NO_ORDER, _count(without)),
        Count("shared_orders", _SHARED, _count(shared)),
    ]


def strangers(table: ibis.Table, transactions: ibis.Table) -> tuple[Count, ...]:
    """A note on rows of another table whose customer has no accepted transaction."""
    rows = _count(table.anti_join(transactions, "customer_id"))
    label = Label("客户没有任何被接受的交易的行", "rows of customers without any accepted transaction")
    return (Count("no_transactions", label, rows),) if rows else ()


def _count(rows: ibis.Table) -> int:
    return int(rows.count().execute())
