"""What must be put in before anything can be decided: the policy in force, what services cost, the company's own rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.terms import Label


class Lack(StrEnum):
    """What is lacking."""

    STARTER = "starter"
    NOT_PRICED = "not_priced"
    NO_RULE = "no_rule"


@dataclass(frozen=True, slots=True)
class Unready:
    """Why an alternative cannot be judged yet: the ``lack``, and ``said`` of the policy that has it, by name."""

    lack: Lack
    said: Label


def unready(policies: Sequence[PolicyParams], rule: DecisionRuleParams) -> dict[str, Unready]:
    """Alternatives that cannot be judged yet, and why.

    Against a baseline that is not the company's own, or whose services have no price, none can; nor by a rule that
    nobody in the company has agreed.

    Parameters
    ----------
    policies : sequence of PolicyParams
        Baseline first.
    rule : DecisionRuleParams

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.params.unready import unready
    >>> files = toolkit.example_study().files
    >>> unready(files.policies, files.rule)
    {}
    >>> baseline, *others = files.policies
    >>> found = unready([baseline.model_copy(update={"starter": True}), *others], files.rule)
    >>> [(name, str(one.lack)) for name, one in found.items()]
    [('lower_bar', 'starter'), ('abc', 'starter'), ('points', 'starter')]
    """
    baseline, *alternatives = policies
    general = _starter(baseline) or _unpriced(baseline) or _no_rule(rule)
    found = {policy.id: general or _unpriced(policy) for policy in alternatives}
    return {name: why for name, why in found.items() if why}


def to_put_in(policies: Sequence[PolicyParams], rule: DecisionRuleParams) -> tuple[Unready, ...]:
    """Everything that must be put in, whichever alternative it stands in the way of; arguments as :func:`unready`.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.params.unready import to_put_in
    >>> files = toolkit.example_study().files
    >>> example = files.rule.model_copy(update={"starter": True})
    >>> [str(one.lack) for one in to_put_in(files.policies, example)]
    ['no_rule']
    """
    found = (_starter(policies[0]), *map(_unpriced, policies), _no_rule(rule))
    return tuple(one for one in found if one)


def _starter(baseline: PolicyParams) -> Unready | None:
    if not baseline.starter:
        return None
    title = baseline.title
    return Unready(
        Lack.STARTER,
        Label(
            f"《{title.zh}》是导入时按数据拟定的起步方案，不是现行方案",
            f"“{title.en}” was made by the import from the data and is not the policy in force",
        ),
    )


def _unpriced(policy: PolicyParams) -> Unready | None:
    lacking = [grade for grade, plan in policy.service.items() if not plan.priced]
    if not lacking:
        return None
    named_zh, named_en = "、".join(lacking), ", ".join(lacking)
    return Unready(
        Lack.NOT_PRICED,
        Label(
            f"《{policy.title.zh}》没有填 {named_zh} 的服务单价",
            f"“{policy.title.en}” has no price for the service of {named_en}",
        ),
    )


def _no_rule(rule: DecisionRuleParams) -> Unready | None:
    if not rule.starter:
        return None
    title = rule.title
    return Unready(
        Lack.NO_RULE,
        Label(
            f"决策规则《{title.zh}》是示例，贵公司还没有约定",
            f"the decision rule “{title.en}” is an example that the company has not agreed on",
        ),
    )
