"""Spark as an engine of the door: the same Ibis expressions, staged on the cluster, answered as Arrow.

The session lives in UTC, where a timestamp of Spark reads as the wall clock that is written in it; what
states an offset is moved to the zone of the study.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import pyarrow as pa
import sqlglot.expressions as sge
from ibis.backends.pyspark import Backend
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.storagelevel import StorageLevel

from toolkit.errors import HistoryError
from toolkit.history.spark_session import quiet, session
from toolkit.params.engine import SparkParams


class _Zoned(PySparkCompiler):
    """The translation for Spark, with instants moved to a time zone when they become wall clock."""

    def __init__(self, time_zone: str) -> None:
        super().__init__()
        self._time_zone = time_zone

    def visit_Cast(self, op: Any, *, arg: sge.Expression, to: Any) -> sge.Expression:
        kind = op.arg.dtype
        if kind.is_timestamp() and kind.timezone and to.is_timestamp() and not to.timezone:
            return self.f.from_utc_timestamp(arg, sge.convert(self._time_zone))
        return super().visit_Cast(op, arg=arg, to=to)


class SparkEngine(Backend):
    """An Ibis backend whose temporary tables are kept by the workers, and whose answers come as Arrow."""

    def __init__(self, *words: Any, **keys: Any) -> None:
        super().__init__(*words, **keys)
        self._kept: dict[str, Any] = {}

    def to_pyarrow(
        self, expr: ibis.Expr, /, *, params: Any = None, limit: Any = None, **_: Any
    ) -> pa.Table | pa.ChunkedArray | pa.Scalar:
        """The answer to ``expr``."""
        self._run_pre_execute_hooks(expr)
        table = expr.as_table()
        with answered():
            found = self._session.sql(self.compile(table, params=params, limit=limit)).toArrow()
        return expr.__pyarrow_result__(found.cast(table.schema().to_pyarrow()))

    def execute(self, expr: ibis.Expr, /, **kwargs: Any) -> Any:
        """The answer to ``expr`` as pandas or as a plain value."""
        return expr.__pandas_result__(self.to_pyarrow(expr.as_table(), **kwargs).to_pandas())

    def create_table(self, name: str, /, obj: ibis.Table, *, temp: bool = True) -> ibis.Table:
        """Compute ``obj`` once and keep it in memory and on the disks of the workers."""
        if not temp:
            raise ValueError("nothing is written to a company's catalogue")
        self._run_pre_execute_hooks(obj)
        with answered():
            rows = self._session.sql(self.compile(obj)).persist(StorageLevel.MEMORY_AND_DISK)
            rows.count()
            rows.createOrReplaceTempView(name)
        self._kept[name] = rows
        return self.table(name)

    def release(self, name: str) -> None:
        """Forget a temporary table, and what was kept for it."""
        kept = self._kept.pop(name, None)
        with answered():
            self._session.catalog.dropTempView(name)
            if kept is not None:
                kept.unpersist()

    def named(self, frame: Any, kept: Any = None) -> ibis.Table:
        """A data frame of Spark as a table; ``kept`` is the frame that Spark keeps until the table is released."""
        name = ibis.util.gen_name("rows")
        self._kept[name] = kept
        frame.createOrReplaceTempView(name)
        return self.table(name)

    def _register_in_memory_table(self, op: Any) -> None:
        rows = op.data.to_pyarrow(op.schema)
        plain = [(f.name, pa.string() if pa.types.is_large_string(f.type) else f.type) for f in rows.schema]
        self._session.createDataFrame(rows.cast(pa.schema(plain))).createOrReplaceTempView(op.name)


def connect_spark(params: SparkParams | None, time_zone: str) -> SparkEngine:
    """Spark, started where it is not, as an engine whose wall clock is that of ``time_zone``.

    Raises
    ------
    ParameterError, HistoryError
    """
    with quiet():
        engine = SparkEngine().connect(session(params or SparkParams()))
    engine.register_options()
    engine.compiler = _Zoned(time_zone)
    engine.time_zone = time_zone
    return engine


@contextmanager
def answered() -> Iterator[None]:
    """Say in one sentence what Spark could not do.

    Raises
    ------
    HistoryError
    """
    try:
        with quiet():
            yield
    except (PySparkException, Py4JError, OSError) as error:
        raise failure(error) from None


def condition_of(error: Exception) -> str:
    """The name that Spark or Java has for what went wrong."""
    if isinstance(error, PySparkException):
        return error.getCondition() or type(error).__name__
    java = getattr(error, "java_exception", None)
    return java.getClass().getSimpleName() if java is not None else type(error).__name__


def failure(error: Exception) -> HistoryError:
    """What Spark objected to, without the words of the engine, which may repeat rows or addresses."""
    told = condition_of(error)
    return HistoryError(
        zh=f"Spark 没能完成计算（{told}）；请查看集群的日志，核对内存（spark.executor.memory、spark.driver.memory）和读取权限。",
        en=f"Spark could not finish ({told}); see the log of the cluster, and check memory (spark.executor.memory, "
        "spark.driver.memory) and permission to read.",
    )
