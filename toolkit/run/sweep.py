"""Putting right what a run left that could not end: its true state, its scraps, a pointer that points nowhere."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolkit.run.files import read_json, write_json, write_whole
from toolkit.run.folder import EVENTS, LATEST, MANIFEST, OWNER, PARTIAL, WORK, RunFolder
from toolkit.run.processes import is_alive
from toolkit.terms import Label

JUST_BEGUN_SECONDS = 60
SCRAPS = (
    f".{LATEST}.*",
    f".{MANIFEST}.*",
    ".index.html.*",
    "*/..lock*.json.*",
    "*/*/..lock*.json.*",
    f"*/*/.{LATEST}.*",
)
NOT_FINISHED = Label(
    "上次运行中途消失（断电或被强行结束），没有写完记录。",
    "The run vanished before it could write its record (power cut, or killed).",
)


def sweep(out: Path) -> list[Path]:
    """Give runs whose process is gone their true state, and return their folders.

    What they kept half-way is removed; what they kept whole stays. A pointer to the latest run of a quarter
    that cannot be read, or names no run, is set to the newest good run there.
    """
    partials = [*out.glob(f"*/.*{PARTIAL}"), *out.glob(f"*/*/.*{PARTIAL}")]
    swept = []
    for partial in sorted(partials):
        if not _at_work(partial):
            with suppress(OSError):
                swept += _put_right(partial)
    for work in [*out.glob(f"*/.*{WORK}"), *out.glob(f"*/*/.*{WORK}")]:
        run = work.name[1:].split(".")[0]
        if not work.with_name(f".{run}{PARTIAL}").exists():
            shutil.rmtree(work, ignore_errors=True)
    for scrap in (found for pattern in SCRAPS for found in out.glob(pattern)):
        if not _is_young(scrap):
            scrap.unlink(missing_ok=True)
    for pointer in out.glob(f"*/*/{LATEST}"):
        _aim(pointer)
    return swept


def _put_right(partial: Path) -> Iterator[Path]:
    manifest = partial / MANIFEST
    if not manifest.exists():
        shutil.rmtree(partial, ignore_errors=True)
        return
    run = partial.name.removeprefix(".").removesuffix(PARTIAL)
    folder = RunFolder(_study_folder(partial), run, partial)
    for pattern in (".*", "*/.*"):
        for scrap in partial.glob(pattern):
            shutil.rmtree(scrap) if scrap.is_dir() else scrap.unlink()
    told = read_json(manifest) or _unknown(folder)
    for step in told.get("steps", ()):
        step["state"] = "abandoned" if step["state"] == "running" else step["state"]
    reason = {"zh": NOT_FINISHED.zh, "en": NOT_FINISHED.en}
    _close_log(partial / EVENTS)
    write_json(manifest, told | {"state": "abandoned", "reason": reason}, lasting=True)
    folder.finish("abandoned")
    folder.release()
    yield folder.path


def _unknown(folder: RunFolder) -> dict[str, Any]:
    """What can be said of a run whose manifest cannot be read."""
    study = folder.study_folder.name
    return {
        "run": folder.run,
        "study": study,
        "title": {"zh": study, "en": study},
        "quarter": None if folder.path.parent == folder.study_folder else folder.path.parent.name,
        "started": folder.run.split("-")[0],
        "steps": [],
    }


def _study_folder(partial: Path) -> Path:
    quarter = partial.parent.name
    return partial.parent.parent if len(quarter) == 6 and quarter[4] == "Q" else partial.parent


def _close_log(log: Path) -> None:
    """Drop a line that was being written."""
    with suppress(OSError):
        lines = log.read_text("utf-8", "replace").splitlines()
        whole = [line for line in lines if _is_json(line)]
        if len(whole) < len(lines):
            write_whole(log, "".join(f"{line}\n" for line in whole))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _aim(pointer: Path) -> None:
    run = read_json(pointer).get("run")
    if run and (pointer.parent / str(run)).is_dir():
        return
    manifests = [read_json(path) for path in pointer.parent.glob(f"[!.]*/{MANIFEST}")]
    good = [told for told in manifests if told.get("state") == "succeeded" and not told.get("scenario")]
    if good:
        write_json(pointer, {"run": max(good, key=lambda told: str(told["finished"]))["run"]}, lasting=True)
    else:
        pointer.unlink(missing_ok=True)


def _at_work(partial: Path) -> bool:
    """Whether the run may still be at work."""
    owner = read_json(partial / OWNER)
    return is_alive(owner) if owner else _is_young(partial)


def _is_young(path: Path) -> bool:
    """Whether ``path`` was touched just now; a time to come is the work of a clock that was moved."""
    try:
        return abs(time.time() - path.stat().st_mtime) < JUST_BEGUN_SECONDS
    except OSError:
        return True
