"""The same scheme with the floors at which a grade is kept, below those that earn it."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.params.schemes.bounds import Bound
from toolkit.params.schemes.nested import OverridesParams
from toolkit.params.schemes.scored import ScoredParams
from toolkit.params.schemes.subject import RuleParams
from toolkit.params.schemes.thresholds import ThresholdsParams
from toolkit.params.strict import refuse


def eased(scheme: RuleParams, keep_floors: Mapping[str, Bound]) -> RuleParams:
    """``scheme`` with ``keep_floors`` in place of its own; overrides are eased at their base.

    Raises
    ------
    PydanticCustomError
        If the scheme has no floors, or a floor that keeps a grade is harder than the one that earns it.
    """
    if isinstance(scheme, OverridesParams):
        return scheme.model_copy(update={"base": eased(scheme.base, keep_floors)})
    if not isinstance(scheme, ThresholdsParams | ScoredParams) or scheme.floors is None:
        raise refuse(
            "keep_floors 只用于门槛法（floors）和评分法，或以它们为基础的调整规则",
            "keep_floors needs a scheme with floors: thresholds, scored, or overrides of one of them",
        )
    sign = -1 if isinstance(scheme, ThresholdsParams) and scheme.better == "lower" else 1
    for grade, bound in keep_floors.items():
        own = scheme.floors.get(grade)
        harder = (
            own is None or own.value is None or bound.value is None or sign * bound.value > sign * own.value
        )
        if harder:
            raise refuse(
                f"{grade} 的保留门槛应不高于入级门槛",
                f"the keep floor of {grade} must not be harder than its floor",
            )
    return scheme.model_validate(
        scheme.model_dump(exclude_none=True, exclude_defaults=True)
        | {"kind": scheme.kind, "floors": {g: keep_floors.get(g, b) for g, b in scheme.floors.items()}}
    )
