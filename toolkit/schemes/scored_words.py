"""Words for weighted scores."""

from __future__ import annotations

from toolkit.params.schemes import (
    BandPoints,
    BonusParams,
    FactorParams,
    RangePoints,
    ScoredParams,
    StepParams,
    ValuePoints,
    ZScorePoints,
)
from toolkit.schemes.reasons import plain
from toolkit.schemes.wording import (
    LOWER,
    REFUSED,
    Names,
    counted,
    floor_words,
    join,
    ladder_words,
    percent,
    say,
    shortened,
    subject_words,
    when_words,
)
from toolkit.terms import Label

FACTOR_MISSING = {
    "refuse": REFUSED,
    "zero_points": Label("缺失记 0 分", "0 points where missing"),
    "middle_points": Label("缺失记 50 分", "50 points where missing"),
}
RANK = Label("按在参照客户中的名次得分", "points by rank among the reference customers")


def scored_words(params: ScoredParams, names: Names) -> Label:
    """A weighted score with its bonuses, floors and steps."""
    factors = join([_factor(factor, names) for factor in params.factors])
    opening = Label("各因子折成 0 至 100 分，加权求和", "each factor becomes 0 to 100 points and is weighted")
    found = [say("{opening}：{all}", "{opening}: {all}", opening=opening, all=factors)]
    if params.bonuses:
        bonuses = [_bonus(bonus, names) for bonus in params.bonuses]
        found.append(
            say("加分与扣分：{all}", "bonuses: {all}", all=shortened(bonuses, "项加分或扣分", "bonuses"))
        )
    if params.bonus_cap is not None:
        found.append(
            say(
                "加分合计不超过 {cap} 分",
                "bonuses add no more than {cap} points",
                cap=plain(params.bonus_cap),
            )
        )
    if params.score_cap is not None:
        found.append(say("总分不超过 {cap} 分", "the score stops at {cap}", cap=plain(params.score_cap)))
    found.append(say("得分门槛：{all}", "score floors: {all}", all=ladder_words(params.floors)))
    if params.steps:
        steps = [_step(step, names) for step in params.steps]
        found.append(
            say("定级之后：{all}", "after grading: {all}", all=shortened(steps, "条升降级", "steps"))
        )
    return join(found)


def _factor(factor: FactorParams, names: Names) -> Label:
    notes = [_points(factor), FACTOR_MISSING[factor.missing]]
    return say(
        "{name}占 {weight}（{notes}）",
        "{name} {weight} ({notes})",
        name=subject_words(factor, names),
        weight=percent(factor.weight),
        notes=join([LOWER, *notes] if factor.better == "lower" else notes, "，", ", "),
    )


def _points(factor: FactorParams) -> Label:
    points = factor.points
    if isinstance(points, ZScorePoints):
        return say(
            "按标准分得分，至 {n} 倍标准差为止",
            "points by z-score up to {n} standard deviations",
            n=plain(points.limit),
        )
    if isinstance(points, RangePoints):
        return say(
            "{worst} 得 0 分、{best} 得 100 分，其间按比例",
            "0 points at {worst}, 100 at {best}, straight between",
            worst=plain(points.worst),
            best=plain(points.best),
        )
    if isinstance(points, BandPoints):
        given = [(floor_words(band.floor, factor.better), band.points) for band in points.bands]
    elif isinstance(points, ValuePoints):
        given = [(Label(value, value), own) for value, own in points.values.items()]
        given.append((Label("其他取值", "any other value"), points.otherwise))
    else:
        return RANK
    return join(
        [say("{what}得 {p} 分", "{what}: {p} points", what=w, p=plain(p)) for w, p in given], "、", ", "
    )


def _bonus(bonus: BonusParams, names: Names) -> Label:
    sign = Label("加", "add") if bonus.points >= 0 else Label("扣", "take away")
    return say(
        "{reason}，{sign} {points} 分（{when}）",
        "{reason}: {sign} {points} points ({when})",
        reason=bonus.reason.label(),
        sign=sign,
        points=plain(abs(bonus.points)),
        when=when_words(bonus.when, names),
    )


def _step(step: StepParams, names: Names) -> Label:
    ends = [
        say(zh, en, grade=grade)
        for zh, en, grade in (
            ("最高到{grade}", "no higher than {grade}", step.not_above),
            ("最低到{grade}", "no lower than {grade}", step.not_below),
        )
        if grade
    ]
    return say(
        "{reason}，{way} {n}（{when}）",
        "{reason}: {n} {way} ({when})",
        reason=step.reason.label(),
        way=Label("升", "up") if step.steps >= 0 else Label("降", "down"),
        n=counted(abs(step.steps), "级", "grade"),
        when=join([when_words(step.when, names), *ends], "，", ", "),
    )
