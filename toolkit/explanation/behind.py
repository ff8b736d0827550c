"""What a scheme looked at when it graded one customer; those that hold other schemes pass the case on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.explanation.behind_flat import FLAT
from toolkit.explanation.case import Case, condition_lines, floor_lines
from toolkit.explanation.explanation import Line, Part
from toolkit.params.schemes import ListNeed
from toolkit.schemes.conditions import all_hold
from toolkit.schemes.gate import GateScheme
from toolkit.schemes.judged import JudgedScheme
from toolkit.schemes.lists import ListsScheme
from toolkit.schemes.matrix import MatrixScheme
from toolkit.schemes.overrides import OverridesScheme
from toolkit.schemes.scheme import Scheme
from toolkit.schemes.versions import VersionsScheme
from toolkit.schemes.wording import say
from toolkit.terms import Label


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
    return Part(Label("准入门", "Gate"), (entry, *condition_lines(scheme.when, case)), (part,))


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
        lines += floor_lines(scheme.steps.grades, scheme.steps.ladder, scheme.subject.numbers(case.one))
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


def _listed(name: str, case: Case) -> bool:
    return bool(case.one[ListNeed(name).column].iloc[0])


_PARTS: Mapping[type, Callable[..., Part]] = {
    **FLAT,
    MatrixScheme: _matrix,
    GateScheme: _gate,
    OverridesScheme: _overrides,
    ListsScheme: _lists,
    JudgedScheme: _judged,
    VersionsScheme: _versions,
}
