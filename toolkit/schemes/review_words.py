"""Words for the review rules and the tags of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.params.policy import ReviewParams, TagParams
from toolkit.schemes.wording import counted, join, ladder_words, quarters, say, shortened, when_words
from toolkit.terms import Label

OURS = Label(
    "原文没有规则，由分析师代拟、待替换。",
    "The text gives no rule; this one is the analyst's to replace.",
)


def review_words(review: ReviewParams) -> Label:
    """When grades are decided, over which window, and how a grade is kept or lost."""
    found = [
        say("每 {n}复评一次", "Reviewed every {n}", n=quarters(review.every_quarters)),
        say("观察期为 {n}", "observation window of {n}", n=quarters(review.window_quarters)),
    ]
    if review.in_quarter is not None:
        found.insert(1, say("在第 {q} 季度末", "at the end of quarter {q}", q=review.in_quarter))
    found.append(
        say("降级后原等级保留 {n}", "a lost grade is held for {n}", n=quarters(review.hold_quarters))
        if review.hold_quarters
        else Label("没有保级期", "a lost grade is not held")
    )
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
