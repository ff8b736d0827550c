"""The index of all runs: one static page, made from manifests and facts, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit import __version__
from toolkit.errors import GradelabError
from toolkit.run.compare import compare
from toolkit.run.compare_page import comparison_page
from toolkit.run.facts import FACTS, read_facts
from toolkit.run.files import read_json, text_digest, write_whole
from toolkit.run.folder import LATEST, MANIFEST
from toolkit.run.signing import signed_roles
from toolkit.terms import Label

INDEX = "index.html"
COMPARED = "compare.html"
FRONT = "front.figures"
SUCCEEDED = "succeeded"
PAGES = "1"
HEAD_BYTES = 400
FEW, ALL = 4, 1_000_000
STATES = {
    SUCCEEDED: Label("完成", "succeeded"),
    "failed": Label("失败", "failed"),
    "interrupted": Label("中断", "interrupted"),
    "abandoned": Label("未完成", "abandoned"),
    "running": Label("进行中", "running"),
    "planned": Label("进行中", "running"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run, as the index shows it.

    Attributes
    ----------
    folder : Path
        Relative to the folder of all reports.
    manifest, facts : dict
    latest : bool
        Whether ``latest.json`` points here.
    signed : Label or None
        Who signed it as it lies there.
    """

    folder: Path
    manifest: dict[str, Any]
    facts: dict[str, Any]
    latest: bool
    signed: Label | None = None

    @property
    def is_report(self) -> bool:
        """Whether it could stand for its quarter: it succeeded and is no what-if."""
        return self.manifest["state"] == SUCCEEDED and not self.manifest.get("scenario")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One quarter of a study, as the index shows it.

    Attributes
    ----------
    quarter : str
        Empty for runs that ended before their quarter was known.
    report : Entry or None
        The run that stands for the quarter.
    others : tuple of Entry
        Failed and older runs and what-ifs, newest first.
    before : Entry or None
        The report of the nearest earlier quarter that has one.
    compared : Path or None
        The page that compares both, relative to the folder of all reports.
    """

    quarter: str
    report: Entry | None
    others: tuple[Entry, ...]
    before: Entry | None = None
    compared: Path | None = None


def write_index(out: Path, most: int = FEW) -> Path:
    """Write ``index.html`` below ``out``, and beside reports their comparison with the report before them.

    At most ``most`` comparisons are made, newest first, so that a run does not wait for those of many old ones.
    """
    from toolkit.run.index_page import index_page

    return write_whole(out / INDEX, index_page(out, shelves(out, most)))


def shelves(out: Path, most: int) -> dict[str, list[Shelf]]:
    """Study -> its quarters, newest first; the study that ran last comes first."""
    pages = _Pages(out, most)
    found: dict[str, dict[str, list[Entry]]] = {}
    for entry in entries(out):
        quarter = str(entry.manifest.get("quarter") or "")
        found.setdefault(str(entry.manifest["study"]), {}).setdefault(quarter, []).append(entry)
    return {study: list(_with_earlier(pages, quarters)) for study, quarters in found.items()}


def entries(out: Path) -> list[Entry]:
    """All runs below ``out`` that are no longer at work, newest first; what cannot be read is left out."""
    found = [
        entry
        for path in (*out.glob(f"*/*/{MANIFEST}"), *out.glob(f"*/*/*/{MANIFEST}"))
        if not path.parent.name.startswith(".")
        for entry in _entry(out, path.parent)
    ]
    return sorted(found, key=lambda entry: str(entry.manifest["started"]), reverse=True)


def _entry(out: Path, folder: Path) -> Iterator[Entry]:
    manifest = read_json(folder / MANIFEST)
    if {"run", "state", "study", "started", "title"} <= manifest.keys():
        latest = read_json(folder.parent / LATEST).get("run") == folder.name
        yield Entry(folder.relative_to(out), manifest, read_facts(folder), latest, signed_roles(folder))


def _with_earlier(pages: _Pages, quarters: dict[str, list[Entry]]) -> Iterator[Shelf]:
    """Quarters newest first, runs without one before all; each with the report before it."""
    reports = {quarter: _report(runs) for quarter, runs in quarters.items()}
    order = sorted(quarters, key=lambda quarter: (not quarter, quarter), reverse=True)
    for place, quarter in enumerate(order):
        report = reports[quarter] if quarter else None
        before = next((reports[one] for one in order[place + 1 :] if reports[one]), None) if report else None
        others = tuple(entry for entry in quarters[quarter] if entry is not report)
        compared = pages.compared(before, report) if before else None
        yield Shelf(quarter, report, others, before, compared)


class _Pages:
    """Pages that compare two reports; ``most`` of them may be written."""

    def __init__(self, out: Path, most: int) -> None:
        self._out, self._left = out, most

    def compared(self, before: Entry, after: Entry) -> Path | None:
        """The page of two reports, written anew only where one of them is another run; None where there is none."""
        path = after.folder.parent / COMPARED
        made_from = text_digest("\n".join([__version__, PAGES, *map(_made_from, (before, after))]))
        if self._is_made_from(path, made_from):
            return path
        if not self._left:
            return None
        self._left -= 1
        try:
            found = compare(self._out / before.folder, self._out / after.folder)
        except GradelabError:
            return None
        write_whole(self._out / path, comparison_page(found, made_from))
        return path

    def _is_made_from(self, path: Path, made_from: str) -> bool:
        try:
            with (self._out / path).open("r", encoding="utf-8") as stream:
                return made_from in stream.read(HEAD_BYTES)
        except (OSError, UnicodeDecodeError):
            return False


def _report(runs: list[Entry]) -> Entry | None:
    good = [entry for entry in runs if entry.is_report]
    return next((entry for entry in good if entry.latest), good[0] if good else None)


def _made_from(entry: Entry) -> str:
    outputs = entry.manifest.get("outputs")
    return f"{entry.manifest['run']} {outputs.get(FACTS) if isinstance(outputs, dict) else ''}"
