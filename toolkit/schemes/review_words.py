"""Words for the review rules and the tags of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.params.policy import TagParams
from toolkit.params.review import AppealsParams, ReviewParams, TriggerParams
from toolkit.params.schemes import single_quarter
from toolkit.schemes.wording import counted, join, ladder_words, quarters, say, shortened, when_words
from toolkit.terms import Label

OURS = Label(
    "原文没有规则，由分析师代拟、待替换。",
    "The text gives no rule; this one is the analyst's to replace.",
)

SAID = {"granted": Label("成立", "granted"), "refused": Label("驳回", "refused")}

EVERYBODY = Label(
    "给名册上的所有人定级，包括从未购买的潜在客户",
    "everybody on record is graded, prospects who never bought included",
)


def review_words(review: ReviewParams) -> Label:
    """When grades are decided, over which window, and how a grade is kept or lost."""
    found = [
        say("每 {n}复评一次", "Reviewed every {n}", n=quarters(review.every_quarters)),
        say("观察期为 {n}", "observation window of {n}", n=quarters(review.window_quarters)),
    ]
    if review.in_quarter is not None:
        found.insert(1, say("在第 {q} 季度末", "at the end of quarter {q}", q=review.in_quarter))
    if review.every_quarters_by_grade:
        paces = [
            say("{g} 每 {n}", "{g} every {n}", g=grade, n=quarters(pace))
            for grade, pace in review.every_quarters_by_grade.items()
        ]
        found.insert(1, say("其中{p}", "of these {p}", p=join(paces, "、", ", ")))
    found.append(
        say("降级后原等级保留 {n}", "a lost grade is held for {n}", n=quarters(review.hold_quarters))
        if review.hold_quarters
        else Label("没有保级期", "a lost grade is not held")
    )
    if review.whom == "recorded":
        found.append(EVERYBODY)
    if review.keep_floors:
        floors = ladder_words(review.keep_floors)
        found.append(say("保留门槛：{f}", "floors to keep a grade: {f}", f=floors))
    if review.max_fall_steps is not None:
        steps = counted(review.max_fall_steps, "级", "grade")
        found.append(say("一次最多降 {n}", "at most {n} lost at a review", n=steps))
    if review.minimum_quarters:
        start = review.cold_start_grade or Label("不定级", "no grade")
        found.append(
            say(
                "自首次购买起未满 {n}的客户：{g}",
                "customers before {n} since the first purchase: {g}",
                n=quarters(review.minimum_quarters),
                g=start,
            )
        )
    return say("{all}。", "{all}.", all=join(found, "，", ", "))


def triggers_words(triggers: Sequence[TriggerParams], names: Mapping[str, Label]) -> Label:
    """The events that move a grade between two reviews."""
    found = [
        say(
            "{reason}，{action}{at_once}（当季末{when}）",
            "{reason}: {action}{at_once} (at the end of a quarter, {when})",
            reason=rule.reason.label(),
            action=_move(rule),
            at_once=Label("，立即生效、不保级", ", at once without the hold")
            if rule.at_once
            else Label("", ""),
            when=when_words([single_quarter(condition) for condition in rule.when], names),
        )
        for rule in triggers
    ]
    return say(
        "两次复评之间的事件，只用第一条符合的：{all}。",
        "Events between reviews, only the first that fits: {all}.",
        all=shortened(found, "条", "rules"),
    )


def appeals_words(params: AppealsParams) -> Label:
    """What an appeal does, for how long, and whether it is checked again."""
    span = (
        say("有效 {n}", "stands for {n}", n=quarters(params.quarters))
        if params.quarters is not None
        else Label("有效到下次复评", "stands until the next review")
    )
    found = [
        Label(
            "成立的自决定之日所在季度起定级", "a granted one sets the grade from the quarter of its decision"
        ),
        span,
    ]
    found.append(
        Label(
            "下次复评按方案复核，维持或撤销",
            "the next review checks it by the scheme and confirms or withdraws it",
        )
        if params.recheck
        else Label("到期即止，不复核", "it ends without being checked again")
    )
    for zh, en, words in (("结论", "decision", params.names), ("等级", "grade", params.grades)):
        if words:
            pairs = [say("{a} 即{b}", "{a} means {b}", a=a, b=SAID.get(b, b)) for a, b in words.items()]
            found.append(say(f"{zh}{{w}}", f"{en} {{w}}", w=join(pairs, "、", ", ")))
    return say("申诉：{all}。", "Appeals: {all}.", all=join(found, "，", ", "))


def _move(rule: TriggerParams) -> Label:
    if rule.regrade:
        return Label("立即按方案重新定级", "graded by the scheme at once")
    if rule.pin is not None:
        return say("定为{g}", "set to {g}", g=rule.pin)
    if rule.up is not None:
        return say("升 {n}", "{n} up", n=counted(rule.up, "级", "grade"))
    return say("降 {n}", "{n} down", n=counted(rule.down, "级", "grade"))


def tags_words(tags: Sequence[TagParams], names: Mapping[str, Label]) -> Label:
    """The marks beside the grade and the conditions of each."""
    found = [
        say(
            "{name}{sensitive}：{when}",
            "{name}{sensitive}: {when}",
            name=tag.name,
            sensitive=Label("（敏感）", " (sensitive)") if tag.sensitive else Label("", ""),
            when=when_words(tag.when, names),
        )
        for tag in tags
    ]
    return say(
        "等级之外的标签：{all}。", "Tags beside the grade: {all}.", all=shortened(found, "个标签", "tags")
    )
