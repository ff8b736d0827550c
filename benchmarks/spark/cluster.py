"""A standalone Spark of one's own: a master and its workers on loopback, from the scripts of the pyspark package."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

HOST = "127.0.0.1"
SECONDS = 60
_WHEN_THE_PARENT_DIES = 1


class Standalone:
    """Master and workers, started on entering and gone on leaving, also where this process is killed.

    Parameters
    ----------
    folder : Path
        For logs and scratch of the workers.
    workers, cores : int
        How many workers, and cores of each.
    memory : str
        Of each worker, such as ``1g``.
    """

    def __init__(self, folder: Path, workers: int = 2, cores: int = 1, memory: str = "1g") -> None:
        self.folder, self.workers, self.cores, self.memory = folder, workers, cores, memory
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        self.processes: list[subprocess.Popen] = []

    @property
    def master(self) -> str:
        return f"spark://{HOST}:{self.port}"

    def __enter__(self) -> Standalone:
        try:
            self._start("master", "Master", "--host", HOST, "--port", str(self.port))
            self._await("I have been elected leader", 1)
            for number in range(self.workers):
                self._start(
                    f"worker_{number}", "Worker", self.master, "--host", HOST, "--cores", str(self.cores),
                    "--memory", self.memory, "--work-dir", str(self.folder / f"work_{number}"),
                )  # fmt: skip
            self._await("Registering worker", self.workers)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End workers and master with everything they started."""
        for asked in (signal.SIGTERM, signal.SIGKILL):
            for process in reversed(self.processes):
                try:
                    os.killpg(process.pid, asked)
                except ProcessLookupError:
                    continue
            deadline = time.monotonic() + 10
            while any(process.poll() is None for process in self.processes) and time.monotonic() < deadline:
                time.sleep(0.1)
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def _start(self, name: str, what: str, *words: str) -> None:
        home = Path(importlib.util.find_spec("pyspark").origin).parent
        own = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_MEMORY": "256m"}
        command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{what.lower()}.{what}", *words]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    [*command, "--webui-port", "0"], env={**os.environ, **own}, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, start_new_session=True, preexec_fn=_end_with_parent,
                )
            )  # fmt: skip

    def _await(self, words: str, times: int) -> None:
        log, deadline = self.folder / "master.log", time.monotonic() + SECONDS
        while log.read_text("utf-8", "replace").count(words) < times:
            if time.monotonic() > deadline or any(process.poll() is not None for process in self.processes):
                raise RuntimeError(f"no standalone Spark: {log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.2)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the one that started it is gone."""
    ctypes.CDLL(None).prctl(_WHEN_THE_PARENT_DIES, signal.SIGTERM)
