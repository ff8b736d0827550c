"""What a scheme looked at when it graded one customer, for every kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.explanation.explanation import NOTHING, Line, Part
from toolkit.explanation.figures import Printer, points
from toolkit.params.schemes import Bound, ListNeed, Need
from toolkit.schemes.attribute import AttributeScheme
from toolkit.schemes.cascade import CascadeScheme
from toolkit.schemes.conditions import Condition, all_hold
from toolkit.schemes.extended import Guarded
from toolkit.schemes.fixed import FixedScheme
from toolkit.schemes.gate import GateScheme
from toolkit.schemes.groups import GroupsScheme
from toolkit.schemes.judged import JudgedScheme
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.lists import ListsScheme
from toolkit.schemes.matrix import MatrixScheme
from toolkit.schemes.overrides import OverridesScheme
from toolkit.schemes.pareto import ParetoScheme
from toolkit.schemes.scheme import Names, Scheme
from toolkit.schemes.scored import ScoredScheme
from toolkit.schemes.subject import Subject, label_of
from toolkit.schemes.table import TableScheme
from toolkit.schemes.thresholds import OTHERS, ThresholdScheme
from toolkit.schemes.versions import VersionsScheme
from toolkit.schemes.wording import floor_words, percent, say
from toolkit.terms import Label

FLOOR = Label("{grade}的门槛", "floor of {grade}")


@dataclass(frozen=True, slots=True)
class Case:
    """One customer among those whom a scheme grades.

    Attributes
    ----------
    customer : str
    known : DataFrame
        What is known of all of them.
    names : mapping of measure id to Label
    print : Printer
    """

    customer: str
    known: pd.DataFrame
    names: Names
    print: Printer

    @property
    def one(self) -> pd.DataFrame:
        """What is known of the customer alone, one row."""
        return self.known.loc[[self.customer]]

    def among(self, rows: np.ndarray) -> Case:
        """The case among some of the customers."""
        return replace(self, known=self.known[rows])

    def line(self, subject: Subject, note: Label = NOTHING) -> Line:
        """The value of a subject."""
        return Line(subject.name, self.value(subject.need), note)

    def value(self, need: Need) -> Label:
        """The customer's value of a column, as printed."""
        return self.print.value(self.one[need.column].iloc[0], need)

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Whether all conditions hold for the customer."""
        return bool(all_hold(conditions, self.one)[0])


def behind(scheme: Scheme, case: Case) -> Part:
    """Everything that stands behind what ``scheme`` gives the customer.

    Parameters
    ----------
    scheme : Scheme
        Frozen.
    case : Case
        The customer among all whom the scheme grades.
    """
    return _PARTS[type(scheme)](scheme, case)


def _thresholds(scheme: ThresholdScheme, case: Case) -> Part:
    lines = [case.line(scheme.subject)]
    steps = scheme.steps.get(OTHERS)
    if scheme.by is not None:
        lines.append(case.line(scheme.by))
        word = scheme.by.words(case.one).iloc[0]
        steps = scheme.steps.get(word, steps) if pd.notna(word) else steps
    value = scheme.subject.numbers(case.one)
    return Part(Label("门槛法", "Floors"), (*lines, *_floors(steps.grades, steps.ladder, value)))


def _scored(scheme: ScoredScheme, case: Case) -> Part:
    score = scheme.score(case.one).iloc[0]
    lines = []
    for factor in scheme.factors:
        earned = factor.earned(factor.read(case.one), case.one.index)[0]
        note = say(
            "得 {points} 分 × 权重 {weight} = {own} 分",
            "{points} points × weight {weight} = {own}",
            points=points(earned),
            weight=percent(round(factor.weight, 6)),
            own=points(score[f"{factor.column}_points"]),
        )
        lines.append(case.line(factor.subject, note))
    for bonus in scheme.bonuses:
        amount = say("{p} 分", "{p} points", p=f"{bonus.amount:+g}")
        lines.append(Line(bonus.reason, amount, met=case.holds(bonus.when)))
    for words, cap in (
        (Label("加分合计上限", "cap on bonuses"), scheme.bonus_cap),
        (Label("总分上限", "cap on the score"), scheme.score_cap),
    ):
        if cap is not None:
            lines.append(Line(words, say("{p} 分", "{p} points", p=points(cap))))
    total = say("{p} 分", "{p} points", p=points(score["score"]))
    lines.append(Line(Label("综合得分", "score"), total))
    lines += _floors(scheme.scale.grades, scheme.ladder, np.array([score["score"]]))
    for step in scheme.steps:
        up = Label("升", "up") if step.amount > 0 else Label("降", "down")
        moved = say("{up} {n} 级", "{n} {up}", up=up, n=str(abs(int(step.amount))))
        lines.append(Line(step.reason, moved, met=case.holds(step.when)))
    return Part(Label("加权评分法", "Weighted score"), tuple(lines))


def _pareto(scheme: ParetoScheme, case: Case) -> Part:
    grading = scheme.grade(case.known)
    taken = grading.detail["taken"].loc[case.customer]
    share = percent(round(float(taken), 6))
    before = (
        say("占客户的 {s}", "{s} of the customers", s=share)
        if scheme.cut is not None
        else say("占总额的 {s}", "{s} of the total", s=share)
    )
    lines = [
        case.line(scheme.subject),
        Line(Label("排在其前的客户", "customers ranked before"), before),
        *_lines_of(grading.reasons, scheme.scale.grades, grading.grade.loc[case.customer]),
    ]
    if scheme.then is not None:
        grades = scheme.scale.grades[-len(scheme.then.bounds) :]
        lines += _floors(grades, scheme.then, scheme.subject.numbers(case.one))
    title = Label("按排名或累计占比（ABC）", "Rank or cumulative share (ABC)")
    return Part(title, (*lines, _among(case)))


def _cascade(scheme: CascadeScheme, case: Case) -> Part:
    grading = scheme.grade(case.known)
    rank = int(grading.detail["before"].loc[case.customer]) + 1
    lines = [case.line(criterion.subject) for criterion in scheme.criteria]
    lines.append(Line(Label("名次", "rank"), Label(f"第 {rank:,} 名", f"{rank:,}")))
    lines += _lines_of(grading.reasons, scheme.scale.grades, grading.grade.loc[case.customer])
    return Part(Label("逐级比较法", "Compared criterion by criterion"), (*lines, _among(case)))


def _table(scheme: TableScheme, case: Case) -> Part:
    lines: list[Line] = []
    for number, row in enumerate(scheme.rows, 1):
        fits = case.holds(row.when)
        title = say("第 {n} 条，给 {g}：{r}", "row {n}, gives {g}: {r}", n=number, g=row.grade, r=row.reason)
        lines.append(Line(title, met=fits))
        lines += _conditions(row.when, case)
        if fits:
            break
    else:
        default = scheme.default or ""
        lines.append(
            Line(Label("没有一条适用", "no row fits"), Label(default or "不定级", default or "no grade"))
        )
    return Part(Label("条件表", "Decision table"), tuple(lines))


def _attribute(scheme: AttributeScheme, case: Case) -> Part:
    return Part(Label("按属性归类", "Class by attribute"), (case.line(scheme.subject),))


def _groups(scheme: GroupsScheme, case: Case) -> Part:
    place = np.column_stack([feature.of_customers(case.one) for feature in scheme.features])
    apart = np.sqrt(((place - scheme.centres) ** 2).sum(axis=1))
    nearest = int(apart.argmin())
    lines = [case.line(feature.subject) for feature in scheme.features]
    lines += [
        Line(
            say("到“{g}”群中心的距离", "distance to the centre of {g}", g=grade),
            Label(points(far), points(far)),
            met=position == nearest,
        )
        for position, (grade, far) in enumerate(zip(scheme.scale.grades, apart, strict=False))
    ]
    return Part(Label("相似客户群", "Groups of similar customers"), tuple(lines))


def _matrix(scheme: MatrixScheme, case: Case) -> Part:
    lines, inner = [], []
    for axis, own in scheme.axes.items():
        grade = own.grade(case.known).grade.loc[case.customer]
        shown = Label("无", "none") if pd.isna(grade) else Label(grade, grade)
        lines.append(Line(say("维度 {a}", "axis {a}", a=axis), shown))
        part = behind(own, case)
        inner.append(replace(part, title=say("{a}：{t}", "{a}: {t}", a=axis, t=part.title)))
    return Part(Label("多维矩阵", "Matrix"), tuple(lines), tuple(inner))


def _gate(scheme: GateScheme, case: Case) -> Part:
    inside = all_hold(scheme.when, case.known)
    mine = case.holds(scheme.when)
    entry = Line(say("准入：{r}", "entry: {r}", r=scheme.reason), met=mine)
    part = behind(scheme.inside if mine else scheme.outside, case.among(inside == mine))
    return Part(Label("准入门", "Gate"), (entry, *_conditions(scheme.when, case)), (part,))


def _overrides(scheme: OverridesScheme, case: Case) -> Part:
    grading = scheme.grade(case.known)
    mine = grading.detail.loc[case.customer]
    applied = set(str(mine["applied"]).split(";")) - {""}
    lines = [
        Line(
            say("调整规则 {n}：{r}", "override {n}: {r}", n=number, r=rule.reason), met=str(number) in applied
        )
        for number, rule in enumerate(scheme.rules, 1)
    ]
    pinned = np.zeros(len(case.known), dtype=bool)
    for rule in scheme.rules:
        pinned |= rule.applies(case.known) & rule.params.before
    if bool(pinned[case.known.index.get_loc(case.customer)]):
        return Part(Label("调整规则（先于计算）", "Overrides (before the base)"), tuple(lines))
    computed = Line(
        Label("基础方案给出", "given by the base"), Label(str(mine["computed"]), str(mine["computed"]))
    )
    return Part(
        Label("调整规则", "Overrides"), (computed, *lines), (behind(scheme.base, case.among(~pinned)),)
    )


def _lists(scheme: ListsScheme, case: Case) -> Part:
    lines = [
        Line(say("名单“{l}”，给 {g}", "list {l}, gives {g}", l=name, g=grade), met=_listed(name, case))
        for name, grade in scheme.lists
    ]
    title = Label("名单法", "Lists")
    if any(line.met for line in lines):
        return Part(title, tuple(lines))
    free = ~np.array([case.known[ListNeed(name).column].to_numpy(bool) for name, _ in scheme.lists]).any(
        axis=0
    )
    return Part(title, tuple(lines), (behind(scheme.otherwise, case.among(free)),))


def _judged(scheme: JudgedScheme, case: Case) -> Part:
    told = [scheme.subject, scheme.author, scheme.day, *([scheme.why] if scheme.why else [])]
    lines = [case.line(subject) for subject in told]
    judged = bool(scheme.subject.column(case.one).notna().iloc[0])
    if judged and scheme.steps is not None:
        lines += _floors(scheme.steps.grades, scheme.steps.ladder, scheme.subject.numbers(case.one))
    title = Label("人工评定", "Set by people")
    if judged or scheme.otherwise is None:
        return Part(title, tuple(lines))
    without = scheme.subject.column(case.known).isna().to_numpy()
    return Part(title, tuple(lines), (behind(scheme.otherwise, case.among(without)),))


def _versions(scheme: VersionsScheme, case: Case) -> Part:
    number = int(scheme.grade(case.known).detail["version"].loc[case.customer])
    day, own = scheme.versions[number - 1]
    line = Line(say("第 {n} 版，自 {d} 起", "version {n}, from {d}", n=number, d=str(day)), met=True)
    return Part(Label("分年度版本", "Versions by date"), (line,), (behind(own, case),))


def _fixed(scheme: FixedScheme, case: Case) -> Part:
    grade = scheme.scale.best
    return Part(Label("固定等级", "One grade for all of them"), (Line(Label(grade, grade)),))


def _own(scheme: Guarded, case: Case) -> Part:
    lines = [Line(label_of(need, case.names), case.value(need)) for need in scheme.needs]
    detail = scheme.grade(case.known).detail
    seen = {need.column for need in scheme.needs}
    for column, value in detail.loc[case.customer].items():
        if column not in seen:
            lines.append(Line(Label(str(column), str(column)), Label(str(value), str(value))))
    return Part(say("本公司的方案 {k}", "the company's own kind {k}", k=scheme.kind), tuple(lines))


def _floors(grades: Sequence[str], ladder: Ladder, value: np.ndarray) -> list[Line]:
    """Every floor, and whether the value reaches it."""
    return [
        Line(
            say(FLOOR.zh, FLOOR.en, grade=grade),
            floor_words(bound, ladder.better),
            met=bound.value is None or _reaches(bound, ladder, value),
        )
        for grade, bound in zip(grades, ladder.bounds, strict=True)
    ]


def _reaches(bound: Bound, ladder: Ladder, value: np.ndarray) -> bool:
    return bool(Ladder((bound,), ladder.better).place(value)[0] == 0)


def _lines_of(reasons: dict[str, Label], grades: Sequence[str], own: object) -> list[Line]:
    """What each grade of a ranking means, and which of them is the customer's."""
    listed = zip(grades, reasons.values(), strict=False)
    return [Line(Label(grade, grade), words, met=grade == own) for grade, words in listed]


