"""What every table and column of a simulated company means, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.terms import Label, Lang


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : str
        ``text``, ``date``, ``moment``, ``yes_no``, ``whole`` or ``number``.
    meaning : Label
        In words, with the unit.
    """

    name: str
    kind: str
    meaning: Label


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes
    ----------
    name : str
    meaning : Label
        What one row is.
    columns : tuple of Column
        In their order.
    """

    name: str
    meaning: Label
    columns: tuple[Column, ...]

    def of_kind(self, kind: str) -> list[str]:
        """Names of the columns of one kind."""
        return [column.name for column in self.columns if column.kind == kind]


def _table(name: str, zh: str, en: str, *columns: tuple[str, str, str, str]) -> Table:
    return Table(name, Label(zh, en), tuple(Column(c, k, Label(z, e)) for c, k, z, e in columns))


CUSTOMER = ("customer_id", "text", "客户编号", "customer")

TABLES = (
    _table(
        "transactions",
        "交易流水：每行是一张订单的一个明细，或一个退货明细；按时间排列",
        "one line of an order, or one returned line; by time",
        CUSTOMER,
        ("order_id", "text", "订单编号；O 为销售，R 为退货", "order; O for sales, R for returns"),
        ("line", "whole", "明细行号，从 1 起", "line of the order, from 1"),
        ("paid_at", "moment", "交易时间", "moment of the transaction"),
        ("product_id", "text", "产品编号", "product"),
        ("category", "text", "品类（办公用品，10 类）", "category (office supplies, 10 of them)"),
        (
            "channel",
            "text",
            "渠道：store 门店、online 线上、partner 经销、phone 电话",
            "store, online, partner or phone",
        ),
        ("quantity", "whole", "件数；退货为负", "pieces; negative for returns"),
        ("amount", "number", "金额，元；退货为负", "amount, yuan; negative for returns"),
        (
            "margin",
            "number",
            "毛利，元；退货为负，亏本的明细也为负",
            "margin, yuan; negative for returns and for lines sold at a loss",
        ),
        ("is_promotion", "yes_no", "是否促销价", "sold on promotion"),
        ("returns_order_id", "text", "被退的订单；销售行为空", "order taken back; empty for sales"),
    ),
    _table(
        "customers",
        "客户档案：每行一位在数据截止日前买过的客户，编号 P 开头的是还没有购买的潜在客户",
        "one customer who bought before the end of the data, or a prospect (id with P) who has not bought",
        CUSTOMER,
        (
            "since",
            "date",
            "首次购买日期（期初老客户为建立关系日期，潜在客户为建档日期）",
            "day of the first purchase, or for the initial base the day the relation began, for prospects that of entry",
        ),
        (
            "type",
            "text",
            "类型：individual 个人、small_firm 小企业、large_firm 大企业",
            "individual, small_firm or large_firm",
        ),
        ("region", "text", "地区", "region"),
        ("industry", "text", "行业；个人为空", "industry; empty for individuals"),
        (
            "source",
            "text",
            "来源：sales 销售、referral 推荐、campaign 活动、competitor 竞争对手转来",
            "how the customer was won",
        ),
        ("consent", "yes_no", "是否同意用其资料做营销", "agreed to the use of the file for marketing"),
        ("cross_region", "yes_no", "是否跨地区经营", "does business in several regions"),
        ("firm_size", "whole", "员工人数；个人为 1", "staff; 1 for individuals"),
        ("brand", "text", "使用的服务品牌：basic、classic、premium", "plan: basic, classic or premium"),
        ("industry_position", "text", "行业地位：minor、known、leader", "minor, known or leader"),
        ("key_person", "yes_no", "是否关键人", "key person of a group account"),
        (
            "potential",
            "number",
            "销售评估的发展潜力，0..1；含噪声",
            "growth potential as judged by sales, 0..1; noisy",
        ),
        ("willingness", "number", "合作意愿，0..1；含噪声", "willingness to cooperate, 0..1; noisy"),
        ("credit_score", "whole", "信用分，0..100", "credit score, 0..100"),
        (
            "competition",
            "text",
            "竞争压力：low、medium、high",
            "pressure of competitors: low, medium or high",
        ),
        (
            "referred_by",
            "text",
            "推荐人的客户编号；非推荐而来为空",
            "customer who referred this one; empty unless won by referral",
        ),
        (
            "market_share",
            "number",
            "客户在其市场的份额，0..1；个人为空",
            "share of its own market, 0..1; empty for individuals",
        ),
        (
            "strategic_importance",
            "text",
            "战略地位：none 无、partner 合作伙伴、core 战略伙伴",
            "none, partner or core",
        ),
        ("social_influence", "yes_no", "是否有较高社会影响力", "socially influential"),
        (
            "operating_condition",
            "text",
            "经营状况：weak、fair、good；个人为空",
            "weak, fair or good; empty for individuals",
        ),
        ("priority", "text", "客户优先级：A、B、C", "priority: A, B or C"),
        ("ability_to_pay", "number", "年收入或注册资本，元", "yearly income or registered capital, yuan"),
        ("deposit_balance", "number", "日均存款，元", "average daily deposits, yuan"),
        ("loan_balance", "number", "贷款余额，元", "loans drawn, yuan"),
        ("wealth_aum", "number", "理财投资额，元", "wealth products held, yuan"),
        ("points_prev_year", "whole", "上一年度积分", "points earned in the last year"),
        ("need_level", "text", "需求：low、medium、high", "need for service: low, medium or high"),
        ("need_type", "text", "需求类型：stable 稳定、growth 增长、core 核心", "stable, growth or core"),
        (
            "latent_need",
            "number",
            "销售评估的潜在需求，0..1；含噪声",
            "need not served yet as judged by sales, 0..1; noisy",
        ),
        ("device", "text", "终端：phone、computer、tablet、terminal", "phone, computer, tablet or terminal"),
        (
            "segment_tags",
            "text",
            "群体：none、campus 校园、seasonal 候鸟、family 家庭、parents 学生家长",
            "none, campus, seasonal, family or parents",
        ),
        ("risk_tolerance", "text", "风险承受能力：low、medium、high", "low, medium or high"),
        (
            "investment_preference",
            "text",
            "投资偏好：deposit、bond、fund、stock",
            "deposit, bond, fund or stock",
        ),
        (
            "voltage_level",
            "text",
            "供电电压：220V、380V、10kV、35kV",
            "supply voltage: 220V, 380V, 10kV or 35kV",
        ),
        ("supply_capacity", "number", "受电容量，千伏安", "supply capacity, kVA"),
        ("load_class", "text", "负荷等级：third、second、first", "class of load: third, second or first"),
        (
            "site_risk",
            "text",
            "场所火灾风险：low、medium、high",
            "fire risk of the site: low, medium or high",
        ),
        ("hazard_count", "whole", "上次检查发现的隐患数", "hazards found at the last inspection"),
        ("incident_count", "whole", "近三年事故数", "incidents of the last three years"),
        (
            "plant_cost",
            "number",
            "供货工厂每百元标准成本，元",
            "standard cost of the supplying plant per 100 yuan, yuan",
        ),
        (
            "plant_quality",
            "text",
            "供货工厂质量：standard、select",
            "quality of the supplying plant: standard or select",
        ),
        ("freight_cost", "number", "每单平均运费，元", "mean freight of an order, yuan"),
        ("gender", "text", "性别；企业为空；敏感", "gender; empty for firms; sensitive"),
        ("age_band", "text", "年龄段；企业为空；敏感", "age band; empty for firms; sensitive"),
        ("occupation", "text", "职业；企业为空；敏感", "occupation; empty for firms; sensitive"),
        ("education", "text", "教育水平；企业为空；敏感", "education; empty for firms; sensitive"),
        (
            "sensitivity_class",
            "text",
            "资料密级：public 公开、internal 内部、confidential 机密",
            "secrecy of the file: public, internal or confidential",
        ),
        (
            "record_completeness",
            "number",
            "已核实的必填项占比，0..1",
            "share of required fields verified, 0..1",
        ),
        ("relationship_depth", "whole", "关系层次，1..4", "depth of the relationship, 1..4"),
    ),
    _table(
        "payments",
        "应收与回款：每行一张订单或一张退货单",
        "what was due and paid for one order or return",
        CUSTOMER,
        ("order_id", "text", "订单或退货单编号", "order or return"),
        ("due_on", "date", "应付日期", "day on which it is due"),
        ("paid_on", "date", "实付日期；未付为空", "day on which it was paid; empty while open"),
        ("amount", "number", "金额，元；退款为负", "amount, yuan; negative for refunds"),
    ),
    _table(
        "contacts",
        "客户接触：每行一次",
        "one contact",
        ("contact_id", "text", "接触编号", "contact"),
        CUSTOMER,
        ("at", "moment", "时间", "moment"),
        (
            "kind",
            "text",
            "种类：visit 拜访、call 来电、event 活动、complaint 投诉、survey 调查、repair 返修",
            "visit, call, event, complaint, survey or repair",
        ),
        ("channel", "text", "方式：in_person、phone、online、letter", "in_person, phone, online or letter"),
        ("minutes", "number", "时长，分钟", "minutes"),
        ("score", "number", "调查评分，0..5；其他种类为空", "survey score, 0..5; empty for other kinds"),
        (
            "justified",
            "yes_no",
            "投诉是否成立；其他种类为空",
            "the complaint was justified; empty for other kinds",
        ),
    ),
    _table(
        "grades",
        "等级：每行一位客户的一次复评",
        "one customer at one review",
        CUSTOMER,
        (
            "from_on",
            "date",
            "生效日期，即复评后第一天；到下次复评为止",
            "first day in force, the day after the review; holds until the next",
        ),
        ("grade", "text", "等级：VIP 或 普通", "grade: VIP or 普通 (ordinary)"),
        (
            "decided_by",
            "text",
            "依据：rule 规则、override 破格、refusal 达标未给、pilot 试点随机",
            "rule, override (below the bar), refusal (above it) or pilot (by a coin)",
        ),
        (
            "score",
            "number",
            "复评时采用的近四季度净消费额，元",
            "net spend of the last four quarters as used, yuan",
        ),
    ),
    _table(
        "service",
        "服务：每行一次交付",
        "one delivery of a service",
        ("service_id", "text", "服务编号", "delivery"),
        CUSTOMER,
        ("delivered_on", "date", "日期", "day"),
        (
            "kind",
            "text",
            "种类：manager_hours 客户经理、visit 拜访、hotline 热线、event 活动、gift 礼品、rebate 返利",
            "manager_hours, visit, hotline, event, gift or rebate",
        ),
        ("grade", "text", "当时的等级", "grade at the time"),
        ("hours", "number", "工时，小时", "hours of work"),
        ("cost", "number", "成本，元", "cost, yuan"),
    ),
    _table(
        "lists",
        "名单：每行一次列入",
        "one entry of a list",
        CUSTOMER,
        (
            "list",
            "text",
            "red 红名单、black 黑名单、follow_up 回访、mailed 与 not_mailed 邮寄试验两组",
            "red, black, follow_up (calls), mailed and not_mailed (arms of a trial)",
        ),
        ("from_on", "date", "列入日期", "first day"),
        ("to_on", "date", "移出日期；仍在名单中为空", "day of removal; empty while listed"),
        (
            "reason",
            "text",
            "原因：strategic 战略客户、arrears 欠款、trial 试验",
            "strategic, arrears or trial",
        ),
        ("owner", "text", "责任部门", "department that answers for it"),
    ),
)

FILED = tuple((table.name, column) for table in TABLES for column in table.columns)
SECRET = frozenset(
    ("credit_score", "ability_to_pay", "deposit_balance", "loan_balance", "wealth_aum", "plant_cost", "cost",
     "margin", "gender", "age_band", "occupation", "education", "sensitivity_class")
)  # fmt: skip
OPEN = frozenset(("region", "industry", "type", "brand", "category", "channel", "device", "voltage_level"))
PERSONAL = frozenset(("gender", "age_band", "occupation", "education", "referred_by", "key_person"))
"""Columns of the company's own files, and among them those that are secret, open to all, or personal."""

