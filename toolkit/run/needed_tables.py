"""Tables that the measures of a study's policies need, and that the company does not have: known before any data are read."""

from __future__ import annotations

from toolkit.measures.needs import Need
from toolkit.measures.registry import MEASURES
from toolkit.params.history import FilesParams
from toolkit.params.policy import named_measures
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.study_files import StudyFiles


def refuse_missing_tables(files: StudyFiles) -> None:
    """Refuse compared policies on measures of tables that the study's files do not have.

    Raises
    ------
    FileProblems
        With every such measure, where its policy file names it.
    """
    history = files.study.history
    if not isinstance(history, FilesParams):
        return
    have = {"transactions", *history.tables}
    found: list[Problem] = []
    for policy in files.policies:
        source = files.edits.sources[policy.id]
        for key, name in named_measures(source.data):
            gone = sorted({Need.parse(need).table for need in MEASURES[name].needs} - have)
            if gone:
                label, tables = MEASURES[name].label, ", ".join(f"history.tables.{table}" for table in gone)
                zh = f"指标“{label.zh}”要用表 {'、'.join(gone)}，研究的数据里没有；请在研究文件里写明 {tables}，或换一个指标"
                en = f"this measure ({label.en}) needs the table {', '.join(gone)}, which the study does not have; add {tables} to the study, or use another measure"
                found.append(source.problem(key, name, zh, en))
    if found:
        raise FileProblems(list(dict.fromkeys(found)))
