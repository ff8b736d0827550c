"""Lines made ready for the aggregation: kept once by the engine, customers and orders as numbers.

This is the only place that knows which engine runs. On DuckDB the accepted lines are read once into a
temporary table in which ``customer_id`` is the number of the customer, ``order_id`` a 64-bit hash and
``mark`` a hash of the whole row; grouping by numbers is several times cheaper than by text, and what does
not fit under the memory limit goes to the spill folder. Where the customers are aggregated in several
steps, the lines go to files there instead, each of the customers of one step: what a step groups then fits
into the cache of a processor better than the whole, and is read without the rest. Two orders of the same
customer are taken for one if their hashes agree, which a customer of a million orders meets once in
30 million histories. Other engines group the lines as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toolkit.window import Quarter

EMBEDDED = "duckdb"
MARK = "mark"
EPOCH = date(1970, 1, 1)
Marks = Mapping[int, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Staged:
    """Lines ready for the aggregation.

    Attributes
    ----------
    customers : array of str
        Ids by number; sorted, unless numbers were given before.
    lines : ibis Table
        As :func:`toolkit.measures.aggregation.accepted_lines` makes them.
    numbered : bool
        Whether ``customer_id`` of the lines is the number already.
    before : ibis Table, optional
        Days with a purchase that lie before all ``lines``: customer_id, quarter, day; gaps begin there.
    """

    customers: pa.Array
    lines: ir.Table
    numbered: bool
    before: ir.Table | None = None

    def numbers(self, column: pa.ChunkedArray) -> np.ndarray:
        """Numbers of the customers in a column ``customer_id`` of results."""
        if self.numbered:
            return column.to_numpy()
        return pc.index_in(column, value_set=self.customers).to_numpy()

    def among(self, first: int, end: int) -> ir.Table:
        """Lines of the customers with numbers from ``first`` up to ``end``, not included."""
        return self._part(self.lines, first, end)

    def before_among(self, first: int, end: int) -> ir.Table | None:
        """Days before the lines, of the same customers."""
        return None if self.before is None else self._part(self.before, first, end)

    def _part(self, table: ir.Table, first: int, end: int) -> ir.Table:
        if not self.numbered or (first <= 0 and end >= len(self.customers)):
            return table
        return table.filter(table.customer_id >= first, table.customer_id < end)


@contextmanager
def staged(lines: ir.Table, step_of: Callable[[int], int] | None = None) -> Iterator[Staged]:
    """The lines of all customers, numbered in the order of their ids; freed at the end.

    ``step_of`` says of a number of customers how many of them are aggregated at once; without, all are.
    """
    customers = sorted_ids(lines)
    if lines.get_backend().name != EMBEDDED or not len(customers):
        yield Staged(customers, lines, numbered=False)
        return
    step = len(customers) if step_of is None else step_of(len(customers))
    with numbered(lines, customers, step=step) as table:
        yield Staged(customers, table, numbered=True)


@contextmanager
def numbered(
    lines: ir.Table, customers: pa.Array, given: np.ndarray | None = None, step: int | None = None
) -> Iterator[ir.Table]:
    """The lines of ``customers``, under their place in the array or the number ``given``.

    They are a temporary table, or files of ``step`` numbers each where there are more.
    """
    con = lines.get_backend()
    given = np.arange(len(customers)) if given is None else given
    pairs = pa.table({"id": customers, "number": given.astype(np.int32)})
    with kept(con, ibis.memtable(pairs)) as ids:
        numbers = {"customer_id": ids.number, "order_id": _hash(lines.order_id)}
        rest = [lines[name] for name in lines.columns if name not in numbers]
        joined = lines.join(ids, lines.customer_id == ids.id).select(*rest, **numbers)
        whole = step is None or step >= len(customers)
        with kept(con, joined) if whole else parted(con, joined, step) as table:
            yield table


@contextmanager
def kept(con: ibis.BaseBackend, rows: ir.Table) -> Iterator[ir.Table]:
    """``rows`` in a temporary table of the engine, in any order; dropped at the end."""
    name = ibis.util.gen_name("staged")
    try:
        with _in_any_order(con):
            table = con.create_table(name, rows, temp=True)
        yield table
    finally:
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')


@contextmanager
def parted(con: ibis.BaseBackend, lines: ir.Table, step: int) -> Iterator[ir.Table]:
    """Numbered ``lines`` in files of ``step`` customers each, where the engine spills; removed at the end.

    Each file says which numbers it holds, so that one who asks for some of them reads only theirs. Whatever the
    lines take from memory is to be known to the engine, which it is once it was asked for the customers.
    """
    name, parts = ibis.util.gen_name("parts"), lines.mutate(part=lines.customer_id // step)
    with TemporaryDirectory(prefix="gradelab_parts_", dir=_spill_folder(con)) as folder:
        target = folder.replace("'", "''")
        with _in_any_order(con):
            con.raw_sql(
                f"COPY ({con.compile(parts)}) TO '{target}' (FORMAT parquet, PARTITION_BY (part), COMPRESSION lz4)"
            )
        files = [str(path) for path in sorted(Path(folder).glob("*/*.parquet"))]
        try:
            yield con.read_parquet(files, table_name=name, hive_partitioning=False)
        finally:
            con.raw_sql(f'DROP VIEW IF EXISTS "{name}"')


@contextmanager
def _in_any_order(con: ibis.BaseBackend) -> Iterator[None]:
    """Let rows be written in the order in which they come to hand."""
    before = con.raw_sql("SELECT current_setting('preserve_insertion_order')").fetchall()[0][0]
    con.raw_sql("SET preserve_insertion_order = false")
    try:
        yield
    finally:
        con.raw_sql(f"SET preserve_insertion_order = {str(before).lower()}")


def _spill_folder(con: ibis.BaseBackend) -> Path | None:
    """The folder in which the engine makes its own for what does not fit into memory; None where none is named."""
    told = Path(con.raw_sql("SELECT current_setting('temp_directory')").fetchall()[0][0] or "")
    return told.parent if told.is_absolute() else None


def sorted_ids(lines: ir.Table) -> pa.Array:
    """Ids of the customers of ``lines``, sorted."""
    groups = lines.group_by("customer_id").aggregate(rows=lines.count())
    ids = groups.order_by("customer_id").to_pyarrow()["customer_id"]
    return ids.cast(pa.string()).combine_chunks()


def marks_of(lines: ir.Table, fiscal_start_month: int) -> Marks:
    """Rows, and the sum of their hashes, by quarter: what tells whether a quarter has changed.

    The hash is that in the column ``mark``. The sum does not depend on the order of the rows, and counts
    equal rows as often as they stand there. The engine sums by day, which spares it the quarter of every row.
    """
    sums = lines.group_by("day").aggregate(rows=lines.count(), total=lines[MARK].sum().cast("string"))
    found: dict[int, tuple[int, str]] = {}
    for one in sums.to_pyarrow().to_pylist():
        quarter = Quarter.containing(EPOCH + timedelta(one["day"]), fiscal_start_month)
        found = added_marks(found, {quarter.ordinal: (one["rows"], one["total"])})
    return found


def added_marks(before: Marks, more: Marks) -> Marks:
    """Marks of two sets of rows together.

    >>> added_marks({1: (2, "30")}, {1: (1, "5"), 2: (1, "7")})
    {1: (3, '35'), 2: (1, '7')}
    """
    found = dict(before)
    for quarter, (rows, total) in more.items():
        count, known = found.get(quarter, (0, "0"))
        found[quarter] = count + rows, str(int(known) + int(total))
    return found


def hasher_of(lines: ir.Table) -> str | None:
    """The engine and version whose hashes marks are made of; None where an engine has none."""
    con = lines.get_backend()
    return f"{con.name} {con.version}" if con.name == EMBEDDED else None


def row_hash(rows: ir.Table, columns: Iterable[str]) -> ir.Value:
    """The engine's hash of some columns of a row."""
    return _hash(ibis.struct({name: rows[name] for name in sorted(columns)}))


def _hash(value: ir.Value) -> ir.Value:
    """The engine's 64-bit hash of a value; the same value gives the same number in every run of one version."""

    @ibis.udf.scalar.builtin(name="hash", signature=((value.type(),), dt.uint64))
    def hashed(value): ...

    return hashed(value)
