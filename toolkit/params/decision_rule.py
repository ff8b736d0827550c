"""Parameters of a decision rule: what it takes to recommend a change, agreed before the numbers."""

from __future__ import annotations

from datetime import date

from toolkit.params.strict import Identifier, Share, Strict, Text, Words, described


class DecisionRuleParams(Strict):
    """When a policy is adopted, kept out, or left undecided.

    A policy is adopted when all of ``adopt_*`` hold and no limit is broken; the baseline is
    kept when the probability of a gain is at most ``keep_probability``; anything else is undecided.
    """

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    adopt_probability: Share = described(
        "采用所需的“净值为正”的概率下限",
        "lowest probability of a positive net value at which a policy is adopted",
    )
    adopt_identified_share: Share = described(
        "采用所需的“有识别证据”的变动毛利占比下限",
        "lowest share of switchers' margin whose effect is identified",
    )
    keep_probability: Share = described(
        "净值为正的概率不高于此值时维持现行", "at or below this probability the baseline is kept"
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
    decided: date = described("规则确定的日期", "day on which the rule was agreed")
    source: Text = described("由谁、在哪份文件中确定", "who agreed it, in which document")
    quote: Words = described("报告中引用的原文", "the rule as quoted in the report")
