"""Parameters of the review rules: when grades are decided, and what may move them between reviews."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes import Floor, SchemeParams, When, eased
from toolkit.params.strict import Several, Strict, Text, Words, described, refuse


class TriggerParams(Strict):
    """An event between two reviews that moves a grade at once."""

    reason: Words = described("理由", "reason")
    when: When = described(
        "须全部成立的条件；event 不写窗口时只看当季，每季末重新判断",
        "conditions that must all hold; an event without a window of its own looks at the single quarter, "
        "and every quarter is judged anew",
        min_length=1,
    )
    regrade: Literal[True] | None = described("立即按方案重新定级", "apply the scheme now", None)
    pin: Text | None = described("定为该级", "grade that is given", None)
    up: int | None = described("升几级", "grades up", None, ge=1)
    down: int | None = described("降几级", "grades down", None, ge=1)
    at_once: bool = described(
        "降级立即生效，不适用保级期", "a fall takes effect at once; the hold rule does not apply to it", False
    )

    @model_validator(mode="after")
    def one_action(self) -> TriggerParams:
        given = [name for name in ("regrade", "pin", "up", "down") if getattr(self, name) is not None]
        if len(given) != 1:
            raise refuse(
                f"regrade、pin、up、down 应恰好写一个，现在写了 {len(given)} 个",
                f"exactly one of regrade, pin, up, down must be given, got {given}",
            )
        if self.at_once and self.up is not None:
            raise refuse(
                "at_once 只用于可能降级的动作，不能与 up 同用", "at_once is for falls and excludes up"
            )
        return self


class AppealsParams(Strict):
    """Appeals (table ``appeals``): a granted one sets the grade from the day of its decision."""

    names: dict[Text, Literal["granted", "refused"]] | None = described(
        "表中 decision 的写法: granted 成立、refused 驳回；不写则表中就写这两个词",
        "decision as written in the table: granted or refused; left out, the table uses these words",
        None,
    )
    grades: dict[Text, Text] | None = described(
        "表中 grade 的写法: 本方案的等级", "grade as written in the table: grade of this scheme", None
    )
    until: Literal["next_review"] | None = described(
        "有效到下次复评（不写 quarters 时即如此）",
        "stands until the next review (the rule without quarters)",
        None,
    )
    quarters: int | None = described(
        "有效几个季度，与 until 只能写一个", "stands for so many quarters; excludes until", None, ge=1, le=40
    )
    recheck: bool = described(
        "下次复评时按方案复核，登记为维持或撤销",
        "checked again by the scheme at the next review, and recorded as confirmed or withdrawn",
        True,
    )

    @model_validator(mode="after")
    def one_end(self) -> AppealsParams:
        if self.until is not None and self.quarters is not None:
            raise refuse("until 与 quarters 只能写一个", "only one of until and quarters may be given")
        return self


class ReviewParams(Strict):
    """When grades are decided, and how long a lost grade is kept."""

    every_quarters: int = described("每几个季度复评一次", "quarters between reviews", ge=1, le=12)
    in_quarter: int | None = described(
        "年度复评在第几季度（季末）；不写则与报告季度对齐",
        "quarter of the year at whose end annual reviews fall; left out, reviews are aligned with the report",
        None,
        ge=1,
        le=4,
    )
    every_quarters_by_grade: dict[str, Annotated[int, Field(ge=1, le=12)]] | None = described(
        "某等级的客户每几个季度复评一次，未写的等级按 every_quarters；尚无等级的客户每次复评都评",
        "quarters between reviews of the customers in a grade, every_quarters for grades not named; "
        "customers without a grade are decided at every review",
        None,
    )
    hold_quarters: int = described(
        "保级期：降级后原等级保留几个季度", "quarters for which a lost grade is kept", 0, ge=0, le=12
    )
    window_quarters: int = described("观察期有几个季度", "quarters in the observation window", 4, ge=1, le=40)
    keep_floors: dict[str, Floor] | None = described(
        "保留门槛：上次复评已有该等级的客户只需达到此数（门槛法的指标或评分法的得分）",
        "floor at which a grade of the last review is kept, below the one that earns it "
        "(measure of thresholds, score of a scored scheme)",
        None,
    )
    max_fall_steps: int | None = described(
        "一次复评最多降几级；不写则不限", "most grades lost at one review; left out, no limit", None, ge=1
    )
    minimum_quarters: int = described(
        "自首次购买的季度（含）起满几个季度才按方案定级",
        "quarters since that of the first purchase, inclusive, before the scheme applies",
        0,
        ge=0,
        le=40,
    )
    cold_start_grade: Text | None = described(
        "未满 minimum_quarters 的客户的等级；不写则不定级",
        "grade before minimum_quarters; left out, such customers are not graded",
        None,
    )
    whom: Literal["active", "recorded"] = described(
        "给谁定级：active 近期有购买的客户；recorded 名册上的所有人，包括从未购买的潜在客户",
        "who is graded: active customers, or everybody on record, prospects who never bought included",
        "active",
    )
    triggers: Several[TriggerParams] = described(
        "两次复评之间的事件触发，从上往下取第一条符合的",
        "events between reviews that move a grade; the first that fits applies",
        (),
    )
    appeals: AppealsParams | None = described(
        "申诉规则；不写则不看申诉表", "rules for appeals; left out, appeals are not looked at", None
    )


MOVES = ("hold_quarters", "max_fall_steps", "keep_floors")


def refuse_unfit(review: ReviewParams, scheme: SchemeParams) -> None:
    """Refuse review rules that the scheme cannot follow.

    Raises
    ------
    PydanticCustomError
        If they name a grade that the scheme does not have, or move up and down classes without an order.
    """
    unknown = [grade for grade in _named(review) if grade not in scheme.grades]
    if unknown:
        raise refuse(
            f"复评规则提到 {unknown[0]}，方案没有这个等级", f"the review rules name {unknown[0]}, no grade"
        )
    if review.cold_start_grade and not review.minimum_quarters:
        raise refuse("cold_start_grade 需要 minimum_quarters", "cold_start_grade needs minimum_quarters")
    if not scheme.ordered and any(getattr(review, name) for name in MOVES):
        raise refuse(
            "类别没有高低之分，不能写 hold_quarters、max_fall_steps 或 keep_floors",
            "the classes have no order, so hold_quarters, max_fall_steps and keep_floors mean nothing",
        )
    if not scheme.ordered and any(t.up or t.down or t.at_once for t in review.triggers):
        raise refuse(
            "类别没有高低之分，触发规则只能用 regrade 或 pin，也不用 at_once",
            "the classes have no order, so triggers can only regrade or pin, without at_once",
        )
    if review.keep_floors:
        eased(scheme, review.keep_floors)


def _named(review: ReviewParams) -> list[str]:
    """Grades that the review rules mention."""
    found = [*(review.keep_floors or ()), *(review.every_quarters_by_grade or ())]
    found += [trigger.pin for trigger in review.triggers if trigger.pin]
    found += (review.appeals.grades or {}).values() if review.appeals else ()
    return [*found, review.cold_start_grade] if review.cold_start_grade else found
