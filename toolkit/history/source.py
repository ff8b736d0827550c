"""Files and databases of a company, read as they are: CSV, CSV in gzip, Excel, Parquet, DuckDB, PostgreSQL."""

from __future__ import annotations

import difflib
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
from ibis.expr import operations as ops

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.piece import DELIMITED, KNOWN, WORKBOOKS, Piece, read_piece
from toolkit.history.postgres import read_table
from toolkit.history.raw import SPARK, FileRecord, Raw, cell_name, count, drop, relation
from toolkit.history.vault import database_of, files_of
from toolkit.params.engine import SparkParams
from toolkit.params.history import FilesParams, TableParams

_SUGGESTED = 5
_SEARCHED = 2000


def connect(time_zone: str, memory_limit: str | None = None, spill: Path | None = None) -> ibis.BaseBackend:
    """An embedded engine that downloads nothing and whose session lives in ``time_zone``.

    Parameters
    ----------
    time_zone : str
    memory_limit : str, optional
        Most memory of the engine, such as ``4GB``; what exceeds it goes to a folder of its own below ``spill``.
    spill : Path, optional
        Without it the temporary folder of the system.

    Raises
    ------
    ParameterError
        Where there is no such time zone, or nothing can be written to ``spill``.
    """
    con = ibis.duckdb.connect()
    con.raw_sql("SET autoinstall_known_extensions = false")
    con.raw_sql("SET enable_progress_bar = false")
    con.raw_sql(f"SET temp_directory = '{_spill_folder(spill)}'")
    if memory_limit is not None:
        con.raw_sql(f"SET memory_limit = '{memory_limit}'")
        con.raw_sql("SET preserve_insertion_order = false")
    live_in(con, time_zone)
    return con


def engine_of_transactions(params: FilesParams, con: ibis.BaseBackend) -> ibis.BaseBackend:
    """The engine that checks and counts the transactions: Spark where the study says so, else ``con``.

    Raises
    ------
    ParameterError
        pyspark or Java is missing.
    HistoryError
        Spark does not start.
    """
    return on_spark(params.spark, params.time_zone) if params.engine == "spark" else con


def on_spark(params: SparkParams | None, time_zone: str) -> ibis.BaseBackend:
    """Spark as an engine whose wall clock is that of ``time_zone``.

    Raises
    ------
    ParameterError, HistoryError
        As for :func:`engine_of_transactions`.
    """
    from toolkit.history.spark_session import quiet, refuse_missing

    refuse_missing()
    with quiet():
        from toolkit.history.spark_engine import connect_spark
    return connect_spark(params, time_zone)


