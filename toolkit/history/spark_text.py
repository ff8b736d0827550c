"""Delimited text on Spark: rows as text, and the lines that could not be split."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.storagelevel import StorageLevel

from toolkit.errors import HistoryError
from toolkit.history.delimited import one_sign
from toolkit.history.raw import distinct_names
from toolkit.params.history import TableParams

if TYPE_CHECKING:
    import ibis
    from pyspark.sql import DataFrame, SparkSession

BROKEN, FILE = "\x00broken", "\x00file"
_UNREADABLE = "\ufffd"


def read_lines(
    spark: SparkSession, params: TableParams, paths: list[str]
) -> tuple[tuple[str, ...], DataFrame]:
    """Names of the columns, and every line, kept by Spark: its cells, ``BROKEN`` where it cannot be split, and its ``FILE``.

    Raises
    ------
    HistoryError
        An empty file, or files whose columns differ.
    ParameterError
        Unusable delimiter.
    """
    sign = one_sign(params.delimiter, params.path)
    asked = {
        "sep": sign,
        "quote": '"',
        "escape": '"',
        "encoding": params.encoding,
        "multiLine": True,
        "maxColumns": 20_000,
    }
    headers = [_header(spark, path, asked) for path in paths]
    for path, header in zip(paths, headers, strict=True):
        refuse_other_columns(paths[0], headers[0], path, header)
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, header in zip(paths, headers, strict=True):
        groups.setdefault(header, []).append(path)
    names = headers[0]
    parts = [_lines(spark, header, group, asked) for header, group in groups.items()]
    lines = _stacked([rows.select(*map(quoted, (*names, BROKEN, FILE))) for rows in parts])
    tasks = spark.sparkContext.defaultParallelism
    lines = lines.repartition(tasks) if len(paths) < tasks else lines
    return names, lines.persist(StorageLevel.MEMORY_AND_DISK)


def _lines(
    spark: SparkSession, header: tuple[str, ...], paths: list[str], asked: dict[str, Any]
) -> DataFrame:
    fields = [T.StructField(name, T.StringType()) for name in (*header, BROKEN)]
    told = {**asked, "header": True, "mode": "PERMISSIVE", "columnNameOfCorruptRecord": BROKEN}
    rows = spark.read.options(**told).schema(T.StructType(fields)).csv(paths)
    blank = [F.when(F.col(quoted(name)) != "", F.col(quoted(name))).alias(name) for name in header]
    return rows.select(*blank, BROKEN, F.input_file_name().alias(FILE))


def _header(spark: SparkSession, path: str, asked: dict[str, Any]) -> tuple[str, ...]:
    first = spark.read.options(**asked, header=False, inferSchema=False).csv(path).head(1)
    if not first:
        raise HistoryError(
            zh=f"{Path(path).name} 是空文件。请检查导出是否成功。",
            en=f"{Path(path).name} is empty. Check whether the export succeeded.",
        )
    names = [str(name or "").removeprefix("\ufeff") for name in first[0]]
    return distinct_names(names)


def refuse_other_columns(first: str, known: Any, path: str, names: Any) -> None:
    """Refuse a file whose columns are not those of the first."""
    missing, extra = [n for n in known if n not in names], [n for n in names if n not in known]
    if missing or extra:
        one, other = Path(first).name, Path(path).name
        raise HistoryError(
            zh=f"{other} 与 {one} 的列不同：缺少 {missing}，多出 {extra}。同一张表的各文件列名应一致。",
            en=f"{other} and {one} have different columns: missing {missing}, additional {extra}. "
            "The files of one table must have the same columns.",
        )


def refuse_undecoded(table: ibis.Table, where: str, encoding: str) -> None:
    """Spark writes a sign of its own for bytes that are no text in the encoding; such a file is refused as elsewhere."""
    odd = sum(table[name].contains(_UNREADABLE).fill_null(False).cast("int64") for name in table.columns)
    rows = int(table.filter(odd > 0).count().execute())
    if rows:
        raise HistoryError(
            zh=f"{where} 有 {rows:,} 行不是 {encoding} 编码的文本；请确认编码并写在 encoding 里（常见的有 gbk、gb18030）。",
            en=f"{where} has {rows:,} row(s) that are not text in {encoding}; find out the encoding and write it as encoding "
            "(gbk and gb18030 are common).",
        )


def _stacked(parts: list[DataFrame]) -> DataFrame:
    first, *others = parts
    for other in others:
        first = first.union(other)
    return first


def quoted(name: str) -> str:
    """A column as Spark's SQL names it."""
    return "`" + name.replace("`", "``") + "`"
