"""Parameters that were set and that no chapter read: a warning, for a wish that has no effect is no wish fulfilled."""

from __future__ import annotations

import json
from pathlib import Path

from toolkit.params.readings import unread
from toolkit.run.notebooks import unloaded_parameters
from toolkit.run.plan import Plan
from toolkit.run.record import RunRecord
from toolkit.run.speech import say, words
from toolkit.terms import Label

READINGS = "readings"
WHERE = "parameters"
MOST = 20


def warn_unread(plan: Plan, record: RunRecord) -> None:
    """Warn of parameters of the study that were set and not read, and of parameters of chapters that no cell uses.

    Chapters that leave no readings say nothing about the study; where none leaves any, nothing is warned of.
    """
    found = _unread_keys(plan, record.path / READINGS)
    if found:
        _warn(record, WHERE, _of_the_study(found))
    for chapter in plan.chapters:
        names = unloaded_parameters(chapter)
        if names:
            listed = ", ".join(names)
            told = Label(f"参数 {listed} 没有单元用到", f"no cell uses the parameter {listed}")
            _warn(record, chapter.stem, told)


def _unread_keys(plan: Plan, folder: Path) -> list[str]:
    files = sorted(folder.glob("*.json"))
    if not {path.stem for path in files} >= {chapter.stem for chapter in plan.chapters}:
        return []
    read = {key for path in files for key in json.loads(path.read_text("utf-8"))}
    return unread(plan.files, read)


def _of_the_study(keys: list[str]) -> Label:
    listed = ", ".join(keys[:MOST]) + (", …" if len(keys) > MOST else "")
    return Label(
        f"写了 {len(keys)} 项没有任何章节读取的参数：{listed}；它们对结果没有作用",
        f"{len(keys)} parameter(s) are set and no chapter reads them: {listed}; they change no result",
    )


def _warn(record: RunRecord, where: str, told: Label) -> None:
    record.warn(where, words(told.zh, told.en))
    say(f"{where}: {words(told.zh, told.en)}")
