"""Parameters of a policy: scheme, review rules and service plan, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from toolkit.params.problems import FileProblems
from toolkit.params.reading import read_source, unknown_names, validate
from toolkit.params.review import ReviewParams, refuse_unfit
from toolkit.params.schemes import SchemeParams, When
from toolkit.params.schemes.things import refuse_foreign
from toolkit.params.strict import Identifier, Several, Share, Strict, Text, Words, described, refuse


class ServiceParams(Strict):
    """What a grade receives, and what that costs."""

    package: Identifier = described(
        "服务包；不同方案中服务包相同即待遇相同",
        "service package; the same package means the same treatment in every policy",
    )
    promise: Words = described("对客户的承诺", "what the customer is promised")
    cost_per_quarter: float = described(
        "每位客户每季度的直接服务成本（研究所用货币）",
        "direct cost per customer and quarter, in the study's currency",
        ge=0,
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

    @property
    def given_share(self) -> float:
        """Share of spend given away; negative where the grade pays a surcharge."""
        return self.discount_share - self.surcharge_share

    @model_validator(mode="after")
    def discount_or_surcharge(self) -> ServiceParams:
        if self.discount_share and self.surcharge_share:
            raise refuse(
                "discount_share 与 surcharge_share 不能同时大于 0",
                "discount_share and surcharge_share cannot both be above 0",
            )
        return self


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
    service: dict[str, ServiceParams] = described("各等级的服务标准", "service of each grade")

    @model_validator(mode="after")
    def every_grade_is_served(self) -> PolicyParams:
        graded, served = list(self.scheme.grades), list(self.service)
        missing = [g for g in graded if g not in served]
        unknown = [g for g in served if g not in graded]
        if missing or unknown:
            raise refuse(
                f"service 应写明方案的每个等级：缺少 {missing}，多出 {unknown}",
                f"service must name the grades of the scheme: missing {missing}, unknown {unknown}",
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
    def managers_have_a_price(self) -> PolicyParams:
        if any(s.span for s in self.service.values()) and not self.manager_cost_per_quarter:
            raise refuse(
                "有等级配了客户经理（span），但没有写 manager_cost_per_quarter",
                "a grade has a manager (span), but manager_cost_per_quarter is not given",
            )
        return self


def read_policy(path: str | Path, known_measures: Sequence[str] | None = None) -> PolicyParams:
    """Read one policy file.

    Parameters
    ----------
    path : path
    known_measures : sequence of str, optional
        Names that a scheme may use; without it names are not checked.

    Raises
    ------
    FileProblems
        With every problem of the file at once.
    """
    source = read_source(path)
    found: list = []
    policy = None
    try:
        policy = validate(source, PolicyParams)
    except FileProblems as refused:
        found.extend(refused.problems)
    if known_measures is not None:
        wanted = _named_measures(source.data)
        found.extend(unknown_names(source, wanted, known_measures, "指标", "measure"))
    if found or policy is None:
        raise FileProblems(sorted(found, key=lambda problem: problem.line))
    return policy


def _named_measures(data: object) -> list[tuple[tuple[str | int, ...], str]]:
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
