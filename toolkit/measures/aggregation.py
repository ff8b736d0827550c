"""From accepted transactions to the cube: one aggregation for each grain of the cells.

Every step is a portable Ibis expression, so the same text runs embedded on DuckDB and
unchanged on Spark; :mod:`toolkit.measures.staging` gives the lines numbers where the engine can keep them.
The grains are asked for one after the other, and block after block of customers where the cube goes to
disk, which keeps memory low.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.errors import HistoryError
from toolkit.measures.ahead import one_ahead
from toolkit.measures.allocation import keep_freed_memory
from toolkit.measures.arrays import spread
from toolkit.measures.categories import Categories
from toolkit.measures.cells import Cell, cells_for
from toolkit.measures.cube import Cube, Returns
from toolkit.measures.cube_files import CellsWriter, block_of, step_of, write_about, write_customers
from toolkit.measures.entry_files import KINDS, write_entries
from toolkit.measures.lines import checked
from toolkit.measures.reading import about_cube, read_cube
from toolkit.measures.staging import Staged, hasher_of, marks_of, staged
from toolkit.window import Quarter

ALWAYS = frozenset({"lines", "latest_row"})
EntryRows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Entries = tuple[list[str], EntryRows]
Span = tuple[int, int]


def build_cube(
    transactions: ir.Table,
    *,
    quarters: Sequence[Quarter],
    fiscal_start_month: int = 1,
    returns: Returns = "netted",
    only: Collection[str] | None = None,
    folder: Path | None = None,
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
    only : collection of str, optional
        Cells that are wanted; ``lines`` and ``latest_row`` are always there.
    folder : Path, optional
        Where the cube is kept on disk, block by block, so that it need not fit into memory; it can then
        be renewed, see :func:`toolkit.measures.renewal.renew_cube`.

    Raises
    ------
    HistoryError
        If a required column is missing, the quarters have a hole, or no row lies in them.

    Examples
    --------
    >>> import ibis, pandas as pd, toolkit
    >>> rows = pd.DataFrame({"customer_id": ["a", "a", "b"], "order_id": ["1", "2", "3"], "amount": [100.0, -20.0, 300.0]})
    >>> rows["paid_at"] = pd.to_datetime(["2025-01-05", "2025-04-20", "2025-05-01"])
    >>> rows["is_return"] = rows["amount"] < 0
    >>> quarters = [toolkit.Quarter.parse("2025Q1"), toolkit.Quarter.parse("2025Q2")]
    >>> cube = toolkit.build_cube(ibis.memtable(rows), quarters=quarters)
    >>> toolkit.MEASURES["spend"].values(cube, 2, {})
    array([[100.,  80.],
           [  0., 300.]])
    """
    like = Cube.of_nobody(quarters, returns, fiscal_start_month)
    if folder is not None:
        write_anew(transactions, like, folder, only)
        return read_cube(folder)
    quarters, lines = checked(transactions, quarters, fiscal_start_month)
    with staged(lines) as stage:
        if not len(stage.customers):
            raise _empty(quarters)
        return _held(stage, _wanted(transactions, only), like)


def write_anew(transactions: ir.Table, like: Cube, folder: Path, only: Collection[str] | None = None) -> None:
    """As :func:`build_cube` into ``folder``, without reading it; it is to have the quarters and returns of ``like``."""
    quarters, lines = checked(transactions, like.quarters, like.fiscal_start_month, marks=True)
    cells = _wanted(transactions, only)
    block = block_of(cells, len(quarters))
    with staged(lines, partial(step_of, cells, len(quarters), block)) as stage:
        if not len(stage.customers):
            raise _empty(quarters)
        _write(stage, cells, like, folder, block)


def _wanted(transactions: ir.Table, only: Collection[str] | None) -> tuple[Cell, ...]:
    return tuple(c for c in cells_for(transactions.columns) if only is None or c.name in ALWAYS | set(only))


def grains(lines: ir.Table, before: ir.Table | None = None) -> dict[str, ir.Table]:
    """The tables that the cells see, by name of the grain; ``before`` as in :class:`toolkit.measures.staging.Staged`."""
    return {"lines": lines, "orders": _orders(lines), "days": _days(lines, before)}


def quarterly(table: ir.Table, cells: Sequence[Cell]) -> ir.Table:
    """One row per customer and quarter of ``table``: customer_id, quarter, one column per cell."""
    figures = {cell.name: cell.of(table).cast(cell.dtype) for cell in cells}
    return table.group_by("customer_id", "quarter").aggregate(**figures)


def figures_of(stage: Staged, cells: Sequence[Cell], span: Span) -> Iterator[tuple[list[Cell], pa.Table]]:
    """Grain by grain its ``cells`` and their :func:`quarterly` rows, of the customers with numbers in ``span`` (half-open)."""
    for grain, table in grains(stage.among(*span), stage.before_among(*span)).items():
        wanted = [cell for cell in cells if cell.grain == grain]
        if wanted:
            yield wanted, quarterly(table, wanted).to_pyarrow()


