"""Conditions: what must be true of a customer for a row, a rule or a tag to apply."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from toolkit.params.schemes.needs import ListNeed, Need
from toolkit.params.schemes.subject import Cell, SubjectParams
from toolkit.params.strict import Several, Text, described, refuse

JOINED = ("any_of", "all_of", "none_of")
NUMERIC = ("at_least", "above", "at_most", "below", "between")
TESTS = (*NUMERIC, "equals", "one_of", "present")


class ConditionParams(SubjectParams):
    """One condition: a subject with its tests, membership of a list, or several conditions joined."""

    list: Text | None = described(
        "在复评日仍有效的名单（lists 表）", "list of the table lists that is valid on the review day", None
    )
    any_of: Several[ConditionParams] | None = described(
        "其中任一条成立即可", "holds where any of these holds", None, min_length=1
    )
    all_of: Several[ConditionParams] | None = described(
        "须全部成立（用于 any_of 之内）",
        "holds where all of these hold (for use inside any_of)",
        None,
        min_length=1,
    )
    none_of: Several[ConditionParams] | None = described(
        "须全部不成立", "holds where none of these holds", None, min_length=1
    )
    at_least: float | None = described("以上（含本数）", "this value or more", None)
    above: float | None = described("超过（不含本数）", "strictly more", None)
    at_most: float | None = described("以内（含本数）", "this value or less", None)
    below: float | None = described("低于（不含本数）", "strictly less", None)
    between: Several[float] | None = described(
        "[下限, 上限]：含下限、不含上限",
        "[from, to): the lower end is included, the upper is not",
        None,
        min_length=2,
        max_length=2,
    )
    equals: Cell | None = described("等于", "equal to", None)
    one_of: Several[Cell] | None = described("属于其中之一", "one of these values", None, min_length=1)
    present: bool | None = described("true 有值，false 没有值", "whether there is a value at all", None)
    missing: Literal["refuse", "fails", "holds"] = described(
        "数值缺失时：refuse 拒绝，fails 视为不成立，holds 视为成立",
        "where there is no value: refuse, or the condition fails, or holds",
        "refuse",
    )

    @model_validator(mode="after")
    def one_subject(self) -> ConditionParams:
        self._refuse_subjects(("measure", "attribute", "event", "list", *JOINED))
        tests = [name for name in TESTS if getattr(self, name) is not None]
        plain = self.measure is None and self.attribute is None and self.event is None
        if plain and tests and not (self.list is not None and tests == ["present"]):
            raise refuse(
                f"{tests[0]} 需要 measure、attribute 或 event",
                f"{tests[0]} needs a measure, attribute or event",
            )
        if not plain and not tests:
            raise refuse(f"条件缺少比较：{'、'.join(TESTS)}", f"a condition needs one of {', '.join(TESTS)}")
        if self.between is not None and not self.between[0] < self.between[1]:
            raise refuse("between 的下限应小于上限", "between needs a lower end below the upper")
        if self.measure is None and (self.window_quarters or self.per):
            raise refuse(
                "window_quarters 和 per 只用于 measure", "window_quarters and per belong to a measure"
            )
        if self.per and self.window_quarters is None:
            raise refuse("写了 per 就要写 window_quarters", "per needs window_quarters")
        return self

    def own_needs(self) -> tuple[Need, ...]:
        """The columns that this condition itself asks for."""
        return (ListNeed(self.list),) if self.list is not None else super().own_needs()


When = Several[ConditionParams]


def single_quarter(condition: ConditionParams) -> ConditionParams:
    """``condition`` with events that have no window of their own looking at one quarter."""
    changed: dict[str, object] = {
        name: tuple(single_quarter(part) for part in inner)
        for name in JOINED
        if (inner := getattr(condition, name)) is not None
    }
    if condition.event is not None and condition.event.window_quarters is None:
        changed["event"] = condition.event.model_copy(update={"window_quarters": 1})
    return condition.model_copy(update=changed)
