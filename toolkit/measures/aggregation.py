"""From accepted transactions to the cube: one aggregation for each grain of the cells.

Every step is a portable Ibis expression, so the same text runs embedded on DuckDB and
unchanged on Spark. The grains are asked for one after the other, which keeps memory low;
with categories and channels the transactions are read five times, so hand in a table that is cheap
to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.errors import HistoryError
from toolkit.measures.arrays import spread
from toolkit.measures.categories import Categories
from toolkit.measures.cells import DECIMALS, REQUIRED, Cell, cells_for
from toolkit.measures.cube import Cube, Returns
from toolkit.window import Quarter

EXACT = ("amount", "quantity", "margin")
OPTIONAL = ("quantity", "margin", "category", "channel", "is_promotion")


def build_cube(
    transactions: ir.Table,
    *,
    quarters: Sequence[Quarter],
    fiscal_start_month: int = 1,
    returns: Returns = "netted",
) -> Cube:
    """Aggregate accepted transactions into the cube of ``quarters``.

    Parameters
    ----------
    transactions : ibis Table
        Columns customer_id, order_id (text), paid_at (timestamp without zone), amount (returns
        negative) and is_return; optionally quantity and margin (signed like the amount),
        category, channel and is_promotion. Rows outside ``quarters`` do not enter at all.
    quarters : sequence of Quarter
        Contiguous, oldest first; the history begins with the first.
    returns : "netted" or "separate"
        Whether spend is less returns.

    Raises
    ------
    HistoryError
        If a required column is missing, the quarters have a hole, or no row lies in them.
    """
    quarters = _contiguous(quarters)
    _check_columns(transactions)
    lines = accepted_lines(transactions, quarters, fiscal_start_month)
    customers = _sorted_unique(lines.select("customer_id").distinct().to_pyarrow()["customer_id"])
    if not len(customers):
        raise _empty(quarters)
    cells: dict[str, np.ndarray] = {}
    for grain, table in grains(lines).items():
        wanted = [cell for cell in cells_for(transactions.columns) if cell.grain == grain]
        cells |= _arrays(table, wanted, customers, quarters)
    return Cube(
        customers=pd.Index(customers.to_pandas(), dtype="str", name="customer_id"),
        quarters=quarters,
        cells=cells,
        categories=_entries(lines, "category", customers, quarters[0]),
        channels=_entries(lines, "channel", customers, quarters[0]),
        returns=returns,
        fiscal_start_month=fiscal_start_month,
    )


def grains(lines: ir.Table) -> dict[str, ir.Table]:
    """The tables that the cells see, by name of the grain."""
    return {"lines": lines, "orders": _orders(lines), "days": _days(lines)}


def quarterly(table: ir.Table, cells: Sequence[Cell]) -> ir.Table:
    """One row per customer and quarter of ``table``: customer_id, quarter, one column per cell."""
    figures = {cell.name: cell.of(table).cast(cell.dtype) for cell in cells}
    return table.group_by("customer_id", "quarter").aggregate(**figures)


def accepted_lines(transactions: ir.Table, quarters: Sequence[Quarter], fiscal_start_month: int) -> ir.Table:
    """Accepted rows of ``quarters`` with quarter and day as numbers and exact money."""
    t = transactions
    months = 12 * t.paid_at.year() + t.paid_at.month() - fiscal_start_month
    wanted = [c for c in ("customer_id", "order_id", "is_return", "amount", *OPTIONAL) if c in t.columns]
    lines = t.select(
        quarter=(months // 3).cast("int32"),
        day=t.paid_at.date().delta(ibis.date(1970, 1, 1), unit="day").cast("int32"),
        **{name: _exact(t[name]) if name in EXACT else t[name] for name in wanted},
    )
    return lines.filter(lines.quarter.between(quarters[0].ordinal, quarters[-1].ordinal))


def _exact(value: ir.Value) -> ir.Value:
    """A decimal of four places; rounded before, because engines part ways on halves of the last place."""
    places = 10**DECIMALS
    rounded = (value * places).round(0) / places if value.type().is_floating() else value
    return rounded.cast(f"decimal(18, {DECIMALS})")


def _arrays(
    table: ir.Table, cells: Sequence[Cell], customers: pa.Array, quarters: Sequence[Quarter]
) -> dict[str, np.ndarray]:
    rows = quarterly(table, cells).to_pyarrow()
    place = _codes(rows["customer_id"], customers), rows["quarter"].to_numpy() - quarters[0].ordinal
    rows = rows.drop_columns(["customer_id", "quarter"])
    arrays = {}
    for cell in cells:
        arrays[cell.name] = spread(cell, rows[cell.name], place, (len(customers), len(quarters)))
        rows = rows.drop_columns(cell.name)
    return arrays


def _orders(lines: ir.Table) -> ir.Table:
    order = ["customer_id", "order_id", "is_return"]
    parts = lines.group_by(*order, "quarter").aggregate(amount=lines.amount.sum())
    return parts.group_by(*order).aggregate(
        amount=parts.amount.argmin(parts.quarter), quarter=parts.quarter.min()
    )


def _days(lines: ir.Table) -> ir.Table:
    days = lines.filter(~lines.is_return).select("customer_id", "quarter", "day").distinct()
    before = days.day.lag().over(ibis.window(group_by="customer_id", order_by="day"))
    return days.mutate(gap=days.day - before)


def _entries(lines: ir.Table, column: str, customers: pa.Array, first: Quarter) -> Categories | None:
    if column not in lines.columns:
        return None
    bought = lines.filter(~lines.is_return & lines[column].notnull())
    found = bought.group_by("customer_id", column, "quarter").aggregate(lines=bought.count()).to_pyarrow()
    customer = _codes(found["customer_id"], customers)
    found = found.drop_columns("customer_id")
    names = _sorted_unique(found[column])
    place = customer, _codes(found[column], names), found["quarter"].to_numpy() - first.ordinal
    return Categories.of(names.to_pylist(), place, found["lines"].to_numpy())


def _sorted_unique(column: pa.ChunkedArray) -> pa.Array:
    values = pc.unique(column)
    return values.take(pc.sort_indices(values))


def _codes(column: pa.ChunkedArray, values: pa.Array) -> np.ndarray:
    return pc.index_in(column, value_set=values).to_numpy()


def _empty(quarters: Sequence[Quarter]) -> HistoryError:
    return HistoryError(
        zh=f"从 {quarters[0]} 到 {quarters[-1]} 没有任何被接受的交易。请核对季度范围和数据。",
        en=f"No accepted transaction lies between {quarters[0]} and {quarters[-1]}. "
        f"Check the range of quarters and the data.",
    )


def _check_columns(transactions: ir.Table) -> None:
    missing = [name for name in REQUIRED if name not in transactions.columns]
    if missing:
        raise HistoryError(
            zh=f"表 transactions 缺少 {len(missing)} 个必需的列：{'、'.join(missing)}。请在数据参数中映射这些列。",
            en=f"Table transactions lacks {len(missing)} required column(s): {', '.join(missing)}. "
            f"Map them in the parameters of the history.",
        )


def _contiguous(quarters: Sequence[Quarter]) -> tuple[Quarter, ...]:
    """``quarters`` as a tuple, refused where empty, unordered or with a hole."""
    quarters = tuple(quarters)
    for earlier, later in pairwise(quarters):
        if later - earlier != 1:
            raise HistoryError(
                zh=f"季度应连续且按时间排列，但 {earlier} 之后是 {later}。请补上缺少的季度。",
                en=f"Quarters must be contiguous and in order, but {earlier} is followed by {later}. "
                f"Supply the quarters between them.",
            )
    if not quarters:
        raise HistoryError(
            zh="没有给出任何季度；至少需要一个。", en="No quarter was given; at least one is needed."
        )
    return quarters
