"""Parameters of the grading programme that really ran: the register of what it did, at which bar, since when."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import model_validator

from toolkit.params.strict import Identifier, QuarterText, Several, Strict, Text, Words, described, refuse


class ChangeParams(Strict):
    """Something that began for the holders of a grade."""

    on: date = described("起始日期", "day from which it held")
    what: Literal["discount", "staff", "visits", "hotline", "gift", "label", "other"] = described(
        "种类：折扣、专人、走访、热线、礼品、称号、其他",
        "kind: discount, staff, visits, hotline, gift, label or other",
    )
    text: Words = described("内容", "what it was")


class AnnouncementParams(Strict):
    """A day on which customers or staff learned of a bar or of a benefit."""

    on: date = described("日期", "day")
    text: Words = described("内容", "what was announced")


class SaleParams(Strict):
    """A promotion that ran for some time, whoever had which grade."""

    from_on: date = described("起始日期", "first day")
    to_on: date = described("截止日期（不含）", "first day after it")
    text: Words = described("内容", "what it was")

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> SaleParams:
        if self.to_on <= self.from_on:
            raise refuse("to_on 应晚于 from_on", "to_on must be later than from_on")
        return self


class ProgrammeParams(Strict):
    """A grading programme that really ran: what changed at which bar, since when."""

    grade: Text = described(
        "享受待遇的等级名（grades 表中）", "grade (in the table grades) that receives the treatment"
    )
    package: Identifier = described("该等级的服务包", "service package of that grade")
    otherwise: Identifier = described("未达标者的服务包", "service package of the others")
    measure: Text = described("评级指标", "measure that decides")
    bar: float = described("门槛值", "the bar", gt=0)
    other_bars: Several[float] = described(
        "同一指标上其他等级的门槛；比较范围止于与相邻门槛的中点",
        "bars of other grades on the same measure; customers are compared midway to the next one at most",
        (),
    )
    window_quarters: int = described("观察期季度数", "quarters in the observation window", 4, ge=1)
    active_quarters: int = described(
        "评级时最近几个季度内买过的客户才算在内",
        "customers count at a review who bought within so many quarters",
        4,
        ge=1,
    )
    since: QuarterText = described("首次评级的季度（季末）", "first review (end of this quarter)")
    every_quarters: int = described("每几个季度评一次", "quarters between reviews", 4, ge=1)
    other_perks: Several[Text] = described(
        "同一门槛上的其他权益", "other perks that change at the same bar", ()
    )
    other_perks_since: QuarterText | None = described(
        "其他权益从哪个季度末的复评起就有；早于 since 时以前后断点之差剔除",
        "review from which the other perks held; where that is before since they are differenced out",
        None,
    )
    keep_bar: float | None = described(
        "已有该等级者保留等级的门槛；不写则与 bar 相同",
        "bar at which holders keep the grade; left out, the same bar",
        None,
        gt=0,
    )
    changes: Several[ChangeParams] = described(
        "该等级带来什么、自何时起", "what the grade brought, and since when", ()
    )
    announcements: Several[AnnouncementParams] = described(
        "客户或员工何时得知门槛或权益", "when customers or staff learned of the bar or the benefits", ()
    )
    sales: Several[SaleParams] = described("促销日历", "calendar of promotions", ())
    source: Text = described("依据", "source")

    @model_validator(mode="after")
    def perks_are_named(self) -> ProgrammeParams:
        if self.other_perks_since and not self.other_perks:
            raise refuse("写了 other_perks_since 就要写 other_perks", "other_perks_since needs other_perks")
        if self.bar in self.other_bars or any(bar <= 0 for bar in self.other_bars):
            raise refuse(
                "other_bars 应为大于 0、且不同于 bar 的门槛", "other_bars must be above 0 and differ from bar"
            )
        if self.keep_bar and self.keep_bar > self.bar:
            raise refuse("keep_bar 不应高于 bar", "keep_bar must not be above bar")
        return self
