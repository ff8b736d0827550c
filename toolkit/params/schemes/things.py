"""What a policy over things other than customers may look at: the columns of their own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.params.schemes.needs import AttributeNeed, Need, ReviewDayNeed
from toolkit.params.schemes.subject import needs_of, parts
from toolkit.params.schemes.weights import RegressionParams
from toolkit.params.strict import refuse

if TYPE_CHECKING:
    from toolkit.params.policy import PolicyParams


def refuse_foreign(policy: PolicyParams) -> None:
    """Refuse what only customers have in a policy that grades data fields or sites.

    Raises
    ------
    PydanticCustomError
        If it asks for a measure, an event, a list or a judgement, or has review rules made for customers.
    """
    if policy.of == "customers":
        return
    foreign = [need.column for need in needs_of(policy) if not _of_a_thing(need)]
    if foreign:
        raise refuse(
            f"of: {policy.of} 的方案不能用 {foreign[0]}：它属于客户。应写 attribute：表 {policy.of} 的一列",
            f"a policy with of: {policy.of} cannot use {foreign[0]}, which belongs to customers; "
            f"write attribute: a column of the table {policy.of}",
        )
    if any(isinstance(part, RegressionParams) for _, part in parts(policy)):
        raise refuse(
            f"of: {policy.of} 的方案不能用回归定权：没有客户价值可供拟合",
            f"a policy with of: {policy.of} cannot have weights by regression: there is no value to fit them on",
        )
    rules = [name for name in ("whom", "appeals") if name in policy.review.model_fields_set]
    if rules:
        raise refuse(
            f"{rules[0]} 只用于客户；of: {policy.of} 的方案给登记在表中的每一项定级",
            f"{rules[0]} belongs to customers; a policy with of: {policy.of} grades everything in its table",
        )


def _of_a_thing(need: Need) -> bool:
    return isinstance(need, AttributeNeed | ReviewDayNeed)
