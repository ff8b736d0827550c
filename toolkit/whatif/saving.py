"""Saving what was turned as a scenario, which ``gradelab check`` accepts and ``gradelab run --with`` lays over the study."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

from toolkit.errors import ParameterError, UsageError
from toolkit.measures.registry import names
from toolkit.params.labels import printed
from toolkit.params.laid import SCENARIOS
from toolkit.params.overlays import joined_study
from toolkit.params.places import project_root
from toolkit.params.study_files import StudyFiles, read_study
from toolkit.terms import LANGS
from toolkit.whatif.knob import STUDY, Knob
from toolkit.whatif.opening import WhatIf
from toolkit.whatif.overlay import as_yaml, overlay

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
SUFFIX = ".yaml"
SCHEMA = Path("schema") / "overlay.schema.json"


def scenario_path(whatif: WhatIf, name: str) -> Path:
    """Where the scenario ``name`` is saved: the folder ``scenarios`` of the study's parameters.

    Raises
    ------
    UsageError
        Where the name is none that a file of parameters can bear.
    """
    bare = name.removesuffix(SUFFIX)
    if not NAME.fullmatch(bare):
        raise UsageError(
            zh=f"情景的名称“{name}”不合用：应以小写字母开头，只含小写字母、数字和下划线，最多 60 个字符，如 floor_90k。",
            en=f"{name!r} cannot name a scenario: begin with a small letter and use small letters, digits and _ only, at "
            "most 60, such as floor_90k.",
        )
    return project_root(whatif.study.files.path) / "params" / SCENARIOS / f"{bare}{SUFFIX}"


def save_scenario(whatif: WhatIf, path: Path, *, overwrite: bool = False, today: date | None = None) -> Path:
    """Write what differs from production to ``path``.

    It is read back over the study before it takes its name, so that no file is left that a run would refuse.

    Raises
    ------
    UsageError
        Where nothing was turned, the folder is not called ``scenarios``, or there is such a file already.
    ParameterError
        Where the knobs make no valid study.
    """
    _refuse(whatif, path, overwrite)
    for file in dict.fromkeys(knob.file for knob in whatif.board.moved):
        whatif.board.params(file)
    files = whatif.study.files
    own = {**files.edits.sources, STUDY: files.stack.source}
    text = _head(whatif, path, today or date.today()) + as_yaml(overlay(whatif.board, own))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.stem}.{os.getpid()}{SUFFIX}")
    try:
        beside.write_text(text, "utf-8")
        study = joined_study(files.path, [*files.scenarios, beside])
        _refuse_other(whatif, read_study(study, names(), str(whatif.study.quarter)))
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def _refuse(whatif: WhatIf, path: Path, overwrite: bool) -> None:
    if not whatif.board.moved:
        raise UsageError(
            zh="所有数字都与正式参数相同，没有什么可保存；请先调整一项。",
            en="Every number is as in production, so there is nothing to save; turn a knob first.",
        )
    if path.parent.name != SCENARIOS:
        raise UsageError(
            zh=f"情景文件应放在名为 {SCENARIOS} 的文件夹里，否则 gradelab check 认不出它；现在是 {path}。",
            en=f"A scenario belongs in a folder called {SCENARIOS}, or gradelab check does not know it for one; got {path}.",
        )
    if path.exists() and not overwrite:
        raise UsageError(
            zh=f"{path.name} 已经存在，没有覆盖；请换一个名称，或选择覆盖。",
            en=f"{path.name} exists and was not overwritten; choose another name, or ask for it to be overwritten.",
        )


def _refuse_other(whatif: WhatIf, read: StudyFiles) -> None:
    """Refuse a file that would not give back what the board shows."""
    board = whatif.board
    for params in (*read.policies, read.rule):
        if params != board.params(params.id):
            raise ParameterError(
                zh=f"写出的情景读回来与所调的 {params.id} 不同，没有保存；请把方案文件和所调的数字告诉维护者。",
                en=f"The scenario as written does not give back {params.id} as turned, and was not saved; tell the "
                "maintainers which numbers were turned.",
            )


def _head(whatif: WhatIf, path: Path, today: date) -> str:
    """Comments: which schema, from where, when, and each number before and after."""
    study, params = whatif.study, path.parent.parent
    lines = []
    if (params / SCHEMA).is_file():
        lines.append(f"# yaml-language-server: $schema=../{SCHEMA.as_posix()}")
    root = project_root(study.files.path)
    named = [_shown(Path(one), root) for one in (study.files.path, *study.files.scenarios)]
    lines += [
        f"# 推演所得，{today.isoformat()}；研究 {'、'.join(named)}，季度 {study.quarter}",
        f"# from a what-if on {today.isoformat()}; study {' + '.join(named)}, quarter {study.quarter}",
        *(f"# {_told(whatif, knob)}" for knob in whatif.board.moved),
    ]
    return "\n".join(lines) + "\n"


def _shown(path: Path, root: Path) -> str:
    whole = path.absolute()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else path.name


def _told(whatif: WhatIf, knob: Knob) -> str:
    now, currency = whatif.board.values[knob.place], whatif.study.currency
    before, after = (printed(value, knob.unit, "en", currency) for value in (knob.value, now))
    words = " / ".join(knob.label.text(lang) for lang in LANGS)
    return f"{knob.file or whatif.study.params.id}: {words}: {before} → {after}"
