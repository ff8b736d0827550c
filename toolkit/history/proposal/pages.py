"""Pages: every sheet, file or table of a database that could be a table of a history, read and looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import ibis

from toolkit.errors import HistoryError, UsageError
from toolkit.history import duckfile, postgres
from toolkit.history.piece import DUCKDB
from toolkit.history.proposal.grouping import Group, Sheets, groups_of, starred
from toolkit.history.proposal.sniffing import Seen, look, sample_of
from toolkit.history.raw import Raw, drop
from toolkit.history.source import read_raw
from toolkit.params.history import TableParams
from toolkit.terms import Label

MOST_TABLES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One sheet, file, set of files or table of a database.

    Attributes
    ----------
    name : str
        Below the data folder, with ``#`` and the sheet or table where there are several.
    source : dict
        What a study says to find it: ``path``, and ``sheet``, ``header``, ``table``, ``encoding``, ``delimiter`` where needed.
    raw : Raw
    rows : int
    seen : tuple of Seen
    sample : ibis Table
    """

    name: str
    source: dict[str, Any]
    raw: Raw
    rows: int
    seen: tuple[Seen, ...]
    sample: ibis.Table

    def column(self, name: str) -> Seen:
        """The column called ``name``."""
        return self.seen[self.raw.names.index(name)]


@dataclass(frozen=True, slots=True)
class Pages:
    """Everything that was looked at.

    Attributes
    ----------
    pages : tuple of Page
    passed_over : tuple of (str, Label)
        Sheets and tables without rows, and why.
    """

    pages: tuple[Page, ...]
    passed_over: tuple[tuple[str, Label], ...] = ()


def read_pages(con: ibis.BaseBackend, named: Sequence[str], data_folder: Path, scratch: Path) -> Pages:
    """Read and look at everything that ``named`` means.

    Raises
    ------
    HistoryError
        Where a file cannot be read, or nothing has a row.
    UsageError, ParameterError
    """
    found, empty = [], []
    for group in groups_of(named, data_folder):
        for source in _sources(con, group):
            name = _name(source)
            raw = read_raw(con, TableParams(**source, columns={}), data_folder, scratch)
            rows = int(raw.table.count().execute())
            if not rows:
                empty.append((name, Label("只有表头，没有数据行", "a header but no rows")))
                continue
            _refuse_no_header(name, raw)
            sample = sample_of(con, raw, rows)
            found.append(Page(name, source, raw, rows + len(raw.broken), look(sample, raw), sample))
    if not found:
        told = "、".join(name for name, _ in empty)
        raise HistoryError(
            zh=f"{told} 没有数据行。请检查导出的时间范围。",
            en=f"There are no rows in {', '.join(name for name, _ in empty)}. Check the range of the export.",
        )
    return Pages(tuple(found), tuple(empty))


def forget(con: ibis.BaseBackend, pages: Pages) -> None:
    """Free the samples."""
    for page in pages.pages:
        drop(con, page.sample)


def _sources(con: ibis.BaseBackend, group: Group) -> Iterator[dict[str, Any]]:
    """What a study would say of each page of a group."""
    if not group.files:
        yield from ({"path": group.path, "table": table} for table in _tables(group))
        return
    first = group.files[0]
    if group.sheets:
        everything = [name for sheets in group.sheets for name in sheets.names]
        yield from ({"path": group.path} | _place_in_workbook(sheets, everything) for sheets in group.sheets)
    elif first.name.lower().endswith(DUCKDB):
        names = duckfile.tables_in(con, first, first.name)
        yield from ({"path": group.path, "table": name} for name in names)
    elif group.written:
        told = {"encoding": group.written.encoding, "delimiter": group.written.delimiter}
        usual = {"encoding": "utf-8", "delimiter": ","}
        unusual = {key: value for key, value in told.items() if value != usual[key]}
        yield {"path": group.path} | unusual | ({"header": group.header} if group.header else {})
    else:
        yield {"path": group.path}


def _place_in_workbook(sheets: Sheets, everything: Sequence[str]) -> dict[str, Any]:
    """What a study would say of sheets that are one table: the only one, one by name, a pattern, or a list."""
    sheet: str | list[str] | None = None
    if len(sheets.names) == 1:
        sheet = sheets.names[0]
    elif sheets.names:
        pattern = starred(sheets.names)
        exact = [name for name in everything if fnmatchcase(name, pattern)] == list(sheets.names)
        sheet = pattern if exact else list(sheets.names)
    return ({"sheet": sheet} if sheet else {}) | ({"header": sheets.header} if sheets.header else {})


def _tables(group: Group) -> tuple[str, ...]:
    if group.table:
        return (group.table,)
    tables = postgres.tables_in(group.path)
    if not tables:
        raise HistoryError(
            zh=f"数据库 {group.path} 里没有这个用户可以读的表；请管理员授予 SELECT。",
            en=f"The database {group.path} has no table that this user may read; ask for SELECT.",
        )
    if len(tables) > MOST_TABLES:
        listed = ", ".join(tables[:40])
        raise UsageError(
            zh=f"数据库里有 {len(tables)} 张表，请指明看哪几张，如 '{group.path}#{tables[0]}'：{listed}。",
            en=f"The database has {len(tables)} tables; name those to look at, as in '{group.path}#{tables[0]}': {listed}.",
        )
    return tables


def _name(source: dict[str, Any]) -> str:
    part = source.get("sheet") or source.get("table")
    told = ", ".join(part) if isinstance(part, list) else part
    return f"{source['path']}#{told}" if told else source["path"]


def _refuse_no_header(name: str, raw: Raw) -> None:
    """A first line that names nothing: data, or a title that stands above the table."""
    data = [
        column
        for column in raw.names
        if any(c.isdigit() for c in column) and not any(c.isalpha() for c in column)
    ]
    if data and len(data) * 2 >= len(raw.names):
        raise HistoryError(
            zh=f"{name} 的第一行看来是数据而不是列名。请给文件加上表头（一行列名）；各列之间用逗号、分号或制表符隔开。",
            en=f"The first line of {name} looks like data, not like column names. Give the file a header, one line of "
            "names, split by commas, semicolons or tabs.",
        )
    nameless = sum(column.startswith("column ") for column in raw.names)
    if len(raw.names) > 2 and nameless > len(raw.names) / 2:
        raise HistoryError(
            zh=f"{name} 的第一行不是列名（{len(raw.names)} 列中有 {nameless} 列没有名称），多半是标题。请删去标题行，让列名成为第一行，"
            "或在研究文件中用 header 写明列名在第几行。",
            en=f"The first line of {name} does not hold column names ({nameless} of {len(raw.names)} columns have none); it is "
            "probably a title. Delete the lines above the header, or say in the study in which row it stands (header).",
        )
