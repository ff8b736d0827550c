"""Parameters of a study: which history and quarter, which policies, which outcomes, which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from toolkit.errors import ParameterError
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.history import HistoryParams
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Source, read_model, read_source, unknown_names, validate
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

Parsed = TypeVar("Parsed")


class RetentionParams(Strict):
    """One definition of retention, measured after a review on customers active at it."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    kind: Literal["bought_within", "bought_in", "spend_kept"] = described(
        "bought_within：此后 n 个季度内买过；bought_in：第 n 个季度买过；spend_kept：此后 n 个季度消费与此前之比（封顶 1）",
        "bought_within: bought in any of the next n quarters; bought_in: bought in the n-th quarter after; "
        "spend_kept: spend of the next n quarters as a share of the n before, at most 1",
    )
    quarters: int = described("n", "n", ge=1, le=12)


class PoliciesParams(Strict):
    """The policies that are compared."""

    baseline: Text = described("现行方案文件（相对于本文件）", "policy file in force, relative to this file")
    alternatives: Several[Text] = described("备选方案文件", "policy files of the alternatives", min_length=1)


class CatalogueParams(Strict):
    """Policies that are described side by side, without being candidates of the decision."""

    files: Several[Text] = described(
        "方案文件，相对于本文件，可用 *", "policy files relative to this file; * names several", min_length=1
    )


class ProgrammeParams(Strict):
    """A grading programme that really ran: what changed at which bar, since when."""

    grade: Text = described(
        "享受待遇的等级名（grades 表中）", "grade (in the table grades) that receives the treatment"
    )
    package: Identifier = described("该等级的服务包", "service package of that grade")
    otherwise: Identifier = described("未达标者的服务包", "service package of the others")
    measure: Text = described("评级指标", "measure that decides")
    bar: float = described("门槛值", "the bar", gt=0)
    window_quarters: int = described("观察期季度数", "quarters in the observation window", 4, ge=1)
    active_quarters: int = described(
        "评级时最近几个季度内买过的客户才算在内",
        "customers count at a review who bought within so many quarters",
        4,
        ge=1,
    )
    since: Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")] = described(
        "首次评级的季度（季末）", "first review (end of this quarter)"
    )
    every_quarters: int = described("每几个季度评一次", "quarters between reviews", 4, ge=1)
    other_perks: Several[Text] = described(
        "同一门槛上的其他权益", "other perks that change at the same bar", ()
    )
    source: Text = described("依据", "source")


class BootstrapParams(Strict):
    """How uncertainty is drawn."""

    draws: int = described("抽样次数", "number of draws", 1000, ge=100, le=20000)
    seed: int = described("随机种子", "random seed", 20261122, ge=0)


class StudyParams(Strict):
    """One report."""

    id: Identifier = described("编号，也是报告文件夹名", "identifier, also the folder of its reports")
    title: Words = described("报告标题", "title of the report")
    company: Words = described("公司名称", "name of the company")
    history: HistoryParams = described("数据", "the history")
    quarter: Annotated[str, Field(pattern=r"^(last|\d{4}Q[1-4])$")] = described(
        "报告季度；last 为最近一个完整季度", "quarter of the report; last is the last complete one", "last"
    )
    fiscal_start_month: int = described(
        "财年起始月份", "month in which the fiscal year starts", 1, ge=1, le=12
    )
    active_quarters: int = described(
        "最近几个季度内买过才算在册客户",
        "a customer counts who bought within so many quarters",
        4,
        ge=1,
        le=40,
    )
    retention: Several[RetentionParams] = described(
        "留存的几种定义，至少三种；第一种为主",
        "definitions of retention, at least three; the first is the headline",
        min_length=3,
    )
    policies: PoliciesParams = described("参与比较的方案", "policies compared")
    programme: ProgrammeParams | None = described(
        "实际执行过的分级制度；没有则不写", "the programme that really ran, if any", None
    )
    catalogue: CatalogueParams | None = described(
        "另行描述、不参与决策的方案目录", "policies described beside the decision, if any", None
    )
    decision_rule: Text = described(
        "决策规则文件（相对于本文件）", "decision rule file, relative to this file"
    )
    bootstrap: BootstrapParams = Field(
        default_factory=BootstrapParams, description="bootstrap", json_schema_extra={"zh": "抽样设置"}
    )
    languages: Several[Literal["zh", "en"]] = described(
        "报告语言", "languages of the report", ("zh", "en"), min_length=1
    )

    @model_validator(mode="after")
    def definitions_differ(self) -> StudyParams:
        twice = [name for name, times in Counter(r.id for r in self.retention).items() if times > 1]
        if twice:
            raise refuse(f"留存定义 {twice[0]} 出现了两次", f"retention definition {twice[0]} is used twice")
        return self

    @model_validator(mode="after")
    def programme_has_its_table(self) -> StudyParams:
        history = self.history
        if self.programme and history.kind == "files" and "grades" not in history.tables:
            raise refuse(
                "写了 programme 就需要 history.tables.grades（客户实际享有的等级及起始日）；没有这张表请删去 programme",
                "programme needs history.tables.grades (the grade each customer really had, and since when); "
                "without that table leave programme out",
            )
        return self


