"""Parameters of a search: which policies are tried, made from one template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from pydantic import model_validator

from toolkit.errors import ParameterError
from toolkit.params.policy import PolicyParams, read_policy
from toolkit.params.problems import FileProblems, Problem
from toolkit.params.reading import Key, Source, read_source, unknown_names
from toolkit.params.service_plan import with_presets
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

MOST_CANDIDATES = 400
DEEPEST = 2
NAMED_BY = ("measure", "attribute", "grade", "name", "reason")


class VaryParams(Strict):
    """One number of the template that is varied."""

    key: Text = described(
        "模板中的数字，用点连接各级键，如 scheme.floors.VIP；列表项写序号或其 measure，如 scheme.factors.orders.weight",
        "a number of the template by its keys joined with dots, such as scheme.floors.VIP; an item of a list by its place or "
        "its measure, such as scheme.factors.orders.weight",
    )
    between: Several[float] = described(
        "[最小, 最大]，两端都试", "[smallest, largest], both tried", min_length=2, max_length=2
    )
    steps: int = described("等距试几个值", "values tried, evenly spaced", ge=2, le=MOST_CANDIDATES)

    @model_validator(mode="after")
    def ends_rise(self) -> VaryParams:
        if not self.between[0] < self.between[1]:
            raise refuse("between 的最小值应小于最大值", "between needs a smallest value below the largest")
        return self


class ShallowParams(Strict):
    """A rule of one or two questions, found among all of them."""

    measures: Several[Text] = described("可以问的指标", "measures it may ask", min_length=1, max_length=8)
    depth: int = described("最多连问几个问题", "questions one above the other", DEEPEST, ge=1, le=DEEPEST)
    grade: Text = described(
        "合乎规则的客户在模板中的等级", "grade of the template for those whom the rule serves"
    )
    otherwise: Text = described("其余客户在模板中的等级", "grade of the template for everybody else")
    most: int | None = described(
        "最多服务多少位客户；不写则只受预算约束",
        "most customers served; left out, the budget alone limits",
        None,
        ge=0,
    )

    @model_validator(mode="after")
    def grades_and_measures_differ(self) -> ShallowParams:
        if self.grade == self.otherwise:
            raise refuse("grade 与 otherwise 不能是同一等级", "grade and otherwise must be different grades")
        twice = [name for name, times in Counter(self.measures).items() if times > 1]
        if twice:
            raise refuse(f"指标 {twice[0]} 出现了两次", f"the measure {twice[0]} is listed twice")
        return self


class SearchParams(Strict):
    """One search: numbers of a template varied, or a shallow rule with the service of the template."""

    id: Identifier = described("编号", "identifier", max_length=50)
    title: Words = described("名称", "title")
    template: Text = described("模板：一个方案文件（相对于本文件）", "a policy file, relative to this file")
    vary: Several[VaryParams] = described(
        "改变模板中的哪些数字", "numbers of the template that are varied", ()
    )
    shallow: ShallowParams | None = described(
        "改为寻找一条至多两问的规则", "instead, a rule of at most two questions is looked for", None
    )

    @model_validator(mode="after")
    def one_kind(self) -> SearchParams:
        if bool(self.vary) == (self.shallow is not None):
            raise refuse("vary 与 shallow 应恰好写一个", "exactly one of vary and shallow must be given")
        twice = [name for name, times in Counter(v.key for v in self.vary).items() if times > 1]
        if twice:
            raise refuse(f"vary 中 {twice[0]} 出现了两次", f"vary names {twice[0]} twice")
        tried = prod(v.steps for v in self.vary)
        if tried > MOST_CANDIDATES:
            raise refuse(
                f"这些步数共有 {tried} 个候选方案，最多 {MOST_CANDIDATES} 个；请减少 steps 或少改变几个数字",
                f"these steps make {tried} candidates, at most {MOST_CANDIDATES} are tried; use fewer steps or vary fewer "
                "numbers",
            )
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The policy file that candidates are made from.

    Attributes
    ----------
    params : PolicyParams
    source : Source
        As written, presets of the service written out.
    """

    params: PolicyParams
    source: Source


def refuse_same_search(searches: Sequence[SearchParams]) -> None:
    """Refuse two searches of one id."""
    twice = [name for name, times in Counter(s.id for s in searches).items() if times > 1]
    if twice:
        raise refuse(f"search 中 {twice[0]} 出现了两次", f"the search {twice[0]} is listed twice")


