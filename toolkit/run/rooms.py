"""The rooms below, as a run calls them: opening a study, rendering reports, the fonts in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.run.files import digest

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from toolkit.params.study import StudyParams


class OpenStudy(Protocol):
    """What a run needs to know of a study."""

    quarter: Any

    def provenance(self) -> dict[str, Any]:
        """Files, pilots, rows and quarantine of the history, as JSON."""

    def pilots_read(self) -> list[dict[str, Any]]:
        """The pilots proposed earlier that it reads, with every default filled in."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a run is built on.

    Attributes
    ----------
    open_study : callable (study file with scenarios, quarter, data folder, folder of the study's reports) -> OpenStudy
        Reads also the pilots that earlier reports proposed. Raises HistoryError when the data cannot be used.
    merge : callable (executed chapters, metadata) -> NotebookNode
    render : callable (notebook, language, format, file)
        Writes one report; raises ReportError when it cannot be made as promised.
    close : callable (run folder, facts of all chapters, quarter, study parameters) -> list of str
        Writes what needs the facts of all chapters; returns the files it left, below the run folder.
    fonts : callable () -> list of dict
        Name and SHA-256 of every font in use.
    """

    open_study: Callable[[str, str, Path, Path], OpenStudy]
    merge: Callable[[Sequence[NotebookNode], dict[str, Any]], NotebookNode]
    render: Callable[[NotebookNode, str, str, Path], None]
    close: Callable[[Path, dict[str, Any], str, StudyParams], list[str]]
    fonts: Callable[[], list[dict[str, str]]]


def rooms(look: Path | None = None) -> Rooms:
    """The rooms of this project, with the look of a brand file; their heavy imports happen when they are entered."""
    return Rooms(_open, _merge, partial(_render, look), _close, _fonts)


def _open(study: str, quarter: str, data: Path, reports: Path) -> OpenStudy:
    """The study opened; a Spark that was started for it makes room for the chapters."""
    from toolkit.history.spark_session import stop
    from toolkit.study import open_study
    from toolkit.study.definitions import refuse_too_long
    from toolkit.study.pilot_files import pilots_of_reports

    try:
        opened = open_study(study, quarter=quarter, data=data, pilots=pilots_of_reports(reports))
    finally:
        stop()
    refuse_too_long(opened)
    return opened


def _merge(chapters: Sequence[NotebookNode], about: dict[str, Any]) -> NotebookNode:
    from toolkit.reporting.merge import merge_chapters

    return merge_chapters(list(chapters), about)


def _render(look: Path | None, notebook: NotebookNode, lang: str, kind: str, target: Path) -> None:
    from toolkit.reporting.exporters import render_html, render_pdf

    {"html": render_html, "pdf": render_pdf}[kind](notebook, lang, target, brand=str(look or ""))


def _close(run: Path, facts: dict[str, Any], quarter: str, study: StudyParams) -> list[str]:
    from toolkit.reporting.closing import write_closing

    return write_closing(run, facts, quarter, study.languages, study.sign_off)


def _fonts() -> list[dict[str, str]]:
    from toolkit.reporting.fonts import font_files

    files = font_files()
    return [{"name": path.name, "sha256": digest(path)} for path in (files.regular, files.bold)]
