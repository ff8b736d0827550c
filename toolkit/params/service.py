"""Parameters of service: what a grade receives, who delivers it, what it costs.

A measure is priced by one rule: so many (``quantity``) per year, quarter, order, call, visit, unit of
revenue, customer or grade, at a unit cost with its range. Measures delivered by whole people draw on
a pool, and only the pool has a price: nothing is paid for twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator

from toolkit.params.problems import suggested
from toolkit.params.service_library import MeasureName
from toolkit.params.service_people import PoolParams, RangeParams, UnitCostParams
from toolkit.params.strict import Amount, Identifier, Several, Share, Strict, Text, Words, described, refuse

Per = Literal["year", "quarter", "customer", "order", "call", "visit", "revenue", "grade"]
UNKNOWN = "unknown"
Price = Annotated[
    Annotated[Amount, Tag("amount")] | Annotated[Literal["unknown"], Tag(UNKNOWN)],
    Discriminator(lambda given: UNKNOWN if given == UNKNOWN else "amount"),
]
STANDING = ("customer", "grade")
DISCOUNTS = ("m23_card_discount", "m24_preferential_terms", "m62_competitive_price")


class MeasureParams(Strict):
    """One measure that a grade receives."""

    measure: MeasureName = described("服务措施，名称或编号", "measure of the library, by name or number")
    quantity: float = described("数量", "how many", ge=0)
    per: Per = described(
        "计数的依据：year、quarter 为每位客户每年、每季度；customer 为每位客户常设；"
        "order、call、visit、revenue 为每单、每次来电、每次拜访、每元消费；grade 为整个等级每季度",
        "counted per: year or quarter (each customer), customer (standing), order, call, visit, revenue "
        "(unit of spend), or grade (as a whole, per quarter)",
    )
    unit_cost: UnitCostParams | None = described(
        "单位成本；由班组整人提供的措施不写，费用在 pools", "unit cost; left out where a pool is paid", None
    )
    hours: float = described("每次服务的工时", "hours of one delivery", 0.0, ge=0)
    travel_hours: float = described("每次服务的路途工时", "hours of travel of one delivery", 0.0, ge=0)
    cost_each: RangeParams | None = described(
        "每次服务除工时外的费用，如路费、场地、礼品",
        "cost of one delivery besides hours, such as travel, room or gift",
        None,
    )
    over_quarters: int | None = described(
        "一次性费用分摊到多少个季度", "quarters over which a one-off cost is spread", None, ge=1
    )
    uplift: Share = described(
        "折扣预期带来的消费增量，占消费额的比例（假设）",
        "spend that a discount is assumed to bring, as a share of spend",
        0.0,
    )
    pool: Identifier | None = described("由哪个班组提供，见 pools", "pool that delivers it, see pools", None)
    source: Text | None = described("数字出自哪里", "where the numbers come from", None)

    @property
    def hours_each(self) -> float:
        """Hours of one delivery, travel included."""
        return self.hours + self.travel_hours

    @model_validator(mode="after")
    def unit_and_count_agree(self) -> MeasureParams:
        unit = self.unit_cost.unit if self.unit_cost else None
        if unit is None and self.pool is None and self.cost_each is None:
            raise refuse(
                "缺少 unit_cost；只有由 pools 的班组提供的措施可以不写",
                "unit_cost is missing; only a measure delivered by a pool may leave it out",
            )
        if unit == "hour" and not self.hours_each:
            raise refuse("按小时计价，须写 hours", "priced by the hour, it needs hours")
        if (unit == "share") != (self.per == "revenue"):
            raise refuse("unit: share 与 per: revenue 须一起用", "unit: share and per: revenue go together")
        if unit == "share" and self.unit_cost.ends[1] > 1:
            raise refuse("比例不能大于 1", "a share cannot be above 1")
        if (unit == "once") != (self.over_quarters is not None):
            raise refuse(
                "unit: once 须写 over_quarters，其他单位不写",
                "unit: once needs over_quarters, others have none",
            )
        if unit in ("head", "seat", "once") and self.per not in STANDING:
            raise refuse(
                f"unit: {unit} 的 per 应为 customer 或 grade",
                f"unit: {unit} is counted per customer or per grade",
            )
        if unit in ("head", "seat") and self.per == "customer":
            raise refuse(
                "按人计的措施要按整人算：请写 pool，费用写在 pools 的 cost_per_head",
                "whole people are needed: name a pool, whose cost_per_head is the price",
            )
        if self.uplift and unit != "share":
            raise refuse("uplift 只用于 unit: share", "uplift is for unit: share only")
        return self


class ServiceParams(Strict):
    """What a grade receives, and what that costs."""

    package: Identifier = described(
        "服务包；不同方案中服务包相同即待遇相同",
        "service package; the same package means the same treatment in every policy",
    )
    promise: Words = described("对客户的承诺", "what the customer is promised")
    cost_per_quarter: Price | None = described(
        "每位客户每季度的直接服务成本（研究所用货币）；写了 measures 时为其外的部分，可不写；"
        "还不知道写 unknown，填上之前不作判定",
        "direct cost per customer and quarter, in the study's currency; with measures, what comes besides them; "
        "unknown where it is not known yet: nothing is decided before it is",
        None,
    )
    discount_share: Share = described("折扣占消费额的比例", "discount as a share of spend", 0.0)
    surcharge_share: Share = described(
        "加价占消费额的比例；与折扣不能同用，计入成本时为负",
        "surcharge as a share of spend; excludes a discount, and lowers the cost",
        0.0,
    )
    span: int | None = described(
        "一位客户经理服务多少位客户；不写则不配经理",
        "customers per manager; left out, no manager is assigned",
        None,
        ge=1,
    )
    unit: Text | None = described(
        "由哪个层级或单位服务", "organisational level or unit that serves the grade", None
    )
    preset: Identifier | None = described(
        "套用 params/service 中的一组措施；measures 中同名的以本文件为准",
        "a package of params/service; a measure of the same name in this file takes its place",
        None,
    )
    measures: Several[MeasureParams] = described("服务措施", "service measures", ())

    @property
    def given_share(self) -> float:
        """Share of spend given away; negative where the grade pays a surcharge."""
        return self.discount_share - self.surcharge_share

    @property
    def direct(self) -> float:
        """Direct cost per customer and quarter besides the measures; 0 while it is unknown."""
        known = self.priced and self.cost_per_quarter is not None
        return float(self.cost_per_quarter) if known else 0.0

    @property
    def priced(self) -> bool:
        """Whether it says what it costs; a cost of 0 is a price too."""
        return self.cost_per_quarter != UNKNOWN

    @model_validator(mode="after")
    def discount_or_surcharge(self) -> ServiceParams:
        if self.discount_share and self.surcharge_share:
            raise refuse(
                "discount_share 与 surcharge_share 不能同时大于 0",
                "discount_share and surcharge_share cannot both be above 0",
            )
        return self

    @model_validator(mode="after")
    def nothing_is_paid_twice(self) -> ServiceParams:
        names = [item.measure for item in self.measures]
        if self.cost_per_quarter is None and not names:
            raise refuse(
                "缺少 cost_per_quarter 或 measures，无法知道服务成本",
                "cost_per_quarter or measures must be given"
                + (": presets are read with the file" if self.preset else ""),
            )
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise refuse(f"措施 {twice[0]} 出现了两次", f"the measure {twice[0]} is given twice")
        if self.span and "m01_own_manager" in names:
            raise refuse(
                "span 与 m01_own_manager 计的是同一位客户经理，只能写一个",
                "span and m01_own_manager pay for the same manager; give one of them",
            )
        given = [name for name in names if name in DISCOUNTS]
        if self.discount_share and given:
            raise refuse(
                f"discount_share 与 {given[0]} 计的是同一笔折扣，只能写一个",
                f"discount_share and {given[0]} give the same discount; give one of them",
            )
        return self


def refuse_unserved(
    measures: Mapping[str, Sequence[MeasureParams]], pools: Mapping[str, PoolParams] | None
) -> None:
    """Refuse measures, by grade, whose pool is not declared, and hours that would be paid twice.

    Raises
    ------
    PydanticCustomError
    """
    known = pools or {}
    for grade, items in measures.items():
        for item in items:
            if item.pool is None:
                continue
            if item.pool not in known:
                zh, en = suggested(item.pool, sorted(known)) if known else ("", "")
                raise refuse(
                    f"{grade} 的 {item.measure} 用到班组 {item.pool}，pools 中没有{zh}",
                    f"{item.measure} of {grade} draws on the pool {item.pool}, which pools does not name{en}",
                )
            _refuse_misfit(grade, item, known[item.pool])


def _refuse_misfit(grade: str, item: MeasureParams, pool: PoolParams) -> None:
    where_zh, where_en = f"{grade} 的 {item.measure}", f"{item.measure} of {grade}"
    if pool.cost_per_head and item.unit_cost:
        raise refuse(
            f"{where_zh}：班组 {item.pool} 已按人计费（cost_per_head），unit_cost 会重复计算，请去掉一个",
            f"{where_en}: the pool {item.pool} is paid by the head (cost_per_head), unit_cost would count it twice",
        )
    if not pool.cost_per_head and item.unit_cost is None:
        raise refuse(
            f"{where_zh}：班组 {item.pool} 没有 cost_per_head，须写 unit_cost",
            f"{where_en}: the pool {item.pool} has no cost_per_head, so unit_cost is needed",
        )
    if pool.span and item.per != "customer":
        raise refuse(
            f"{where_zh}：班组 {item.pool} 按客户数（span）配人，per 应为 customer",
            f"{where_en}: the pool {item.pool} is sized by customers (span), so per must be customer",
        )
    if pool.hours_per_head and not item.hours_each:
        raise refuse(
            f"{where_zh}：班组 {item.pool} 按工时配人，须写 hours",
            f"{where_en}: the pool {item.pool} is sized by hours, so hours are needed",
        )
    if pool.hours_per_head and item.per == "grade":
        raise refuse(
            f"{where_zh}：由班组提供的措施不能 per: grade",
            f"{where_en}: a measure of a pool cannot be counted per grade",
        )
