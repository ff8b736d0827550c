"""The rooms below, as a run calls them: opening a study, rendering reports, the fonts in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nbformat import NotebookNode

from toolkit.run.files import digest


class OpenStudy(Protocol):
    """What a run needs to know of a study."""

    quarter: Any

    def provenance(self) -> dict[str, Any]:
        """Files, rows and quarantine of the history, as JSON."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a run is built on.

    Attributes
    ----------
    open_study : callable (study file, quarter, data folder) -> OpenStudy
        Raises HistoryError when the data cannot be used.
    merge : callable (executed chapters, metadata) -> NotebookNode
    render : callable (notebook, language, format, file)
        Writes one report; raises ReportError when it cannot be made as promised.
    fonts : callable () -> list of dict
        Name and SHA-256 of every font in use.
    """

    open_study: Callable[[Path, str, Path], OpenStudy]
    merge: Callable[[Sequence[NotebookNode], dict[str, Any]], NotebookNode]
    render: Callable[[NotebookNode, str, str, Path], None]
    fonts: Callable[[], list[dict[str, str]]]


def rooms() -> Rooms:
    """The rooms of this project; their heavy imports happen when they are entered."""
    return Rooms(_open, _merge, _render, _fonts)


def _open(path: Path, quarter: str, data: Path) -> OpenStudy:
    from toolkit.study import open_study

    return open_study(path, quarter=quarter, data=data)


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