RECORDED = ("recorded_on", "date", "登记日期", "day of the record")
RETIRED = ("retired_on", "date", "停用日期；在用为空", "day on which it was retired; empty while in use")
TABLES = (
    *TABLES,
    _table(
        "fields",
        "数据字段登记：每行一个字段的一次登记",
        "one record of a data field",
        ("field_id", "text", "字段编号：表名.列名", "field: table.column"),
        RECORDED,
        RETIRED,
        ("name", "text", "字段含义", "what it means"),
        ("table", "text", "所在的表", "table it belongs to"),
        (
            "sensitivity_class",
            "text",
            "登记的密级：public、internal、confidential；未登记为空",
            "public, internal or confidential; empty while not decided",
        ),
        ("importance", "text", "重要性：low、medium、high", "low, medium or high"),
        ("personal", "yes_no", "是否个人信息", "personal data"),
    ),
    _table(
        "sites",
        "场所检查：每行一处场所的一次检查",
        "one site at one inspection",
        ("site_id", "text", "场所编号", "site"),
        RECORDED,
        RETIRED,
        (
            "site_type",
            "text",
            "类型：office、shop、workshop、warehouse、venue",
            "office, shop, workshop, warehouse or venue",
        ),
        ("industry", "text", "行业", "industry"),
        ("staff", "whole", "经营规模，人", "staff"),
        ("site_risk", "text", "火灾危险性：low、medium、high", "fire risk: low, medium or high"),
        ("hazard_count", "whole", "检查发现的隐患数", "hazards found"),
        ("incident_count", "whole", "上次检查以来的火灾事故数", "fires since the last inspection"),
        ("met_standard", "yes_no", "检查是否达标", "met the standard"),
    ),
)

