"""Checking a file that is laid over studies, where it lies: in ``scenarios/`` or ``quarters/<study>/``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.params.overlays import QUARTERS
from toolkit.params.problems import FileProblems, suggested
from toolkit.params.reading import Source, read_source

if TYPE_CHECKING:
    from toolkit.params.study_files import StudyFiles

SCENARIOS, STUDIES = "scenarios", "studies"


def is_overlay(file: Path) -> bool:
    """Whether ``file`` is meant to be laid over a study."""
    above = file.absolute()
    return above.parent.name == SCENARIOS or above.parent.parent.name == QUARTERS


def check_overlay(file: Path, known_measures: Collection[str]) -> StudyFiles | Source:
    """Check a quarter's file over its study, and a scenario, which fits several, by its keys.

    Raises
    ------
    ParameterError
    """
    from toolkit.params.study import StudyParams
    from toolkit.params.study_files import read_study

    if file.absolute().parent.parent.name == QUARTERS:
        for study in _studies(file):
            return read_study(study, known_measures, file.stem)
    source = read_source(file)
    data = source.data if isinstance(source.data, dict) else {}
    known = list(StudyParams.model_fields)
    found = []
    for key in data:
        if key not in known:
            zh, en = suggested(str(key), known)
            found.append(source.problem((key,), ..., f"没有这一项{zh}", f"there is no such key{en}"))
    if found:
        raise FileProblems(found)
    return source


def _studies(file: Path) -> Iterator[Path]:
    """Study files whose id is the name of the folder in which ``file`` lies."""
    id, params = file.absolute().parent.name, file.absolute().parents[2]
    for path in sorted((params / STUDIES).glob("*.yaml")):
        data = read_source(path).data
        if isinstance(data, dict) and data.get("id") == id:
            yield path
