"""``gradelab check``: every problem of every named file at once, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from toolkit.errors import GradelabError, ParameterError, UsageError
from toolkit.params.behaviour import BehaviourParams
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.extensions import known_to, loaded
from toolkit.params.laid import check_overlay, is_overlay
from toolkit.params.pilot import read_pilot
from toolkit.params.policy import read_policy
from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_model, read_source
from toolkit.params.service_plan import ServicePlanParams
from toolkit.params.sets import read_set
from toolkit.params.study_files import read_study
from toolkit.run.check_extensions import CODE, extension_problems, load_named
from toolkit.schemes.weighing import check_judgements
from toolkit.terms import Label

PARAMETER_SUFFIXES = (".yaml", ".yml")
NOTEBOOK = ".ipynb"
MARKS = {
    "base": "study",
    "policies": "study",
    "scenarios": "set",
    "grid": "set",
    "scheme": "policy",
    "quote": "decision_rule",
    "prices": "service_plan",
    "elasticities": "behaviour",
    "asked": "pilot",
}


def check(
    paths: Iterable[Path], known_measures: Sequence[str], tell: Callable[[Label], None] = lambda _: None
) -> int:
    """Check study, policy and decision-rule files, notebooks and extensions, or folders of them.

    Extensions are loaded first: those named here, and those of the studies among the files. ``tell`` hears what
    extensions were put to.

    Returns
    -------
    int
        Number of files that were checked.

    Raises
    ------
    UsageError
        When nothing of the kind is found.
    ParameterError
        With all problems of all files.
    """
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    if not files:
        raise UsageError(
            zh="这些路径下没有参数文件（.yaml）或笔记本（.ipynb）；扩展文件（.py）请直接写文件名。",
            en="There is no parameter file (.yaml) and no notebook (.ipynb) under these paths; name an extension (.py) itself.",
        )
    load_named(files)
    known = known_to("measure", known_measures, loaded())
    found: dict[tuple[str, str], None] = {}
    for file in files:
        told = extension_problems(file, files, tell) if file.suffix == CODE else _problems(file, known)
        found.update((problem, None) for problem in told)
    if found:
        count, of = len(found), len(files)
        zh = "\n".join(f"  {i}. {zh}" for i, (zh, _) in enumerate(found, 1))
        en = "\n".join(f"  {i}. {en}" for i, (_, en) in enumerate(found, 1))
        raise ParameterError(
            zh=f"检查了 {of} 个文件，有 {count} 个问题：\n{zh}",
            en=f"{of} file(s) checked, {count} problem(s):\n{en}",
        )
    return len(files)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    wanted = (*PARAMETER_SUFFIXES, NOTEBOOK)
    inside = [file for file in sorted(path.rglob("*")) if file.suffix in wanted]
    return [file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)]


def _problems(file: Path, known: Sequence[str]) -> list[tuple[str, str]]:
    """Problems of one file, each in Chinese and English."""
    if file.suffix == NOTEBOOK:
        from toolkit.run.thin import notebook_problems

        try:
            return [(p.text("zh"), p.text("en")) for p in notebook_problems(file, str(file))]
        except GradelabError as error:
            return [(error.zh, error.en)]
    try:
        _read(file, known)
    except FileProblems as refused:
        return [(p.text("zh"), p.text("en")) for p in refused.problems]
    except GradelabError as error:
        return [(error.zh, error.en)]
    return []


def _read(file: Path, known: Sequence[str]) -> Any:
    data = read_source(file).data
    keys = data if isinstance(data, dict) else {}
    if is_overlay(file):
        return check_overlay(file, known)
    kind = next((kind for key, kind in MARKS.items() if key in keys), "")
    if kind == "study":
        study = read_study(file, known)
        check_judgements((*study.policies, *study.catalogue))
        return study
    if kind == "set":
        return read_set(file)
    if kind == "policy":
        policy = read_policy(file, known)
        check_judgements(policy)
        return policy
    if kind == "decision_rule":
        return read_model(file, DecisionRuleParams)
    if kind == "service_plan":
        return read_model(file, ServicePlanParams)
    if kind == "behaviour":
        return read_model(file, BehaviourParams)
    if kind == "pilot":
        return read_pilot(file, known)
    raise ParameterError(
        zh=f"{file} 看不出是哪种参数文件：研究文件有 policies 或 base，情景集合有 scenarios 或 grid，方案文件有 scheme，决策规则文件有 quote，"
        "服务价目文件有 prices，客户反应文件有 elasticities，试点文件有 asked。",
        en=f"{file} is of no known kind: a study file has policies or base, a set has scenarios or grid, a policy file has scheme, "
        "a decision rule has quote, a list of service prices has prices, a file of reactions has elasticities, a pilot has asked.",
    )
