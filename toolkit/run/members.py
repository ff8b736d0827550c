"""Members of a set side by side: each what-if in a process of its own, which runs ``gradelab run --with``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError
from toolkit.run.jobs import OF_ONE_RUN
from toolkit.run.kernels import import_path

LONGEST_LINE = 200
PIPES: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
    "text": True,
    "encoding": "utf-8",
}


class SideBySide:
    """Runs of one study that differ in what is laid over it.

    Parameters
    ----------
    study : Path
    options : sequence of str
        Of ``gradelab run``, the same for every member.
    runs : int
        Runs at once.
    """

    def __init__(self, study: Path, options: Sequence[str], runs: int) -> None:
        self._study, self._options, self._runs = study, list(options), runs
        self._lock = threading.Lock()
        self._at_work: set[subprocess.Popen[str]] = set()
        self._over = False

    def run(self, scenarios: Sequence[Sequence[str]]) -> Iterator[Path | GradelabError]:
        """Run the study with each of ``scenarios`` laid over it.

        Yields
        ------
        Path or GradelabError
            The folder of each run, or why there is none, in the order of ``scenarios``.
        """
        pool = ThreadPoolExecutor(max_workers=self._runs)
        try:
            begun = [pool.submit(self._run_one, scenario) for scenario in scenarios]
            for future in begun:
                yield future.result()
        finally:
            self._stop()
            pool.shutdown(cancel_futures=True)

    def _run_one(self, scenario: Sequence[str]) -> Path | GradelabError:
        laid = [word for name in scenario for word in ("--with", name)]
        few = ["--jobs", str(OF_ONE_RUN), "--json"]
        command = [sys.executable, "-m", "toolkit", "run", str(self._study), *laid, *self._options, *few]
        with self._lock:
            if self._over:
                return _silent(None, "")
            process = subprocess.Popen(command, env={**os.environ, **import_path()}, **PIPES)
            self._at_work.add(process)
        said, complained = process.communicate()
        with self._lock:
            self._at_work.discard(process)
        return _answer(process.returncode, said, complained)

    def _stop(self) -> None:
        """Start no run any more, and ask those at work to stop; each records that it was interrupted."""
        with self._lock:
            self._over = True
            for process in self._at_work:
                process.terminate()


def _answer(code: int, said: str, complained: str) -> Path | GradelabError:
    """What a run came to, from the JSON object that it ends with."""
    try:
        told = json.loads(said.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return _silent(code, complained)
    reason = told["reason"]
    if reason:
        return GradelabError(zh=reason["zh"], en=reason["en"])
    return Path(told["run_folder"]).absolute() if code == 0 else _silent(code, complained)


def _silent(code: int | None, complained: str) -> GradelabError:
    """The reason of a run that gave none."""
    last = (complained.strip().splitlines() or ["–"])[-1][:LONGEST_LINE]
    return GradelabError(
        zh=f"这个情景的进程没有跑完（退出码 {code}）：{last}",
        en=f"The process of this what-if did not run to its end (exit code {code}): {last}",
    )
