"""Cells: what is kept of every customer and quarter.

A cell is one figure per customer and quarter, made from the rows of that quarter by one
portable Ibis expression, together with the rule by which quarters combine into longer
windows. Measures see cells only, never rows.

The expressions work at three grains of the same accepted rows:

``lines``
    One row per accepted row: customer_id, order_id, is_return, quarter (ordinal), day
    (days since 1970-01-01) and the optional columns.
``orders``
    One row per customer, order and direction (purchase or return), in the quarter of the
    first row of that order; ``amount`` is what was paid in that quarter.
``days``
    One row per customer and day with a purchase; ``gap`` is the number of days since the
    customer's previous day with a purchase, missing on the first one.

Money and quantity are summed as decimals of four places, so a sum depends neither on the
order of the rows nor on binary fractions: a customer who spent exactly the floor reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import ibis.expr.types as ir

Grain = Literal["lines", "orders", "days"]
Combine = Literal["sum", "min", "max"]

REQUIRED = ("customer_id", "order_id", "paid_at", "amount", "is_return")
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure per customer and quarter.

    Attributes
    ----------
    name : str
    grain : "lines", "orders" or "days"
        The rows that ``of`` sees, grouped by customer and quarter.
    of : callable
        Ibis table of that grain -> aggregate; a missing result stands for :attr:`neutral`.
    dtype : "int32" or "float64"
    combine : "sum", "min" or "max"
        How the figures of several quarters make the figure of a window.
    column : str, optional
        Optional column of the transactions without which the cell is absent.
    """

    name: str
    grain: Grain
    of: Callable[[ir.Table], ir.Scalar]
    dtype: Literal["int32", "float64"] = "int32"
    combine: Combine = "sum"
    column: str | None = None

    @property
    def neutral(self) -> float | int:
        """The value where nothing happened: 0 for sums, the far end of the type for min and max."""
        if self.combine == "sum":
            return 0
        if self.dtype == "float64":
            return np.inf if self.combine == "min" else -np.inf
        limits = np.iinfo(np.int32)
        return limits.max if self.combine == "min" else limits.min


CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        Cell("gross", "lines", lambda t: t.amount.sum(where=~t.is_return), "float64"),
        Cell("returned", "lines", lambda t: (-t.amount).sum(where=t.is_return), "float64"),
        Cell("lines", "lines", lambda t: t.count(where=~t.is_return)),
        Cell("first_day", "lines", lambda t: t.day.min(where=~t.is_return), combine="min"),
        Cell("last_day", "lines", lambda t: t.day.max(where=~t.is_return), combine="max"),
        Cell("latest_row", "lines", lambda t: t.day.max(), combine="max"),
        Cell("quantity", "lines", lambda t: t.quantity.sum(where=~t.is_return), "float64", column="quantity"),
        Cell(
            "returned_quantity",
            "lines",
            lambda t: (-t.quantity).sum(where=t.is_return),
            "float64",
            column="quantity",
        ),
        Cell("margin", "lines", lambda t: t.margin.sum(where=~t.is_return), "float64", column="margin"),
        Cell(
            "returned_margin",
            "lines",
            lambda t: (-t.margin).sum(where=t.is_return),
            "float64",
            column="margin",
        ),
        Cell(
            "promoted",
            "lines",
            lambda t: t.amount.sum(where=t.is_promotion & ~t.is_return),
            "float64",
            column="is_promotion",
        ),
        Cell("orders", "orders", lambda t: t.count(where=~t.is_return)),
        Cell("return_orders", "orders", lambda t: t.count(where=t.is_return)),
        Cell("largest_order", "orders", lambda t: t.amount.max(where=~t.is_return), "float64", "max"),
        Cell("active_days", "days", lambda t: t.count()),
        Cell("gap_n", "days", lambda t: t.gap.count()),
        Cell("gap_sum", "days", lambda t: t.gap.sum()),
        Cell("gap_sumsq", "days", lambda t: (t.gap * t.gap).sum()),
    )
}


def cells_for(columns: Iterable[str]) -> tuple[Cell, ...]:
    """The cells that transactions with these ``columns`` can fill."""
    known = set(columns)
    return tuple(cell for cell in CELLS.values() if cell.column is None or cell.column in known)
