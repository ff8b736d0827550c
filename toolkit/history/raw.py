"""Rows as they were read from files, before anything is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
from ibis.expr import operations as ops

SPARK = "pyspark"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file that was read.

    Attributes
    ----------
    name : str
        Below the data folder, with forward slashes.
    sha256 : str
        Digest of its bytes.
    bytes, rows : int
        Size, and rows of data (without the header).
    """

    name: str
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True)
class Raw:
    """The rows of one table as they were read.

    Attributes
    ----------
    where : str
        The file or files as the study names them; used in messages.
    names : tuple of str
        Columns of the file in order, no two alike.
    table : ibis Table
        Columns ``cell_0``, ``cell_1`` ... in the order of ``names``; text, or typed where the file is.
    broken : tuple of str
        Lines that could not be split into these columns, as written.
    files : tuple of FileRecord
    parts : tuple of (str, int)
        Sheets or files in the order in which their rows stand in ``table``, with the rows of each; empty where the rows
        have no order.
    """

    where: str
    names: tuple[str, ...]
    table: ibis.Table
    broken: tuple[str, ...] = ()
    files: tuple[FileRecord, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()


def drop(con: ibis.BaseBackend, table: ibis.Table) -> None:
    """Free a temporary table (in SQL, which every installed version of Ibis and its parser agree on)."""
    if con.name == SPARK:
        con.release(table.op().name)
        return
    con.raw_sql(f'DROP TABLE "{table.op().name}"')


def relation(con: ibis.BaseBackend, table: ibis.Table) -> str:
    """``table`` as SQL reads from it; a table that exists is named and not compiled, which thousands of files can feel."""
    operation = table.op()
    return f'"{operation.name}"' if isinstance(operation, ops.DatabaseTable) else f"({con.compile(table)})"


def count(con: ibis.BaseBackend, table: ibis.Table) -> int:
    """Rows of ``table``."""
    return int(con.con.execute(f"SELECT count(*) FROM {relation(con, table)}").fetchall()[0][0])


def cell_name(place: int) -> str:
    """Name under which the column at ``place`` is kept; file names may clash in the engine, these do not."""
    return f"cell_{place}"


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Column names made different from each other and never empty; case alone is no difference.

    >>> distinct_names(["id", "ID", "", "备注", "备注"])
    ('id', 'ID (2)', 'column 3', '备注', '备注 (2)')
    """
    taken: set[str] = set()
    kept = []
    for place, name in enumerate(names, 1):
        base = name.strip() or f"column {place}"
        candidate, copy = base, 1
        while candidate.casefold() in taken:
            copy += 1
            candidate = f"{base} ({copy})"
        taken.add(candidate.casefold())
        kept.append(candidate)
    return tuple(kept)
