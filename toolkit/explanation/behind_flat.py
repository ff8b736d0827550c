"""What a scheme that holds no other scheme looked at when it graded one customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from toolkit.explanation.case import Case, condition_lines, floor_lines
from toolkit.explanation.explanation import Line, Part
from toolkit.explanation.figures import points
from toolkit.schemes.attribute import AttributeScheme
from toolkit.schemes.cascade import CascadeScheme
from toolkit.schemes.extended import Guarded
from toolkit.schemes.fixed import FixedScheme
from toolkit.schemes.groups import GroupsScheme
from toolkit.schemes.pareto import ParetoScheme
from toolkit.schemes.scored import ScoredScheme
from toolkit.schemes.subject import label_of
from toolkit.schemes.table import TableScheme
from toolkit.schemes.thresholds import OTHERS, ThresholdScheme
from toolkit.schemes.wording import percent, say
from toolkit.terms import Label


def _thresholds(scheme: ThresholdScheme, case: Case) -> Part:
    lines = [case.line(scheme.subject)]
    steps = scheme.steps.get(OTHERS)
    if scheme.by is not None:
        lines.append(case.line(scheme.by))
        word = scheme.by.words(case.one).iloc[0]
        steps = scheme.steps.get(word, steps) if pd.notna(word) else steps
    value = scheme.subject.numbers(case.one)
    return Part(Label("门槛法", "Floors"), (*lines, *floor_lines(steps.grades, steps.ladder, value)))


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
    lines += floor_lines(scheme.scale.grades, scheme.ladder, np.array([score["score"]]))
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
        lines += floor_lines(grades, scheme.then, scheme.subject.numbers(case.one))
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
        lines += condition_lines(row.when, case)
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


def _lines_of(reasons: dict[str, Label], grades: Sequence[str], own: object) -> list[Line]:
    """What each grade of a ranking means, and which of them is the customer's."""
    listed = zip(grades, reasons.values(), strict=False)
    return [Line(Label(grade, grade), words, met=grade == own) for grade, words in listed]


def _among(case: Case) -> Line:
    count = f"{len(case.known):,}"
    return Line(Label("与多少客户一同排名", "customers ranked together"), Label(f"{count} 位", count))


FLAT: Mapping[type, Callable[..., Part]] = {
    ThresholdScheme: _thresholds,
    ScoredScheme: _scored,
    ParetoScheme: _pareto,
    CascadeScheme: _cascade,
    TableScheme: _table,
    AttributeScheme: _attribute,
    GroupsScheme: _groups,
    FixedScheme: _fixed,
    Guarded: _own,
}
