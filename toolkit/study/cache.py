"""The cube of an opened history, renewed from that of an earlier state of the same history where there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from toolkit.history.history import History
from toolkit.history.memory import enough_memory
from toolkit.measures.cube import Cube
from toolkit.measures.renewal import write_renewed
from toolkit.params.study import StudyParams

CUBE, LINEAGE = "cube", "lineage"
ROOM = "measures"


def lineage_of(study: StudyParams, folder: Path) -> str:
    """What stays the same while a history grows: where it is, what its columns mean, and the code that aggregates."""
    told = study.history.model_dump_json(exclude={"latest", "memory_limit", "spill_folder"})
    digest = hashlib.sha256(told.encode())
    digest.update(f"{study.fiscal_start_month} {folder.resolve()}".encode())
    for module in sorted((Path(__file__).parents[1] / ROOM).glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def latest_whole(cache: Path, lineage: str, is_whole: Callable[[Path], bool]) -> Path | None:
    """The opened history of this lineage that was kept last and is whole."""
    found = [path.parent for path in cache.glob(f"*/{LINEAGE}") if _read(path) == lineage]
    places = sorted((p for p in found if not p.name.startswith(".")), key=_kept_at, reverse=True)
    return next((place for place in places if is_whole(place)), None)


def make_cube(history: History, study: StudyParams, folder: Path, earlier: Path | None) -> None:
    """Write the cube of ``history`` into ``folder``; unchanged quarters come from the opened history ``earlier``.

    Raises
    ------
    HistoryError
        As :func:`toolkit.measures.aggregation.build_cube`, and where the memory does not suffice.
    """
    with enough_memory(getattr(study.history, "memory_limit", None)):
        like = Cube.of_nobody(history.quarters, history.returns, study.fiscal_start_month)
        write_renewed(folder if earlier is None else earlier / CUBE, history.transactions, like, folder)


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except OSError:
        return None


def _kept_at(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0
