"""How a table fits a sheet of A4: size of type, width of columns, whether the sheet is turned."""

from __future__ import annotations

import math
import re
from typing import Any

from toolkit.reporting.blocks import Cell, Table
from toolkit.reporting.columns import em
from toolkit.reporting.nodes import plain

UPRIGHT_PT, FLIPPED_PT = 487.0, 734.0
SIZES = ((8.4, False), (7.6, False), (7.0, False), (6.4, False), (7.6, True), (6.8, True), (6.0, True))
DENSE, DENSE_PT, WIDE = 10, 7.0, 14
PADDING_EM, LEAST_WORDS_EM, USUAL_WORDS_EM, MOST_WORDS_EM, UNBROKEN_LINES = 1.25, 6.0, 9.0, 26.0, 16
BOLD, LEAST_HEAD_EM = 1.08, 4.5
HEAD_WORD = re.compile("[\u3400-\u9fff]{1,5}|[^\\s\u3400-\u9fff]+")
WHOLE_EM, LEAST_FIGURES_EM = 12.0, 7.0


def set_table(table: Table) -> dict[str, Any]:
    """What the template needs to set ``table``.

    Returns
    -------
    dict
        ``size`` of type in points, ``flipped`` (on a sheet of its own, turned), ``breakable``
        (over pages; a table that may not break must be shorter than a page), ``tracks`` (one per
        column: ``fixed`` width in em, or a share of what is left).
    """
    sides = list(zip(table.widths, table.aligns, strict=True))
    closer = list(zip(map(_close, table.widths, _columns(table)), table.aligns, strict=True))
    size, flipped = _size(closer)
    room = _line(flipped) / size
    is_roomy = sum(table.widths) + PADDING_EM * len(sides) <= room
    sides = sides if is_roomy else _opened(closer, sides, room)
    unbroken = [False] * len(sides) if is_roomy else _unbroken(sides, room)
    unbroken = [False] * len(sides) if all(unbroken) else unbroken
    most = math.inf if is_roomy else MOST_WORDS_EM
    tracks = [
        {"fixed": whole, "size": PADDING_EM + min(width, most)}
        for whole, (width, _) in zip(unbroken, sides, strict=True)
    ]
    return {
        "size": size,
        "flipped": flipped,
        "breakable": _lines(table, tracks, room) > UNBROKEN_LINES,
        "tracks": tracks,
    }


def _size(sides: list[tuple[float, str]]) -> tuple[float, bool]:
    """Size of type and whether the sheet is turned: the largest type in which names of usual length stay whole, else
    the largest in which everything has room."""
    choices = [one for one in SIZES if _allowed(one, len(sides))]
    for least, smallest in ((USUAL_WORDS_EM, DENSE_PT), (LEAST_WORDS_EM, 0.0)):
        need = sum(PADDING_EM + _least(width, align, least) for width, align in sides)
        upright = [one for one in choices if not one[1] and one[0] >= smallest] if smallest else choices
        found = next((one for one in upright if need * one[0] <= _line(one[1])), None)
        if found:
            return found
    return choices[-1]


def _opened(
    closer: list[tuple[float, str]], wide: list[tuple[float, str]], room: float
) -> list[tuple[float, str]]:
    """``closer`` columns with the room that is left given to those whose heads would like more."""
    wants = [full - close for (close, _), (full, _) in zip(closer, wide, strict=True)]
    left = room - sum(PADDING_EM + min(width, MOST_WORDS_EM) for width, _ in closer)
    share = min(max(left, 0.0) / (sum(wants) or 1.0), 1.0)
    return [(width + share * want, align) for (width, align), want in zip(closer, wants, strict=True)]


def _columns(table: Table) -> list[tuple[list[Cell], list[Cell]]]:
    """Heads and cells of each column, those over several columns left out."""
    return [
        tuple([cell for row in rows for cell in row if cell.at == place and cell.columns == 1]
              for rows in (table.head, table.body))
        for place in range(len(table.aligns))
    ]  # fmt: skip


def _close(width: float, column: tuple[list[Cell], list[Cell]]) -> float:
    """Width of a column whose head may take several lines."""
    heads, cells = column
    body = max((em(plain(cell.children)) for cell in cells), default=0.0)
    words = [BOLD * em(word) for cell in heads for word in HEAD_WORD.findall(plain(cell.children))]
    return min(width, max([body, LEAST_HEAD_EM, *words]))


def _is_whole(width: float, align: str) -> bool:
    """A column of figures that never breaks; one with intervals may, at its blanks."""
    return align == "right" and width <= WHOLE_EM


def _unbroken(sides: list[tuple[float, str]], room: float) -> list[bool]:
    """Columns that keep their width: whole figures, and those narrower than an even share of what is left."""
    kept = [_is_whole(width, align) for width, align in sides]
    while not all(kept):
        taken = sum(PADDING_EM + width for (width, _), whole in zip(sides, kept, strict=True) if whole)
        even = (room - taken) / kept.count(False)
        again = [whole or PADDING_EM + width <= even for (width, _), whole in zip(sides, kept, strict=True)]
        if again == kept:
            break
        kept = again
    return kept


def _least(width: float, align: str, words: float) -> float:
    """Width in em that a column cannot do without; ``words`` is enough for one of words."""
    if _is_whole(width, align):
        return width
    return max(width / 2, LEAST_FIGURES_EM) if align == "right" else min(width, words)


def _line(flipped: bool) -> float:
    return FLIPPED_PT if flipped else UPRIGHT_PT


def _allowed(choice: tuple[float, bool], count: int) -> bool:
    size, flipped = choice
    if count > WIDE:
        return flipped
    return size <= DENSE_PT if count > DENSE else True


def _lines(table: Table, tracks: list[dict[str, Any]], room: float) -> int:
    """Lines of type that the rows take, estimated."""
    fixed = sum(track["size"] for track in tracks if track["fixed"])
    shared = sum(track["size"] for track in tracks if not track["fixed"]) or 1.0
    share = max(room - fixed, LEAST_WORDS_EM) / shared
    widths = [track["size"] * (1.0 if track["fixed"] else share) - PADDING_EM for track in tracks]
    total = 0
    for row in table.body:
        total += max(
            (
                math.ceil(em(plain(cell.children)) / max(sum(widths[cell.at : cell.at + cell.columns]), 1.0))
                for cell in row
            ),
            default=1,
        )
    return total
