"""Rows of totals that exports write below or between the rows of a table: 合计, 小计, Total."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import ibis

from toolkit.history import cells
from toolkit.history.mapping import Mapped
from toolkit.history.raw import cell_name
from toolkit.history.rows import Rows
from toolkit.terms import Label

CODE = "total_row"
LABEL = Label("合计行，不是明细", "a row of totals, no entry of its own")
CHINESE = ("合计", "总计", "小计", "共计", "总合计", "合 计", "总 计", "小 计")
_WRITTEN = r"^[^0-9]{0,4}[0-9]{0,4}.{0,6}(合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?$|^(grand |sub[- ]?)?totals?\s*:?$"
_TEXTS = ("id", "text", "timestamp", "day")


def total_rows(rows: Rows, mapped: Sequence[Mapped]) -> ibis.Value:
    """Whether a row holds totals: a word for them stands in it, and who or when is missing.

    Only the columns that the study reads, and the first of the file, are looked at. A Chinese word for totals in
    place of an identifier is enough, since nobody is called so; ``Total`` may well be the name of a company.

    Parameters
    ----------
    rows : Rows
        With the standard columns.
    mapped : sequence of Mapped
    """
    dated = [m for m in mapped if m.column.required and m.column.kind in ("id", "timestamp", "day")]
    lacking = reduce(or_, (rows.value(m.column.name).isnull() for m in dated), ibis.literal(False))
    names = [m.expression.columns[0] for m in mapped if m.column.kind in _TEXTS]
    texts = [one for name in (*names, rows.raw.names[0]) if (one := _text(rows, name)) is not None]
    if not texts:
        return ibis.literal(False)
    told = reduce(or_, (text.lower().re_search(_WRITTEN).fill_null(False) for text in texts))
    ids = [m for m in dated if m.column.kind == "id"]
    named = reduce(or_, (rows.value(m.column.name).isin(CHINESE) for m in ids), ibis.literal(False))
    return ibis.ifelse(lacking, told, named).fill_null(False)


def _text(rows: Rows, name: str) -> ibis.Value | None:
    """A column of the file as trimmed text; None where it is typed and can hold no words."""
    cell = rows.table[cell_name(rows.raw.names.index(name))]
    return cells.trimmed(cell) if cell.type().is_string() else None