@dataclass(frozen=True, slots=True)
class StudyFiles:
    """A study with everything its file points to.

    Attributes
    ----------
    path : Path
        The study file.
    study : StudyParams
    baseline : PolicyParams
    alternatives : tuple of PolicyParams
    rule : DecisionRuleParams
    catalogue : tuple of PolicyParams
        Described only; in the order of the file names.
    files : tuple of Path
        Every parameter file that was read, the study first.
    """

    path: Path
    study: StudyParams
    baseline: PolicyParams
    alternatives: tuple[PolicyParams, ...]
    rule: DecisionRuleParams
    catalogue: tuple[PolicyParams, ...]
    files: tuple[Path, ...]

    @property
    def policies(self) -> tuple[PolicyParams, ...]:
        """Baseline first."""
        return (self.baseline, *self.alternatives)


def read_study(path: str | Path, known_measures: Sequence[str] | None = None) -> StudyFiles:
    """Read a study file and every policy and rule it names.

    Raises
    ------
    FileProblems
        With every problem of every file at once.
    """
    path = Path(path)
    source = read_source(path)
    problems: list[Problem] = []
    study = _collect(problems, lambda: validate(source, StudyParams))
    data = source.data if isinstance(source.data, dict) else {}
    named = _named_files(data)
    policies = [
        _collect(problems, lambda file=file, key=key: _policy(path, source, key, file, known_measures))
        for key, file in named["policies"]
    ]
    rules = [
        _collect(problems, lambda file=file, key=key: _rule(path, source, key, file))
        for key, file in named["rule"]
    ]
    if known_measures is not None and study and study.programme:
        wanted = [(("programme", "measure"), study.programme.measure)]
        problems += unknown_names(source, wanted, known_measures, "指标", "measure")
    described = [
        _collect(problems, lambda file=file: read_policy(file, known_measures))
        for file in _catalogue_files(path, source, problems)
    ]
    read = [p for p in (*policies, *described) if p]
    twice = [name for name, times in Counter(p.id for p in read).items() if times > 1]
    if twice:
        problems.append(
            source.problem(
                ("policies",), ..., f"两个方案的 id 都是 {twice[0]}", f"two policies have the id {twice[0]}"
            )
        )
    if problems or study is None:
        raise FileProblems(problems)
    own = (*named["policies"], *named["rule"])
    files = (path, *(path.parent / file for _, file in own), *_catalogue_files(path, source, []))
    return StudyFiles(path, study, policies[0], tuple(policies[1:]), rules[0], tuple(described), files)


def _collect(problems: list[Problem], read: Any) -> Any:
    try:
        return read()
    except FileProblems as refused:
        problems.extend(refused.problems)
        return None


def _policy(
    study: Path, source: Source, key: tuple[str | int, ...], file: str, known: Sequence[str] | None
) -> PolicyParams:
    try:
        return read_policy(study.parent / file, known)
    except FileProblems:
        raise
    except ParameterError as error:
        raise FileProblems([source.problem(key, file, error.zh, error.en)]) from None


def _rule(study: Path, source: Source, key: tuple[str | int, ...], file: str) -> DecisionRuleParams:
    try:
        return read_model(study.parent / file, DecisionRuleParams)
    except FileProblems:
        raise
    except ParameterError as error:
        raise FileProblems([source.problem(key, file, error.zh, error.en)]) from None


def _catalogue_files(study: Path, source: Source, problems: list[Problem]) -> list[Path]:
    """Files of the catalogue, each once, in order; a pattern that finds none is a problem."""
    data = source.data if isinstance(source.data, dict) else {}
    catalogue = data.get("catalogue") if isinstance(data.get("catalogue"), dict) else {}
    patterns = catalogue.get("files") if isinstance(catalogue.get("files"), list) else []
    found: list[Path] = []
    for place, pattern in enumerate(patterns):
        wanted = study.parent / str(pattern)
        matches = sorted(wanted.parent.glob(wanted.name)) if wanted.parent.is_dir() else []
        if not matches:
            key = ("catalogue", "files", place)
            problems.append(
                source.problem(key, pattern, "没有找到这样的方案文件", "no policy file is found there")
            )
        found += [match for match in matches if match not in found]
    return found


def _named_files(data: dict) -> dict[str, list[tuple[tuple[str | int, ...], str]]]:
    """Policy and rule files named by a study, also by one that has other problems."""
    policies = data.get("policies") if isinstance(data.get("policies"), dict) else {}
    found = [(("policies", "baseline"), policies.get("baseline"))]
    alternatives = policies.get("alternatives") if isinstance(policies.get("alternatives"), list) else []
    found += [(("policies", "alternatives", i), file) for i, file in enumerate(alternatives)]
    return {
        "policies": [(key, file) for key, file in found if isinstance(file, str)],
        "rule": [(("decision_rule",), data["decision_rule"])]
        if isinstance(data.get("decision_rule"), str)
        else [],
    }
