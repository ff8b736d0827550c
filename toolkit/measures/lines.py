"""Lines: accepted transactions as the aggregation sees them, by a portable Ibis expression."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.measures.cells import DECIMALS, REQUIRED
from toolkit.measures.staging import MARK, hasher_of, row_hash
from toolkit.window import Quarter

EXACT = ("amount", "quantity", "margin")
OPTIONAL = ("quantity", "margin", "category", "channel", "is_promotion")


def checked(
    transactions: ir.Table, quarters: Sequence[Quarter], fiscal_start_month: int, *, marks: bool = False
) -> tuple[tuple[Quarter, ...], ir.Table]:
    """The quarters and the accepted lines in them; see :func:`accepted_lines`.

    Raises
    ------
    HistoryError
        As :func:`toolkit.measures.aggregation.build_cube`.
    """
    quarters = _contiguous(quarters)
    _check_columns(transactions)
    return quarters, accepted_lines(transactions, quarters, fiscal_start_month, marks=marks)


def accepted_lines(
    transactions: ir.Table, quarters: Sequence[Quarter], fiscal_start_month: int, *, marks: bool = False
) -> ir.Table:
    """Accepted rows of ``quarters`` with quarter and day as numbers and exact money.

    ``marks`` adds the column ``mark``, the hash of the row as it came, where the engine has marks.
    """
    begin, end = quarters[0].start(fiscal_start_month), quarters[-1].end(fiscal_start_month)
    t = transactions.filter(
        transactions.paid_at >= pd.Timestamp(begin), transactions.paid_at < pd.Timestamp(end)
    )
    months = 12 * t.paid_at.year() + t.paid_at.month() - fiscal_start_month
    held = [name for name in (*REQUIRED, *OPTIONAL) if name in t.columns]
    lines = {name: _exact(t[name]) if name in EXACT else t[name] for name in held if name != "paid_at"}
    if marks and hasher_of(t) is not None:
        lines[MARK] = row_hash(t, held)
    return t.select(
        quarter=(months // 3).cast("int32"),
        day=t.paid_at.date().delta(ibis.date(1970, 1, 1), unit="day").cast("int32"),
        **lines,
    )


def _exact(value: ir.Value) -> ir.Value:
    """A decimal of four places; rounded before, because engines part ways on halves of the last place."""
    places = 10**DECIMALS
    rounded = (value * places).round(0) / places if value.type().is_floating() else value
    return rounded.cast(f"decimal(18, {DECIMALS})")


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
