"""An executed notebook: cleaned of the machine it ran on, and asked how it went."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

from toolkit.errors import ChapterError
from toolkit.run.files import Places, write_whole
from toolkit.run.translator import ReadableTranslator

INJECTED = "injected-parameters"
LONGEST_LINE = 200


def keep(path: Path, parameters: dict[str, Any], places: Places) -> nbformat.NotebookNode:
    """Rewrite the executed notebook at ``path`` so that it can be compared and passed on.

    It holds no clock times and no folders of this machine, and its parameters name the folder
    under which the run is kept.
    """
    done = nbformat.reads(path.read_text("utf-8"), as_version=4)
    done.metadata.papermill = {
        "parameters": parameters,
        "exception": done.metadata.papermill.get("exception"),
    }
    for cell in done.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell.source = ReadableTranslator.codify(parameters)
    done = nbformat.from_dict(places.cleaned(done))
    write_whole(path, nbformat.writes(done) + "\n")
    return done


def is_complete(done: nbformat.NotebookNode) -> bool:
    """Whether every code cell ran to its end; a cell left out by its tag counts as well."""
    return all(_state(cell) == "completed" for cell in _code(done))


def failure(chapter: str, done: nbformat.NotebookNode) -> ChapterError:
    """What stopped the chapter: which cell, which code, which error."""
    number, cell = next(
        (found for found in enumerate(_code(done), 1) if _state(found[1]) != "completed"), (0, None)
    )
    lines = cell.source.strip().splitlines() if cell else []
    code = lines[0][:LONGEST_LINE] if lines else ""
    error = next((o for o in (cell.outputs if cell else []) if o.output_type == "error"), None)
    said = f"{error.ename}: {error.evalue.strip()}" if error else "?"
    said = said.splitlines()[0][:LONGEST_LINE] if "\n" in said else said
    return stopped(
        chapter,
        f"第 {number} 个代码单元（{code}）失败：{said}",
        f"code cell {number} ({code}) failed: {said}",
    )


def stopped(chapter: str, zh: str, en: str) -> ChapterError:
    """The refusal of a chapter, with where to look."""
    return ChapterError(
        zh=f"章节 {chapter} 没有跑完：{zh}。出错的笔记本保存在运行文件夹的 notebooks/{chapter}.ipynb。",
        en=f"Chapter {chapter} did not run to its end: {en}. "
        f"The notebook with the error is kept in the run folder as notebooks/{chapter}.ipynb.",
    )


def complaints(done: nbformat.NotebookNode) -> Iterator[str]:
    """What the cells wrote to standard error."""
    for cell in _code(done):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr" and output.text.strip():
                yield output.text.strip().splitlines()[0][:LONGEST_LINE]


def _code(done: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Code cells of the chapter itself, without the cell that papermill put in."""
    found = (cell for cell in done.cells if cell.cell_type == "code")
    return [cell for cell in found if INJECTED not in cell.metadata.get("tags", [])]


def _state(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.get("papermill", {}).get("status", "pending")
