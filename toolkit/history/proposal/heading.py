"""In which row the column names stand, where a title stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

LOOKED_AT = 50
_MOST = 0.6


def heading(rows: Sequence[Sequence[Any]]) -> int | None:
    """Row of the column names, counted from 1; None where it is the first that holds anything, or none can be told.

    A row above the names holds less than most of what the rows below it hold, and the row of the names is the first
    that does, in words only.

    Parameters
    ----------
    rows : sequence of rows
        The beginning of a file or sheet, empty rows included.

    Examples
    --------
    >>> heading([("Sales 2026",), (), ("customer", "paid", "amount"), ("K1", "2026-01-05", "12.5")])
    3
    >>> heading([("customer", "paid", "amount"), ("K1", "2026-01-05", "12.5")]) is None
    True
    """
    filled = [sum(not _blank(cell) for cell in row) for row in rows]
    holding = [place for place, count in enumerate(filled) if count]
    if len(holding) < 2:
        return None
    enough = _MOST * median(filled[place] for place in holding[1:])
    names = next(place for place in holding if filled[place] > enough)
    if names == holding[0] or not all(_word(cell) for cell in rows[names] if not _blank(cell)):
        return None
    return names + 1


def _blank(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def _word(cell: Any) -> bool:
    return isinstance(cell, str) and any(sign.isalpha() for sign in cell)
