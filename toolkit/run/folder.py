"""The folder of one run: unfinished under a hidden name, then renamed once, to what became of it."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from toolkit.run.files import make_lasting, take_place, write_json
from toolkit.run.processes import myself

PARTIAL = ".partial"
WORK = ".work"
OWNER = "owner.json"
MANIFEST = "manifest.json"
LATEST = "latest.json"
EVENTS = "events.jsonl"
RESERVE = ".reserve"
RESERVE_BYTES = 1 << 18


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
    def begin(cls, out: Path, study: str, run: str) -> RunFolder:
        """Make the unfinished folder of the new run ``run``.

        It holds a reserve that is given back to a full disk, so that the end of the run can still be recorded.
        """
        folder = cls(out / study, run, out / study / f".{run}{PARTIAL}")
        folder.path.mkdir(parents=True)
        write_json(folder.path / OWNER, myself().as_json())
        (folder.path / RESERVE).write_bytes(os.urandom(RESERVE_BYTES))
        return folder

    def settle(self, quarter: str) -> None:
        """Move to the folder of the quarter, once that is known."""
        self._move(self.study_folder / quarter / self.path.name)

    def work(self, chapter: str) -> Path:
        """Make the folder in which one chapter writes; it lies beside, at the depth of a run folder."""
        place = self.path.with_name(f".{self.run}.{chapter}{WORK}")
        place.mkdir()
        return place

    def finish(self, state: str) -> None:
        """Take the name under which the run is kept: the run's own, or ``<run>.failed``, ``<run>.interrupted`` ..."""
        for work in self.path.parent.glob(f".{self.run}.*{WORK}"):
            shutil.rmtree(work, ignore_errors=True)
        self._move(self.path.with_name(self.run if state == "succeeded" else f"{self.run}.{state}"))

    def spend_reserve(self) -> None:
        """Give the reserve back to the disk."""
        (self.path / RESERVE).unlink(missing_ok=True)

    def release(self) -> None:
        """Leave the folder: it belongs to no process any more."""
        self.spend_reserve()
        (self.path / OWNER).unlink(missing_ok=True)

    def point_here(self) -> None:
        """Make this run the latest of its quarter."""
        write_json(self.path.parent / LATEST, {"run": self.run}, lasting=True)

    def _move(self, target: Path) -> None:
        if target != self.path:
            make_lasting(self.path)
            take_place(self.path, target)
            self.path = target


def new_run(key: str) -> str:
    """Identifier of a new run; ``key`` is what the short hash is made of."""
    now = datetime.now(UTC)
    short = sha256(f"{key}{now.isoformat()}{secrets.token_hex(8)}".encode()).hexdigest()[:6]
    return f"{now:%Y%m%dT%H%M%SZ}-{short}"
