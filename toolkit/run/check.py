"""``gradelab check``: every problem of every named file at once, before anything runs.

It answers while somebody types, so each kind of file loads the models of that kind alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import GradelabError, ParameterError, UsageError
from toolkit.params.extensions import known_to, loaded
from toolkit.params.kinds import kind_of
from toolkit.params.laid import check_overlay, is_overlay
from toolkit.params.problems import FileProblems
from toolkit.params.reading import Source, read_model, read_source
from toolkit.reporting.brand_file import FILE as BRAND
from toolkit.run.named_extensions import CODE, load_named
from toolkit.run.printable import refuse_unprintable
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.params.study_files import StudyFiles

PARAMETER_SUFFIXES = (".yaml", ".yml")
NOTEBOOK = ".ipynb"
SCRATCH = ("notebooks", "scratch")


def check(
    paths: Iterable[Path], known_measures: Collection[str], tell: Callable[[Label], None] = lambda _: None
) -> int:
    """Check study, policy and decision-rule files, notebooks and extensions, or folders of them.

    Extensions are loaded first: those named here, and those of the studies among the files. ``tell`` hears what
    extensions were put to, and what a study still lacks before anything can be decided.

    Returns
    -------
    int
        Number of files that were read: those named, and those that a study among them names.

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
    studies: list[StudyFiles] = []
    for file in files:
        told = _extension(file, files, tell) if file.suffix == CODE else _problems(file, known, studies)
        found.update((problem, None) for problem in told)
    if found:
        count, of = len(found), len(files)
        zh = "\n".join(f"  {i}. {zh}" for i, (zh, _) in enumerate(found, 1))
        en = "\n".join(f"  {i}. {en}" for i, (_, en) in enumerate(found, 1))
        raise ParameterError(
            zh=f"检查了 {of} 个文件，有 {count} 个问题：\n{zh}",
            en=f"{of} file(s) checked, {count} problem(s):\n{en}",
        )
    for study in studies:
        for lacking in _lacking(study):
            tell(lacking)
    return len({file.resolve() for file in (*files, *(file for study in studies for file in study.files))})


def _lacking(study: StudyFiles) -> list[Label]:
    """What the study lacks before anything can be decided."""
    from toolkit.params.unready import to_put_in

    path = study.path
    return [
        Label(
            f"{path}：{one.said.zh}；填上之前报告不作判定。",
            f"{path}: {one.said.en}; the report decides nothing before.",
        )
        for one in to_put_in(study.policies, study.rule)
    ]


def _extension(file: Path, files: Sequence[Path], tell: Callable[[Label], None]) -> list[tuple[str, str]]:
    from toolkit.run.check_extensions import extension_problems

    return extension_problems(file, files, tell)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    wanted = (*PARAMETER_SUFFIXES, NOTEBOOK)
    inside = [file for file in sorted(path.rglob("*")) if file.suffix in wanted and not _is_scratch(file)]
    return [file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)]


def _is_scratch(file: Path) -> bool:
    """Whether a notebook is scratch paper lying where scratch paper lies; named itself, it is examined."""
    return file.suffix == NOTEBOOK and file.absolute().parent.parts[-2:] == SCRATCH


def _problems(file: Path, known: Collection[str], studies: list[StudyFiles]) -> list[tuple[str, str]]:
    """Problems of one file, each in Chinese and English; a study that has none joins ``studies``."""
    if file.suffix == NOTEBOOK:
        from toolkit.run.thin import notebook_problems

        try:
            return [(p.text("zh"), p.text("en")) for p in notebook_problems(file, str(file))]
        except GradelabError as error:
            return [(error.zh, error.en)]
    try:
        read = _read(file, known)
        refuse_unprintable([file])
        studies += [read] if read else []
    except FileProblems as refused:
        return [(p.text("zh"), p.text("en")) for p in refused.problems]
    except GradelabError as error:
        return [(error.zh, error.en)]
    return []


def _read(file: Path, known: Collection[str]) -> StudyFiles | None:
    """Read a file by its kind; a study with all that it names."""
    if file.name == BRAND:
        from toolkit.reporting.brand import load

        load(file)
        return None
    source = read_source(file)
    if is_overlay(file):
        laid = check_overlay(file, known)
        return None if isinstance(laid, Source) else laid
    kind = kind_of(source)
    if kind:
        return READERS[kind](file, known)
    if source.data is None:
        zh, en = (
            "文件是空的；请照 params/ 中的样例填写",
            "the file is empty; fill it in like the examples in params/",
        )
        raise FileProblems([source.problem((), ..., zh, en)])
    raise ParameterError(
        zh=f"{file} 看不出是哪种参数文件：研究文件有 policies 或 base，情景集合有 scenarios 或 grid，方案文件有 scheme，决策规则文件有 quote，"
        "服务价目文件有 prices，客户反应文件有 elasticities，试点文件有 asked。",
        en=f"{file} is of no known kind: a study file has policies or base, a set has scenarios or grid, a policy file has scheme, "
        "a decision rule has quote, a list of service prices has prices, a file of reactions has elasticities, a pilot has asked.",
    )


def _study(file: Path, known: Collection[str]) -> StudyFiles:
    from toolkit.params.places import project_root
    from toolkit.params.study_files import read_study
    from toolkit.run.needed_tables import refuse_missing_tables
    from toolkit.run.notebooks import chapters
    from toolkit.run.own_chapters import with_own_chapters

    study = read_study(file, known)
    refuse_missing_tables(study)
    if study.study.chapters:
        root = project_root(study.path)
        with_own_chapters(chapters(root), study, root)
    _check_judgements((*study.policies, *study.catalogue))
    return study


def _policy(file: Path, known: Collection[str]) -> None:
    from toolkit.params.policy import read_policy

    _check_judgements(read_policy(file, known))


def _set(file: Path, known: Collection[str]) -> None:
    from toolkit.params.sets import read_set

    read_set(file)


def _rule(file: Path, known: Collection[str]) -> None:
    from toolkit.params.decision_rule import DecisionRuleParams

    read_model(file, DecisionRuleParams)


def _prices(file: Path, known: Collection[str]) -> None:
    from toolkit.params.service_plan import ServicePlanParams

    read_model(file, ServicePlanParams)


def _behaviour(file: Path, known: Collection[str]) -> None:
    from toolkit.params.behaviour import BehaviourParams

    read_model(file, BehaviourParams)


def _pilot(file: Path, known: Collection[str]) -> None:
    from toolkit.params.pilot import read_pilot

    read_pilot(file, known)


def _check_judgements(policies: object) -> None:
    """As :func:`toolkit.schemes.weighing.check_judgements`, which is loaded only where a policy holds judgements."""
    from toolkit.params.schemes import PairwiseParams, ScoredParams, parts

    scored = (part for _, part in parts(policies) if isinstance(part, ScoredParams))
    if any(isinstance(part.weights, PairwiseParams) for part in scored):
        from toolkit.schemes.weighing import check_judgements

        check_judgements(policies)


READERS: dict[str, Callable[[Path, Collection[str]], StudyFiles | None]] = {
    "study": _study,
    "set": _set,
    "policy": _policy,
    "decision_rule": _rule,
    "service_plan": _prices,
    "behaviour": _behaviour,
    "pilot": _pilot,
}