def read_templates(
    source: Source,
    searches: Sequence[SearchParams],
    known: Collection[str] | None,
    taken: Sequence[str] = (),
) -> tuple[dict[str, Template], list[Problem]]:
    """Template of every search by its id, and what is wrong with them.

    Parameters
    ----------
    source : Source of the study
    searches : sequence of SearchParams
    known : names of measures; None leaves names unchecked
    taken : ids of the policies of the study, which no search may have
    """
    found: dict[str, Template] = {}
    problems: list[Problem] = []
    for place, asked in enumerate(searches):
        key: Key = ("search", place)
        if asked.id in taken:
            zh, en = "已有方案用了这个编号；请另取一个", "a policy has this id; choose another"
            problems.append(source.problem((*key, "id"), asked.id, zh, en))
        try:
            path = source.beside((*key, "template"), asked.template)
            params, (written, _) = read_policy(path, known), with_presets(read_source(path))
        except FileProblems as refused:
            problems += refused.problems
            continue
        except ParameterError as error:
            problems.append(source.problem((*key, "template"), asked.template, error.zh, error.en))
            continue
        problems += _unfit(source, key, asked, Template(params, written))
        if asked.shallow and known is not None:
            wanted = [((*key, "shallow", "measures", i), m) for i, m in enumerate(asked.shallow.measures)]
            problems += unknown_names(source, wanted, known, "指标", "measure")
        found[asked.id] = Template(params, written)
    return found, problems


def place_of(data: Any, key: str) -> Key | None:
    """The path of a dotted key in ``data``; None where there is none, or several items of a list answer to it.

    >>> place_of({"floors": {"A": 5}, "factors": [{"measure": "spend", "weight": 1}]}, "factors.spend.weight")
    ('factors', 0, 'weight')
    >>> place_of({"floors": {"A": {"above": 5}}}, "floors.A")
    ('floors', 'A', 'above')
    """
    return _place(data, key.split("."))


def at(data: Any, place: Key) -> Any:
    """What stands at ``place``."""
    for step in place:
        data = data[step]
    return data


def _place(data: Any, steps: Sequence[str]) -> Key | None:
    if not steps:
        if isinstance(data, Mapping) and len(data) == 1 and next(iter(data)) in ("above", "at_least"):
            return (next(iter(data)),)
        return ()
    if isinstance(data, Mapping):
        for many in range(1, len(steps) + 1):
            name = ".".join(steps[:many])
            rest = _place(data[name], steps[many:]) if name in data else None
            if rest is not None:
                return (name, *rest)
    if isinstance(data, list):
        mine = [i for i, item in enumerate(data) if steps[0] == str(i) or steps[0] in _names(item)]
        rest = _place(data[mine[0]], steps[1:]) if len(mine) == 1 else None
        return None if rest is None else (mine[0], *rest)
    return None


def _names(item: Any) -> list[Any]:
    return [item.get(word) for word in NAMED_BY] if isinstance(item, Mapping) else []


def _unfit(source: Source, key: Key, asked: SearchParams, template: Template) -> list[Problem]:
    """Knobs that are no number of the template, and grades that it does not have."""
    found = []
    for number, one in enumerate(asked.vary):
        place = place_of(template.source.data, one.key)
        value = None if place is None else at(template.source.data, place)
        if isinstance(value, bool) or not isinstance(value, int | float):
            found.append(
                source.problem(
                    (*key, "vary", number, "key"),
                    one.key,
                    f"模板 {asked.template} 中没有这样一个数字；请写各级键，如 scheme.floors.VIP",
                    f"the template {asked.template} has no such number; write its keys, such as scheme.floors.VIP",
                )
            )
    found += _without_grade(source, key, asked.shallow, list(template.params.service))
    if template.params.of != "customers":
        found.append(
            source.problem(
                (*key, "template"),
                asked.template,
                f"模板给 {template.params.of} 定级，不是给客户，不能用来检索",
                f"the template grades {template.params.of}, not customers, and cannot be searched",
            )
        )
    return found


def _without_grade(
    source: Source, key: Key, asked: ShallowParams | None, grades: Sequence[str]
) -> list[Problem]:
    given = {word: getattr(asked, word) for word in ("grade", "otherwise")} if asked else {}
    return [
        source.problem(
            (*key, "shallow", word),
            grade,
            f"模板没有这个等级；有 {'、'.join(grades)}",
            f"the template has no such grade; it has {', '.join(grades)}",
        )
        for word, grade in given.items()
        if grade not in grades
    ]
