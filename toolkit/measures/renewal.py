"""A cube on disk brought up to date: quarters that have not changed stay as they are.

Method
------
Each quarter carries a mark, the number of its accepted rows and the sum of their hashes, so that a late, a changed
or a withdrawn row is seen wherever it is dated. From the earliest quarter whose mark differs everything is
aggregated again, by the same expressions. What later quarters need of earlier ones comes along: the lines of an
order that began before, since an order belongs to its first quarter, and each customer's last day with a
purchase, from which the next gap is counted. New customers take the next numbers; nobody is renumbered.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.measures.aggregation import Entries, EntryRows, entries_of, write_anew, write_blocks
from toolkit.measures.cells import CELLS, Cell, cells_for
from toolkit.measures.cube import Cube, Returns
from toolkit.measures.cube_files import (
    NUMBER,
    cells_file,
    write_about,
    write_customers,
)
from toolkit.measures.earlier import Earlier, last_days, numbers_of, places_of, usable
from toolkit.measures.entry_files import KINDS, entries_file, write_entries
from toolkit.measures.lines import checked
from toolkit.measures.reading import about_cube, read_cube
from toolkit.measures.staging import Marks, Staged, added_marks, marks_of, numbered, sorted_ids
from toolkit.window import Quarter


def renew_cube(
    old: Path,
    transactions: ir.Table,
    *,
    quarters: Sequence[Quarter],
    fiscal_start_month: int = 1,
    returns: Returns = "netted",
    folder: Path,
    added: ir.Table | None = None,
) -> Cube:
    """The cube of ``transactions`` in ``folder``, from that of an earlier state of them in ``old`` where it serves.

    The result is that of :func:`toolkit.measures.aggregation.build_cube`, bit for bit; ``old`` stays as it is.

    Parameters
    ----------
    old : Path
    transactions : ibis Table
        All of them, as for :func:`toolkit.measures.aggregation.build_cube`.
    quarters, fiscal_start_month, returns
    folder : Path
    added : ibis Table, optional
        The rows that came since, where it is certain that all others are those of ``old``; only they are then
        looked at to find out what has changed.

    Raises
    ------
    HistoryError
        As :func:`toolkit.measures.aggregation.build_cube`.
    """
    like = Cube.of_nobody(quarters, returns, fiscal_start_month)
    write_renewed(old, transactions, like, folder, added)
    return read_cube(folder)


def write_renewed(
    old: Path, transactions: ir.Table, like: Cube, folder: Path, added: ir.Table | None = None
) -> None:
    """As :func:`renew_cube`, without reading the cube; it is to have the quarters and returns of ``like``."""
    month = like.fiscal_start_month
    quarters, lines = checked(transactions, like.quarters, month)
    cells = cells_for(transactions.columns)
    before = usable(old, like, cells, lines)
    marks = _marks(before, transactions, added, like)
    first = earliest_change(before, marks, quarters) if before else quarters[0]
    if first == quarters[0]:
        write_anew(transactions, like, folder)
        return
    since = pd.Timestamp((quarters[0] if first is None else first).start(month))
    recent = checked(transactions.filter(transactions.paid_at >= since), quarters, month)[1]
    earlier = transactions.filter(transactions.paid_at < since)
    _renew(before, cells, _Change(like, first, marks, (lines, earlier, recent)), folder)


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """What the new cube is like, its earliest changed quarter (None where none is) and its marks.

    ``rows`` are all lines, the transactions before that quarter, and the lines from then on.
    """

    like: Cube
    first: Quarter | None
    marks: Marks
    rows: tuple[ir.Table, ir.Table, ir.Table]

    @property
    def kept(self) -> tuple[Quarter, ...]:
        """Quarters whose files stay."""
        return tuple(q for q in self.like.quarters if self.first is None or q < self.first)

    @property
    def made(self) -> tuple[Quarter, ...]:
        """Quarters that are aggregated again."""
        return self.like.quarters[len(self.kept) :]


def _marks(before: Earlier | None, transactions: ir.Table, added: ir.Table | None, like: Cube) -> Marks:
    if before is None:
        return {}
    rows = transactions if added is None else added
    month = like.fiscal_start_month
    marks = marks_of(checked(rows, like.quarters, month, marks=True)[1], month)
    return marks if added is None else added_marks(before.marks, marks)


def earliest_change(before: Earlier, now: Marks, quarters: Sequence[Quarter]) -> Quarter | None:
    """The earliest of ``quarters`` that is new or whose mark is another; None where there is none."""
    nothing, held = (0, None), set(before.about["quarters"])
    return next(
        (
            quarter
            for quarter in quarters
            if str(quarter) not in held
            or before.marks.get(quarter.ordinal, nothing) != now.get(quarter.ordinal, nothing)
        ),
        None,
    )


def _renew(old: Earlier, cells: Sequence[Cell], change: _Change, folder: Path) -> None:
    about = about_cube(change.like, cells, old.about["block"]) | {
        "marks": change.marks,
        "hasher": old.about["hasher"],
    }
    words = {kind: named and list(named) for kind, named in old.about["words"].items()}
    _adopt(old, folder, change.kept)
    if not change.made:
        _place(old, old.ids, np.empty(0, dtype=np.int32), folder, change)
    else:
        with ThreadPoolExecutor(1) as beside, _since(old, change, beside) as (stage, numbers):
            placed = beside.submit(_place, old, stage.customers, numbers, folder, change)
            write_blocks(stage, cells, change.made, folder, about["block"])
            for kind in KINDS:
                found = entries_of(stage, kind, change.made)
                if found is not None:
                    words[kind], rows = _with_words(words[kind], found)
                    write_entries(folder, kind, rows, change.made)
            placed.result()
    write_about(folder, about | {"words": words})


def _adopt(old: Earlier, folder: Path, quarters: Sequence[Quarter]) -> None:
    """Give the files of ``quarters`` a name in ``folder`` too, or a copy where that cannot be."""
    kinds = [kind for kind in KINDS if old.about["words"][kind] is not None]
    for part in ("cells", *kinds):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for quarter in quarters:
        for path in (cells_file(old.folder, quarter), *(entries_file(old.folder, k, quarter) for k in kinds)):
            target = folder / path.relative_to(old.folder)
            try:
                os.link(path, target)
            except OSError:
                shutil.copyfile(path, target)


@contextmanager
def _since(old: Earlier, change: _Change, beside: Executor) -> Iterator[tuple[Staged, np.ndarray]]:
    """The lines from the first changed quarter on, with what they need of earlier ones, and whose they are."""
    first = change.made[0].ordinal
    lines, earlier, recent = change.rows
    days = beside.submit(last_days, old, change.kept)
    ids = _going_on(earlier, recent)
    found = sorted_ids(recent)
    numbers = numbers_of(old, found)
    customers = pa.concat_arrays([old.ids, found.filter(pa.array(numbers >= len(old.ids)))])
    begun = lines.filter(lines.quarter < first).semi_join(ibis.memtable(ids), "order_id")
    with numbered(recent.union(begun) if len(ids) else recent, found, numbers) as table:
        before = _days_before(days.result(), numbers, first - 1)
        yield Staged(customers, table, numbered=True, before=before), numbers


def _going_on(earlier: ir.Table, recent: ir.Table) -> pa.Table:
    """Ids of orders of ``recent`` lines that have ``earlier`` ones too, perhaps of somebody else.

    Where ids grow with time hardly an earlier one lies between the least and the greatest of the recent ones.
    """
    ends = recent.aggregate(low=recent.order_id.min(), high=recent.order_id.max()).to_pyarrow().to_pylist()[0]
    near = earlier.filter(earlier.order_id.between(ends["low"] or "", ends["high"] or ""))
    return near.semi_join(recent, "order_id").select("order_id").distinct().to_pyarrow()


def _days_before(days: np.ndarray, number: np.ndarray, quarter: int) -> ir.Table:
    """Those of the customers ``number`` who have one of ``days``, with that day, as of ``quarter``."""
    number = number[number < len(days)]
    number = number[days[number] != CELLS["last_day"].neutral]
    found = {
        "customer_id": number,
        "quarter": np.full(len(number), quarter, dtype=np.int32),
        "day": days[number],
    }
    return ibis.memtable(pa.table(found))


def _with_words(known: list[str], found: Entries) -> tuple[list[str], EntryRows]:
    """All words by number, and the entries with those numbers."""
    named, (number, word, place, lines) = found
    words = [*known, *(one for one in named if one not in set(known))]
    numbers = np.array([words.index(one) for one in named], dtype=np.int32)
    return words, (number, numbers[word] if len(named) else word, place, lines)


def _place(old: Earlier, ids: pa.Array, recent: np.ndarray, folder: Path, change: _Change) -> None:
    """Write the customers: those with a row in a quarter that is kept, and the numbers ``recent``."""
    seen = np.zeros(len(ids), dtype=bool)
    seen[recent] = True
    kept = {str(quarter) for quarter in change.kept}
    if kept.issuperset(old.about["quarters"]):
        seen[: len(old.places)] |= old.places >= 0
    else:
        for quarter in change.kept:
            read = pq.read_table(cells_file(old.folder, quarter), columns=[NUMBER])
            seen[read[NUMBER].to_numpy()] = True
    write_customers(folder, ids, places_of(old, ids, seen))
