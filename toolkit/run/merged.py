"""All chapters of a run as one notebook, made from its folder alone: while it runs, and from a run of yesterday."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import UsageError
from toolkit.run.facts import FACTS
from toolkit.run.files import read_json
from toolkit.run.plan import report_step

if TYPE_CHECKING:
    from nbformat import NotebookNode

NOTEBOOKS = "notebooks"
DAY = 8
Merge = Callable[[Sequence["NotebookNode"], dict[str, Any]], "NotebookNode"]


def merged_notebook(folder: Path, manifest: Mapping[str, Any], merge: Merge, run: str) -> NotebookNode:
    """The executed chapters of the run in ``folder``, and its closing, as one notebook whose first page names ``run``, with its facts.

    Raises
    ------
    UsageError
        Where a chapter is missing or cannot be read.
    """
    chapters = [_executed(folder / NOTEBOOKS / name) for name in _files(folder, manifest)]
    facts = read_json(folder / FACTS)
    return merge(chapters, about(manifest) | _stamp(run) | ({"facts": facts} if facts else {}))


def about(told: Mapping[str, Any]) -> dict[str, Any]:
    """What page one says about the report, whichever run makes it; ``told`` is a manifest, or as much of one."""
    return {
        "title": told.get("title"),
        "company": told.get("company"),
        "quarter": told.get("quarter"),
        "simulated": bool((told.get("data") or {}).get("simulated")),
    }


def chapter_files(manifest: Mapping[str, Any]) -> list[str]:
    """File names of the chapters of a run, in reading order."""
    return [Path(one["file"]).name for one in manifest.get("chapters") or ()]


def _files(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Notebooks of the report in reading order: the chapters, then the closing."""
    chapters = chapter_files(manifest)
    there = {path.name for path in (folder / NOTEBOOKS).glob("*.ipynb")}
    return [*chapters, *sorted(there - set(chapters))]


def stamps(manifest: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """The run that each of the reports ``names`` bears: the one that made it, where it was reused."""
    reused = {step.get("id"): step.get("reused") for step in manifest.get("steps") or ()}
    return {name: reused.get(report_step(name).id) or manifest["run"] for name in names}


def _stamp(run: str) -> dict[str, str]:
    """The run and the day on which it began."""
    return {"date": f"{datetime.strptime(run[:DAY], '%Y%m%d'):%Y-%m-%d}", "run_id": run}


def _executed(path: Path) -> NotebookNode:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError):
        raise UsageError(
            zh=f"运行文件夹里的 {NOTEBOOKS}/{path.name} 缺失或读不出来，无法排出报告；请恢复该文件，或重新运行。",
            en=f"{NOTEBOOKS}/{path.name} of the run folder is missing or cannot be read, so no report can be made; "
            "restore it or run again.",
        ) from None
