"""Tables of a DuckDB file, opened for reading only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis

from toolkit.errors import HistoryError
from toolkit.history.raw import cell_name, distinct_names

SUFFIXES = (".duckdb", ".ddb")
_TYPED = ("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DATE", "VARCHAR")
_LISTED = 20


def tables_in(con: ibis.BaseBackend, path: Path, where: str) -> tuple[str, ...]:
    """Every table and view of the file, with its schema where that is not ``main``, in order.

    Raises
    ------
    HistoryError
        Where there is none.
    duckdb.Error
        Where the file cannot be opened.
    """
    with _attached(con, path) as catalogue:
        names = _names(con, catalogue)
    if not names:
        raise HistoryError(
            zh=f"{where} 里没有表。请检查导出是否成功。",
            en=f"{where} holds no table. Check whether the export succeeded.",
        )
    return names


def read_table(
    con: ibis.BaseBackend, path: Path, where: str, table: str | None
) -> tuple[tuple[str, ...], ibis.Table]:
    """Names of the columns of one table and its rows (``cell_0`` ...); what has no plain type becomes text.

    Raises
    ------
    HistoryError
        Where there is no such table, or several and none is named.
    duckdb.Error
        Where the file cannot be opened.
    """
    names = tables_in(con, path, where)
    chosen = table.removeprefix("main.") if table else None
    if chosen is None and len(names) > 1:
        raise HistoryError(
            zh=f"{where} 里有 {len(names)} 张表，请用 table 写明读哪一张：{_listed(names, '、')}。",
            en=f"{where} holds {len(names)} tables; name one with table: {_listed(names, ', ')}.",
        )
    if chosen is not None and chosen not in names:
        raise HistoryError(
            zh=f"{where} 里没有名为“{table}”的表；现有 {_listed(names, '、')}。请改正 table。",
            en=f"{where} has no table {table!r}; it has {_listed(names, ', ')}. Correct table.",
        )
    with _attached(con, path) as catalogue:
        return _copied(con, f"{_quoted(catalogue)}.{_dotted(chosen or names[0])}")


def _copied(con: ibis.BaseBackend, source: str) -> tuple[tuple[str, ...], ibis.Table]:
    described = con.con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    cells = ", ".join(
        f"{_cell(_quoted(name), kind)} AS {cell_name(place)}"
        for place, (name, kind, *_) in enumerate(described)
    )
    made = ibis.util.gen_name("rows")
    con.raw_sql(f'CREATE TEMP TABLE "{made}" AS SELECT {cells} FROM {source}')
    return distinct_names(name for name, *_ in described), con.table(made)


def _cell(name: str, kind: str) -> str:
    if kind.startswith("DECIMAL"):
        return f"{name}::DOUBLE"
    return name if kind in _TYPED or kind.startswith("TIMESTAMP") else f"{name}::VARCHAR"


@contextmanager
def _attached(con: ibis.BaseBackend, path: Path) -> Iterator[str]:
    catalogue = ibis.util.gen_name("file")
    told = str(path).replace("'", "''")
    con.raw_sql(f"ATTACH '{told}' AS {_quoted(catalogue)} (TYPE duckdb, READ_ONLY)")
    try:
        yield catalogue
    finally:
        con.raw_sql(f"DETACH {_quoted(catalogue)}")


def _names(con: ibis.BaseBackend, catalogue: str) -> tuple[str, ...]:
    found = con.con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $name UNION ALL "
        "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = $name AND NOT internal "
        "ORDER BY ALL",
        {"name": catalogue},
    ).fetchall()
    return tuple(table if schema == "main" else f"{schema}.{table}" for schema, table in found)


def _dotted(table: str) -> str:
    schema, _, name = table.rpartition(".")
    return f"{_quoted(schema or 'main')}.{_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: tuple[str, ...], comma: str) -> str:
    return comma.join((*names[:_LISTED], *(["…"] if len(names) > _LISTED else [])))