def live_in(con: ibis.BaseBackend, time_zone: str) -> None:
    """Move the session of the engine to ``time_zone``.

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
    con.raw_sql(f"SET TimeZone = '{zone}'")


def _spill_folder(below: Path | None) -> str:
    if below is not None:
        try:
            below.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=below).close()
        except OSError as error:
            raise ParameterError(
                zh=f"spill_folder 所写的文件夹 {below} 无法写入（{error.strerror}）；请换一个可写、空间充足的文件夹。",
                en=f"Nothing can be written to {below}, the spill_folder of the history ({error.strerror}); "
                "name a folder with room that can be written to.",
            ) from None
    folder = Path(below or tempfile.gettempdir()) / ibis.util.gen_name("gradelab_spill")
    return str(folder).replace("'", "''")


def read_raw(con: ibis.BaseBackend, params: TableParams, data_folder: Path, scratch: Path) -> Raw:
    """All rows of one table, from one file or from every file that a path with ``*`` matches.

    Raises
    ------
    HistoryError
        Missing, empty, unreadable or disagreeing files; a database that cannot be read.
    ParameterError
        Unknown encoding, unusable delimiter.
    """
    if con.name == SPARK:
        from toolkit.history.spark_source import read_on_spark

        return read_on_spark(con, params, data_folder)
    if database_of(params.path):
        return _stored(con, params)
    pieces = [
        read_piece(con, where, path, params, scratch) for where, path in _found(params.path, data_folder)
    ]
    first = pieces[0]
    for piece in pieces[1:]:
        _refuse_other_columns(first, piece)
    files = tuple(piece.record(con) for piece in pieces)
    table = _joined(con, pieces)
    broken = tuple(line for piece in pieces for line in piece.broken)
    return Raw(params.path, first.names, table, broken, files, _parts(pieces, files))


def _parts(pieces: list[Piece], files: tuple[FileRecord, ...]) -> tuple[tuple[str, int], ...]:
    """Sheets of one workbook, else files, with their rows; of files without an order none."""
    if len(pieces) == 1 and pieces[0].sheets:
        return tuple(pieces[0].sheets.items())
    if any(not piece.path.name.lower().endswith((*DELIMITED, *WORKBOOKS)) for piece in pieces):
        return ()
    return tuple(
        (piece.where, file.rows - len(piece.broken)) for piece, file in zip(pieces, files, strict=True)
    )


def _stored(con: ibis.BaseBackend, params: TableParams) -> Raw:
    stored = read_table(con, params)
    where = f"{params.path}#{params.table}"
    record = FileRecord(where, stored.sha256, stored.bytes, count(con, stored.rows))
    return Raw(where, stored.names, stored.rows, files=(record,))


def _found(path: str, data_folder: Path) -> list[tuple[str, Path]]:
    found = files_of(path, data_folder)
    if not found:
        raise missing(path, data_folder)
    return found


def missing(path: str, data_folder: Path) -> HistoryError:
    """The refusal of files that are not there, with what comes near."""
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
    for place, file in enumerate(data_folder.rglob("*")):
        if place >= _SEARCHED:
            break
        if file.is_file() and file.name.lower().endswith(KNOWN):
            names.setdefault(file.name.lower(), file.relative_to(data_folder).as_posix())
    near = difflib.get_close_matches(Path(path).name.lower(), names, n=_SUGGESTED, cutoff=0.5)
    return [names[name] for name in near]


def _refuse_other_columns(first: Piece, piece: Piece) -> None:
    missing = [name for name in first.names if name not in piece.names]
    extra = [name for name in piece.names if name not in first.names]
    if missing or extra:
        raise HistoryError(
            zh=f"{piece.where} 与 {first.where} 的列不同：缺少 {missing}，多出 {extra}。同一张表的各文件列名应一致。",
            en=f"{piece.where} and {first.where} have different columns: missing {missing}, additional {extra}. "
            "The files of one table must have the same columns.",
        )


def _joined(con: ibis.BaseBackend, pieces: list[Piece]) -> ibis.Table:
    """Rows of all files under the columns of the first; a column whose type differs between files becomes text."""
    if len(pieces) == 1:
        return pieces[0].rows
    first = pieces[0]
    schemas = [piece.rows.schema() for piece in pieces]
    orders = [[cell_name(piece.names.index(name)) for name in first.names] for piece in pieces]
    kinds = [
        {schema[order[place]] for schema, order in zip(schemas, orders, strict=True)}
        for place in range(len(first.names))
    ]
    made = ibis.util.gen_name("rows")
    for piece, order in zip(pieces, orders, strict=True):
        cells = ", ".join(
            f"{cell}{'::VARCHAR' if len(kinds[place]) > 1 else ''} AS {cell_name(place)}"
            for place, cell in enumerate(order)
        )
        told = f"SELECT {cells} FROM {relation(con, piece.rows)}"
        sql = f'CREATE TEMP TABLE "{made}" AS {told}' if piece is first else f'INSERT INTO "{made}" {told}'
        con.con.execute(sql).fetchall()
        if isinstance(piece.rows.op(), ops.DatabaseTable):
            drop(con, piece.rows)
    return con.table(made)
