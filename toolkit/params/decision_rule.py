"""Parameters of a decision rule: what it takes to recommend a change, agreed before the numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import model_validator

from toolkit.params.strict import Identifier, Share, Strict, Text, Words, described, refuse


class PlausibleParams(Strict):
    """The largest change of retention that is taken for possible, and who says so."""

    change: float = described(
        "留存最多能变化多少（比例）", "largest change of retention, a share", gt=0, le=1
    )
    apart: float = described(
        "不同客户群之间的留存变化最多可能相差多少（比例）；只用于“最好的概率”、遗憾值与信息的价值",
        "largest difference of that change between one group of customers and another, a share; for the chance of "
        "being best, the regret and the value of information alone",
        0.04,
        gt=0,
        le=1,
    )
    author: Text = described("由谁提出", "who says so")
    on: date = described("提出日期", "on which day")
    source: Text = described("依据", "on what grounds")


class HorizonRangeParams(Strict):
    """How short and how long the horizon could be taken as well; for the sensitivity alone."""

    low: int = described("最短（季度）", "shortest, in quarters", ge=1, le=40)
    high: int = described("最长（季度）", "longest, in quarters", ge=1, le=40)


class DecisionRuleParams(Strict):
    """When a policy is adopted, put to a pilot, left aside, or rejected.

    A policy is adopted when all of ``adopt_*`` hold and no limit is broken. It is rejected when the
    probability of a gain is at most ``reject_probability`` on every reading. A pilot is run when that
    probability lies between ``pilot_probability`` and ``adopt_probability``, or when history cannot tell
    and the change needed to break even is possible. In all other cases the baseline is kept.
    """

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    starter: bool = described(
        "示例规则，尚未由公司约定；约定之后删去此行，在此之前不作判定",
        "an example that the company has not agreed on; delete the line once it has: nothing is decided before",
        False,
    )
    adopt_probability: Share = described(
        "采用所需的“净值为正”的概率下限",
        "lowest probability of a positive net value at which a policy is adopted",
    )
    adopt_identified_share: Share = described(
        "采用所需的“有识别证据”的变动毛利占比下限",
        "lowest share of switchers' margin whose effect is identified",
    )
    pilot_probability: Share = described(
        "净值为正的概率不低于此值、又不足以采用时，先做试点",
        "at or above this probability, and below adoption, a pilot is run first",
    )
    reject_probability: Share = described(
        "净值为正的概率在各种算法下都不高于此值时否决",
        "at or below this probability on every reading the policy is rejected",
    )
    plausible_change: PlausibleParams | None = described(
        "历史没有给出区间时，认为留存最多可能变化多少；不写则不设限",
        "largest change of retention taken for possible where history gives no interval; left out, no limit",
        None,
    )
    budget_per_year: float | None = described(
        "每年允许增加的服务成本；不写则不设上限",
        "extra cost to serve allowed per year; left out, no limit",
        None,
        ge=0,
    )
    horizon_quarters: int = described(
        "一位被留住的客户带来多少个季度的毛利",
        "quarters of margin that a retained customer brings",
        4,
        ge=1,
        le=40,
    )
    discount_per_year: Share = described("折算未来季度的年贴现率", "yearly discount of quarters to come", 0.1)
    horizon_between: HorizonRangeParams | None = described(
        "上一项也可以取多短、多长，只用于敏感性排序；不写则不列",
        "how short or long it could be taken as well, for the sensitivity alone; left out, not shown",
        None,
    )
    decided: date = described("规则确定的日期", "day on which the rule was agreed")
    source: Text = described("由谁、在哪份文件中确定", "who agreed it, in which document")
    quote: Words = described("报告中引用的原文", "the rule as quoted in the report")

    @model_validator(mode="before")
    @classmethod
    def keep_probability_was_replaced(cls, data: Any) -> Any:
        if isinstance(data, dict) and "keep_probability" in data:
            raise refuse(
                "keep_probability 已由两项取代：请改写 reject_probability（在各种算法下都不高于此概率即否决，可沿用原值），"
                "并加写 pilot_probability（不低于此概率先做试点，如 0.5）",
                "keep_probability has been replaced by two keys: write reject_probability (rejected at or below it on "
                "every reading; the old value will do) and add pilot_probability (a pilot is run at or above it, such as 0.5)",
            )
        return data

    @model_validator(mode="after")
    def horizon_within_its_range(self) -> DecisionRuleParams:
        between = self.horizon_between
        if between and not between.low <= self.horizon_quarters <= between.high:
            raise refuse(
                "horizon_between 应包含 horizon_quarters（low 不大于它，high 不小于它）",
                "horizon_between must hold horizon_quarters (low at most, high at least that)",
                "horizon_between",
            )
        return self

    @model_validator(mode="after")
    def probabilities_in_order(self) -> DecisionRuleParams:
        written = ", ".join(
            f"{p:g}" for p in (self.reject_probability, self.pilot_probability, self.adopt_probability)
        )
        if not self.reject_probability < self.pilot_probability <= self.adopt_probability:
            raise refuse(
                f"三个概率应满足 reject_probability < pilot_probability ≤ adopt_probability，现在是 {written}",
                f"the probabilities must satisfy reject_probability < pilot_probability <= adopt_probability, got {written}",
                "pilot_probability",
            )
        return self
