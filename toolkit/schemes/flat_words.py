"""Words for the kinds of scheme that hold no other scheme, weighted scores apart."""

from __future__ import annotations

from toolkit.params.schemes import (
    AttributeParams,
    CascadeParams,
    CriterionParams,
    FixedParams,
    GroupsParams,
    LinesParams,
    ParetoParams,
    StatesParams,
    TableParams,
    ThresholdsParams,
)
from toolkit.schemes.reasons import plain
from toolkit.schemes.subject import listed
from toolkit.schemes.wording import (
    LOWER,
    REFUSED,
    Names,
    join,
    ladder_words,
    names_of,
    need_words,
    percent,
    say,
    shortened,
    subject_words,
    when_words,
)
from toolkit.terms import Label

STOPS = Label("有客户缺少数值时停止计算并报错", "a customer without a value stops the run with an error")
LAST_GRADE = Label("缺少数值的客户归入最后一级", "customers without a value get the last grade")
WHERE_MISSING = {"refuse": STOPS, "last_grade": LAST_GRADE}
NO_GRADE = Label("不定级", "no grade")
CRITERION_MISSING = {
    "refuse": REFUSED,
    "last": Label("缺失排在最后", "ranked last where missing"),
}


def thresholds_words(params: ThresholdsParams, names: Names) -> Label:
    """Cut-offs on one value."""
    subject, missing = subject_words(params, names), WHERE_MISSING[params.missing]
    if params.floors is not None:
        ladder = ladder_words(params.floors, params.better)
        return say(
            "按{name}划线：{ladder}；{missing}",
            "floors on {name}: {ladder}; {missing}",
            name=subject,
            ladder=ladder,
            missing=missing,
        )
    by = params.floors_by
    ladders = [
        say(
            "{who}：{ladder}",
            "{who}: {ladder}",
            who=Label("其余取值", "any other value") if value == "rest" else value,
            ladder=ladder_words(ladder, params.better),
        )
        for value, ladder in by.floors.items()
    ]
    return say(
        "按{name}划线，门槛因{by}而异：{ladders}；{missing}",
        "floors on {name} that depend on {by}: {ladders}; {missing}",
        name=subject,
        by=need_words(by.own_needs()[0], names),
        ladders=join(ladders),
        missing=missing,
    )


def pareto_words(params: ParetoParams, names: Names) -> Label:
    """Shares of a total, or of the customers."""
    found = [
        say(
            "按{name}从{ends}排序，{lines}",
            "ranked by {name}, {ends}: {lines}",
            name=subject_words(params, names),
            ends=Label("高到低", "highest first")
            if params.better == "higher"
            else Label("低到高", "lowest first"),
            lines=_lines(params),
        )
    ]
    if params.then is not None:
        found.append(
            say(
                "其后按同一指标的门槛：{all}",
                "below the last line by floors on the same value: {all}",
                all=ladder_words(params.then, params.better),
            )
        )
    return join([*found, WHERE_MISSING[params.missing]])


def cascade_words(params: CascadeParams, names: Names) -> Label:
    """Criteria in order, ties by the next."""
    criteria = [_criterion(place, part, names) for place, part in enumerate(params.criteria, 1)]
    return say(
        "逐条比较，并列时由下一条决定：{all}；{lines}",
        "compared in order, ties decided by the next: {all}; {lines}",
        all=join(criteria, "，", ", "),
        lines=_lines(params),
    )


def table_words(params: TableParams | StatesParams, names: Names) -> Label:
    """Rows of conditions, read from the top."""
    rows = (
        [(row.grade, row.when) for row in params.rows]
        if isinstance(params, TableParams)
        else [(row.state, row.when) for row in params.states]
    )
    words = [
        say("{grade}：{when}", "{grade}: {when}", grade=g, when=when_words(when, names)) for g, when in rows
    ]
    return say(
        "从上往下取第一条符合的：{rows}；都不符合的：{default}",
        "the first row that fits decides: {rows}; where none fits: {default}",
        rows=shortened(words, "条", "rows"),
        default=params.default or NO_GRADE,
    )