TABLES = (
    *TABLES,
    _table(
        "appeals",
        "申诉：每行一次申诉；成立的自下次复评起生效",
        "one appeal; a granted one counts from the next review on",
        CUSTOMER,
        ("filed_on", "date", "提出日期", "day of filing"),
        (
            "reason",
            "text",
            "理由：score、records、conduct、promise",
            "ground: score, records, conduct or promise",
        ),
        ("decided_on", "date", "决定日期；未决为空", "day of the decision; empty while pending"),
        (
            "decision",
            "text",
            "结论：granted 成立、refused 驳回；未决为空",
            "granted or refused; empty while pending",
        ),
        ("grade", "text", "给予的等级；只有成立的才有", "grade granted; empty for others"),
        ("author", "text", "决定人（评定小组）", "who decided (the board)"),
    ),
    _table(
        "judgements",
        "人工评定：每行一次评定，在复评前一个月内",
        "one judgement by people, in the month before a review",
        CUSTOMER,
        ("judged_on", "date", "评定日期", "day of the judgement"),
        ("grade", "text", "评定等级：VIP 或 普通", "judged grade: VIP or 普通 (ordinary)"),
        ("score", "number", "评分，0 至 100", "score, 0 to 100"),
        ("author", "text", "评定人（部门）；少数未填", "who judged (department); a few are empty"),
        (
            "reason",
            "text",
            "理由：strategic、referral、arrears、conduct、agrees；少数未填",
            "strategic, referral, arrears, conduct or agrees; a few are empty",
        ),
    ),
)