def _among(case: Case) -> Line:
    count = f"{len(case.known):,}"
    return Line(Label("与多少客户一同排名", "customers ranked together"), Label(f"{count} 位", count))


def _listed(name: str, case: Case) -> bool:
    return bool(case.one[ListNeed(name).column].iloc[0])


def _conditions(conditions: Sequence[Condition], case: Case) -> list[Line]:
    """Every condition, what is known, and whether it holds; joined ones one by one."""
    lines: list[Line] = []
    for condition in conditions:
        met = bool(condition.holds(case.one)[0])
        if condition.subject is None:
            lines.append(Line(condition.label, met=met))
            lines += _conditions(condition.inner, case)
        else:
            lines.append(Line(condition.label, case.value(condition.subject.need), met=met))
    return lines


_PARTS: dict[type, Callable[..., Part]] = {
    ThresholdScheme: _thresholds,
    ScoredScheme: _scored,
    ParetoScheme: _pareto,
    CascadeScheme: _cascade,
    TableScheme: _table,
    AttributeScheme: _attribute,
    GroupsScheme: _groups,
    MatrixScheme: _matrix,
    GateScheme: _gate,
    OverridesScheme: _overrides,
    ListsScheme: _lists,
    JudgedScheme: _judged,
    VersionsScheme: _versions,
    FixedScheme: _fixed,
    Guarded: _own,
}
