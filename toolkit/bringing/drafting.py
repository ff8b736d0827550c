"""A whole small study around a history: runs as it is, and says what to replace, in the language of the session."""

from __future__ import annotations

from datetime import date

from toolkit.bringing.fitting import Fitted
from toolkit.run.speech import words

_SERVICE = """  {grade}:
    package: {package}
    promise: {{zh: {zh}, en: {en}}}
    cost_per_quarter: unknown          # {fill}
"""


def study_text(study: str, history: str, fitted: Fitted, currency: str) -> str:
    """The study file ``study``, with ``history`` as its history section."""
    active = _active(fitted)
    written = words(
        "由 gradelab import 写出；可以直接运行。请先核对 history，再换成贵公司的标题、现行方案与决策规则。",
        "Written by gradelab import; it runs as it is. Check history first, then put in your own titles, policy in force and rule.",
    )
    company = words("请填公司名称", "your company's name")
    counts = words("最近几个季度买过才算在册客户", "a customer counts who bought within so many quarters")
    first = words("第一种为主", "the first is the headline")
    policies = words("请换成现行方案与备选方案", "put in your policy in force and its alternatives")
    rule = words("请换成贵公司事先商定的规则", "your own rule, agreed beforehand")
    return f"""# yaml-language-server: $schema=../schema/study.schema.json
# {written}
id: {study}
title: {{zh: 客户分级政策季度报告, en: Quarterly report on customer grading}}
company: {{zh: 本公司, en: Our company}}     # {company}
{history}quarter: last
active_quarters: {active}                   # {counts}
retention:                           # {first}
  - {{id: next_quarter, kind: bought_within, quarters: 1, title: {{zh: 下一季度再次购买, en: bought again next quarter}}}}
  - {{id: half_year, kind: bought_within, quarters: 2, title: {{zh: 半年内再次购买, en: bought again within half a year}}}}
  - {{id: spend_kept, kind: spend_kept, quarters: 1, title: {{zh: 消费保有率, en: share of spend kept}}}}
policies:                            # {policies}
  baseline: ../policies/{study}/floors.yaml
  alternatives:
    - ../policies/{study}/abc.yaml
decision_rule: ../decision_rules/{study}.yaml   # {rule}
bootstrap: {{draws: 1000, seed: 20261122}}
languages: [zh, en]
"""


def floors_text(fitted: Fitted, currency: str, today: date) -> str:
    """Three grades by spend, the floors where about 5 % and 20 % of the customers are; named in the language of the session."""
    top, middle, rest = words("金 银 铜", "Gold Silver Bronze").split()
    about = words(
        f"# 起步用的方案：门槛取自贵公司自己的数据（最近 {fitted.window} 个完整季度里净消费为正的 {fitted.customers:,} 位客户）。请换成现行方案。",
        f"# A policy to start from: its floors are read from your own data ({fitted.customers:,} customers who bought\n"
        f"# more than they returned in the last {fitted.window} complete quarter(s)). Put in the policy that is really in force.",
    )
    source = words("gradelab import 按消费分位数拟定", "drafted by gradelab import from quantiles of spend")
    why = words(
        "没有现行方案文件时的起点。", "Somewhere to start while there is no file of the policy in force."
    )
    ours = words("约前 5% 与前 20% 的客户", "about the top 5 % and 20 %")
    return f"""# yaml-language-server: $schema=../../schema/policy.schema.json
{about}
id: floors
title: {{zh: 消费门槛三级, en: Three spend floors}}
status: current
{_starter()}effective: {today}
source: {source}
why: {why}
scheme:
  kind: thresholds
  measure: spend                     # {currency}
  floors: {{{top}: {_plain(fitted.top)}, {middle}: {_plain(fitted.middle)}, {rest}: rest}}   # ours: {ours}
{_review(fitted)}{_services((top, "key", "专属联系人", "own contact"), (middle, "standard", "标准服务", "standard service"), (rest, "basic", "基本服务", "basic service"))}"""


def abc_text(fitted: Fitted, today: date) -> str:
    """ABC by share of sales, to be compared with the floors."""
    about = words(
        "用来比较的备选方案：ABC 通行划线。", "An alternative to compare with: the usual ABC lines."
    )
    source = words("通行的 ABC 划线", "the usual ABC lines")
    why = words(
        "界线随总销售额变动，头部客户始终被覆盖。",
        "The lines move with total sales, so that the largest customers are always covered.",
    )
    return f"""# yaml-language-server: $schema=../../schema/policy.schema.json
# {about}
id: abc
title: {{zh: ABC 分级（80% 与 95%）, en: ABC grading (80% and 95%)}}
status: proposed
{_starter()}effective: {today}
source: {source}
why: {why}
scheme:
  kind: pareto
  measure: spend
  upto: {{A: 0.80, B: 0.95, C: 1.0}}   # ours
{_review(fitted)}{_services(("A", "key", "专属联系人", "own contact"), ("B", "standard", "标准服务", "standard service"), ("C", "basic", "基本服务", "basic service"))}"""


def _starter() -> str:
    told = words("换成贵公司的方案后删去此行", "delete this line once the policy is your own")
    return f"starter: true                        # {told}\n"


def _review(fitted: Fitted) -> str:
    return f"""review: {{every_quarters: 1, hold_quarters: 0, window_quarters: {fitted.window}}}
service:
"""


def _services(*grades: tuple[str, str, str, str]) -> str:
    fill = words(
        "每位客户每季度的服务成本，请填；不花钱的写 0",
        "service cost per customer and quarter: fill in, 0 where it costs nothing",
    )
    return "".join(
        _SERVICE.format(grade=grade, package=package, zh=zh, en=en, fill=fill)
        for grade, package, zh, en in grades
    )


def _active(fitted: Fitted) -> int:
    return 4 if len(fitted.complete) > 4 else max(1, min(2, len(fitted.complete)))


def _plain(value: float) -> str:
    return f"{value:_.0f}" if value >= 10 else f"{value:g}"
