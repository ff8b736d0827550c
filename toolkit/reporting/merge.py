"""Chapters to one report: executed notebooks in reading order become one notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell, new_notebook

from toolkit.reporting.first_page import MIME
from toolkit.terms import LANGS

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"^( {0,3})(#{1,6})(?=\s|$)")
DEEPEST = 6
SUMMARY_TAG = "report-summary"
RUN_ID_TAG = "run-id"
RUN_ID = "‹run›"


def merge_chapters(chapters: Sequence[NotebookNode], metadata: Mapping[str, Any]) -> NotebookNode:
    """One report out of executed chapters; the chapters are not changed.

    Parameters
    ----------
    chapters : sequence of NotebookNode
        In reading order.
    metadata : mapping
        Becomes ``metadata["gradelab"]`` of the report: title, subtitle, company, quarter, date, run_id, simulated,
        and perhaps ``facts``, the content of ``facts.json``: the exporters then refuse a figure that contradicts it.

    Returns
    -------
    NotebookNode
        Cell ids are unique (``01-`` and the chapter's own id). Every chapter has one heading of
        level 1 in each language, its other headings follow below. The cell with the front page stands first.
        A cell tagged ``run-id`` names the run wherever it says ``‹run›``.
    """
    cells = [cell for number, chapter in enumerate(chapters, 1) for cell in _chapter(chapter, number)]
    for cell in cells:
        if RUN_ID_TAG in cell.metadata.get("tags", ()):
            _name_run(cell, str(metadata.get("run_id", "")))
    fronts = [cell for cell in cells if _is_front(cell)]
    merged = new_notebook(cells=[*fronts, *(cell for cell in cells if not _is_front(cell))])
    merged.metadata = from_dict({**_kernel(chapters), "gradelab": deepcopy(dict(metadata))})
    return merged


def _kernel(chapters: Sequence[NotebookNode]) -> dict[str, Any]:
    names = ("kernelspec", "language_info")
    return {
        name: deepcopy(chapters[0].metadata[name])
        for name in names
        if chapters and name in chapters[0].metadata
    }


def _is_front(cell: NotebookNode) -> bool:
    return SUMMARY_TAG in cell.metadata.get("tags", ()) or any(
        MIME in output.get("data", {}) for output in cell.get("outputs", ())
    )


def _name_run(cell: NotebookNode, run: str) -> None:
    for output in cell.get("outputs", ()):
        output.data = {mime: text.replace(RUN_ID, run) for mime, text in output.data.items()}


def _chapter(chapter: NotebookNode, number: int) -> list[NotebookNode]:
    about = chapter.metadata.get("gradelab", {})
    cells = deepcopy(chapter.cells)
    cells = _titles(about.get("title"), cells) + cells
    tops = {lang: _top(cells, lang) for lang in LANGS}
    for lang in LANGS:
        shift = _Shift(tops[lang])
        for cell in cells:
            if _speaks(cell, lang) and (lang == LANGS[0] or not _speaks(cell, LANGS[0])):
                _rewrite(cell, shift)
    for place, cell in enumerate(cells):
        cell["id"] = f"{number:02d}-{cell.get('id') or place}"[:64]
    return cells


class _Shift:
    """Moves the headings of a chapter so that the first one is its only top."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.seen = 0

    def __call__(self, level: int) -> int:
        self.seen += 1
        if self.seen == 1:
            return 1
        return min(max(level - self.top + 1, 2), DEEPEST)


def _titles(title: Any, cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Heading cells from the chapter's metadata, for the languages in which its text has none."""
    named = title if isinstance(title, Mapping) else dict.fromkeys(LANGS, title)
    made = []
    for lang in LANGS:
        if named.get(lang) and not _top(cells, lang):
            made.append(
                new_markdown_cell(f"# {named[lang]}", id=f"title-{lang}", metadata={"tags": [f"lang-{lang}"]})
            )
    return made


def _top(cells: Sequence[NotebookNode], lang: str) -> int:
    """The smallest heading level in ``lang``; 0 without headings."""
    levels: list[int] = []

    def note(level: int) -> int:
        levels.append(level)
        return level

    for cell in cells:
        if _speaks(cell, lang) and cell.cell_type == "markdown":
            _each_heading(cell.source, note)
    return min(levels, default=0)


def _speaks(cell: NotebookNode, lang: str) -> bool:
    tags = cell.metadata.get("tags", ())
    return not any(f"lang-{other}" in tags for other in LANGS if other != lang)


def _rewrite(cell: NotebookNode, level: Callable[[int], int]) -> None:
    if cell.cell_type == "markdown":
        cell.source = _each_heading(cell.source, level)


def _each_heading(source: str, level: Callable[[int], int]) -> str:
    """``source`` with the level of each heading replaced; code blocks are left alone."""
    made, fence = [], ""
    for line in source.split("\n"):
        opened = FENCE.match(line)
        if opened and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opened.group(1)
        found = None if fence or opened else HEADING.match(line)
        if found:
            line = found.group(1) + "#" * level(len(found.group(2))) + line[found.end() :]
        made.append(line)
    return "\n".join(made)
