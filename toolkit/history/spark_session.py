"""One Spark session for a process: quiet, on loopback where the master is, ended when the process ends.

Spark is optional (``gradelab[spark]``) and runs on Java. No Python runs on its workers.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.vault import opened
from toolkit.params.engine import SparkParams

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.app.name": "gradelab",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.driver.memory": "2g",
    "spark.driver.maxResultSize": "0",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.legacy.javaCharsets": "true",
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "200000",
}
_CONNECT_SECONDS = 5
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_running: dict[str, Any] = {}


def session(params: SparkParams) -> SparkSession:
    """A session of its own on the Spark of this process, which is started where there is none.

    Raises
    ------
    ParameterError
        pyspark or Java is missing, or a reference stands for nothing.
    HistoryError
        The master does not answer, or Spark does not start.
    """
    refuse_missing()
    asked = (
        opened(params.master),
        tuple((name, opened(_written(value))) for name, value in params.options.items()),
    )
    if _running.get("asked") != asked:
        stop()
        _refuse_silent_master(asked[0], params.master)
        _running.update(asked=asked, session=_started(*asked))
    return _running["session"].newSession()


def stop() -> None:
    """End the Spark of this process, if there is one."""
    started = _running.pop("session", None)
    _running.clear()
    if started is not None:
        with suppress(Exception):
            started.stop()


def refuse_missing() -> None:
    """Say what to install where Spark cannot run.

    Raises
    ------
    ParameterError
    """
    import importlib.util

    if importlib.util.find_spec("pyspark") is None:
        raise ParameterError(
            zh="engine: spark 需要可选的 pyspark；请执行 .venv/bin/pip install 'gradelab[spark]'，或改写 engine: duckdb。",
            en="engine: spark takes the optional pyspark; run .venv/bin/pip install 'gradelab[spark]', or write engine: duckdb.",
        )
    java = java_at_hand()
    if java is None:
        raise ParameterError(
            zh=f"engine: spark 需要 Java {OLDEST_JAVA} 或更新的版本；Debian 请执行 apt-get install openjdk-17-jre-headless"
            "（或设置 JAVA_HOME），或改写 engine: duckdb。",
            en=f"engine: spark needs Java {OLDEST_JAVA} or newer; on Debian run apt-get install openjdk-17-jre-headless "
            "(or set JAVA_HOME), or write engine: duckdb.",
        )
    found = java_version(java)
    if found is not None and found < OLDEST_JAVA:
        raise ParameterError(
            zh=f"engine: spark 需要 Java {OLDEST_JAVA} 或更新的版本，现有的是 Java {found}；请安装新版并设置 JAVA_HOME。",
            en=f"engine: spark needs Java {OLDEST_JAVA} or newer, there is Java {found}; install a newer one and set JAVA_HOME.",
        )


def java_at_hand() -> str | None:
    """The program that runs Java: of ``JAVA_HOME``, else on the path."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


def java_version(java: str) -> int | None:
    """Major version of ``java``; None where it does not say."""
    told = subprocess.run([java, "-version"], capture_output=True, text=True, errors="replace", check=False)
    found = _VERSION.search(told.stderr + told.stdout)
    return int(found[1]) if found else None


@contextmanager
def quiet() -> Iterator[None]:
    """Without pyspark's remarks about versions of other packages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _written(value: str | int | bool) -> str:
    """A setting as Spark writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _started(master: str, options: tuple[tuple[str, str], ...]) -> SparkSession:
    from pyspark.sql import SparkSession

    logging.getLogger("SQLQueryContextLogger").disabled = True
    told = SETTINGS | _nearby(master) | dict(options)
    with quiet(), tempfile.TemporaryFile() as log:
        builder = SparkSession.builder.master(master)
        for name, value in told.items():
            builder = builder.config(name, value)
        try:
            with _stderr_into(log.fileno()):
                made = builder.getOrCreate()
        except Exception as error:
            raise HistoryError(
                zh=f"Spark 没能启动（{type(error).__name__}）；请核对 spark.master 和 spark.options，并运行 java -version 检查 Java。",
                en=f"Spark did not start ({type(error).__name__}); check spark.master and spark.options, and Java by "
                "java -version.",
            ) from None
    atexit.register(stop)
    return made


def _nearby(master: str) -> dict[str, str]:
    """Settings of a master on this machine: addresses that need no name, and few parts of small tables."""
    host = urlsplit(master).hostname if master.startswith("spark://") else None
    if not (master.startswith("local") or host in (LOOPBACK, "localhost")):
        return {}
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    return {
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    }


def _refuse_silent_master(master: str, written: str) -> None:
    """A standalone master that does not answer is found at once; Spark itself would wait a minute."""
    if not master.startswith("spark://"):
        return
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS):
            return
    raise HistoryError(
        zh=f"Spark 主节点 {written} 没有应答；请核对地址和端口，并确认集群已经启动。",
        en=f"The Spark master {written} does not answer; check address and port, and that the cluster is up.",
    )


@contextmanager
def _stderr_into(target: int) -> Iterator[None]:
    """What is started meanwhile writes its remarks to ``target``, for as long as it lives."""
    kept = os.dup(2)
    os.dup2(target, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
