"""The runs that lie in a folder of reports: what became of each, which others it names, who is at work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.run.files import read_json
from toolkit.run.folder import MANIFEST, PARTIAL
from toolkit.run.lock import holder, locks
from toolkit.run.set_page import FOLDER
from toolkit.run.store import ENTRY, KEY_LENGTH, STEPS

RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
SUCCEEDED = "succeeded"
ENDED_BADLY = ("failed", "interrupted", "abandoned")


@dataclass(frozen=True, slots=True)
class Kept:
    """A run that lies in the folder of reports.

    Attributes
    ----------
    folder : Path
    run, state, started : str
    scenario : str
        What was laid over the study; empty for the study as it stands.
    names : frozenset of str
        Other runs that its record names.
    keys : frozenset of str
        Stored steps that it made or reused.
    """

    folder: Path
    run: str
    state: str
    started: str
    scenario: str
    names: frozenset[str]
    keys: frozenset[str]


def kept_runs(out: Path) -> Iterator[Kept]:
    """Every run that has ended, of every study; what is no record of ours is left alone."""
    for path in sorted({*out.glob(f"*/*/{MANIFEST}"), *out.glob(f"*/*/*/{MANIFEST}")}):
        told, folder = read_json(path), path.parent
        run, state = str(told.get("run")), str(told.get("state"))
        named = folder.name in (run, f"{run}.{state}") and RUN_ID.fullmatch(run)
        if named and state in (SUCCEEDED, *ENDED_BADLY):
            keys = _keys(told)
            names = {*RUN_ID.findall(json.dumps(told)), *_stored_names(out, str(told.get("study")), keys)}
            scenario = json.dumps(told.get("scenario")) if told.get("scenario") else ""
            yield Kept(folder, run, state, _started(run), scenario, frozenset(names - {run}), frozenset(keys))


def _keys(manifest: Mapping[str, Any]) -> set[str]:
    return {str(step.get("key"))[:KEY_LENGTH] for step in manifest.get("steps") or () if step.get("key")}


def _stored_names(out: Path, study: str, keys: set[str]) -> Iterator[str]:
    """Runs that the steps of a run depended on, such as the earlier reports it compared with."""
    for key in keys:
        for entry in (out / STEPS / study).glob(f"*/{key}/{ENTRY}"):
            yield from RUN_ID.findall(json.dumps(read_json(entry).get("ingredients")))


def at_work(out: Path) -> Iterator[set[str]]:
    """Runs that are at work, and the runs they name."""
    for partial in _partials(out):
        told = read_json(partial / MANIFEST)
        stored = _stored_names(out, str(told.get("study")), _keys(told))
        yield {*RUN_ID.findall(partial.name + json.dumps(told)), *stored}


def in_sets(out: Path) -> Iterator[set[str]]:
    """Runs that the table of a set of what-ifs shows; the table of the same set and quarter is written anew each time."""
    for table in out.glob(f"*/{FOLDER}/*.json"):
        yield set(RUN_ID.findall(json.dumps(read_json(table))))


def _partials(out: Path) -> list[Path]:
    return [*out.glob(f"*/.*{PARTIAL}"), *out.glob(f"*/*/.*{PARTIAL}")]


def is_busy(study: Path) -> bool:
    """Whether a run of the study with reports in ``study`` is at work, or about to be."""
    return any(map(holder, locks(study))) or bool(_partials_of(study))


def _partials_of(study: Path) -> list[Path]:
    return [*study.glob(f".*{PARTIAL}"), *study.glob(f"*/.*{PARTIAL}")]


def _started(run: str) -> str:
    return run.partition("-")[0]
