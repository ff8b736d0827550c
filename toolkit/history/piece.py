"""One file of a table, read by what its name says it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from toolkit.errors import HistoryError
from toolkit.history.delimited import read_delimited
from toolkit.history.duckfile import SUFFIXES as DUCKDB
from toolkit.history.duckfile import read_table
from toolkit.history.raw import FileRecord, cell_name, count, distinct_names
from toolkit.history.textfile import TextFile
from toolkit.history.workbook import read_sheets
from toolkit.params.history import TableParams

DELIMITED = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
WORKBOOKS = (".xlsx", ".xlsm")
KNOWN = (*DELIMITED, *WORKBOOKS, ".parquet", *DUCKDB)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: where it is named, its columns, its rows, the lines that could not be split, the rows of its sheets."""

    where: str
    path: Path
    names: tuple[str, ...]
    rows: ibis.Table
    broken: tuple[str, ...]
    sheets: dict[str, int] = field(default_factory=dict)

    def record(self, con: ibis.BaseBackend) -> FileRecord:
        """The file for the record: its digest, size and rows."""
        with self.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        rows = count(con, self.rows) + len(self.broken)
        return FileRecord(self.where, digest, self.path.stat().st_size, rows)


def read_piece(con: ibis.BaseBackend, where: str, path: Path, params: TableParams, scratch: Path) -> Piece:
    """One file of a table.

    Raises
    ------
    HistoryError
        It is empty, damaged, or of no known format.
    ParameterError
        Unknown encoding, unusable delimiter.
    """
    name = path.name.lower()
    try:
        if name.endswith(DELIMITED):
            file = TextFile(path, where, params.encoding)
            return Piece(where, path, *read_delimited(con, file, params.delimiter, scratch, params.header))
        if name.endswith(WORKBOOKS):
            names, columns, sheets = read_sheets(path, where, params.sheet, params.header)
            cells = pa.table(columns, [cell_name(place) for place in range(len(columns))])
            rows = con.create_table(ibis.util.gen_name("sheet"), ibis.memtable(cells), temp=True)
            return Piece(where, path, names, rows, (), sheets)
        if name.endswith(".parquet"):
            rows = con.read_parquet(str(path))
            cells = rows.select(**{cell_name(place): rows[place] for place in range(len(rows.columns))})
            return Piece(where, path, distinct_names(rows.columns), cells, ())
        if name.endswith(DUCKDB):
            return Piece(where, path, *read_table(con, path, where, params.table), ())
    except (OSError, duckdb.Error) as error:
        raise HistoryError(
            zh=f"{where} 无法读取（{type(error).__name__}）。文件可能损坏、被占用或没有读取权限；请重新导出后再试。",
            en=f"{where} cannot be read ({type(error).__name__}). It may be damaged, in use or not permitted; "
            "export it again.",
        ) from None
    raise HistoryError(
        zh=f"不认识 {where} 的格式；可读取 {'、'.join(KNOWN)}。旧式 .xls 请另存为 .xlsx。",
        en=f"The format of {where} is not known; readable are {', '.join(KNOWN)}. Save an old .xls as .xlsx.",
    )
