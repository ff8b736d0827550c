"""Parameters of a policy: scheme, review rules and service plan, in one file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from toolkit.params.edits import Edits
from toolkit.params.kinds import refuse_other_kind
from toolkit.params.problems import FileProblems, suggested
from toolkit.params.reading import read_source, unknown_names, validate
from toolkit.params.review import ReviewParams, refuse_unfit
from toolkit.params.schemes import SchemeParams, When
from toolkit.params.schemes.things import refuse_foreign
from toolkit.params.service import ServiceParams, refuse_unserved
from toolkit.params.service_people import BetweenParams, MovesParams, PoolParams, TeamsParams
from toolkit.params.service_plan import with_presets
from toolkit.params.strict import Identifier, Several, Strict, Text, Words, described, refuse

SIMPLE = ("direct", "discount", "managers", "onboarding", "hand_over", "recovery")


class TagParams(Strict):
    """A mark beside the grade; a customer may have several."""

    name: Text = described("标签名", "name of the tag")
    when: When = described("须全部成立的条件", "conditions that must all hold", min_length=1)
    sensitive: bool = described("是否涉及敏感个人信息", "whether it rests on sensitive personal data", False)
    why: Text | None = described("用途说明；敏感标签必须写", "purpose; required of a sensitive tag", None)

    @model_validator(mode="after")
    def sensitive_tags_say_why(self) -> TagParams:
        if self.sensitive and not self.why:
            raise refuse("敏感标签须写明用途 why", "a sensitive tag must say why")
        return self


class PolicyParams(Strict):
    """What a company does: scheme + review + service."""

    id: Identifier = described("方案编号", "identifier")
    title: Words = described("名称", "title")
    status: Literal["current", "proposed", "retired"] = described("状态：现行、提议、停用", "status")
    rule_is_ours: bool = described(
        "原文没有规则，由分析师代拟、待替换",
        "the text gives no rule; this one is the analyst's to replace",
        False,
    )
    starter: bool = described(
        "起步方案：由 gradelab import 按数据拟定，并非公司正在执行的规则；换成现行方案后删去此行",
        "drafted by gradelab import from the data, not a rule that the company has in force; delete the line once it is",
        False,
    )
    effective: date = described("生效日期", "date from which the policy applies")
    source: Text = described("数字出自哪份文件", "document that the numbers come from")
    why: Text = described("为什么这样定", "why it is as it is")
    of: Literal["customers", "fields", "sites"] = described(
        "给什么定级：customers 客户；fields 数据字段、sites 场所，按该表的登记定级，attribute 即该表的列",
        "what is graded: customers, or data fields or sites of the table so named, whose columns are the attributes",
        "customers",
    )
    scheme: SchemeParams = described("分级方案", "the rule that gives grades")
    review: ReviewParams = described("复评规则", "review rules")
    tags: Several[TagParams] = described("等级之外的标签", "tags beside the grade", ())
    beside: dict[Identifier, SchemeParams] | None = described(
        "与等级并列、互不影响的其他归类，如 risk 风险等级、stage 生命周期",
        "other classes kept apart from the grade, such as risk or life-cycle stage",
        None,
    )
    manager_cost_per_quarter: float = described(
        "一位客户经理每季度的成本", "cost of one manager per quarter", 0.0, ge=0
    )
    manager_cost_between: BetweenParams | None = described(
        "客户经理成本可能的范围", "range in which the cost of a manager may lie", None
    )
    teams: TeamsParams | None = described(
        "人员按什么分队，各队分别取整；不写则不分队",
        "division of people, whole heads in each; left out, one team",
        None,
    )
    pools: dict[Identifier, PoolParams] | None = described(
        "提供服务措施的班组", "pools of people who deliver measures", None
    )
    moves: MovesParams | None = described("等级变动的费用", "cost of changes of grade", None)
    ledger: dict[Text, Several[Text]] | None = described(
        "服务记录的种类对应哪些成本：措施名，或 direct、discount、managers",
        "costs that each kind of the service table stands for: measures, or direct, discount, managers",
        None,
    )
    service: dict[str, ServiceParams] = described("各等级的服务标准", "service of each grade")

    @model_validator(mode="after")
    def every_grade_is_served(self) -> PolicyParams:
        graded, served = list(self.scheme.grades), list(self.service)
        missing = [g for g in graded if g not in served]
        unknown = [g for g in served if g not in graded]
        if missing or unknown:
            told = {"缺少": missing, "多出": unknown}, {"missing": missing, "unknown": unknown}
            zh = "，".join(f"{word} {'、'.join(names)}" for word, names in told[0].items() if names)
            en = ", ".join(f"{word} {', '.join(names)}" for word, names in told[1].items() if names)
            raise refuse(
                f"service 应与方案的等级同名：{zh}",
                f"service must name the same grades as the scheme: {en}",
                "service",
                *unknown[:1],
            )
        return self

    @model_validator(mode="after")
    def review_rules_fit_the_scheme(self) -> PolicyParams:
        refuse_unfit(self.review, self.scheme)
        return self

    @model_validator(mode="after")
    def things_have_attributes_alone(self) -> PolicyParams:
        refuse_foreign(self)
        return self

    @model_validator(mode="after")
    def tags_differ(self) -> PolicyParams:
        names = [tag.name for tag in self.tags]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise refuse(f"标签 {twice[0]} 出现了两次", f"the tag {twice[0]} is defined twice")
        return self

    @model_validator(mode="after")
    def measures_have_their_pools(self) -> PolicyParams:
        refuse_unserved({grade: plan.measures for grade, plan in self.service.items()}, self.pools)
        refuse_unledgered(self)
        return self

    @model_validator(mode="after")
    def managers_have_a_price(self) -> PolicyParams:
        if any(s.span for s in self.service.values()) and not self.manager_cost_per_quarter:
            raise refuse(
                "有等级配了客户经理（span），但没有写 manager_cost_per_quarter",
                "a grade has a manager (span), but manager_cost_per_quarter is not given",
                "service",
                next(grade for grade, plan in self.service.items() if plan.span),
                "span",
            )
        return self


def refuse_unledgered(policy: PolicyParams) -> None:
    """Refuse kinds of the service table that stand for a cost the policy does not have, or twice for one."""
    used = {item.measure for plan in policy.service.values() for item in plan.measures}
    allowed = sorted({*used, *SIMPLE})
    named = [cost for costs in (policy.ledger or {}).values() for cost in costs]
    for cost in named:
        if cost not in allowed:
            zh, en = suggested(cost, allowed)
            raise refuse(
                f"ledger 中的 {cost} 不是本方案的成本{zh}", f"ledger: {cost} is no cost of this policy{en}"
            )
        if named.count(cost) > 1:
            raise refuse(f"ledger 中 {cost} 出现了两次", f"ledger: {cost} stands under two kinds")


def read_policy(
    path: str | Path, known_measures: Collection[str] | None = None, edits: Edits | None = None
) -> PolicyParams:
    """Read one policy file.

    Parameters
    ----------
    path : path
    known_measures : sequence of str, optional
        Names that a scheme may use; without it names are not checked.
    edits : Edits, optional
        What a study changes in the file.

    Raises
    ------
    FileProblems
        With every problem of the file at once.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.study.example import FILE
    >>> policy = toolkit.read_policy(FILE.with_name("lower_bar.yaml"))
    >>> policy.title.en, policy.scheme.floors, policy.review.every_quarters
    ('Floor lowered to 80,000', {'VIP': Bound(value=80000.0, strict=False), 'basic': Bound(value=None, strict=False)}, 4)
    """
    own = read_source(path)
    refuse_other_kind(own, "policy")
    edited, refused_edits = edits.over(own) if edits else (own, [])
    source, found = with_presets(edited)
    found.extend(refused_edits)
    policy = None
    try:
        policy = validate(source, PolicyParams)
    except FileProblems as refused:
        found.extend(refused.problems)
    if known_measures is not None:
        wanted = named_measures(source.data)
        found.extend(unknown_names(source, wanted, known_measures, "指标", "measure"))
    if found or policy is None:
        raise FileProblems(sorted(found, key=lambda problem: problem.line))
    return policy


def named_measures(data: object) -> list[tuple[tuple[str | int, ...], str]]:
    """Every ``measure: name`` below ``scheme``, ``review``, ``tags`` and ``beside``, also in a file that has other problems."""
    found: list[tuple[tuple[str | int, ...], str]] = []

    def walk(node: object, key: tuple[str | int, ...]) -> None:
        steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for step, value in steps:
            if step == "measure" and isinstance(value, str):
                found.append(((*key, step), value))
            walk(value, (*key, step))

    if isinstance(data, dict):
        for part in ("scheme", "review", "tags", "beside"):
            walk(data.get(part), (part,))
    return found
