"""What conditions say of each other: whether one follows from others, and whether some exclude each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.params.schemes import ConditionParams, Need

JOINED = ("any_of", "all_of", "none_of")
End = tuple[float, int]
Interval = tuple[End, End]
LOWEST: End = (-np.inf, 0)
HIGHEST: End = (np.inf, 0)


def implies(when: Sequence[ConditionParams], then: Sequence[ConditionParams]) -> bool:
    """Whether whoever meets all of ``when`` is sure to meet all of ``then``; False where it cannot be told."""
    return all(any(_follows(one, other) for one in when) for other in then)


def impossible(when: Sequence[ConditionParams]) -> bool:
    """Whether bounds on one number exclude each other, so that nobody with a value meets all of ``when``."""
    bounds: dict[Need, list[Interval]] = {}
    for condition in when:
        if _plain(condition) and condition.missing != "holds":
            bounds.setdefault(condition.own_needs()[0], []).append(_interval(condition))
    return any(max(low for low, _ in own) > min(high for _, high in own) for own in bounds.values())


def bounds_on(need: Need, when: Sequence[ConditionParams]) -> Interval:
    """Between which ends the number lies of everybody who meets all of ``when``; see :func:`_interval`."""
    own = [_interval(c) for c in when if _plain(c) and c.missing != "holds" and c.own_needs()[0] == need]
    return max([LOWEST, *(low for low, _ in own)]), min([HIGHEST, *(high for _, high in own)])


def _follows(one: ConditionParams, other: ConditionParams) -> bool:
    """Whether ``other`` holds wherever ``one`` does."""
    if one == other:
        return True
    if not (_plain(one) and _plain(other)) or one.own_needs() != other.own_needs():
        return False
    if one.missing == "holds" and other.missing != "holds":
        return False
    (low, high), (least, most) = _interval(one), _interval(other)
    return low >= least and high <= most


def _plain(condition: ConditionParams) -> bool:
    """Whether it only bounds one number."""
    joined = any(getattr(condition, name) is not None for name in JOINED)
    words = (condition.equals, condition.one_of, condition.present, condition.list)
    return not joined and all(part is None for part in words)


def _interval(condition: ConditionParams) -> Interval:
    """Lower and upper end; the second number of an end says on which side of the value it lies."""
    low, high = LOWEST, HIGHEST
    for name, after in (("at_least", 0), ("above", 1)):
        value = getattr(condition, name)
        low = low if value is None else max(low, (value, after))
    for name, before in (("at_most", 0), ("below", -1)):
        value = getattr(condition, name)
        high = high if value is None else min(high, (value, before))
    if condition.between is not None:
        low, high = max(low, (condition.between[0], 0)), min(high, (condition.between[1], -1))
    return low, high
