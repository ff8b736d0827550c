"""A scratch notebook for what-ifs: written, known again as untouched, and never a chapter of a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.params.chapter import ChapterParams
from toolkit.params.overlays import split_study
from toolkit.params.places import find_study, project_root
from toolkit.params.study_files import read_study
from toolkit.run.files import write_whole
from toolkit.run.notebooks import ABOUT, SCRATCH, is_scratch
from toolkit.terms import Lang

FOLDER = Path("notebooks") / "scratch"
WRITTEN = "written"
GIVEN = ("study", "quarter", "data", "lang")
TITLES = {
    "zh": "# 推演草稿\n\n这份笔记本只供试算：这里的数字不进入任何正式报告，也不能作为章节。执行全部单元后拖动滑块，"
    "右侧即时给出各等级客户数、留存（描述）、成本与人数。要留用，请点“存为情景”，再用 `gradelab run` 运行。",
    "en": "# Scratch paper for what-ifs\n\nThis notebook is for trying: no figure here enters a report, and it cannot be a chapter. Run all "
    "cells and move the sliders; customers by grade, retention (description), cost and heads follow at once on the right. "
    "To keep a setting, save it as a scenario and run it with `gradelab run`.",
}
KEEPING = {
    "zh": '# 也可以用一行代码存为情景：\n# bench.save_as("floor_90k")',
    "en": '# one line saves a scenario as well:\n# bench.save_as("floor_90k")',
}
OPENING = (
    "from toolkit.workbench.bench import open_workbench\n\n"
    "bench = open_workbench(study, quarter=quarter, data=data, lang=lang)"
)


def write_scratch(
    study: str | Path, *, quarter: str, data: Path | None, out: Path | None, lang: Lang, force: bool = False
) -> Path:
    """Write a scratch notebook for a study.

    Parameters
    ----------
    study : path
    quarter : str
    data : Path or None
        Data folder; None for the default.
    out : Path or None
        None for a file named after the study in ``notebooks/scratch/``.
    lang : {"zh", "en"}
    force : bool
        Replace a notebook that somebody has edited.

    Raises
    ------
    ParameterError
        Where the study cannot be read.
    UsageError
        Where an edited notebook is in the way.
    """
    found = find_study(study)
    files = read_study(found)
    root = project_root(files.path)
    path = out or root / FOLDER / f"whatif_{files.study.id}.ipynb"
    if path.suffix != ".ipynb":
        raise UsageError(
            zh=f"草稿笔记本的文件名应以 .ipynb 结尾，现在是 {path.name}。",
            en=f"The scratch notebook needs a name that ends in .ipynb, got {path.name}.",
        )
    if path.exists() and not force and not _untouched(path):
        raise UsageError(
            zh=f"{path.name} 已经有人改过，没有覆盖；请用 --out 另取文件名，或加 --force 覆盖。",
            en=f"{path.name} has been edited and was not replaced; name another file with --out, or add --force.",
        )
    inside = path.absolute().resolve().is_relative_to(root)
    given = {
        "study": _named(found, root if inside else None),
        "quarter": quarter,
        "data": str(data.absolute()) if data else "",
        "lang": lang,
    }
    return write_whole(path, json.dumps(_notebook(given, lang), ensure_ascii=False, indent=1) + "\n")


def _named(study: str, root: Path | None) -> str:
    """The study from the project's root, where the notebook lies inside it; else with its whole path."""
    path, scenarios = split_study(study)
    named = [Path(one).absolute() for one in (path, *scenarios)]
    shown = [
        one.relative_to(root).as_posix() if root and one.is_relative_to(root) else str(one) for one in named
    ]
    return " + ".join(shown)


def _notebook(given: Mapping[str, str], lang: Lang) -> dict[str, Any]:
    fields = ChapterParams.model_fields
    lines = [
        f"{name}: str = {json.dumps(given[name], ensure_ascii=False)}  "
        f"# {fields[name].json_schema_extra['zh']} / {fields[name].description}"
        for name in GIVEN
    ]
    cells = [
        _cell("title", TITLES[lang], code=False),
        _cell("parameters", "\n".join(lines), tags=["parameters"]),
        _cell("open", OPENING),
        _cell("bench", "bench"),
        _cell("keep", KEEPING[lang]),
    ]
    about = {SCRATCH: True, WRITTEN: _digest(cells)}
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {ABOUT: about, "kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(id: str, source: str, *, code: bool = True, tags: list[str] | None = None) -> dict[str, Any]:
    cell = {
        "cell_type": "code" if code else "markdown",
        "id": id,
        "metadata": {"tags": tags} if tags else {},
        "source": source.splitlines(keepends=True),
    }
    return {**cell, "execution_count": None, "outputs": []} if code else cell


def _untouched(path: Path) -> bool:
    """Whether the cells at ``path`` are as they were written; outputs do not count."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return is_scratch(content) and content["metadata"][ABOUT].get(WRITTEN) == _digest(content["cells"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _digest(cells: list[Mapping[str, Any]]) -> str:
    sources = ["".join(cell["source"]) for cell in cells]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()
