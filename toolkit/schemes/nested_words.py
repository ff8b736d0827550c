"""Words for a scheme of any kind; those that hold other schemes say what each of them does."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.params.schemes import (
    AttributeParams,
    CascadeParams,
    FixedParams,
    GateParams,
    GroupsParams,
    JudgedParams,
    ListsParams,
    MatrixParams,
    OverrideParams,
    OverridesParams,
    OwnParams,
    ParetoParams,
    RuleParams,
    ScoredParams,
    StatesParams,
    TableParams,
    ThresholdsParams,
    VersionsParams,
)
from toolkit.schemes.flat_words import (
    NO_GRADE,
    attribute_words,
    cascade_words,
    fixed_words,
    groups_words,
    pareto_words,
    table_words,
    thresholds_words,
)
from toolkit.schemes.scored_words import scored_words
from toolkit.schemes.wording import (
    Names,
    counted,
    join,
    ladder_words,
    names_of,
    quarters,
    say,
    shortened,
    when_words,
)
from toolkit.terms import Label


def scheme_words(params: RuleParams, names: Names) -> Label:
    """What a scheme does, as part of a sentence."""
    if isinstance(params, OwnParams):
        return params.words(names)
    return DESCRIBERS[type(params)](params, names)


def _inner(params: RuleParams, names: Names) -> Label:
    if isinstance(params, FixedParams):
        return fixed_words(params, names)
    return say("【{all}】", "[{all}]", all=scheme_words(params, names))


def _gate(params: GateParams, names: Names) -> Label:
    reason = say("{r}：", "{r}: ", r=params.reason.label()) if params.reason else Label("", "")
    return say(
        "先看准入条件（{reason}{when}）；符合的：{inside}；不符合的：{outside}",
        "first the conditions of entry ({reason}{when}); inside: {inside}; outside: {outside}",
        reason=reason,
        when=when_words(params.when, names),
        inside=_inner(params.inside, names),
        outside=_inner(params.outside, names),
    )


def _matrix(params: MatrixParams, names: Names) -> Label:
    axes = [
        say("{axis} {scheme}", "{axis} {scheme}", axis=axis, scheme=_inner(scheme, names))
        for axis, scheme in params.axes.items()
    ]
    opening = say(
        "分别评定 {n} 个维度：{axes}",
        "{n} axes, each graded on its own: {axes}",
        n=len(axes),
        axes=join(axes),
    )
    if params.keep_cell_label:
        return say("{axes}；每个格子自成一类", "{axes}; every cell is a class of its own", axes=opening)
    return say(
        "{axes}；再对应到等级：{cells}",
        "{axes}; then cells to grades: {cells}",
        axes=opening,
        cells=_cells(params),
    )


def _cells(params: MatrixParams) -> Label:
    cells = []
    for cell in params.cells:
        places = [
            say("{a}={g}", "{a} = {g}", a=axis, g=names_of((wanted,) if isinstance(wanted, str) else wanted))
            for axis, wanted in cell.at.items()
        ]
        at = join(places, " × ", " × ")
        cells.append(say("{at} 为{grade}", "{at} gives {grade}", at=at, grade=cell.grade))
    found = [shortened(cells, "组格子", "cells")] if cells else []
    if params.default is not None:
        found.append(say("其余格子为{grade}", "other cells give {grade}", grade=params.default))
    return join(found)


def _overrides(params: OverridesParams, names: Names) -> Label:
    rules = [_override(rule, names) for rule in params.rules]
    return say(
        "基础方案{base}；再作调整（{apply}）：{rules}",
        "base scheme {base}; then overrides ({apply}): {rules}",
        base=_inner(params.base, names),
        apply=Label("只用第一条符合的", "only the first that fits")
        if params.apply == "first"
        else Label("依次全用", "all in turn"),
        rules=shortened(rules, "条", "rules"),
    )


def _override(rule: OverrideParams, names: Names) -> Label:
    who = (
        when_words(rule.when, names)
        if rule.when is not None
        else say("点名的 {n}", "{n} named by id", n=counted(len(rule.customers), "位客户", "customer"))
    )
    notes = [who]
    for zh, en, value in (
        ("由{v}决定", "decided by {v}", rule.author),
        ("自 {v} 起", "from {v}", rule.from_on),
        ("至 {v} 失效", "until {v}", rule.until),
        ("最多 {v} 位客户", "at most {v} customers", rule.limit),
        ("先于计算", "before the base scheme", rule.before or None),
    ):
        if value is not None:
            notes.append(say(zh, en, v=str(value)))
    return say(
        "{reason}，{action}（{notes}）",
        "{reason}: {action} ({notes})",
        reason=rule.reason.label(),
        action=_action(rule),
        notes=join(notes, "，", ", "),
    )


def _action(rule: OverrideParams) -> Label:
    if rule.up is not None:
        return say("升 {n}", "{n} up", n=counted(rule.up, "级", "grade"))
    if rule.down is not None:
        return say("降 {n}", "{n} down", n=counted(rule.down, "级", "grade"))
    if rule.pin is not None:
        return say("定为{g}", "set to {g}", g=rule.pin)
    if rule.not_below is not None:
        return say("不低于{g}", "not below {g}", g=rule.not_below)
    return say("不高于{g}", "not above {g}", g=rule.not_above)


def _lists(params: ListsParams, names: Names) -> Label:
    lists = [
        say("在名单“{l}”上的为{g}", "on the list {l}: {g}", l=entry.list, g=entry.grade)
        for entry in params.lists
    ]
    return say(
        "先看名单，先写的优先：{lists}；不在名单上的：{otherwise}",
        "lists first, in order of precedence: {lists}; everybody else: {otherwise}",
        lists=shortened(lists, "份名单", "lists"),
        otherwise=_inner(params.otherwise, names),
    )


def _judged(params: JudgedParams, names: Names) -> Label:
    found = [Label("由人评定等级", "grades set by people")]
    if params.floors is not None:
        found = [
            say("由人评分，门槛：{f}", "scores set by people, floors: {f}", f=ladder_words(params.floors))
        ]
    if params.table == "judgements":
        found.append(Label("取自人工评定表", "from the table of judgements"))
    if params.require_reason:
        found.append(
            Label(
                "没有评定人或理由的不作数、不定级", "one without author or reason is set aside and not graded"
            )
        )
    if params.names:
        pairs = [say("{a} 即{b}", "{a} means {b}", a=a, b=b) for a, b in params.names.items()]
        found.append(shortened(pairs, "个叫法", "names"))
    if params.valid_quarters is not None:
        found.append(say("{n}后失效", "valid for {n}", n=quarters(params.valid_quarters)))
    other = _inner(params.otherwise, names) if params.otherwise is not None else NO_GRADE
    found.append(say("没有评定的：{o}", "without a judgement: {o}", o=other))
    if params.compare is not None:
        found.append(
            say(
                "并列计算以供比较：{c}",
                "computed beside it for comparison: {c}",
                c=_inner(params.compare, names),
            )
        )
    return join(found)


def _versions(params: VersionsParams, names: Names) -> Label:
    versions = [
        say("自 {day} 起{s}", "from {day} {s}", day=str(v.from_on), s=_inner(v.scheme, names))
        for v in params.versions
    ]
    return say("分年度版本：{all}", "versions by date: {all}", all=shortened(versions, "个版本", "versions"))


DESCRIBERS: dict[type[RuleParams], Callable[..., Label]] = {
    ThresholdsParams: thresholds_words,
    ScoredParams: scored_words,
    ParetoParams: pareto_words,
    CascadeParams: cascade_words,
    TableParams: table_words,
    StatesParams: table_words,
    AttributeParams: attribute_words,
    GroupsParams: groups_words,
    FixedParams: fixed_words,
    GateParams: _gate,
    MatrixParams: _matrix,
    OverridesParams: _overrides,
    ListsParams: _lists,
    JudgedParams: _judged,
    VersionsParams: _versions,
}
