"""Parameters of a study: which history and quarter, which policies, which outcomes, which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from toolkit.errors import ParameterError
from toolkit.params.capacity import Caps, caps_without_pool, refuse_twice
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.designs import DesignParams
from toolkit.params.history import HistoryParams
from toolkit.params.hotline import HotlineParams, classes_without_grade
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.programme import ProgrammeParams
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


class ForecastParams(Strict):
    """What is forecast; a forecast enters neither an effect nor a decision."""

    quarters: int = described(
        "预测此后几个季度；0 为不预测", "quarters ahead that are forecast; 0 for no forecast", 4, ge=0, le=12
    )
    discount_per_year: float = described(
        "折算未来季度的年贴现率", "yearly discount of quarters to come", 0.1, gt=0, le=1
    )


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
    relationship: Literal["contractual", "non_contractual"] = described(
        "contractual：按合同每季度付款，一个季度没有购买即为流失；non_contractual：没有合同，沉默够久才算流失",
        "contractual: paid every quarter under a contract, one quarter without a purchase is a lapse; "
        "non_contractual: no contract, only a long silence is a lapse",
        "non_contractual",
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
    designs: Several[DesignParams] = described(
        "对历史提出的其他因果问题：评级例外、分批推行、随机试验",
        "further questions of cause put to the history: discretion, rollout, experiment",
        (),
    )
    hotline: HotlineParams | None = described(
        "热线：承诺、开线时间与班次；不写则不算坐席",
        "the hotline: promises, opening hours, shifts; left out, no seats",
        None,
    )
    capacity: Caps = described(
        "现有资源的上限；需要超出上限的备选方案不参与排序",
        "caps on what exists; an alternative that needs more is excluded before ranking",
        (),
    )
    catalogue: CatalogueParams | None = described(
        "另行描述、不参与决策的方案目录", "policies described beside the decision, if any", None
    )
    decision_rule: Text = described(
        "决策规则文件（相对于本文件）", "decision rule file, relative to this file"
    )
    forecast: ForecastParams = Field(
        default_factory=ForecastParams, description="forecast", json_schema_extra={"zh": "预测设置"}
    )
    weight_versions: Several[Literal["entropy", "critic", "regression"]] = described(
        "与加权评分的现行权重并排比较的定权办法",
        "versions of the weights of a scored policy that stand beside those in force",
        ("entropy", "critic", "regression"),
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
    def designs_differ_and_have_their_tables(self) -> StudyParams:
        twice = [name for name, times in Counter(d.id for d in self.designs).items() if times > 1]
        if twice:
            raise refuse(f"designs 中 {twice[0]} 出现了两次", f"the design {twice[0]} is listed twice")
        needed = {"adjusted": "grades", "reviews": "grades", "rollout": "lists", "experiment": "lists"}
        for one in self.designs:
            if one.design == "reviews" and self.programme is None:
                raise refuse(
                    f"designs 中的 {one.id} 需要 programme", f"the design {one.id} needs a programme"
                )
            table = needed[one.design]
            if self.history.kind == "files" and table not in self.history.tables:
                raise refuse(
                    f"designs 中的 {one.id} 需要 history.tables.{table}",
                    f"the design {one.id} needs history.tables.{table}",
                )
        return self

    @model_validator(mode="after")
    def caps_differ_and_have_their_pool(self) -> StudyParams:
        refuse_twice(self.capacity)
        if self.hotline is None and any(cap.pool == "hotline" for cap in self.capacity):
            raise refuse(
                "capacity 中有热线的上限，但研究文件没有 hotline 一项",
                "capacity caps the hotline, but the study has no hotline",
            )
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
    if known_measures is not None and study:
        problems += unknown_names(source, _measures_of(study.designs), known_measures, "指标", "measure")
    described = [
        _collect(problems, lambda file=file: read_policy(file, known_measures))
        for file in _catalogue_files(path, source, problems)
    ]
    if study:
        problems += _without_grade(source, study, [policy for policy in policies if policy])
    read = [p for p in (*policies, *described) if p]
    twice = [name for name, times in Counter(p.id for p in read).items() if times > 1]
    if twice:
        problems.append(
            source.problem(
                ("policies",), ..., f"两个方案的 id 都是 {twice[0]}", f"two policies have the id {twice[0]}"
            )
        )
    problems += [
        source.problem(
            key,
            file,
            f"方案 {policy.id} 给 {policy.of} 定级，不是给客户，不能作基线或备选；请放进 catalogue",
            f"the policy {policy.id} grades {policy.of}, not customers, and cannot be the baseline or an alternative; "
            "put it into the catalogue",
        )
        for (key, file), policy in zip(named["policies"], policies, strict=True)
        if policy and policy.of != "customers"
    ]
    if problems or study is None:
        raise FileProblems(problems)
    own = (*named["policies"], *named["rule"])
    files = (path, *(path.parent / file for _, file in own), *_catalogue_files(path, source, []))
    return StudyFiles(path, study, policies[0], tuple(policies[1:]), rules[0], tuple(described), files)


def _measures_of(designs: Sequence[DesignParams]) -> list[tuple[tuple[str | int, ...], str]]:
    """Every measure that a design names, with its key."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    for place, one in enumerate(designs):
        if one.design in ("rollout", "reviews"):
            found.append((("designs", place, "measure"), one.measure))
            continue
        found += [(("designs", place, "controls", i), name) for i, name in enumerate(one.controls)]
        if one.design == "experiment" and one.band:
            found.append((("designs", place, "band", "measure"), one.band.measure))
    return found


def _without_grade(source: Source, study: StudyParams, policies: Sequence[PolicyParams]) -> list[Problem]:
    """Classes of callers and caps that speak of what no policy has, where all policies could be read."""
    if len(policies) != 1 + len(study.policies.alternatives):
        return []
    given = list(dict.fromkeys(plan.package for policy in policies for plan in policy.service.values()))
    pools = {
        name: pool.hours_per_head is not None
        for policy in policies
        for name, pool in (policy.pools or {}).items()
    }
    lines = classes_without_grade(study.hotline, given) if study.hotline else ()
    found = [("hotline", *one) for one in lines]
    found += [("capacity", *one) for one in caps_without_pool(study.capacity, given, pools)]
    return [source.problem((block, *key), value, zh, en) for block, key, value, zh, en in found]


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
