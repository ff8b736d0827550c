"""Parameters of how customers would react to a policy: declared elasticities, with author, date and source.

What rests on them is shown beside the static value and decides nothing.
"""

from __future__ import annotations

from datetime import date

from pydantic import model_validator

from toolkit.params.strict import Identifier, Share, Strict, Text, Words, described, refuse


class NeglectParams(Strict):
    """What follows where customers receive a worse package than under the baseline, beyond the estimated effect."""

    retention: Share = described(
        "待遇下降的客户中，另外多流失的比例",
        "share of the customers with a worse package who leave in addition",
    )
    word_of_mouth: float = described(
        "每流失一位这样的客户，口碑再少带来几位新客户",
        "new customers lost by word of mouth for each customer lost in this way",
        0.0,
        ge=0,
    )
    worth_of_new: float | None = described(
        "一位新客户在计算期内的毛利；不写则取待遇下降客户的平均值",
        "margin of a new customer over the horizon; left out, the mean of the customers with a worse package",
        None,
        ge=0,
    )


class ReachingParams(Strict):
    """Customers a little below a bar who push their measure over it."""

    within: float = described(
        "离门槛多近才会去够：门槛的百分之几以内",
        "how near: below the bar by at most this share of it",
        gt=0,
        le=0.5,
    )
    share: Share = described("其中有多大比例会去够", "share of them who do")
    new: Share = described(
        "为够门槛而多花的部分，多大比例是真正新增的；其余只是提前消费，不带来毛利",
        "share of what they push that is new within the year; the rest is brought forward and brings nothing",
    )


class ElasticitiesParams(Strict):
    """How strongly customers react; a part that is left out does not happen."""

    reaching: ReachingParams | None = described("凑单：去够门槛", "reaching for a bar", None)
    neglect: NeglectParams | None = described(
        "冷落：待遇下降后的流失与口碑", "neglect and word of mouth", None
    )

    @model_validator(mode="after")
    def says_something(self) -> ElasticitiesParams:
        if self.reaching is None and self.neglect is None:
            raise refuse("reaching 与 neglect 至少要写一项", "needs reaching or neglect, or both")
        return self


class BehaviourParams(Strict):
    """Declared reactions of customers to a change of policy."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    elasticities: ElasticitiesParams = described("反应的强弱", "strength of the reactions")
    author: Text = described("由谁假定", "who assumes it")
    on: date = described("假定的日期", "day on which it was assumed")
    source: Text = described("依据", "source")
