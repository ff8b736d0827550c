"""An executed notebook: cleaned of the machine it ran on, and asked how it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from toolkit.errors import ChapterError, GradelabError
from toolkit.run.failures import FULL_IN_A_CELL, CannotWrite, CellTimeout, Halted, KernelDied
from toolkit.run.files import Places, text_digest, write_whole
from toolkit.run.translator import ReadableTranslator

INJECTED = "injected-parameters"
LONGEST_LINE = 200


def keep(
    path: Path, parameters: dict[str, Any], places: Places, words: Mapping[str, str]
) -> nbformat.NotebookNode:
    """Rewrite the executed notebook at ``path`` so that it can be compared and passed on.

    It holds no clock times and no folders of this machine; its parameters name the folder under which the
    run is kept, and ``words`` replaces folders under which it was at work.
    """
    done = nbformat.reads(path.read_text("utf-8"), as_version=4)
    done.metadata.papermill = {
        "parameters": parameters,
        "exception": done.metadata.papermill.get("exception"),
    }
    for cell in done.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell.source = ReadableTranslator.codify(parameters)
    text = nbformat.writes(nbformat.from_dict(places.cleaned(done)))
    for before, after in words.items():
        text = text.replace(before, after)
    write_whole(path, text + "\n")
    return nbformat.reads(text, as_version=4)


def content_digest(done: nbformat.NotebookNode, run: str) -> str:
    """SHA-256 of an executed notebook, whichever ``run`` it was executed in."""
    return text_digest(nbformat.writes(done).replace(run, "<run>"))


def is_complete(done: nbformat.NotebookNode) -> bool:
    """Whether every code cell ran to its end; a cell left out by its tag counts as well."""
    return all(_state(cell) == "completed" for cell in _code(done))


def failure(chapter: str, done: nbformat.NotebookNode) -> GradelabError:
    """What stopped the chapter: which cell, which code, which error."""
    number, cell = next(
        (found for found in enumerate(_code(done), 1) if _state(found[1]) != "completed"), (0, None)
    )
    lines = cell.source.strip().splitlines() if cell else []
    code = lines[0][:LONGEST_LINE] if lines else ""
    error = next((o for o in (cell.outputs if cell else []) if o.output_type == "error"), None)
    said = f"{error.ename}: {error.evalue.strip()}" if error else "?"
    said = said.splitlines()[0][:LONGEST_LINE] if "\n" in said else said
    kind = (
        CannotWrite if said.startswith("OSError") and any(n in said for n in FULL_IN_A_CELL) else ChapterError
    )
    return _stopped(
        chapter,
        f"第 {number} 个代码单元（{code}）失败：{said}",
        f"code cell {number} ({code}) failed: {said}",
        kind,
    )


def timed_out(chapter: str, limit: float) -> ChapterError:
    """The refusal of a chapter with a cell that took longer than ``limit`` seconds."""
    return _stopped(
        chapter, f"有单元超过时限 {limit:g} 秒", f"a cell took longer than {limit:g} s", CellTimeout
    )


def died(chapter: str, error: Exception) -> ChapterError:
    """The refusal of a chapter whose kernel vanished or never started."""
    kind = type(error).__name__
    return _stopped(
        chapter,
        f"内核中途消失或没有启动（{kind}），可能是内存不足",
        f"its kernel died or did not start ({kind}), perhaps for lack of memory",
        KernelDied,
    )


def halted(chapter: str) -> ChapterError:
    """The refusal of a chapter that was at work when the run was ended."""
    return _stopped(chapter, "运行被结束", "the run was ended", Halted)


def _stopped(chapter: str, zh: str, en: str, kind: type[GradelabError]) -> GradelabError:
    """The refusal of a chapter, with where to look."""
    return kind(
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
