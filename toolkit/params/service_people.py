"""Parameters of the people who deliver service, of the money paid for it, and of changes of grade."""

from __future__ import annotations

from pydantic import model_validator

from toolkit.params.service_library import Driver
from toolkit.params.strict import Strict, Text, Words, described, refuse


class RangeParams(Strict):
    """An amount and the range in which it may lie."""

    value: float = described("取值", "value", ge=0)
    low: float | None = described("可能的最低值", "lowest plausible value", None, ge=0)
    high: float | None = described("可能的最高值", "highest plausible value", None, ge=0)

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high; the value itself where none is given."""
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )

    @model_validator(mode="after")
    def in_order(self) -> RangeParams:
        low, high = self.ends
        if not low <= self.value <= high:
            raise refuse(
                f"范围应为 low ≤ value ≤ high，现在是 {low:g}、{self.value:g}、{high:g}",
                f"a range must read low <= value <= high; it reads {low:g}, {self.value:g}, {high:g}",
            )
        return self


class UnitCostParams(RangeParams):
    """Cost of one unit."""

    unit: Driver = described(
        "单位：hour 每小时，event 每次，share 消费额的比例，head、seat 每人或每席每季度，once 一次性",
        "unit: hour, event, share (of revenue), head or seat (per quarter), once (one-off)",
    )


class PoolParams(Strict):
    """People who deliver measures, hired as whole heads."""

    title: Words = described("名称", "name")
    span: int | None = described("一人服务多少位客户", "customers per head", None, ge=1)
    hours_per_head: float | None = described("一人一季度的工时", "hours of one head per quarter", None, gt=0)
    utilisation: float = described(
        "工时或名额的可用比例", "share of the capacity that can be used", 1.0, gt=0, le=1
    )
    cost_per_head: RangeParams | None = described(
        "一人一季度的成本；不写则按措施的小时费率计价，人数只作核对",
        "cost of one head per quarter; left out, hours are priced by the measures and heads only checked",
        None,
    )
    heads_per_leader: int | None = described("管理幅度：一位主管带多少人", "span of control", None, ge=1)
    leader_cost: RangeParams | None = described(
        "一位主管每季度的成本", "cost of one leader per quarter", None
    )

    @model_validator(mode="after")
    def one_capacity(self) -> PoolParams:
        if (self.span is None) == (self.hours_per_head is None):
            raise refuse("span 与 hours_per_head 须写且只写一个", "give either span or hours_per_head")
        if self.span and self.cost_per_head is None:
            raise refuse("有 span 的班组须写 cost_per_head", "a pool with a span needs cost_per_head")
        if (self.heads_per_leader is None) != (self.leader_cost is None):
            raise refuse(
                "heads_per_leader 与 leader_cost 须一起写", "heads_per_leader and leader_cost go together"
            )
        return self


class TeamsParams(Strict):
    """How people are divided; nobody serves two teams."""

    by: Text = described("客户名册中的列，如 region", "column of the customers table, such as region")


class MovesParams(Strict):
    """What a change of grade costs, each per customer."""

    onboarding: RangeParams | None = described("新客户进入一个等级", "a customer new to a grade", None)
    hand_over: RangeParams | None = described("升降级时交接", "hand-over when a grade changes", None)
    recovery: RangeParams | None = described("降级后的安抚", "recovery after a demotion", None)


class BetweenParams(Strict):
    """The range in which an amount may lie."""

    low: float = described("可能的最低值", "lowest plausible value", ge=0)
    high: float = described("可能的最高值", "highest plausible value", ge=0)
