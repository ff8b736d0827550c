"""Files of a company, read as they are: CSV, CSV in gzip, Excel, Parquet."""

from __future__ import annotations

import difflib
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb
import ibis
import pyarrow as pa

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.delimited import read_delimited
from toolkit.history.raw import FileRecord, Raw, cell_name, distinct_names
from toolkit.history.textfile import TextFile
from toolkit.history.vault import files_of
from toolkit.history.workbook import read_sheet
from toolkit.params.history import TableParams

DELIMITED = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
KNOWN = (*DELIMITED, ".xlsx", ".xlsm", ".parquet")
_SUGGESTED = 5
_SEARCHED = 2000


@dataclass(frozen=True, slots=True)
class _Piece:
    """One file: where it is named, its columns, its rows, the lines that could not be split."""

    where: str
    path: Path
    names: tuple[str, ...]
    rows: ibis.Table
    broken: tuple[str, ...]


def connect(time_zone: str) -> ibis.BaseBackend:
    """An embedded engine that downloads nothing and whose session lives in ``time_zone``.

    Raises
    ------
    ParameterError
        Where there is no such time zone.
    """
    try:
        zone = ZoneInfo(time_zone).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ParameterError(
            zh=f"没有名为“{time_zone}”的时区；应写作 Asia/Shanghai、Europe/London 这样的名称。",
            en=f"There is no time zone called {time_zone!r}; write a name such as Asia/Shanghai or Europe/London.",
        ) from None
    con = ibis.duckdb.connect()
    con.raw_sql("SET autoinstall_known_extensions = false")
    con.raw_sql(f"SET temp_directory = '{_spill_folder()}'")
    con.raw_sql(f"SET TimeZone = '{zone}'")
    return con


def _spill_folder() -> str:
    folder = Path(tempfile.gettempdir()) / ibis.util.gen_name("gradelab_spill")
    return str(folder).replace("'", "''")


def read_raw(con: ibis.BaseBackend, params: TableParams, data_folder: Path, scratch: Path) -> Raw:
    """All rows of one table, from one file or from every file that a path with ``*`` matches.

    Raises
    ------
    HistoryError
        Missing, empty, unreadable or disagreeing files.
    ParameterError
        Unknown encoding, unusable delimiter.
    """
    pieces = [_read(con, where, path, params, scratch) for where, path in _found(params.path, data_folder)]
    first = pieces[0]
    for piece in pieces[1:]:
        _refuse_other_columns(first, piece)
    table = _joined(con, pieces)
    files = tuple(_record(piece) for piece in pieces)
    return Raw(params.path, first.names, table, tuple(line for p in pieces for line in p.broken), files)


def _found(path: str, data_folder: Path) -> list[tuple[str, Path]]:
    found = files_of(path, data_folder)
    if not found:
        raise _missing(path, data_folder)
    return found


def _missing(path: str, data_folder: Path) -> HistoryError:
    where_zh = f"数据文件夹为 {data_folder}，可用 --data 或环境变量 GRADELAB_DATA 另行指定"
    where_en = f"the data folder is {data_folder}, choose another with --data or the variable GRADELAB_DATA"
    fetch_zh, fetch_en = (
        "公开数据可用 gradelab fetch 下载",
        "public data sets are downloaded by gradelab fetch",
    )
    if not data_folder.is_dir():
        return HistoryError(
            zh=f"找不到文件 {path}：数据文件夹不存在；{where_zh}；{fetch_zh}。",
            en=f"The file {path} is missing because the data folder does not exist; {where_en}; {fetch_en}.",
        )
    near = _similar(path, data_folder)
    return HistoryError(
        zh=f"找不到文件 {path}"
        + (f"，相近的有 {'、'.join(near)}" if near else "")
        + "；"
        + f"{where_zh}；{fetch_zh}。",
        en=f"The file {path} is missing"
        + (f", similar are {', '.join(near)}" if near else "")
        + "; "
        + f"{where_en}; {fetch_en}.",
    )


def _similar(path: str, data_folder: Path) -> list[str]:
    names: dict[str, str] = {}
    for count, file in enumerate(data_folder.rglob("*")):
        if count >= _SEARCHED:
            break
        if file.is_file() and file.name.lower().endswith(KNOWN):
            names.setdefault(file.name.lower(), file.relative_to(data_folder).as_posix())
    near = difflib.get_close_matches(Path(path).name.lower(), names, n=_SUGGESTED, cutoff=0.5)
    return [names[name] for name in near]


def _read(con: ibis.BaseBackend, where: str, path: Path, params: TableParams, scratch: Path) -> _Piece:
    name = path.name.lower()
    try:
        if name.endswith(DELIMITED):
            file = TextFile(path, where, params.encoding)
            return _Piece(where, path, *read_delimited(con, file, params.delimiter, scratch))
        if name.endswith((".xlsx", ".xlsm")):
            names, columns = read_sheet(path, where, params.sheet)
            cells = pa.table(columns, [cell_name(place) for place in range(len(columns))])
            rows = con.create_table(ibis.util.gen_name("sheet"), ibis.memtable(cells), temp=True)
            return _Piece(where, path, names, rows, ())
        if name.endswith(".parquet"):
            rows = con.read_parquet(str(path))
            cells = rows.select(**{cell_name(place): rows[place] for place in range(len(rows.columns))})
            return _Piece(where, path, distinct_names(rows.columns), cells, ())
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


def _refuse_other_columns(first: _Piece, piece: _Piece) -> None:
    missing = [name for name in first.names if name not in piece.names]
    extra = [name for name in piece.names if name not in first.names]
    if missing or extra:
        raise HistoryError(
            zh=f"{piece.where} 与 {first.where} 的列不同：缺少 {missing}，多出 {extra}。同一张表的各文件列名应一致。",
            en=f"{piece.where} and {first.where} have different columns: missing {missing}, additional {extra}. "
            "The files of one table must have the same columns.",
        )


def _joined(con: ibis.BaseBackend, pieces: list[_Piece]) -> ibis.Table:
    """Rows of all files under the columns of the first; a column whose type differs between files becomes text."""
    if len(pieces) == 1:
        return pieces[0].rows
    first = pieces[0]
    aligned = [
        piece.rows.select(
            **{
                cell_name(place): piece.rows[cell_name(piece.names.index(name))]
                for place, name in enumerate(first.names)
            }
        )
        for piece in pieces
    ]
    mixed = [name for name in aligned[0].columns if len({rows.schema()[name] for rows in aligned}) > 1]
    aligned = [rows.mutate(**{name: rows[name].cast("string") for name in mixed}) for rows in aligned]
    name = ibis.util.gen_name("rows")
    table = con.create_table(name, aligned[0], temp=True)
    for rows in aligned[1:]:
        con.insert(name, rows)
    return table


def _record(piece: _Piece) -> FileRecord:
    with piece.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    rows = int(piece.rows.count().execute()) + len(piece.broken)
    return FileRecord(piece.where, digest, piece.path.stat().st_size, rows)
