"""Chapters of a company's own: found where the study names them, examined, and put into the order of the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import ParameterError
from toolkit.params.problems import FileProblems, Problem, suggested
from toolkit.params.reading import Key, Source
from toolkit.params.study_files import StudyFiles
from toolkit.run.notebooks import parameter_problems, read_notebook
from toolkit.run.thin import SCRATCH, heading_problems, notebook_problems

Words = tuple[str, str]


def with_own_chapters(shipped: Sequence[Path], files: StudyFiles, root: Path) -> tuple[Path, ...]:
    """Every chapter of the report in reading order: ``shipped``, and those that the study names.

    Raises
    ------
    FileProblems
        Where one is missing, lies outside the project ``root``, is not thin or not clean, bears the name of another,
        or should stand after a chapter that there is not.
    """
    order, problems = list(shipped), []
    for place, asked in enumerate(files.study.chapters):
        key: Key = ("chapters", place)
        path, found = _found(files.stack.source, (*key, "notebook"), asked.notebook, root)
        names = [chapter.stem for chapter in order]
        if not found and path.stem in names:
            words = (
                f"已有名为 {path.stem} 的章节；请给笔记本改名",
                f"a chapter is called {path.stem} already; rename the notebook",
            )
            found = [files.stack.source.problem((*key, "notebook"), asked.notebook, *words)]
        if asked.after is not None and asked.after not in names:
            zh, en = suggested(asked.after, names)
            found = [
                *found,
                files.stack.source.problem(
                    (*key, "after"), asked.after, f"没有这一章{zh}", f"there is no such chapter{en}"
                ),
            ]
        problems += found
        order.insert(names.index(asked.after) + 1 if asked.after in names else len(order), path)
    if problems:
        raise FileProblems(problems)
    return tuple(order)


def _found(source: Source, key: Key, name: str, root: Path) -> tuple[Path, list[Problem]]:
    """The notebook that ``name`` means, and what is wrong with it."""
    path = source.beside(key, name).resolve()
    if not path.is_relative_to(root):
        words = (
            "笔记本应放在项目之内，如 notebooks/own/",
            "the notebook must lie inside the project, as in notebooks/own/",
        )
    elif not path.is_file():
        near = sorted(file.name for file in path.parent.glob("*.ipynb")) if path.parent.is_dir() else []
        zh, en = suggested(path.name, near) if near else ("；请检查路径", "; check the path")
        words = (f"找不到这个笔记本{zh}", f"there is no such notebook{en}")
    else:
        words = _examined(path, root)
    return path, [source.problem(key, name, *words)] if words else []


def _examined(path: Path, root: Path) -> Words | None:
    """Why a notebook cannot be a chapter, in one sentence; None where it can."""
    shown = path.relative_to(root).as_posix()
    try:
        if read_notebook(path).scratch:
            return SCRATCH
        found = [
            *parameter_problems(path, shown),
            *notebook_problems(path, shown),
            *heading_problems(path, shown),
        ]
        found = list(dict.fromkeys(found))
    except ParameterError as error:
        return error.zh.rstrip("。"), error.en.rstrip(".")
    if not found:
        return None
    more_zh = f"（共 {len(found)} 处，用 gradelab check {shown} 逐条查看）" if len(found) > 1 else ""
    more_en = f" ({len(found)} problems, gradelab check {shown} lists them)" if len(found) > 1 else ""
    return f"{found[0].text('zh')}{more_zh}", f"{found[0].text('en')}{more_en}"