def attribute_words(params: AttributeParams, names: Names) -> Label:
    """Classes by the value of one attribute."""
    classes = [say("{c}：{v}", "{c}: {v}", c=c, v=listed(values)) for c, values in params.classes.items()]
    missing = (
        STOPS
        if params.missing == "refuse"
        else Label("缺失时同其他取值", "a missing value counts as any other")
    )
    return say(
        "按{name}归类：{classes}；其他取值：{default}；{missing}",
        "classes by {name}: {classes}; any other value: {default}; {missing}",
        name=need_words(params.own_needs()[0], names),
        classes=shortened(classes, "类", "classes"),
        default=params.default or NO_GRADE,
        missing=missing,
    )


def groups_words(params: GroupsParams, names: Names) -> Label:
    """Groups of customers who are alike."""
    features = [
        say(
            "{name}（{missing}）",
            "{name} ({missing})",
            name=subject_words(feature, names),
            missing=REFUSED
            if feature.missing == "refuse"
            else Label("缺失用平均值", "the mean where missing"),
        )
        for feature in params.features
    ]
    options = [str(k) for k in params.choose_from or (len(params.names),)]
    return say(
        "按{features}的{by}找出相似客户群，群数：{count}；按{order}的平均值（{better}）命名：{names}",
        "groups of similar customers by the {by} of {features}; number of groups: {count}; "
        "named by the mean of {order} ({better}): {names}",
        features=join(features, "、", ", "),
        by=Label("标准分", "z-scores") if params.by == "zscore" else Label("名次", "ranks"),
        count=Label(
            "、".join(options) + (" 中最稳定的" if params.choose_from else ""),
            "the most stable of " * bool(params.choose_from) + ", ".join(options),
        ),
        order=subject_words(params.order_by, names),
        better=LOWER if params.order_by.better == "lower" else Label("越高越好", "higher is better"),
        names=names_of(params.names),
    )


def fixed_words(params: FixedParams, names: Names) -> Label:
    """One grade for everybody."""
    return say("一律为{grade}", "{grade} for all of them", grade=params.grade)


def _criterion(place: int, criterion: CriterionParams, names: Names) -> Label:
    notes = [LOWER] if criterion.better == "lower" else []
    if criterion.tie_within is not None:
        notes.append(say("按 {n} 一档，同档并列", "steps of {n} are ties", n=plain(criterion.tie_within)))
    return say(
        "{place}. {name}（{notes}）",
        "{place}. {name} ({notes})",
        place=place,
        name=subject_words(criterion, names),
        notes=join([*notes, CRITERION_MISSING[criterion.missing]], "，", ", "),
    )


def _lines(params: LinesParams) -> Label:
    way, lines = next(iter(params.cuts().items()))
    if way == "computed":
        return say(
            "{names} 的界线由累计曲线算出",
            "the limits of {names} are computed from the cumulative curve",
            names=names_of(lines),
        )
    zh, en = {
        "upto": ("累计至总额的 {line} 为{grade}", "{grade} up to {line} of the total"),
        "top_share": ("累计至前 {line} 的客户为{grade}", "{grade} up to the first {line} of the customers"),
        "top_customers": ("至第 {line} 名为{grade}", "{grade} down to rank {line}"),
    }[way]
    last = "rest" if way == "top_customers" else 1
    found = [
        say("其余为{grade}", "{grade} everybody else", grade=grade)
        if line == last
        else say(zh, en, grade=grade, line=plain(line) if way == "top_customers" else percent(line))
        for grade, line in lines.items()
    ]
    if way == "upto":
        found.append(
            Label("越过界线的那位客户归入较好的一级", "the customer who crosses a line belongs above it")
        )
    return join(found, "，", ", ")
