"""The standard tables of a history and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.terms import Label

Kind = Literal["id", "text", "timestamp", "day", "number", "flag", "attribute"]
"""How a cell is read: ``attribute`` becomes a number where every value of the column is one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One standard column.

    Attributes
    ----------
    name : str
    kind : Kind
    label : Label
    required : bool
        A table without it is refused, and a row without a value is quarantined.
    happened : bool
        The date of something that took place; ``earliest`` and ``latest`` apply to it.
    """

    name: str
    kind: Kind
    label: Label
    required: bool = False
    happened: bool = False


@dataclass(frozen=True, slots=True)
class StandardTable:
    """One standard table.

    Attributes
    ----------
    name : str
    label : Label
    columns : tuple of Column
    open : bool
        Further columns are kept as attributes.
    key : tuple of str
        Columns that may not carry two different rows; empty where rows may repeat.
    """

    name: str
    label: Label
    columns: tuple[Column, ...]
    open: bool = False
    key: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Names of the standard columns in order."""
        return tuple(column.name for column in self.columns)

    def required(self) -> tuple[str, ...]:
        """Names of the columns without which the table is refused."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column | None:
        """The standard column of that name; an attribute in an open table, else None."""
        for column in self.columns:
            if column.name == name:
                return column
        return Column(name, "attribute", Label(name, name)) if self.open else None


_CUSTOMER = Column("customer_id", "id", Label("客户编号", "customer id"), required=True)
_ORDER = Column("order_id", "id", Label("订单号", "order id"))
_CHANNEL = Column("channel", "text", Label("渠道", "channel"))
_SCORE = Column("score", "number", Label("评分", "score"))
_LIFE = (
    Column("recorded_on", "day", Label("登记日期", "recorded on"), True, True),
    Column("retired_on", "day", Label("停用日期", "retired on")),
)


def _amount(zh: str, en: str) -> Column:
    return Column("amount", "number", Label(zh, en), required=True)


TABLES: dict[str, StandardTable] = {
    table.name: table
    for table in (
        StandardTable(
            "transactions",
            Label("交易流水", "transactions"),
            (
                _CUSTOMER,
                _ORDER,
                Column("paid_at", "timestamp", Label("付款时间", "time of payment"), True, True),
                _amount("金额", "amount"),
                Column("quantity", "number", Label("数量", "quantity")),
                Column("product_id", "id", Label("商品编号", "product id")),
                Column("category", "text", Label("品类", "category")),
                _CHANNEL,
                Column("margin", "number", Label("毛利", "margin")),
                Column("is_promotion", "flag", Label("是否促销", "on promotion")),
            ),
        ),
        StandardTable(
            "customers",
            Label("客户名册", "customers"),
            (
                _CUSTOMER,
                Column("since", "day", Label("建档日期", "customer since")),
                Column("type", "text", Label("客户类型", "type")),
                Column("region", "text", Label("地区", "region")),
                Column("industry", "text", Label("行业", "industry")),
                Column("brand", "text", Label("品牌", "brand")),
                Column("potential", "number", Label("发展潜力", "potential")),
                Column("willingness", "number", Label("合作意愿", "willingness")),
                Column("firm_size", "attribute", Label("企业规模", "firm size")),
                Column("key_person", "flag", Label("是否集团关键人", "key person")),
                Column("source", "text", Label("来源", "source")),
                Column("referred_by", "id", Label("推荐人客户编号", "referred by customer")),
                Column("cross_region", "flag", Label("是否跨地区经营", "in several regions")),
                Column("social_influence", "flag", Label("是否有社会影响力", "social influence")),
                Column("industry_position", "text", Label("行业地位", "position in the industry")),
                Column("strategic_importance", "text", Label("战略地位", "strategic importance")),
                Column("credit_score", "attribute", Label("信用评分", "credit score")),
                Column("ability_to_pay", "attribute", Label("付费能力", "ability to pay")),
                Column("market_share", "attribute", Label("客户的市场份额", "the customer's market share")),
                Column("competition", "text", Label("竞争压力", "pressure of competitors")),
                Column("points_prev_year", "attribute", Label("上一年度积分", "points of last year")),
                Column("deposit_balance", "attribute", Label("存款", "deposits")),
                Column("loan_balance", "attribute", Label("借贷额度", "loans")),
                Column("wealth_aum", "attribute", Label("理财投资额", "wealth under management")),
                Column("need_level", "text", Label("客户需求", "level of need")),
                Column("need_type", "text", Label("需求类型", "type of need")),
                Column("latent_need", "attribute", Label("潜在需求", "latent need")),
                Column("risk_tolerance", "text", Label("风险承受能力", "tolerance of risk")),
                Column("investment_preference", "text", Label("投资偏好", "preferred investment")),
                Column("sensitivity_class", "text", Label("资料密级", "secrecy of the file")),
                Column("voltage_level", "text", Label("供电电压等级", "supply voltage")),
                Column("supply_capacity", "attribute", Label("受电容量（千伏安）", "supply capacity (kVA)")),
                Column("load_class", "text", Label("负荷等级", "class of load")),
                Column("gender", "text", Label("性别", "gender")),
                Column("age_band", "text", Label("年龄段", "age band")),
                Column("occupation", "text", Label("职业", "occupation")),
                Column("education", "text", Label("教育水平", "education")),
                Column("operating_condition", "text", Label("经营状况", "operating condition")),
                Column("site_risk", "text", Label("场所风险", "risk of the site")),
                Column("hazard_count", "attribute", Label("隐患数", "hazards found")),
                Column("incident_count", "attribute", Label("事故数", "incidents")),
                Column("device", "text", Label("终端", "device")),
                Column("segment_tags", "text", Label("群体标签", "tags")),
                Column("record_completeness", "attribute", Label("档案完整度", "completeness of the file")),
                Column("relationship_depth", "attribute", Label("关系层次", "depth of the relationship")),
                Column("plant_cost", "attribute", Label("供货工厂成本", "cost of the supplying plant")),
                Column("plant_quality", "text", Label("供货工厂质量", "quality of the supplying plant")),
                Column("freight_cost", "attribute", Label("运输成本", "freight cost")),
                Column("priority", "text", Label("客户优先级", "priority")),
            ),
            open=True,
            key=("customer_id",),
        ),
        StandardTable(
            "payments",
            Label("账款", "payments"),
            (
                _CUSTOMER,
                _ORDER,
                Column("due_on", "day", Label("应付日期", "due date"), True),
                Column("paid_on", "day", Label("实付日期", "paid date"), happened=True),
                _amount("应付金额", "amount due"),
            ),
        ),
        StandardTable(
            "contacts",
            Label("客户接触", "contacts"),
            (
                _CUSTOMER,
                Column("at", "timestamp", Label("发生时间", "time"), True, True),
                Column("kind", "text", Label("种类", "kind"), True),
                _CHANNEL,
                Column("minutes", "number", Label("时长（分钟）", "minutes")),
                _SCORE,
                Column("justified", "flag", Label("是否成立", "justified")),
            ),
        ),
        StandardTable(
            "grades",
            Label("等级记录", "grades"),
            (
                _CUSTOMER,
                Column("from_on", "day", Label("起始日期", "valid from"), True),
                Column("grade", "text", Label("等级", "grade"), True),
                Column("decided_by", "text", Label("决定人", "decided by")),
                _SCORE,
            ),
            key=("customer_id", "from_on"),
        ),
        StandardTable(
            "service",
            Label("服务记录", "service"),
            (
                _CUSTOMER,
                Column("delivered_on", "day", Label("服务日期", "day of service"), True, True),
                Column("kind", "text", Label("种类", "kind"), True),
                Column("grade", "text", Label("等级", "grade")),
                Column("hours", "number", Label("工时", "hours")),
                Column("cost", "number", Label("费用", "cost")),
            ),
        ),
        StandardTable(
            "lists",
            Label("名单", "lists"),
            (
                _CUSTOMER,
                Column("list", "text", Label("名单", "list"), True),
                Column("from_on", "day", Label("起始日期", "valid from"), True),
                Column("to_on", "day", Label("截止日期", "valid to")),
                Column("reason", "text", Label("原因", "reason")),
                Column("owner", "text", Label("责任人", "owner")),
            ),
        ),
        StandardTable(
            "appeals",
            Label("申诉", "appeals"),
            (
                _CUSTOMER,
                Column("filed_on", "day", Label("提出日期", "filed on"), True, True),
                Column("reason", "text", Label("理由", "ground")),
                Column("decided_on", "day", Label("决定日期", "decided on"), happened=True),
                Column("decision", "text", Label("结论", "decision")),
                Column("grade", "text", Label("给予的等级", "grade granted")),
                Column("author", "text", Label("决定人", "decided by")),
            ),
        ),
        StandardTable(
            "judgements",
            Label("人工评定", "judgements"),
            (
                _CUSTOMER,
                Column("judged_on", "day", Label("评定日期", "day of the judgement"), True, True),
                Column("grade", "text", Label("评定等级", "judged grade")),
                _SCORE,
                Column("author", "text", Label("评定人", "author")),
                Column("reason", "text", Label("理由", "reason")),
            ),
        ),
        StandardTable(
            "fields",
            Label("数据字段登记", "register of data fields"),
            (
                Column("field_id", "id", Label("字段编号", "field id"), required=True),
                *_LIFE,
                Column("name", "text", Label("名称", "name")),
                Column("table", "text", Label("所在的表", "table it belongs to")),
                Column("sensitivity_class", "text", Label("登记的密级", "class of secrecy on record")),
                Column("importance", "attribute", Label("重要性", "importance")),
                Column("personal", "flag", Label("是否个人信息", "personal data")),
            ),
            open=True,
            key=("field_id", "recorded_on"),
        ),
        StandardTable(
            "sites",
            Label("场所登记", "register of sites"),
            (
                Column("site_id", "id", Label("场所编号", "site id"), required=True),
                *_LIFE,
                Column("name", "text", Label("名称", "name")),
                Column("site_type", "text", Label("场所类型", "type of site")),
                Column("industry", "text", Label("行业", "industry")),
                Column("staff", "attribute", Label("场所人数", "staff on site")),
                Column("site_risk", "text", Label("火灾危险性", "fire risk")),
                Column("hazard_count", "attribute", Label("隐患数", "hazards found")),
                Column("incident_count", "attribute", Label("事故数", "incidents")),
                Column("met_standard", "flag", Label("检查是否达标", "met the standard when inspected")),
            ),
            open=True,
            key=("site_id", "recorded_on"),
        ),
    )
}
