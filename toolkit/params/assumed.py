"""Which numbers of the parameter files are assumptions: what each is called, its unit, and what it moves."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.terms import Label

MARGIN, SERVICE, MANAGERS, MOVES = "margin", "service", "managers", "moves"
EFFECT, HORIZON, DEFINITION = "effect", "horizon", "definition"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of assumption.

    Attributes
    ----------
    unit : str
        A key of :data:`toolkit.terms.UNITS`; ``each`` for money per unit, the unit said by the number itself.
    label : Label
    moves : str or None
        Input of the sensitivity analysis that it is part of.
    """

    unit: str
    label: Label
    moves: str | None = None


def _kind(unit: str, zh: str, en: str, moves: str | None = None) -> Kind:
    return Kind(unit, Label(zh, en), moves)


KINDS: dict[str, dict[str, Kind]] = {
    "StudyParams": {
        "active_quarters": _kind("quarters", "多久内买过算在册", "look-back of graded customers")
    },
    "MarginParams": {"rate": _kind("share", "毛利率", "margin rate", MARGIN)},
    "RetentionParams": {"quarters": _kind("quarters", "定义的时长", "length of the definition", DEFINITION)},
    "ForecastParams": {
        "quarters": _kind("quarters", "预测多远", "how far ahead"),
        "discount_per_year": _kind("share", "预测的年贴现率", "yearly discount of forecasts"),
    },
    "BootstrapParams": {"draws": _kind("count", "抽样次数", "number of draws")},
    "ProgrammeParams": {
        "bar": _kind("index", "制度的门槛", "bar of the programme"),
        "keep_bar": _kind("index", "制度的保级线", "keeping bar of the programme"),
        "window_quarters": _kind("quarters", "制度的观察期", "observation window of the programme"),
    },
    "HotlineParams": {
        "quarters": _kind("quarters", "典型一周取自", "quarters behind the typical week"),
        "handling_seconds": _kind("count", "平均处理时长（秒）", "mean handling time, seconds"),
        "patience_seconds": _kind("count", "平均愿意等待（秒）", "mean patience, seconds"),
        "shrinkage": _kind("share", "损耗率", "shrinkage"),
        "least_seats": _kind("count", "最少坐席", "fewest seats"),
    },
    "CallClassParams": {
        "share": _kind("share", "承诺的接通率", "promised share answered in time"),
        "seconds": _kind("count", "承诺的等待（秒）", "promised wait, seconds"),
        "callback_hours": _kind("hours", "承诺的回访", "promised call back within"),
    },
    "ShiftParams": {
        "hours": _kind("hours", "班次时长", "length of a shift"),
        "cost": _kind("money", "每人每班成本", "cost per head and shift"),
    },
    "CapParams": {"most": _kind("index", "上限", "cap")},
    "AssumedEffectParams": {
        "mode": _kind("points_share", "假定的留存变化", "assumed change of retention", EFFECT)
    },
    "FactorParams": {"mode": _kind("index", "账上数的倍数", "multiple of the books")},
    "ScenarioParams": {
        "margin": _kind("index", "情景：毛利的倍数", "scenario: multiple of the margin"),
        "service_cost": _kind("index", "情景：服务成本的倍数", "scenario: multiple of the service cost"),
        "managers": _kind("index", "情景：整人成本的倍数", "scenario: multiple of the cost of heads"),
        "moves": _kind("index", "情景：等级变动成本的倍数", "scenario: multiple of the cost of moves"),
        "peak_seats": _kind("index", "情景：坐席成本的倍数", "scenario: multiple of the cost of seats"),
    },
    "NeglectParams": {
        "retention": _kind("share", "冷落后多流失", "extra loss where neglected"),
        "word_of_mouth": _kind("index", "每流失一位少来几位", "newcomers lost per customer lost"),
        "worth_of_new": _kind("money", "一位新客户的毛利", "margin of a newcomer"),
    },
    "ReachingParams": {
        "within": _kind("share", "多近才会去够门槛", "how near the bar they reach for it"),
        "share": _kind("share", "去够门槛的比例", "share who reach for the bar"),
        "new": _kind("share", "其中真正新增", "share of it that is new"),
    },
    "DecisionRuleParams": {
        "adopt_probability": _kind("share", "采用所需概率", "probability needed to adopt"),
        "adopt_identified_share": _kind("share", "采用所需证据占比", "evidence needed to adopt"),
        "pilot_probability": _kind("share", "试点所需概率", "probability needed for a pilot"),
        "reject_probability": _kind("share", "否决的概率", "probability at which it is rejected"),
        "budget_per_year": _kind("money", "每年预算", "budget per year"),
        "horizon_quarters": _kind("quarters", "计算期", "horizon", HORIZON),
        "discount_per_year": _kind("share", "年贴现率", "yearly discount", HORIZON),
    },
    "PlausibleParams": {
        "change": _kind("points_share", "留存最多变化", "largest change of retention"),
        "apart": _kind("points_share", "客户群之间最多相差", "largest difference between groups"),
    },
    "PolicyParams": {
        "manager_cost_per_quarter": _kind(
            "money", "客户经理每季度成本", "cost of a manager per quarter", MANAGERS
        )
    },
    "PoolParams": {
        "span": _kind("count", "一人服务客户数", "customers per head", MANAGERS),
        "hours_per_head": _kind("hours", "一人一季度工时", "hours of a head per quarter", MANAGERS),
        "utilisation": _kind("share", "可用比例", "share of capacity that can be used", MANAGERS),
        "heads_per_leader": _kind("count", "一位主管带人", "heads per leader", MANAGERS),
        "cost_per_head": _kind("money", "一人一季度成本", "cost of a head per quarter", MANAGERS),
        "leader_cost": _kind("money", "一位主管一季度成本", "cost of a leader per quarter", MANAGERS),
    },
    "MovesParams": {
        "onboarding": _kind("money", "新进客户", "a customer new to the grade", MOVES),
        "hand_over": _kind("money", "升降级交接", "hand-over at a change of grade", MOVES),
        "recovery": _kind("money", "降级安抚", "recovery after a demotion", MOVES),
    },
    "ServiceParams": {
        "cost_per_quarter": _kind(
            "money", "每客户每季度直接成本", "direct cost per customer and quarter", SERVICE
        ),
        "discount_share": _kind("share", "折扣", "discount", SERVICE),
        "surcharge_share": _kind("share", "加价", "surcharge", SERVICE),
        "span": _kind("count", "一位经理服务客户数", "customers per manager", MANAGERS),
    },
    "MeasureParams": {
        "quantity": _kind("index", "数量", "quantity", SERVICE),
        "hours": _kind("hours", "每次工时", "hours each", SERVICE),
        "travel_hours": _kind("hours", "每次路途", "travel each", SERVICE),
        "over_quarters": _kind("quarters", "分摊", "spread over", SERVICE),
        "uplift": _kind("share", "折扣带来的增量", "spend that the discount brings", SERVICE),
        "unit_cost": _kind("each", "单位成本", "unit cost", SERVICE),
        "cost_each": _kind("money", "每次其他费用", "other cost each", SERVICE),
    },
}
FACTORS = {
    MARGIN: Label("毛利", "margin"),
    SERVICE: Label("服务成本", "cost of service"),
    MANAGERS: Label("客户经理成本", "cost of managers"),
    MOVES: Label("等级变动费用", "cost of changes of grade"),
}
NO_ASSUMPTIONS = {
    "StudyParams.fiscal_start_month": "a calendar",
    "BootstrapParams.seed": "any number will do",
    "HotlineParams.simulated_calls": "precision of a simulation",
    "ShiftParams.break_after_hours": "a timetable",
    "ShiftParams.break_minutes": "a timetable",
    "KeepParams": "which rows are read",
    "RowTestParams": "which rows are returns",
    "TableParams.header": "where the column names stand",
    "SparkParams": "how an engine is run",
    "SimulatedParams": "the simulated world",
    "ProgrammeParams.other_bars": "what the programme was",
    "ProgrammeParams.active_quarters": "what the programme was",
    "ProgrammeParams.every_quarters": "what the programme was",
    "LotParams": "what the trial was",
    "BandParams": "what the design asks",
    "DiscretionParams": "what the design asks",
    "ConditionParams": "what the design asks",
    "EventParams": "what the design asks",
    "VaryParams": "where a search looks",
    "ShallowParams": "where a search looks",
    "HookParams": "nothing of the result",
    "BetweenParams": "the range of another number",
    "HorizonRangeParams": "the range of another number",
    "RangeParams": "a number of its owner",
    "UnitCostParams": "a number of its owner",
    "FactorParams.low": "the range of another number",
    "FactorParams.high": "the range of another number",
    "AssumedEffectParams.low": "the range of another number",
    "AssumedEffectParams.high": "the range of another number",
}
NO_VALUE = {"uplift": 0.0, "travel_hours": 0.0, "hours": 0.0, "discount_share": 0.0, "surcharge_share": 0.0,
            "utilisation": 1.0, "manager_cost_per_quarter": 0.0}  # fmt: skip
NEUTRAL_SCENARIO = 1.0
BETWEEN = {"manager_cost_per_quarter": "manager_cost_between", "horizon_quarters": "horizon_between"}
