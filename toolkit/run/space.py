"""How much room a run needs on the disk, and how much there is."""

from __future__ import annotations

import shutil
from pathlib import Path

from toolkit.run.files import read_json
from toolkit.run.folder import LATEST

LEAST_BYTES = 50_000_000
COPIES = 3


def needed(study: Path) -> int:
    """Bytes that a run of the study with reports in ``study`` may need: the run, its finished steps, and scratch.

    Estimated from the largest of the latest runs; a floor where there is none.
    """
    pointers = [pointer.parent / str(read_json(pointer).get("run")) for pointer in study.glob(f"*/{LATEST}")]
    sizes = [sum(path.stat().st_size for path in run.rglob("*") if path.is_file()) for run in pointers]
    return max([LEAST_BYTES, *(COPIES * size for size in sizes)])


def free(folder: Path) -> int:
    """Bytes that are free where ``folder`` lies or will lie."""
    return shutil.disk_usage(existing(folder)).free


def existing(folder: Path) -> Path:
    """``folder``, or the nearest folder above it that exists."""
    return next(place for place in (folder, *folder.parents) if place.exists())
