"""Plain-language descriptions of schemes and policies, made from their parameters alone."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.params.policy import PolicyParams
from toolkit.params.schemes import ConditionParams, RuleParams, parts
from toolkit.schemes.nested_words import scheme_words
from toolkit.schemes.review_words import OURS, appeals_words, review_words, tags_words, triggers_words
from toolkit.schemes.wording import join, say
from toolkit.terms import Label

ORDERED = Label(
    "等级从好到差为{names}。规则：{body}。{end}", "Grades, best first: {names}. Rule: {body}.{end}"
)
CLASSES = Label(
    "类别为{names}，不分高低。规则：{body}。{end}", "Classes without order: {names}. Rule: {body}.{end}"
)
ELSE_STOPS = Label(
    "条件所用的数值缺失而未另注明的，停止计算并报错。",
    " A missing value in a condition that does not say otherwise stops the run with an error.",
)
THINGS = {
    "fields": Label("定级对象是数据字段，不是客户。", "Data fields are graded, not customers."),
    "sites": Label("定级对象是场所，不是客户。", "Sites are graded, not customers."),
}
SHOWN_GRADES = 12


def describe_scheme(params: RuleParams, names: Mapping[str, Label]) -> Label:
    """What a scheme of any kind does, in Chinese and English.

    Parameters
    ----------
    params : parameters of the scheme
    names : mapping of measure id to Label
        A measure that is not in it goes by its id.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.describe_scheme(study.policies[2].params.scheme, study.names).en
    'Grades, best first: A, B, C. Rule: ranked by spend, highest first: A up to 50% of the total, B up to 80% of the total, C everybody else, the customer who crosses a line belongs above it; a customer without a value stops the run with an error.'
    """
    phrase, grades = ORDERED if params.ordered else CLASSES, params.grades
    labels = [Label(grade, grade) for grade in grades[:SHOWN_GRADES]]
    listed = join(labels, "、", ", ")
    if len(grades) > SHOWN_GRADES:
        listed = say("{names}等共 {n} 种", "{names} and others, {n} in all", names=listed, n=len(grades))
    return say(
        phrase.zh,
        phrase.en,
        names=listed,
        body=scheme_words(params, names),
        end=ELSE_STOPS if _refuses(params) else Label("", ""),
    )


def describe_policy(params: PolicyParams, names: Mapping[str, Label]) -> Label:
    """The scheme of a policy, its review rules, tags and classes beside the grade.

    Parameters
    ----------
    params : parameters of the policy
    names : mapping of measure id to Label
        A measure that is not in it goes by its id.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> print(toolkit.describe_policy(study.baseline.params, study.names).en)
    Grades, best first: VIP, basic. Rule: floors on spend: VIP 100,000 or more, basic everybody else; a customer without a value stops the run with an error. Reviewed every 4 quarters, at the end of quarter 3, observation window of 4 quarters, a lost grade is not held.
    """
    found = [describe_scheme(params.scheme, names), review_words(params.review)]
    if params.of != "customers":
        found.insert(0, THINGS[params.of])
    if params.review.triggers:
        found.append(triggers_words(params.review.triggers, names))
    if params.review.appeals is not None:
        found.append(appeals_words(params.review.appeals))
    if params.tags:
        found.append(tags_words(params.tags, names))
    found += [
        say(
            "与等级并列的归类 {name}：{scheme}",
            "Beside the grade, {name}: {scheme}",
            name=name,
            scheme=describe_scheme(scheme, names),
        )
        for name, scheme in (params.beside or {}).items()
    ]
    if params.rule_is_ours:
        found.append(OURS)
    return join(found, "", " ")


def _refuses(params: RuleParams) -> bool:
    conditions = (part for _, part in parts(params) if isinstance(part, ConditionParams))
    return any(
        c.missing == "refuse" and c.present is None and (c.measure or c.attribute or c.event) is not None
        for c in conditions
    )
