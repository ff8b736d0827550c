"""Entries of categories and channels on disk: one file per quarter, words by number.

A word keeps the number under which it came, as a customer does; sorted order is made in reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.categories import Categories

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("category", "channel")
NUMBER, WORD, LINES = "number", "word", "lines"


def entries_file(folder: Path, kind: str, quarter: object) -> Path:
    """File of the entries of a quarter."""
    return folder / kind / f"{quarter}.parquet"


def write_entries(
    folder: Path,
    kind: str,
    rows: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    quarters: Sequence[object],
) -> None:
    """Write entries (numbers of customers and of words, places in ``quarters``, lines), in any order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    (folder / kind).mkdir(parents=True, exist_ok=True)
    number, word, place, lines = rows
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(quarters) + 1))
    for quarter, start, end in zip(quarters, ends[:-1], ends[1:], strict=True):
        here = order[start:end]
        columns = [column[here].astype(np.int32) for column in (number, word, lines)]
        table = pa.table(columns, [NUMBER, WORD, LINES])
        pq.write_table(table, entries_file(folder, kind, quarter), compression="lz4")


def read_entries(
    folder: Path, kind: str, words: Sequence[str] | None, quarters: Sequence[object], places: np.ndarray
) -> Categories | None:
    """The entries of all ``quarters`` with customers at their ``places``; None where there is no such column."""
    if words is None:
        return None
    import pyarrow.parquet as pq

    parts = [pq.read_table(entries_file(folder, kind, quarter)) for quarter in quarters]
    number, word, lines = (_joined([part[name] for part in parts]) for name in (NUMBER, WORD, LINES))
    place = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])
    used = np.unique(word)
    names = sorted(words[code] for code in used)
    rank = np.zeros(len(words), dtype=np.int32)
    rank[used] = [names.index(words[code]) for code in used]
    return Categories.of(names, (places[number], rank[word], place), lines)


def _joined(columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
    return np.concatenate([column.to_numpy() for column in columns] or [np.empty(0, dtype=np.int32)])
