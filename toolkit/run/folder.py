"""The folder of one run: unfinished under a hidden name, then renamed once, to what became of it."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import psutil

from toolkit.run.files import write_json

PARTIAL = ".partial"
OWNER = "owner.json"
MANIFEST = "manifest.json"
LATEST = "latest.json"
JUST_BEGUN_SECONDS = 60
NOT_FINISHED = {
    "zh": "上次运行中途消失（断电或被强行结束），没有写完记录。",
    "en": "The run vanished before it could write its record (power cut, or killed).",
}


@dataclass(slots=True)
class RunFolder:
    """Where a run writes.

    Attributes
    ----------
    study_folder : Path
        ``<out>/<study id>``.
    run : str
        Identifier of the run: UTC time and a short hash.
    path : Path
        The folder now; it moves when the quarter is known and when the run ends.
    """

    study_folder: Path
    run: str
    path: Path

    @classmethod
    def begin(cls, out: Path, study: str, key: str) -> RunFolder:
        """Make the unfinished folder of a new run; ``key`` is what the short hash is made of."""
        now = datetime.now(UTC)
        short = sha256(f"{key}{now.isoformat()}{secrets.token_hex(8)}".encode()).hexdigest()[:6]
        run = f"{now:%Y%m%dT%H%M%SZ}-{short}"
        folder = cls(out / study, run, out / study / f".{run}{PARTIAL}")
        folder.path.mkdir(parents=True)
        write_json(folder.path / OWNER, _owner())
        return folder

    def settle(self, quarter: str) -> None:
        """Move to the folder of the quarter, once that is known."""
        self._move(self.study_folder / quarter / self.path.name)

    def finish(self, state: str) -> None:
        """Take the name under which the run is kept: the run's own, or ``<run>.failed``, ``<run>.interrupted``."""
        (self.path / OWNER).unlink(missing_ok=True)
        self._move(self.path.parent / (self.run if state == "succeeded" else f"{self.run}.{state}"))

    def point_here(self) -> None:
        """Make this run the latest of its quarter."""
        write_json(self.path.parent / LATEST, {"run": self.run})

    def _move(self, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path, target)
        self.path = target


def sweep(out: Path) -> list[Path]:
    """Give runs whose process is gone their true state, and return their folders."""
    swept = []
    for partial in sorted([*out.glob(f"*/.*{PARTIAL}"), *out.glob(f"*/*/.*{PARTIAL}")]):
        if _is_alive(partial):
            continue
        run = partial.name.removeprefix(".").removesuffix(PARTIAL)
        folder = RunFolder(partial.parent, run, partial)
        manifest = _read(partial / MANIFEST)
        if not manifest:
            shutil.rmtree(partial, ignore_errors=True)
            continue
        write_json(partial / MANIFEST, manifest | {"state": "interrupted", "reason": NOT_FINISHED})
        folder.finish("interrupted")
        swept.append(folder.path)
    return swept


def _owner() -> dict[str, object]:
    process = psutil.Process()
    return {"process": process.pid, "since": process.create_time(), "machine": _machine()}


def _machine() -> str:
    return sha256(platform.node().encode()).hexdigest()[:12]


def _is_alive(partial: Path) -> bool:
    """Whether the run may still be at work; on another machine nobody can tell, so it is left alone."""
    owner = _read(partial / OWNER)
    if not owner:
        return time.time() - partial.stat().st_mtime < JUST_BEGUN_SECONDS
    if owner["machine"] != _machine():
        return True
    try:
        return abs(psutil.Process(owner["process"]).create_time() - owner["since"]) < 1
    except psutil.Error:
        return False


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
