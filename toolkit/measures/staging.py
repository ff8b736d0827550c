"""Lines made ready for the aggregation: kept once by the engine, customers and orders as numbers.

This is the only place that knows which engine runs. On DuckDB the accepted lines are read once into a
temporary table in which ``customer_id`` is the number of the customer, ``order_id`` a 64-bit hash and
``mark`` a hash of the whole row; grouping by numbers is several times cheaper than by text, and what does
not fit under the memory limit goes to the spill folder. Two orders of the same customer are taken for
one if their hashes agree, which a customer of a million orders meets once in 30 million histories.
Other engines group the lines as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EMBEDDED = "duckdb"
MARK = "mark"
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
def staged(lines: ir.Table) -> Iterator[Staged]:
    """The lines of all customers, numbered in the order of their ids; freed at the end."""
    customers = sorted_ids(lines)
    if lines.get_backend().name != EMBEDDED or not len(customers):
        yield Staged(customers, lines, numbered=False)
        return
    with numbered(lines, customers) as table:
        yield Staged(customers, table, numbered=True)


@contextmanager
def numbered(lines: ir.Table, customers: pa.Array, given: np.ndarray | None = None) -> Iterator[ir.Table]:
    """A temporary table of the lines of ``customers``, under their place in the array or the number ``given``."""
    con = lines.get_backend()
    given = np.arange(len(customers)) if given is None else given
    pairs = pa.table({"id": customers, "number": given.astype(np.int32)})
    with kept(con, ibis.memtable(pairs)) as ids:
        numbers = {"customer_id": ids.number, "order_id": _hash(lines.order_id)}
        rest = [lines[name] for name in lines.columns if name not in numbers]
        joined = lines.join(ids, lines.customer_id == ids.id).select(*rest, **numbers)
        with kept(con, joined) as table:
            yield table


@contextmanager
def kept(con: ibis.BaseBackend, rows: ir.Table) -> Iterator[ir.Table]:
    """``rows`` in a temporary table of the engine, in any order; dropped at the end."""
    name = ibis.util.gen_name("staged")
    before = con.raw_sql("SELECT current_setting('preserve_insertion_order')").fetchall()[0][0]
    con.raw_sql("SET preserve_insertion_order = false")
    try:
        table = con.create_table(name, rows, temp=True)
        con.raw_sql(f"SET preserve_insertion_order = {str(before).lower()}")
        yield table
    finally:
        con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')


def sorted_ids(lines: ir.Table) -> pa.Array:
    """Ids of the customers of ``lines``, sorted."""
    groups = lines.group_by("customer_id").aggregate(rows=lines.count())
    ids = groups.order_by("customer_id").to_pyarrow()["customer_id"]
    return ids.cast(pa.string()).combine_chunks()


def marks_of(lines: ir.Table) -> Marks:
    """Rows, and the sum of their hashes, by quarter: what tells whether a quarter has changed.

    The hash is that in the column ``mark``. The sum does not depend on the order of the rows, and counts
    equal rows as often as they stand there.
    """
    sums = lines.group_by("quarter").aggregate(rows=lines.count(), total=lines[MARK].sum().cast("string"))
    found = sums.to_pyarrow().to_pylist()
    return {one["quarter"]: (one["rows"], one["total"]) for one in found}


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
