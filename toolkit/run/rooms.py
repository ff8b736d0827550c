"""The rooms below, as a run calls them: opening a study, rendering reports, the fonts in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from toolkit.run.files import digest

if TYPE_CHECKING:
    from nbformat import NotebookNode


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
    fonts : callable () -> list of dict
        Name and SHA-256 of every font in use.
    """

    open_study: Callable[[str, str, Path, Path], OpenStudy]
    merge: Callable[[Sequence[NotebookNode], dict[str, Any]], NotebookNode]
    render: Callable[[NotebookNode, str, str, Path], None]
    fonts: Callable[[], list[dict[str, str]]]


def rooms() -> Rooms:
    """The rooms of this project; their heavy imports happen when they are entered."""
    return Rooms(_open, _merge, _render, _fonts)


def _open(study: str, quarter: str, data: Path, reports: Path) -> OpenStudy:
    from toolkit.study import open_study
    from toolkit.study.definitions import refuse_too_long
    from toolkit.study.pilot_files import pilots_of_reports

    opened = open_study(study, quarter=quarter, data=data, pilots=pilots_of_reports(reports))
    refuse_too_long(opened)
    return opened


def _merge(chapters: Sequence[NotebookNode], about: dict[str, Any]) -> NotebookNode:
    from toolkit.reporting.merge import merge_chapters

    return merge_chapters(list(chapters), about)


def _render(notebook: NotebookNode, lang: str, kind: str, target: Path) -> None:
    from toolkit.reporting.exporters import render_html, render_pdf

    {"html": render_html, "pdf": render_pdf}[kind](notebook, lang, target)


def _fonts() -> list[dict[str, str]]:
    from toolkit.reporting.fonts import font_files

    files = font_files()
    return [{"name": path.name, "sha256": digest(path)} for path in (files.regular, files.bold)]