def arrays_of(
    stage: Staged, cells: Sequence[Cell], rows: pa.Table, span: Span, quarters: Sequence[Quarter]
) -> dict[str, np.ndarray]:
    """``cells`` of quarterly ``rows``, each of shape (customers of ``span``, quarters).

    Lines before ``quarters`` may be there for what they say of later ones; they have no place.
    """
    if rows.num_rows and (early := rows["quarter"].to_numpy() < quarters[0].ordinal).any():
        rows = rows.filter(~early)
    arrays, shape = {}, (span[1] - span[0], len(quarters))
    row = (rows["quarter"].to_numpy() - quarters[0].ordinal).astype(np.int64)
    place = row * shape[0] + (stage.numbers(rows["customer_id"]) - span[0])
    rows = rows.drop_columns(["customer_id", "quarter"])
    for cell in cells:
        arrays[cell.name] = spread(cell, rows[cell.name], place, shape)
        rows = rows.drop_columns(cell.name)
    return arrays


def write_blocks(
    stage: Staged, cells: Sequence[Cell], quarters: Sequence[Quarter], folder: Path, block: int
) -> None:
    """Write the cells of ``quarters`` to ``folder``, ``block`` customers at a time."""
    size = len(stage.customers)
    step = step_of(cells, len(quarters), block, size) if stage.numbered else size
    if size > step:
        keep_freed_memory()
    spans = [(begin, min(begin + step, size)) for begin in range(0, size, step)]
    found = one_ahead((span, *one) for span in spans for one in figures_of(stage, cells, span))
    with CellsWriter(folder, quarters, cells) as writer:
        for (begin, end), grains_of_span in groupby(found, itemgetter(0)):
            arrays: dict[str, np.ndarray] = {}
            for span, wanted, rows in grains_of_span:
                arrays |= arrays_of(stage, wanted, rows, span, quarters)
            for first in range(begin, end, block):
                part = slice(first - begin, first - begin + block)
                writer.append(first // block, first, {name: array[part] for name, array in arrays.items()})


def entries_of(stage: Staged, column: str, quarters: Sequence[Quarter]) -> Entries | None:
    """Words of ``column``, and their entries: numbers of customers and words, places of quarters, lines."""
    lines = stage.lines
    if column not in lines.columns:
        return None
    bought = lines.filter(~lines.is_return & lines[column].notnull() & (lines.quarter >= quarters[0].ordinal))
    found = bought.group_by("customer_id", column, "quarter").aggregate(lines=bought.count()).to_pyarrow()
    coded = found[column].combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    rank = np.empty(len(words), dtype=np.int32)
    rank[np.argsort(np.array(words, dtype=object))] = np.arange(len(words), dtype=np.int32)
    place = found["quarter"].to_numpy() - quarters[0].ordinal
    word = rank[coded.indices.to_numpy()]
    return sorted(words), (stage.numbers(found["customer_id"]), word, place, found["lines"].to_numpy())


def _held(stage: Staged, cells: Sequence[Cell], like: Cube) -> Cube:
    """The cube in memory."""
    found = [entries_of(stage, kind, like.quarters) for kind in KINDS]
    everybody, arrays = (0, len(stage.customers)), {}
    for wanted, rows in figures_of(stage, cells, everybody):
        arrays |= arrays_of(stage, wanted, rows, everybody, like.quarters)
    kept = [None if one is None else Categories.of(one[0], one[1][:3], one[1][3]) for one in found]
    return replace(
        like,
        customers=pd.Index(stage.customers.to_pandas(), dtype="str", name="customer_id"),
        cells={cell.name: arrays[cell.name] for cell in cells},
        categories=kept[0],
        channels=kept[1],
    )


def _write(stage: Staged, cells: Sequence[Cell], like: Cube, folder: Path, block: int) -> None:
    """The cube on disk, ``block`` customers in a row group."""
    write_blocks(stage, cells, like.quarters, folder, block)
    about = about_cube(like, cells, block)
    for kind in KINDS:
        found = entries_of(stage, kind, like.quarters)
        if found is not None:
            about["words"][kind] = found[0]
            write_entries(folder, kind, found[1], like.quarters)
    write_customers(folder, stage.customers, np.arange(len(stage.customers)))
    marks = marks_of(stage.lines, like.fiscal_start_month) if stage.numbered else {}
    write_about(folder, about | {"marks": marks, "hasher": hasher_of(stage.lines)})


def _orders(lines: ir.Table) -> ir.Table:
    order = ["customer_id", "order_id", "is_return"]
    parts = lines.group_by(*order, "quarter").aggregate(amount=lines.amount.sum())
    return parts.group_by(*order).aggregate(
        amount=parts.amount.argmin(parts.quarter), quarter=parts.quarter.min()
    )


def _days(lines: ir.Table, earlier: ir.Table | None) -> ir.Table:
    days = lines.filter(~lines.is_return).select("customer_id", "quarter", "day").distinct()
    days = days if earlier is None else days.union(earlier)
    before = days.day.lag().over(ibis.window(group_by="customer_id", order_by="day"))
    return days.mutate(gap=days.day - before)


def _empty(quarters: Sequence[Quarter]) -> HistoryError:
    return HistoryError(
        zh=f"从 {quarters[0]} 到 {quarters[-1]} 没有任何被接受的交易。请核对季度范围和数据。",
        en=f"No accepted transaction lies between {quarters[0]} and {quarters[-1]}. "
        f"Check the range of quarters and the data.",
    )