ORACLE = _table(
    "reviews",
    "真值：每行一位客户的一次复评；不得用于分级或估计",
    "the truth about one customer at one review; never to be used by a scheme or an estimator",
    CUSTOMER,
    ("review", "text", "复评季度", "quarter at whose end the review is"),
    ("launched", "yes_no", "分级制度已实行", "the programme gives grades"),
    ("outcome_shown", "yes_no", "结果是否落在数据之内", "the outcome lies within the data"),
    ("score", "number", "采用的净消费额，元", "net spend as used, yuan"),
    ("x", "number", "ln(score / 门槛)", "log of score over bar"),
    ("eligible", "yes_no", "达到门槛", "at or above the bar"),
    ("treated", "yes_no", "得到等级", "holds the grade"),
    ("treated_above", "yes_no", "若在门槛之上是否得到", "would hold it above the bar"),
    ("treated_below", "yes_no", "若在门槛之下是否得到", "would hold it below the bar"),
    ("complier", "number", "由门槛决定其等级的概率", "probability that the bar decides"),
    ("randomised", "yes_no", "由抽签决定", "decided by a coin"),
    ("pushed", "number", "为过线而追加的订单，元", "extra order that lifted the score over the bar, yuan"),
    (
        "p0",
        "number",
        "没有等级时，四个季度后仍活跃的概率",
        "probability of being active four quarters on without the grade",
    ),
    ("p1", "number", "有等级时的同一概率", "the same with the grade"),
    (
        "retained",
        "yes_no",
        "四个季度后仍活跃（含数据截止之后）",
        "active four quarters on, also where that lies beyond the data",
    ),
    (
        "tau",
        "number",
        "等级使季度流失对数几率下降的幅度",
        "fall of the log-odds of leaving in a quarter under the grade",
    ),
    ("loyalty", "number", "忠诚度（潜变量）", "loyalty (latent)"),
    ("size", "number", "规模（潜变量）", "size (latent)"),
    ("need", "number", "服务需求（潜变量）", "need for service (latent)"),
    ("segment", "whole", "分群，0..3", "segment, 0..3"),
    ("tenure", "number", "合作年限，年", "years as a customer"),
)

HEAD = {
    "zh": "本文件夹的数据由程序模拟生成，不是任何真实公司或个人的记录。金额单位为元。",
    "en": "The data in this folder are simulated; they are not records of any real company or person. Money is in yuan.",
}
APART = {
    "zh": "oracle 文件夹存放真值，仅用于核对估计结果；分级方案和估计方法都不得读取。",
    "en": "The folder oracle holds the truth, for checking estimates only; no scheme and no estimator may read it.",
}


def describe(lang: Lang) -> str:
    """All tables and columns in words."""
    parts = [HEAD[lang], *map(lambda table: _described(table, "tables", lang), TABLES)]
    return "\n\n".join([*parts, APART[lang], _described(ORACLE, "oracle", lang)])


def _described(table: Table, folder: str, lang: Lang) -> str:
    lines = [f"{folder}/{table.name}: {table.meaning.text(lang)}"]
    width = max(len(column.name) for column in table.columns)
    lines += [f"  {column.name:<{width}}  {column.meaning.text(lang)}" for column in table.columns]
    return "\n".join(lines)
