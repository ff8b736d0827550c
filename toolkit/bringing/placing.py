"""Files of parameters to be put in place: read by the strict models first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from toolkit.errors import ParameterError, UsageError
from toolkit.measures.registry import names
from toolkit.params.reading import read_source
from toolkit.params.study_files import read_study
from toolkit.run.speech import near

RULES = "decision_rules"


def refuse_taken(paths: Sequence[Path], force: bool) -> None:
    """Refuse to write over a file unless that is asked for.

    Raises
    ------
    UsageError
    """
    taken = [path for path in paths if path.exists()]
    if taken and not force:
        listed = ", ".join(map(near, taken))
        raise UsageError(
            zh=f"文件已经存在：{listed}。请换一个 --out 或 --study-id；要覆盖请加 --force；只换数据部分请用 --into。",
            en=f"There is a file already: {listed}. Choose another --out or --study-id; add --force to replace it, "
            "or use --into to replace only its history.",
        )


def refuse_no_project(out: Path) -> None:
    """Refuse a place that is not that of the studies of a project.

    Raises
    ------
    UsageError
    """
    if not (out.absolute().parent.parent / RULES).is_dir():
        raise UsageError(
            zh=f"{out} 不在项目的 params/studies/ 之内（旁边没有 {RULES}/）。请在项目文件夹里执行，写到 params/studies/ 下。",
            en=f"{out} is not inside params/studies/ of a project (no {RULES}/ beside it). Run this in the "
            "project's folder and write below params/studies/.",
        )


def refuse_unreadable(study: Path, files: Mapping[Path, str]) -> None:
    """Refuse to write ``files``, the study among them, unless the study reads without a problem.

    Raises
    ------
    FileProblems
        With every problem.
    """
    params = study.absolute().parent.parent
    with tempfile.TemporaryDirectory(prefix="gradelab-") as folder:
        copy = Path(folder) / "params"
        for path, text in files.items():
            target = copy / os.path.relpath(path.absolute(), params)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        read_study(copy / os.path.relpath(study.absolute(), params), names())


def replace_section(study: Path, section: str) -> str:
    """The text of ``study`` with another history; every other line stays as it is, byte for byte.

    Raises
    ------
    FileProblems
        Where the study would not read with it.
    ParameterError
        Where the study is no study file, or stands on another one.
    """
    source = read_source(study)
    text = study.read_text("utf-8-sig")
    if not isinstance(source.data, dict) or "history" not in source.data:
        raise ParameterError(
            zh=f"{study} 没有 history 一项，无处可换；请指明写有 history 的研究文件。",
            en=f"{study} has no history to replace; name the study file that has one.",
        )
    lines = text.splitlines(keepends=True)
    start = source.lines[("history",)] - 1
    following = [line - 1 for key, line in source.lines.items() if len(key) == 1 and line - 1 > start]
    end = min(following, default=len(lines))
    while end - 1 > start and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    replaced = "".join([*lines[:start], section, *lines[end:]])
    beside = study.with_name(f".{uuid4().hex[:8]}.{study.name}")
    try:
        beside.write_text(replaced, "utf-8")
        read_study(beside, names())
    finally:
        beside.unlink(missing_ok=True)
    return replaced
