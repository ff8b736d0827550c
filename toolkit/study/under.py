"""The same history under other policies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.measures.registry import names
from toolkit.params.places import find_file
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.study.study import Study


def under(study: Study, *policies: PolicyParams | str | Path) -> Study:
    """``study`` with ``policies`` in place of its own: same history, quarter, definitions and rule.

    Parameters
    ----------
    study : Study
    policies : PolicyParams, or path of a policy file
        The first stands as the baseline; a file is looked for here and in the folders above.

    Raises
    ------
    FileProblems, ParameterError
        Where a file is missing or is no policy.
    UsageError
        Where two policies bear the same id, or none is given.
    """
    read = [
        one if isinstance(one, PolicyParams) else read_policy(_file(Path(one)), names()) for one in policies
    ]
    ids = [policy.id for policy in read]
    if not ids or len(set(ids)) < len(ids):
        told = next((id for id in ids if ids.count(id) > 1), "")
        raise UsageError(
            zh=f"两个方案的 id 都是 {told}；请选两个不同的方案，或改其中一个文件的 id。"
            if told
            else "没有指明方案；请至少写一个方案文件。",
            en=f"Both policies have the id {told}; choose two that differ, or change the id in one of the files."
            if told
            else "No policy is named; name at least one policy file.",
        )
    files = replace(study.files, baseline=read[0], alternatives=tuple(read[1:]))
    return Study(files, study.history, study.quarter, study.pilots_on_file)


def _file(path: Path) -> Path:
    return path if path.is_file() else find_file(path)
