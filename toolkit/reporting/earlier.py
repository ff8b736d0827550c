"""What the reports of earlier quarters concluded and claimed, read from their run folders."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import HistoryError, ParameterError
from toolkit.reporting.facts import Fact
from toolkit.terms import Label
from toolkit.track.claim import Claim
from toolkit.track.file import CLAIMS, read_claims
from toolkit.window import Quarter

POINTER, FACTS = "latest.json", "facts.json"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier report.

    Attributes
    ----------
    quarter : Quarter
    folder : Path
        Of its run.
    results : mapping
        Contents of its ``facts.json``: id -> record.
    """

    quarter: Quarter
    folder: Path
    results: Mapping[str, Any]

    @property
    def verdict(self) -> Label:
        """As it was printed."""
        text = self.results["verdict"]["text"]
        return Label(text["zh"], text["en"])

    @property
    def conclusion(self) -> tuple[str, str]:
        """The verdict as a code, and the id of the policy to run."""
        return self.results["verdict"]["value"], self.results.get("verdict.policy", {}).get("value", "")

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file of its run folder; empty where there is none that can be read."""
        return _object(self.folder / name)

    def facts(self) -> Iterator[Fact]:
        """The earlier verdict as facts of this report."""
        yield Fact(
            "earlier.quarter",
            str(self.quarter),
            "text",
            Label("上一份报告的季度", "quarter of the previous report"),
        )
        yield Fact(
            "earlier.verdict",
            self.verdict.en,
            "text",
            Label("上一份报告的判定", "previous verdict"),
            words=self.verdict,
        )


def earlier_report(run_folder: Path | None, quarter: Quarter) -> Earlier | None:
    """The last good report of this study before ``quarter``; None where there is none.

    Parameters
    ----------
    run_folder : Path or None
        ``<reports>/<study>/<quarter>/<run>``; None outside a run.
    quarter : Quarter
    """
    if run_folder is None:
        return None
    for earlier, pointer in reversed(_pointers(run_folder)):
        folder = pointer.parent / str(_object(pointer).get("run"))
        results = _object(folder / FACTS)
        if earlier < quarter and results:
            return Earlier(earlier, folder, results)
    return None


@dataclass(frozen=True, slots=True)
class EarlierClaims:
    """What earlier reports of a study claimed.

    Attributes
    ----------
    claims : tuple of Claim
        Of the latest good run of every earlier quarter, oldest first.
    reports : tuple of Quarter
        Quarters whose claims were read.
    problems : tuple of Label
        Why those of a quarter could not be, one for each such quarter.
    """

    claims: tuple[Claim, ...]
    reports: tuple[Quarter, ...]
    problems: tuple[Label, ...]


def earlier_claims(run_folder: Path | None, quarter: Quarter) -> EarlierClaims:
    """Claims of all good reports of this study before ``quarter``; of a quarter run twice, those of its latest run.

    Parameters
    ----------
    run_folder : Path or None
        ``<reports>/<study>/<quarter>/<run>``; None outside a run, where nothing is read.
    quarter : Quarter
    """
    claims: list[Claim] = []
    reports: list[Quarter] = []
    problems: list[Label] = []
    for earlier, pointer in _pointers(run_folder):
        if earlier >= quarter:
            continue
        try:
            claims += _claims_of(pointer)
            reports.append(earlier)
        except HistoryError as error:
            problems.append(Label(error.zh, error.en))
    return EarlierClaims(tuple(claims), tuple(reports), tuple(problems))


def _pointers(run_folder: Path | None) -> list[tuple[Quarter, Path]]:
    """Every quarter with a good report, oldest first, and the file that names its latest run."""
    if run_folder is None:
        return []
    found = []
    for pointer in run_folder.resolve().parents[1].glob(f"*/{POINTER}"):
        try:
            found.append((Quarter.parse(pointer.parent.name), pointer))
        except ParameterError:
            continue
    return sorted(found)


def _object(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _claims_of(pointer: Path) -> tuple[Claim, ...]:
    try:
        run = json.loads(pointer.read_text("utf-8"))["run"]
    except (OSError, ValueError, KeyError, TypeError):
        raise HistoryError(
            zh=f"{pointer.parent.name}/{pointer.name} 读不出来，不知道该季度以哪次运行为准；该季度的预判不计入。重跑该季度可恢复。",
            en=f"{pointer.parent.name}/{pointer.name} cannot be read, so the run that counts is not known; the claims of "
            "that quarter are left out. Run that quarter again to have them back.",
        ) from None
    path = pointer.parent / str(run) / CLAIMS
    if not path.is_file():
        raise HistoryError(
            zh=f"{pointer.parent.name} 的报告没有留下预判文件（{CLAIMS}），可能出自较早的版本；该季度不计入。重跑该季度可补上。",
            en=f"The report of {pointer.parent.name} left no {CLAIMS}, it may come from an older version; that quarter "
            "is left out. Run it again to add it.",
        )
    return read_claims(path)
