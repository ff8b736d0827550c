"""Parameters of scenarios: the same policies valued in worlds that somebody named beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal

from toolkit.params.behaviour import NeglectParams
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

BASE = "base"


class ScenarioParams(Strict):
    """One scenario; what it leaves out is as in the base scenario."""

    id: Identifier = described("编号", "identifier")
    title: Words = described("名称", "title")
    effect: Literal["point", "low", "high"] = described(
        "影响取值：point 估计值，low、high 为 95% 区间的下端、上端",
        "size of the effect: the estimate, or the low or high end of its 95% interval",
        "point",
    )
    margin: float = described("毛利的倍数", "margin, as a multiple", 1.0, ge=0, le=10)
    service_cost: float = described(
        "直接服务成本的倍数", "direct cost to serve, as a multiple", 1.0, ge=0, le=10
    )
    managers: float = described("整人成本的倍数", "cost of whole heads, as a multiple", 1.0, ge=0, le=10)
    moves: float = described(
        "等级变动成本的倍数", "cost of changes of grade, as a multiple", 1.0, ge=0, le=10
    )
    spill_over: NeglectParams | None = described(
        "冷落的外溢；不写则没有", "spill-over of neglect; left out, none", None
    )
    peak_seats: float | None = described(
        "热线坐席成本的倍数（需要 hotline.shifts）；不写则不变",
        "cost of the seats of the hotline, as a multiple (needs hotline.shifts); left out, unchanged",
        None,
        gt=0,
        le=10,
    )
    author: Text = described("由谁设定", "who named it")
    on: date = described("设定的日期", "day on which it was named")
    source: Text = described("依据", "source")


Scenarios = Several[ScenarioParams]


def refuse_scenarios(scenarios: Sequence[ScenarioParams], has_shifts: bool) -> None:
    """Refuse a name that is taken, and seats where the hotline has no shifts that cost anything."""
    taken = Counter([BASE, *(one.id for one in scenarios)])
    twice = [name for name, times in taken.items() if times > 1]
    if twice:
        raise refuse(
            f"scenarios 中 {twice[0]} 出现了两次（base 为自带的基准情景）",
            f"the scenario {twice[0]} is listed twice (base is built in)",
        )
    without = [one.id for one in scenarios if one.peak_seats is not None and not has_shifts]
    if without:
        raise refuse(
            f"情景 {without[0]} 写了 peak_seats，但研究文件没有 hotline.shifts，坐席没有成本",
            f"the scenario {without[0]} has peak_seats, but without hotline.shifts the seats have no cost",
        )
