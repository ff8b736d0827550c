"""Tables of a PostgreSQL database: one read-only transaction, by column, never a word of the address.

Rows arrive as Arrow through ADBC (the optional package of ``gradelab[postgres]``). Columns whose type
has no plain counterpart, exact numbers and money among them, are turned into text by the server.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.postgres_session import reading
from toolkit.history.raw import cell_name, distinct_names
from toolkit.history.vault import database_of
from toolkit.params.history import FilesParams, TableParams

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Cursor

_TYPED = (
    "bool",
    "int2",
    "int4",
    "int8",
    "float4",
    "float8",
    "date",
    "timestamp",
    "timestamptz",
    "text",
    "varchar",
)
_LISTED = 20
_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'
AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY n.nspname <> 'public', 1, 2
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of a database as they were read.

    Attributes
    ----------
    names : tuple of str
    rows : ibis Table
        ``cell_0`` ... in the order of ``names``.
    sha256 : str
        Digest of the names and of every row, whatever their order.
    bytes : int
        Of the rows as text.
    """

    names: tuple[str, ...]
    rows: ibis.Table
    sha256: str
    bytes: int


def tables_in(path: str) -> tuple[str, ...]:
    """Every table and view that may be read, with its schema where that is not ``public``, in order.

    Raises
    ------
    HistoryError, ParameterError
    """
    with reading(path) as cursor:
        return _tables(cursor)


def read_table(con: ibis.BaseBackend, params: TableParams) -> Stored:
    """All rows of one table or view, and their digest, in one transaction.

    Raises
    ------
    HistoryError
        No connection, no such table, or it may not be read.
    ParameterError
        No table is named, or the driver is not installed.
    """
    with reading(params.path) as cursor:
        source, names, kinds = _described(cursor, params)
        sha256, size = _fingerprint(cursor, source, names)
        cells = ", ".join(
            f"{_quoted(name)}{'' if kind in _TYPED else '::text'} AS {cell_name(place)}"
            for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
        )
        cursor.execute(f"SELECT {cells} FROM {source}")
        made, stream = ibis.util.gen_name("rows"), ibis.util.gen_name("stream")
        con.con.register(stream, cursor.fetch_record_batch())
        try:
            con.raw_sql(f'CREATE TEMP TABLE "{made}" AS SELECT * FROM "{stream}"')
        finally:
            con.con.unregister(stream)
    return Stored(distinct_names(names), con.table(made), sha256, size)


def fingerprint(params: TableParams) -> str:
    """Digest of the rows of a table as they are now; the server reads them, none leaves it.

    Raises
    ------
    HistoryError, ParameterError
    """
    with reading(params.path) as cursor:
        source, names, _ = _described(cursor, params)
        return _fingerprint(cursor, source, names)[0]


def tables_of(history: FilesParams) -> tuple[TableParams, ...]:
    """The tables of ``history`` that lie in a database.

    Raises
    ------
    ParameterError
        Where a reference stands for nothing.
    """
    every = (history.transactions, *history.tables.values())
    return tuple(table for table in every if database_of(table.path))


def _described(cursor: Cursor, params: TableParams) -> tuple[str, list[str], list[str]]:
    """The table as SQL names it, its columns and their types."""
    if not params.table:
        listed = _listed(_tables(cursor))
        raise ParameterError(
            zh=f"{params.path} 是数据库，请用 table 写明读哪张表；可读的有 {listed}。",
            en=f"{params.path} is a database; name the table with table. There are {listed}.",
        )
    schema, _, table = params.table.rpartition(".")
    source = f"{_quoted(schema)}.{_quoted(table)}" if schema else _quoted(table)
    cursor.execute("SELECT to_regclass($1) IS NOT NULL", (source,))
    if not cursor.fetchone()[0]:
        listed = _listed(_tables(cursor))
        raise HistoryError(
            zh=f"数据库里没有表 {params.table}（{params.path}）；可读的有 {listed}。请改正 table。",
            en=f"The database has no table {params.table} ({params.path}); there are {listed}. Correct table.",
        )
    cursor.execute(f"SELECT * FROM {source} LIMIT 0")
    schema_of = cursor.fetch_arrow_table().schema
    kinds = [(field.metadata or {}).get(b"POSTGRESQL:type", b"").decode() for field in schema_of]
    return source, schema_of.names, kinds


def _fingerprint(cursor: Cursor, source: str, names: list[str]) -> tuple[str, int]:
    """Digest of the rows in any order, and their size as text."""
    cursor.execute(
        "SELECT count(*), coalesce(sum(('x' || substr(hash, 1, 15))::bit(60)::bigint), 0)::text, "
        "coalesce(sum(('x' || substr(hash, 17, 15))::bit(60)::bigint), 0)::text, coalesce(sum(size), 0)::bigint "
        f"FROM (SELECT md5(r::text) AS hash, octet_length(r::text) AS size FROM {source} AS r) AS hashed"
    )
    rows, first, second, size = cursor.fetchone()
    told = "\n".join([*names, str(rows), first, second])
    return hashlib.sha256(told.encode()).hexdigest(), int(size)


def _tables(cursor: Cursor) -> tuple[str, ...]:
    cursor.execute(_TABLES)
    return tuple(table if schema == "public" else f"{schema}.{table}" for schema, table in cursor.fetchall())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join((*names[:_LISTED], *(["…"] if len(names) > _LISTED else []))) or "—"
