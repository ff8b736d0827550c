"""Transactions where Spark finds them: Parquet and delimited text, files here or in a store, tables of its catalogue.

Rows stay on Spark. What comes here are names of columns, counts, and lines that could not be split.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from pyspark.sql import types as T

from toolkit.errors import HistoryError
from toolkit.history.raw import FileRecord, Raw, cell_name, distinct_names
from toolkit.history.spark_engine import SparkEngine, answered, condition_of
from toolkit.history.spark_session import session
from toolkit.history.spark_text import (
    BROKEN,
    FILE,
    quoted,
    read_lines,
    refuse_other_columns,
    refuse_undecoded,
)
from toolkit.history.vault import files_of, opened
from toolkit.params.engine import CATALOGUE, SparkParams, is_remote
from toolkit.params.history import TableParams

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_HASHED = 2**60


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows with the columns of a file, in its order; of text also its lines, kept by Spark, with those that are broken."""

    names: tuple[str, ...]
    rows: DataFrame
    lines: DataFrame | None = None

    def per_file(self) -> Counter:
        """Rows and broken lines by path of the file."""
        rows = self.rows.groupBy(F.input_file_name()) if self.lines is None else self.lines.groupBy(FILE)
        with answered():
            return Counter({unquote(urlsplit(name).path): count for name, count in rows.count().collect()})


def read_on_spark(engine: SparkEngine, params: TableParams, data_folder: Path) -> Raw:
    """All rows of the transactions, kept on Spark.

    Raises
    ------
    HistoryError
        Missing, empty, unreadable or disagreeing files; a table that is not in the catalogue.
    ParameterError
        Unusable delimiter, or a reference that stands for nothing.
    """
    spark, where = engine._session, _named(params)
    files = [] if is_remote(opened(params.path)) else files_of(params.path, data_folder)
    paths = [str(path.resolve()) for _, path in files] or [_store(params, data_folder)]
    with reading(where):
        part = _part(spark, params, paths)
        cells = [
            _cell(part.rows, name, engine.time_zone).alias(cell_name(i)) for i, name in enumerate(part.names)
        ]
        table = engine.named(part.rows.select(*cells), part.lines)
        broken = _broken(part)
    if part.lines is not None:
        refuse_undecoded(table, where, params.encoding)
    records = _records(part, files) if files else (_stored_record(spark, params, part),)
    return Raw(where, distinct_names(part.names), table, broken, records)


def fingerprint_on_spark(params: TableParams, spark_params: SparkParams | None) -> str:
    """Digest of transactions that only Spark can open: of its files by name, size and time, else of the rows.

    Raises
    ------
    HistoryError, ParameterError
    """
    spark = session(spark_params or SparkParams())
    with reading(_named(params)):
        return _digest(spark, _rows(spark, params, [opened(params.path)]))[0]


def _part(spark: SparkSession, params: TableParams, paths: list[str]) -> _Part:
    if params.path != CATALOGUE and not _is_parquet(paths[0]):
        names, lines = read_lines(spark, params, paths)
        return _Part(names, lines.filter(F.col(BROKEN).isNull()).drop(BROKEN, FILE), lines)
    rows = _rows(spark, params, paths)
    return _Part(tuple(rows.columns), rows)


def _rows(spark: SparkSession, params: TableParams, paths: list[str]) -> DataFrame:
    if params.path == CATALOGUE:
        return spark.table(params.table)
    if not _is_parquet(paths[0]):
        return spark.read.text(paths)
    parts = [spark.read.parquet(path) for path in paths] if len(paths) > 1 else []
    for path, part in zip(paths, parts, strict=len(parts) == len(paths)) if parts else ():
        refuse_other_columns(paths[0], parts[0].columns, path, part.columns)
    return spark.read.parquet(*paths)


def _broken(part: _Part) -> tuple[str, ...]:
    """Lines that could not be split, as written."""
    if part.lines is None:
        return ()
    found = part.lines.filter(F.col(BROKEN).isNotNull()).select(BROKEN).collect()
    return tuple(row[0].strip("\r\n") for row in found)


def _cell(rows: DataFrame, name: str, time_zone: str) -> Column:
    """A column as the door takes it: times as wall clock of the study, what has no plain counterpart as text."""
    kind, column = rows.schema[name].dataType, F.col(quoted(name))
    if isinstance(kind, T.TimestampType):
        return F.from_utc_timestamp(column, time_zone)
    if isinstance(kind, T.TimestampNTZType):
        return column.cast("timestamp")
    if isinstance(kind, T.CharType | T.VarcharType) or not isinstance(kind, T.AtomicType):
        return column.cast("string")
    return column.cast("string") if isinstance(kind, T.BinaryType | T.DayTimeIntervalType) else column


def _records(part: _Part, files: list[tuple[str, Path]]) -> tuple[FileRecord, ...]:
    rows = part.per_file()
    return tuple(_file_record(name, path, rows) for name, path in files)


def _file_record(name: str, path: Path, rows: Counter) -> FileRecord:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileRecord(name, digest, path.stat().st_size, rows[str(path.resolve())])


def _stored_record(spark: SparkSession, params: TableParams, part: _Part) -> FileRecord:
    with answered():
        rows = (part.rows if part.lines is None else part.lines).count()
        digest, size = _digest(spark, _rows(spark, params, [opened(params.path)]))
    return FileRecord(_named(params), digest, size, rows)


def _digest(spark: SparkSession, rows: DataFrame) -> tuple[str, int]:
    """Digest and bytes of the files behind ``rows``; where there are none, of the rows whatever their order."""
    files = sorted(rows.inputFiles())
    told = hashlib.sha256("\n".join(rows.columns).encode())
    if not files:
        hashes = [F.sum(F.pmod(F.xxhash64(F.lit(seed), *map(quoted, rows.columns)), F.lit(_HASHED)).cast("decimal(38,0)"))
                  for seed in (1, 2)]  # fmt: skip
        told.update(repr(tuple(rows.agg(F.count(F.lit(1)), *hashes).collect()[0])).encode())
        return told.hexdigest(), 0
    java, size = spark.sparkContext._jvm, 0
    conf = spark.sparkContext._jsc.hadoopConfiguration()
    for file in files:
        path = java.org.apache.hadoop.fs.Path(java.java.net.URI(file))
        status = path.getFileSystem(conf).getFileStatus(path)
        size += status.getLen()
        told.update(f"{file}\t{status.getLen()}\t{status.getModificationTime()}\n".encode())
    return told.hexdigest(), size


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Say which table cannot be read.

    Raises
    ------
    HistoryError
    """
    try:
        yield
    except (PySparkException, Py4JError) as error:
        told = condition_of(error)
        raise HistoryError(
            zh=f"Spark 读不了 {where}（{told}）；请核对路径或表名、文件是否完整，以及读取权限。",
            en=f"Spark cannot read {where} ({told}); check the path or the name of the table, that the file is whole, "
            "and permission to read.",
        ) from None


def _store(params: TableParams, data_folder: Path) -> str:
    from toolkit.history.source import missing

    if not is_remote(opened(params.path)):
        raise missing(params.path, data_folder)
    return opened(params.path)


def _named(params: TableParams) -> str:
    return f"{params.path}#{params.table}" if params.table else params.path


def _is_parquet(path: str) -> bool:
    """Whether ``path`` is not delimited text; folders and stores hold Parquet unless their name says otherwise."""
    from toolkit.history.piece import DELIMITED

    return not path.lower().endswith(DELIMITED)
