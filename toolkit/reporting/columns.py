"""How the columns of a table stand: which are figures, how wide they want to be."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from toolkit.reporting.blocks import Align, Cell, Table
from toolkit.reporting.nodes import plain
from toolkit.terms import UNITS

MISSING = {"", "无", "n/a", "nan", "NaN", "None", "NaT", "<NA>", "-", "–", "—", "−"}
UNIT_WORDS = sorted(
    {word for unit in UNITS.values() for word in (unit.label.zh, unit.label.en) if word}
    | {"万", "亿", "元", "人", "个", "million", "pp", "至", "到", "to"},
    key=len,
    reverse=True,
)
NUMBER_MARKS = re.compile(rf"[\d\s.,+\-−–±%‰()（）\[\]~≈<>≤≥/*†‡¥£$€]|{'|'.join(map(re.escape, UNIT_WORDS))}")
DATE = re.compile(r"^\d{4}-\d{2}(-\d{2})?$")
MOSTLY = 0.8
HEAD_CAP, LEAST, LATIN_EM = 9.0, 2.2, 0.56


def is_number(text: str) -> bool:
    """Whether ``text`` is a figure, with any sign, currency, unit or interval.

    >>> [is_number(t) for t in ("−1,234.5", "+1.2个百分点", "¥12.3万 (¥10.0万 至 ¥14.1万)", "[0.1, 0.2]")]
    [True, True, True, True]
    >>> [is_number(t) for t in ("2026Q3", "2026-07-01", "金", "n/a")]
    [False, False, False, False]
    """
    text = text.strip()
    return bool(re.search(r"\d", text)) and not DATE.match(text) and not NUMBER_MARKS.sub("", text)


def laid_out(
    head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]], caption: str = "", note: str = ""
) -> Table:
    """A table whose rows all fill the same columns, with alignments and natural widths.

    Short rows are filled with empty cells and spans that reach outside are cut, so that
    no later cell can slip into a wrong column.
    """
    count = max((_reach(rows) for rows in (head, body)), default=0)
    head_rows, body_rows = _grid(head, count), _grid(body, count)
    below, above = ([_column(rows, place) for place in range(count)] for rows in (body_rows, head_rows))
    return Table(
        head=head_rows,
        body=body_rows,
        aligns=tuple(map(_align, below)),
        widths=tuple(map(_width, below, above)),
        caption=caption,
        note=note,
    )


def _reach(rows: Sequence[Sequence[Cell]]) -> int:
    """Columns that ``rows`` occupy, spans from rows above included."""
    widest, hanging = 0, Counter[int]()
    for i, row in enumerate(rows):
        widest = max(widest, hanging[i] + sum(cell.columns for cell in row))
        for cell in row:
            for below in range(i + 1, min(i + cell.rows, len(rows))):
                hanging[below] += cell.columns
    return widest


def _grid(rows: Sequence[Sequence[Cell]], count: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows that tile ``count`` columns."""
    taken: set[tuple[int, int]] = set()
    made = []
    for i, row in enumerate(rows):
        cells, column, waiting = [], 0, list(row)
        while column < count:
            if (i, column) in taken:
                column += 1
                continue
            cell = waiting.pop(0) if waiting else Cell(())
            free = next((c for c in range(column, count) if (i, c) in taken), count) - column
            cell = replace(
                cell, columns=min(cell.columns, free), rows=min(cell.rows, len(rows) - i), at=column
            )
            taken |= {
                (i + down, column + right) for down in range(1, cell.rows) for right in range(cell.columns)
            }
            cells.append(cell)
            column += cell.columns
        made.append(tuple(cells))
    return tuple(made)


def _column(rows: Sequence[Sequence[Cell]], place: int) -> list[Cell]:
    return [cell for row in rows for cell in row if cell.at == place and cell.columns == 1]


def _align(cells: Sequence[Cell]) -> Align:
    stated = Counter(cell.align for cell in cells if cell.align)
    if stated and stated.most_common(1)[0][1] >= MOSTLY * len(cells):
        return stated.most_common(1)[0][0]
    if all(cell.heading for cell in cells):
        return "left"
    words = [text for cell in cells if (text := plain(cell.children).strip()) not in MISSING]
    if words and sum(map(is_number, words)) >= MOSTLY * len(words):
        return "right"
    return "left"


def _width(cells: Sequence[Cell], heads: Sequence[Cell]) -> float:
    body = max((em(plain(cell.children)) for cell in cells), default=0.0)
    head = max((em(plain(cell.children)) for cell in heads), default=0.0)
    return max(body, min(head, max(HEAD_CAP, body)), LEAST)


def em(text: str) -> float:
    """Width of the longest line, in em of Noto Sans SC."""
    return max(
        sum(1.0 if unicodedata.east_asian_width(c) in "WF" else LATIN_EM for c in line)
        for line in (text.splitlines() or [""])
    )
