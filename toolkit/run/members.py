"""Members of a set side by side: each what-if in a process of its own, which runs ``gradelab run --with``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.errors import GradelabError
from toolkit.run.jobs import OF_ONE_RUN
from toolkit.run.kernels import import_path

if TYPE_CHECKING:
    from toolkit.run.workers import Stop, Workers

LONGEST_LINE = 200
LOOK_SECONDS = 0.2
NOT_THERE = "集群的机器上没有文件夹 / no such folder on the machine of the cluster: {}"
PIPES: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
    "text": True,
    "encoding": "utf-8",
}


class SideBySide:
    """Runs of one study that differ in what is laid over it.

    Every run is a process of its own, on this machine or that of the worker that begins it: a run hears signals, which
    only the main thread of a process can, and records that it was interrupted, for which a worker's own process is
    given no time when it is ended.

    Parameters
    ----------
    study : Path
    options : sequence of str
        Of ``gradelab run``, the same for every member.
    workers : Workers
    """

    def __init__(self, study: Path, options: Sequence[str], workers: Workers) -> None:
        self._study, self._options, self._workers = study, list(options), workers

    def run(self, scenarios: Sequence[Sequence[str]]) -> Iterator[Path | GradelabError]:
        """Run the study with each of ``scenarios`` laid over it.

        Yields
        ------
        Path or GradelabError
            The folder of each run, or why there is none, in the order of ``scenarios``.
        """
        here = Path.cwd()
        commands = [Command(self._words(scenario), str(here)) for scenario in scenarios]
        for ended in self._workers.each_until_stopped(carry_out, commands):
            yield _answer(ended, here)

    def _words(self, scenario: Sequence[str]) -> tuple[str, ...]:
        laid = [word for name in scenario for word in ("--with", name)]
        return ("run", str(self._study), *laid, *self._options, "--jobs", str(OF_ONE_RUN), "--json")


class Command(NamedTuple):
    """Words of the command line, and the folder in which they are said."""

    words: tuple[str, ...]
    folder: str


class Ended(NamedTuple):
    """What a process came to: exit code (None where it never began), standard output and standard error."""

    code: int | None
    said: str
    complained: str


def carry_out(command: Command, stop: Stop) -> Ended:
    """Run ``command`` in a process of its own on this machine; asked to stop, it is asked too and heard to the end."""
    if stop.asked():
        return Ended(None, "", "")
    if not Path(command.folder).is_dir():
        return Ended(None, "", NOT_THERE.format(command.folder))
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *command.words],
        cwd=command.folder, env={**os.environ, **import_path()}, **PIPES,
    )  # fmt: skip
    asked = False
    while True:
        try:
            said, complained = process.communicate(timeout=LOOK_SECONDS)
            return Ended(process.returncode, said, complained)
        except subprocess.TimeoutExpired:
            if not asked and stop.asked():
                asked = True
                process.terminate()


def _answer(ended: Ended, here: Path) -> Path | GradelabError:
    """What a run came to, from the JSON object that it ends with; its folder as seen from ``here``."""
    try:
        told = json.loads(ended.said.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return _silent(ended.code, ended.complained)
    reason = told["reason"]
    if reason:
        return GradelabError(zh=reason["zh"], en=reason["en"])
    return here / told["run_folder"] if ended.code == 0 else _silent(ended.code, ended.complained)


def _silent(code: int | None, complained: str) -> GradelabError:
    """The reason of a run that gave none."""
    last = (complained.strip().splitlines() or ["–"])[-1][:LONGEST_LINE]
    return GradelabError(
        zh=f"这个情景的进程没有跑完（退出码 {code}）：{last}",
        en=f"The process of this what-if did not run to its end (exit code {code}): {last}",
    )
