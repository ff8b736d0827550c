"""``gradelab explain``: one customer of one quarter under a policy of the study, or under a policy file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.params.extensions import known_to
from toolkit.params.policy import PolicyParams, read_policy

if TYPE_CHECKING:
    from toolkit.explanation import Explanation
    from toolkit.study.study import Study

SUFFIXES = (".yaml", ".yml")


def explained(
    study: Path, customer: str, *, policy: str | None, quarter: str | None, data: Path | None
) -> Explanation:
    """Why ``customer`` has his grade.

    Parameters
    ----------
    study : Path
    customer : str
    policy : str, optional
        Identifier of a policy of the study, or a policy file; by default the one in force.
    quarter : str, optional
        By default the quarter of the study.
    data : Path, optional

    Raises
    ------
    GradelabError
    """
    from toolkit.explanation import explain
    from toolkit.study import open_study

    opened = open_study(study, quarter=quarter or "last", data=data)
    return explain(opened, policy_of(opened, policy), customer)


def policy_of(study: Study, wanted: str | None) -> PolicyParams:
    """The policy that is meant.

    Raises
    ------
    UsageError
        Where the study has no policy of that name.
    ParameterError
        Where a policy file is not acceptable.
    """
    from toolkit.measures.registry import names

    if wanted is None:
        return study.files.baseline
    if Path(wanted).suffix in SUFFIXES:
        return read_policy(wanted, known_to("measure", names(), study.files.extensions))
    listed = (*study.files.policies, *study.files.catalogue)
    found = next((one for one in listed if one.id == wanted), None)
    if found is None:
        ids = [one.id for one in study.files.policies]
        raise UsageError(
            zh=f"研究里没有编号为 {wanted} 的方案；有 {'、'.join(ids)}，也可以写方案文件的路径。",
            en=f"The study has no policy {wanted!r}; it has {', '.join(ids)}, and a policy file will do as well.",
        )
    return found
