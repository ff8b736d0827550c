"""One run of one study and quarter at a time; a what-if is in nobody's way but its own.

The lock is a small file that names its owner. It is looked at and taken under a guard of the operating
system, so that two runs that start together cannot both find it free; an owner that is gone is no owner.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.run.failures import Locked
from toolkit.run.files import read_json, text_digest, write_json
from toolkit.run.processes import is_alive, is_here, myself

LOCK = ".lock.json"
EVERY_LOCK = ".lock*.json"
GUARD = ".lock.guard"
NAME_LENGTH = 12
LOOK_SECONDS = 0.2


class RunLock:
    """The lock of one run: on the study until the quarter is known, then on the quarter.

    Parameters
    ----------
    study : Path
        Folder of the study's reports.
    run : str
        Identifier of the run.
    wait : float
        Seconds to wait for another run to end before giving up.
    waiting : callable (Locked), optional
        Told once, when the wait begins.
    scenario : str
        What is laid over the study; such a run keeps out only another of the same scenario.
    """

    def __init__(
        self,
        study: Path,
        run: str,
        wait: float = 0.0,
        waiting: Callable[[Locked], None] | None = None,
        scenario: str = "",
    ) -> None:
        self._study, self._run = study, run
        self._name = lock_name(scenario)
        self._wait, self._waiting = wait, waiting
        self._held: list[Path] = []

    def __enter__(self) -> RunLock:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def take(self, quarter: str = "") -> None:
        """Take the lock of ``quarter``, or of the study; a lock held before is given back afterwards.

        Raises
        ------
        Locked
            Where another run holds it and does not give it back in time.
        """
        folder = self._study / quarter if quarter else self._study
        if folder / self._name in self._held:
            return
        until = time.monotonic() + self._wait
        told = False
        while (held := self._try(folder)) is not None:
            if time.monotonic() >= until:
                raise locked(folder / self._name, held)
            if self._waiting and not told:
                self._waiting(locked(folder / self._name, held))
                told = True
            time.sleep(LOOK_SECONDS)
        before, self._held = self._held, [folder / self._name]
        self._give_back(before)

    def release(self) -> None:
        """Give back what is held."""
        before, self._held = self._held, []
        self._give_back(before)

    def _give_back(self, locks: list[Path]) -> None:
        for lock in locks:
            if read_json(lock).get("run") == self._run:
                lock.unlink(missing_ok=True)

    def _try(self, folder: Path) -> dict[str, Any] | None:
        """Take the lock in ``folder``; who holds it where that is somebody else."""
        with guard(folder):
            held = holder(folder / self._name)
            if held is None:
                since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
                write_json(folder / self._name, {**myself().as_json(), "run": self._run, "taken": since})
            return held


def lock_name(scenario: str = "") -> str:
    """Name of the lock file of runs with ``scenario`` laid over the study."""
    return f".lock.{text_digest(scenario)[:NAME_LENGTH]}.json" if scenario else LOCK


def locks(study: Path) -> list[Path]:
    """Every lock file of a study, whether it is held or not."""
    return [*study.glob(EVERY_LOCK), *study.glob(f"*/{EVERY_LOCK}")]


def holder(lock: Path) -> dict[str, Any] | None:
    """Who holds ``lock``; None where it is free, or its owner is gone."""
    told = read_json(lock)
    return told if told and is_alive(told) else None


def locked(lock: Path, held: dict[str, Any]) -> Locked:
    """The refusal of a second run."""
    folder = lock.parent
    place = f"{folder.parent.name}/{folder.name}" if folder.name[:1].isdigit() else folder.name
    run, process = held.get("run", "?"), held.get("process", "?")
    zh, en = _age(str(held.get("taken", "")))
    away_zh, away_en = "", ""
    if not is_here(held):
        away_zh = f"它在另一台机器上；若确知已经停止，请删除 {lock}。"
        away_en = f" It is on another machine; if you know that it has stopped, delete {lock}."
    return Locked(
        zh=f"{place} 正在运行：运行 {run}（进程 {process}）已占用 {zh}。同一研究同一季度一次只能有一个运行；"
        f"请稍后再试，或用 --wait 秒数 等它结束。{away_zh}",
        en=f"{place} is being run already: run {run} (process {process}) has held it for {en}. "
        f"One run of a study and quarter at a time; try later, or wait for it with --wait SECONDS.{away_en}",
    )


def _age(taken: str) -> tuple[str, str]:
    try:
        seconds = (datetime.now(UTC) - datetime.fromisoformat(taken)).total_seconds()
    except (ValueError, TypeError):
        return "不知多久", "an unknown time"
    minutes, left = divmod(max(int(seconds), 0), 60)
    return (f"{minutes} 分 {left} 秒", f"{minutes} min {left} s") if minutes else (f"{left} 秒", f"{left} s")


@contextmanager
def guard(folder: Path) -> Iterator[None]:
    """Be the only process of this machine that is at this place in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / GUARD).open("a") as stream:
        with suppress(ImportError):
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
