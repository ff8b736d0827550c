"""Words for weighted scores."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.params.schemes import (
    BandPoints,
    BonusParams,
    CriticParams,
    EntropyParams,
    FactorParams,
    PairwiseParams,
    RangePoints,
    RegressionParams,
    ScoredParams,
    StepParams,
    ValuePoints,
    ZScorePoints,
)
from toolkit.schemes.reasons import plain
from toolkit.schemes.weighing import judged_weights
from toolkit.schemes.wording import (
    LOWER,
    REFUSED,
    Names,
    counted,
    floor_words,
    join,
    ladder_words,
    percent,
    quarters,
    say,
    shortened,
    subject_words,
    when_words,
)
from toolkit.terms import Label, number

FACTOR_MISSING = {
    "refuse": REFUSED,
    "zero_points": Label("缺失记 0 分", "0 points where missing"),
    "middle_points": Label("缺失记 50 分", "50 points where missing"),
}
BLIND = Label("只看得分的分布，不看客户后来如何", "it looks at the points alone, never at what followed")
FROZEN = Label("首次复评时算出，此后不变", "worked out at the first review and kept from then on")
RANK = Label("按在参照客户中的名次得分", "points by rank among the reference customers")


def scored_words(params: ScoredParams, names: Names) -> Label:
    """A weighted score with the origin of its weights, its bonuses, floors and steps."""
    weights = _percents(params)
    factors = join([_factor(f, w, names) for f, w in zip(params.factors, weights, strict=True)])
    opening = Label("各因子折成 0 至 100 分，加权求和", "each factor becomes 0 to 100 points and is weighted")
    found = [say("{opening}：{all}", "{opening}: {all}", opening=opening, all=factors)]
    if params.weights is not None:
        found.append(origin_words(params, names))
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


def origin_words(params: ScoredParams, names: Names) -> Label:
    """Where the weights of a score come from, and what that method does not look at."""
    how = params.weights
    if isinstance(how, PairwiseParams):
        return _pairwise(params, how)
    if isinstance(how, EntropyParams):
        return say(
            "权重按熵权法在{frozen}；{blind}",
            "entropy weights, {frozen}; {blind}",
            frozen=FROZEN,
            blind=BLIND,
        )
    if isinstance(how, CriticParams):
        return say(
            "权重按 CRITIC 法在{frozen}；{blind}",
            "CRITIC weights, {frozen}; {blind}",
            frozen=FROZEN,
            blind=BLIND,
        )
    if isinstance(how, RegressionParams):
        return say(
            "权重由回归得出（不为负）：以首次定级前 {span}的得分预测此后至首次定级的{on}，此后不变",
            "weights by regression, none negative: points {span} before the first graded review predict {on} "
            "from then until it; kept from then on",
            span=quarters(how.quarters),
            on=names.get(how.on, Label(how.on, how.on)),
        )
    return Label("权重由专家给定", "the weights are given by experts")


def _pairwise(params: ScoredParams, how: PairwiseParams) -> Label:
    found = judged_weights(params)
    said = say(
        "权重用层次分析法由 {n}两两比较得出，一致性比率 CR 为 {ratio}（上限 {limit}{accepted}）",
        "weights by comparisons in pairs (AHP) of {n}, consistency ratio (CR) {ratio} (limit {limit}{accepted})",
        n=counted(len(how.judgements), "位专家", "expert"),
        ratio=number(found.consistency_ratio, 4),
        limit=plain(how.consistency_limit),
        accepted=Label("，超过而仍照用", ", exceeded and used all the same")
        if found.consistency_ratio > how.consistency_limit
        else Label("", ""),
    )
    if len(how.judgements) == 1:
        return said
    spread = say(
        "各专家的判断取几何平均，单独的 CR 最高 {worst}，同一判断的几何标准差最大 {spread} 倍",
        "their judgements are joined by geometric means; the highest CR of one expert is {worst}, the widest "
        "geometric standard deviation of one judgement {spread}",
        worst=number(found.ratios.max(), 4),
        spread=number(found.dispersion.to_numpy().max(), 2),
    )
    return join([said, spread], "，", ", ")


def _percents(params: ScoredParams) -> Sequence[str | None]:
    """Weights as printed, in the order of the factors; None where data make them."""
    given = params.expert_weights
    if given is not None:
        return [percent(weight) for weight in given]
    if isinstance(params.weights, PairwiseParams):
        found = judged_weights(params).weights
        return [f"{number(found[name] * 100, 1)}%" for name in params.factor_names]
    return [None] * len(params.factors)


def _factor(factor: FactorParams, weight: str | None, names: Names) -> Label:
    notes = [_points(factor), FACTOR_MISSING[factor.missing]]
    return say(
        "{name}（{notes}）" if weight is None else "{name}占 {weight}（{notes}）",
        "{name} ({notes})" if weight is None else "{name} {weight} ({notes})",
        name=subject_words(factor, names),
        weight=weight or "",
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
