"""Definitions of retention held against the length of the history."""

from __future__ import annotations

from toolkit.params.problems import FileProblems
from toolkit.study.study import Study

TWO_YEARS = 8


def refuse_too_long(study: Study) -> None:
    """Refuse definitions of retention that no review of this history can be followed up by.

    A young history is given time: definitions of up to two years wait for their quarters, and the report says so.

    Raises
    ------
    FileProblems
        With every such definition, where it is written.
    """
    most, source = len(study.history.complete) - 1, study.files.stack.source
    zh = f"数据只有 {most + 1} 个完整季度，评定之后最多看得到 {most} 个；请缩短到 {most} 以内，或补充数据"
    en = f"the data hold {most + 1} complete quarters, at most {most} follow a review; shorten it to {most} or less, or add data"
    found = [
        source.problem(("retention", place, "quarters"), one.quarters, zh, en)
        for place, one in enumerate(study.params.retention)
        if one.quarters > max(most, TWO_YEARS)
    ]
    if found:
        raise FileProblems(found)
