"""Parameters of the designs that are put to the history beside the bar of the programme.

Each entry says who was compared with whom, since when and why: the programme register of what the company
really did. What it asks is answered in ``toolkit/effects/``, or refused there.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from toolkit.params.schemes import When
from toolkit.params.strict import (
    Identifier,
    QuarterText,
    Several,
    Share,
    Strict,
    Text,
    Words,
    described,
    refuse,
)


class _Asked(Strict):
    """What every design states."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    contrast: Words = described("比较的是什么", "what is compared with what")
    source: Text = described("依据", "source")


class DiscretionParams(_Asked):
    """A grade given by judgement or by many factors: holders against comparable others."""

    design: Literal["adjusted"] = described("统计调整", "adjusted for recorded factors")
    grade: Text = described("等级名（grades 表中）", "grade, as in the table grades")
    since: QuarterText = described("首次评级的季度（季末）", "first review (end of this quarter)")
    every_quarters: int = described("每几个季度评一次", "quarters between reviews", 4, ge=1, le=12)
    window_quarters: int = described(
        "因素的观察期季度数", "quarters over which factors are taken", 4, ge=1, le=40
    )
    among: When = described("只看满足全部条件的客户", "only customers who meet all of these conditions", ())
    controls: Several[Text] = described(
        "评级时看得到的因素", "measures known when the grade was given", min_length=1
    )
    rule_known: bool = described(
        "等级是否由固定规则决定；是则不可用此设计",
        "whether a fixed rule decides; then this design is refused",
        False,
    )


class RolloutParams(_Asked):
    """A benefit that began at different times for different customers."""

    design: Literal["rollout"] = described("分批推行", "staggered start")
    measure: Text = described("结果指标（每季度）", "measure, taken quarter by quarter")
    started_by: Text = described(
        "记录起始日的名单（lists 表）；在名单上即已开始",
        "list of the table lists; being on it is to have started",
    )
    transform: Literal["level", "log"] = described(
        "level 原值，log 取对数（只看为正的季度）", "level, or log (positive quarters only)", "level"
    )
    cluster: Text | None = described(
        "按哪个客户属性分批（如 region）；按客户逐个开始则不写",
        "attribute by which it was rolled out (such as region); left out where customers started one by one",
        None,
    )


class ReviewsParams(_Asked):
    """A programme's grade and what its holders spent, visited or complained: before and after its reviews."""

    design: Literal["reviews"] = described("复评前后", "before and after the programme's reviews")
    measure: Text = described("结果指标", "measure of what followed")
    moved: Literal["launch", "up", "down"] = described(
        "launch 首次评级，up 升级，down 降级",
        "launch, or upgrades, or downgrades of an ongoing programme",
        "up",
    )


class BandParams(Strict):
    """Around a bar, within which a lot decided."""

    measure: Text = described("评级指标", "measure compared with the bar")
    bar: float = described("门槛值", "the bar", gt=0)
    low: float = described("下限，门槛的倍数", "lower end, as a multiple of the bar", ge=0, lt=1)
    high: float = described("上限，门槛的倍数", "upper end, as a multiple of the bar", gt=1)
    window_quarters: int = described("观察期季度数", "quarters in the observation window", 4, ge=1, le=40)


class LotParams(_Asked):
    """A draw by lot: two lists of customers, entered on the same days."""

    design: Literal["experiment"] = described("随机试验", "randomised experiment")
    treated: Text = described("抽中的客户名单（lists 表）", "list of those drawn for it")
    control: Text = described("未抽中的客户名单（lists 表）", "list of those drawn against it")
    share: Share = described("抽中的概率", "probability of being drawn for it", 0.5)
    band: BandParams | None = described(
        "只在门槛附近抽签时写明范围", "the band around a bar, where lots were drawn only there", None
    )
    cluster: Text | None = described(
        "整体抽签的客户属性（customers 表中的列，如 region）；逐个客户抽签则不写",
        "attribute drawn whole, a column of the table customers such as region; left out where customers were drawn "
        "one by one",
        None,
    )
    control_served_on: date | None = described(
        "未抽中者从该日起也得到同样的服务（分批开始的最后一批）；表现期到该日尚未结束的定义不予回答",
        "day from which those drawn against it were served as well (the last of several batches); definitions whose "
        "outcome window had not closed by then are refused",
        None,
    )
    package: Identifier | None = described(
        "抽中者得到的服务包；写明后可估计各方案在这些客户中的价值",
        "service package that those drawn for it had; with it every policy is valued among them",
        None,
    )
    otherwise: Identifier | None = described(
        "未抽中者的服务包；不写则取各方案除 package 之外仅有的那一个，否则取 programme 的 otherwise",
        "service package of those drawn against it; left out, the only other one of the policies, else the programme's",
        None,
    )
    drawn_on: QuarterText | None = described(
        "按哪个季度末的记录抽签；不写则为名单生效前的季度",
        "quarter at whose end the records stood when lots were drawn; left out, the one before the lists begin",
        None,
    )
    policy: Identifier | None = described(
        "只在此备选方案会变动的客户中抽签时写明",
        "alternative whose switchers drew lots, where nobody else did",
        None,
    )
    controls: Several[Text] = described(
        "抽签前的指标，用于提高精度", "measures from before the draw, for precision", ()
    )
    window_quarters: int = described(
        "这些指标的观察期季度数", "quarters over which they are taken", 4, ge=1, le=40
    )

    @model_validator(mode="after")
    def arms_differ(self) -> LotParams:
        if self.treated == self.control:
            raise refuse("treated 与 control 不能是同一名单", "treated and control must be different lists")
        if not 0 < self.share < 1:
            raise refuse("share 应在 0 与 1 之间", "share must lie between 0 and 1")
        return self


DesignParams = Annotated[
    DiscretionParams | RolloutParams | ReviewsParams | LotParams, Field(discriminator="design")
]
