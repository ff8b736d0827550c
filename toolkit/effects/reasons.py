"""Why an effect is refused or weak, in words, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from toolkit.terms import Label, figure


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with its sentence and its remedy."""

    code: str
    sentence: Label
    remedy: Label


_PILOT = Label("在门槛附近随机试点", "run a randomised pilot around the bar")

_TABLE: tuple[tuple[str, Label, Label], ...] = (
    (
        "MANIP",
        Label(
            "门槛附近存在人为凑单迹象，无法识别升级效果",
            "customers were moved across the bar: their number jumps there",
        ),
        Label(
            "改用更早月份的消费评级，或在门槛附近随机试点",
            "grade on earlier months, or run a randomised pilot around the bar",
        ),
    ),
    (
        "IMBALANCE",
        Label(
            "门槛两侧客户在复评之前已有差异",
            "customers on the two sides of the bar differed before the review",
        ),
        Label(
            "记录破格与调整的原因；在门槛附近随机试点",
            "log the reasons of exceptions; run a randomised pilot around the bar",
        ),
    ),
    (
        "PLACEBO",
        Label("安慰剂检验未通过", "a jump appears where no grade begins"),
        Label(
            "核对评级与结果的口径是否在别处变化；在门槛附近随机试点",
            "look for rules that change elsewhere; run a randomised pilot",
        ),
    ),
    (
        "COMPOUND",
        Label(
            "同一门槛上叠加了其他权益，只能估计合并效果",
            "another benefit begins at the same bar; only the bundle could be measured",
        ),
        Label(
            "提供该等级实施之前的复评，以作前后断点之差",
            "supply reviews from before the grade existed, to difference the other benefit out",
        ),
    ),
    (
        "WEAK",
        Label("达标与实际享受待遇的关联过弱", "reaching the bar hardly changed who was served"),
        Label(
            "严格按规则执行一个周期，或在门槛附近随机试点",
            "apply the rule strictly for a period, or run a randomised pilot",
        ),
    ),
    (
        "SMALL",
        Label("门槛附近样本不足", "too few customers or events near the bar"),
        Label(
            "合并更多次复评，或在门槛附近随机试点",
            "stack more past reviews, or run a randomised pilot around the bar",
        ),
    ),
    (
        "DISCRETE",
        Label("得分取值过少，无法在门槛处比较", "the score takes too few values near the bar"),
        Label(
            "保存未取整的得分，或在门槛附近随机试点",
            "keep the unrounded score, or run a randomised pilot around the bar",
        ),
    ),
    (
        "NOOVERLAP",
        Label("不同级别客户不可比（无重叠）", "customers of different grades are not comparable: no overlap"),
        _PILOT,
    ),
    (
        "CENSORED",
        Label("观察期不足：尚无完整的表现期", "no review has a complete outcome window yet"),
        Label("等待表现期结束后重新计算", "wait until the outcome window has closed and run again"),
    ),
    (
        "SWITCHERS",
        Label(
            "变更客户超出历史证据范围，不可排序",
            "customers who would change grade lie outside the evidence; no ranking",
        ),
        Label("先在这些客户中试点", "run a pilot among these customers first"),
    ),
    (
        "HIDDEN",
        Label("未记录因素足以抹去该效果", "an unrecorded factor of plausible strength would erase it"),
        Label("记录破格评级的原因", "log why grades were given against the rule"),
    ),
    (
        "NOPROGRAMME",
        Label(
            "历史中没有分级管理：从未有客户因等级受到不同对待",
            "no grading programme in the history: nobody was ever treated differently on record",
        ),
        _PILOT,
    ),
    (
        "NOTRUNNING",
        Label(
            "有结果可查的复评时，该分级管理尚未实施",
            "the programme was not yet in force at any review whose outcome is known",
        ),
        Label("等待实施后的第一个表现期结束", "wait for the first outcome window after its start"),
    ),
    (
        "NOBAR",
        Label("该等级不由单一得分的门槛决定", "the grade is not decided by a bar on one score"),
        Label(
            "记录各因素与破格原因，改用统计调整；或随机试点",
            "record the factors and use an adjusted design, or run a randomised pilot",
        ),
    ),
    (
        "FAINT",
        Label(
            "达标与实际享受待遇的关联较弱，区间已相应放宽",
            "reaching the bar changed service for few; the interval allows for it",
        ),
        Label("严格按规则执行一个周期", "apply the rule strictly for a period"),
    ),
    (
        "COARSE",
        Label(
            "得分取值较少，只比较了门槛两侧相邻得分的客户",
            "the score takes few values; only customers with scores next to the bar were compared",
        ),
        Label("保存未取整的得分", "keep the unrounded score"),
    ),
    (
        "FRAGILE",
        Label("结果随比较范围而变化", "the figure moves with the range of customers compared"),
        Label(
            "合并更多次复评，或在门槛附近随机试点",
            "stack more past reviews, or run a randomised pilot around the bar",
        ),
    ),
)

REASONS: dict[str, Reason] = {code: Reason(code, sentence, remedy) for code, sentence, remedy in _TABLE}


def reasons(*codes: str) -> tuple[Reason, ...]:
    """Reasons of ``codes``, each once, in the order of the table.

    >>> [reason.code for reason in reasons("SMALL", "MANIP", "SMALL")]
    ['MANIP', 'SMALL']
    """
    unknown = set(codes) - set(REASONS)
    if unknown:
        raise ValueError(f"unknown reason codes {sorted(unknown)}; known are {sorted(REASONS)}")
    return tuple(reason for code, reason in REASONS.items() if code in codes)


def with_detectable(found: tuple[Reason, ...], detectable: float, unit: str) -> tuple[Reason, ...]:
    """The reasons, with the smallest detectable effect named where the sample is too small."""
    if not isfinite(detectable):
        return found
    zh, en = (figure(detectable, unit, lang) for lang in ("zh", "en"))
    return tuple(
        replace(
            reason,
            sentence=Label(
                f"{reason.sentence.zh}，最小可检出效果为 {zh}",
                f"{reason.sentence.en}; the smallest detectable effect is {en}",
            ),
        )
        if reason.code == "SMALL"
        else reason
        for reason in found
    )
