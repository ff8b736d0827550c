"""Parameters of decision tables and of states: rows of conditions, read from the top."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import model_validator

from toolkit.params.schemes.condition import When
from toolkit.params.schemes.needs import AttributeNeed, Need
from toolkit.params.schemes.subject import RuleParams
from toolkit.params.strict import Several, Strict, Text, Words, described, refuse


def in_order(written: tuple[str, ...] | None, given: Iterable[str | None]) -> tuple[str, ...]:
    """The grades: as written, else in the order in which the rule gives them."""
    return written if written is not None else tuple(dict.fromkeys(g for g in given if g is not None))


def check_grades(grades: tuple[str, ...], given: Iterable[str | None]) -> None:
    """Grades differ, are at least two, and contain every one that the rule gives."""
    if len(set(grades)) != len(grades) or len(grades) < 2:
        raise refuse(
            f"等级应至少两个且互不相同，现在是 {list(grades)}",
            f"there must be at least two grades, all different; got {list(grades)}",
        )
    unknown = [grade for grade in given if grade is not None and grade not in grades]
    if unknown:
        raise refuse(
            f"{unknown[0]} 不在 grades {list(grades)} 之中",
            f"{unknown[0]} is not among the grades {list(grades)}",
        )


class RowParams(Strict):
    """One row of a decision table."""

    grade: Text = described("等级", "grade")
    when: When = described("须全部成立的条件", "conditions that must all hold", min_length=1)
    reason: Words | None = described(
        "理由；不写则列出条件", "reason; left out, the conditions are its words", None
    )


class TableParams(RuleParams):
    """Grade by the first row whose conditions all hold."""

    kind: Literal["table"] = described("条件表", "decision table")
    grades: Several[Text] | None = described(
        "等级次序，从最好的写起；不写则按各行首次出现的次序，default 在最后",
        "grades, best first; left out, in the order of the rows with the default last",
        None,
    )
    ordered: bool = described("等级是否有高低之分", "whether the grades have an order", True)
    rows: Several[RowParams] = described("从上往下判断", "tried from the top", min_length=1)
    default: Text | None = described(
        "没有一行符合时的等级；null 为不定级", "grade where no row fits; null leaves ungraded"
    )

    @model_validator(mode="after")
    def grades_cover_the_rows(self) -> TableParams:
        given = (*(row.grade for row in self.rows), self.default)
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self


class StateParams(Strict):
    """One state of the relation with a customer."""

    state: Text = described("状态名", "name of the state")
    when: When = described("须全部成立的条件", "conditions that must all hold", min_length=1)
    reason: Words | None = described(
        "理由；不写则列出条件", "reason; left out, the conditions are its words", None
    )


class StatesParams(RuleParams):
    """State of the relation (life cycle, activity): the first whose conditions hold; states need no order."""

    kind: Literal["states"] = described("生命周期状态", "states of the relation")
    states: Several[StateParams] = described("从上往下判断", "tried from the top", min_length=1)
    default: Text | None = described(
        "没有一个状态符合时；null 为无状态", "state where none fits; null leaves without one"
    )
    grades: Several[Text] | None = described(
        "列出次序；ordered: true 时从最好的写起", "order of listing, best first where ordered", None
    )
    ordered: bool = described("状态是否有高低之分", "whether the states have an order", False)

    @model_validator(mode="after")
    def grades_cover_the_states(self) -> StatesParams:
        given = (*(row.state for row in self.states), self.default)
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        return self


class AttributeParams(RuleParams):
    """Class by the value of one attribute of the customer."""

    kind: Literal["attribute"] = described("按属性归类", "class by an attribute")
    attribute: Text = described("customers 表的一列", "column of the table customers")
    classes: dict[str, Several[str | float | int | bool]] = described(
        "类别: 归入该类的属性值", "class: values of the attribute that belong to it"
    )
    default: Text | None = described(
        "其余取值的类别；null 为不归类", "class of every other value; null leaves without one"
    )
    missing: Literal["refuse", "default"] = described(
        "属性缺失时：refuse 拒绝，default 按 default",
        "where there is no value: refuse, or the default",
        "refuse",
    )
    grades: Several[Text] | None = described(
        "列出次序；ordered: true 时从最好的写起", "order of listing, best first where ordered", None
    )
    ordered: bool = described("类别是否有高低之分", "whether the classes have an order", False)

    @model_validator(mode="after")
    def values_have_one_class(self) -> AttributeParams:
        given = (*self.classes, self.default)
        names = in_order(self.grades, given)
        check_grades(names, given)
        object.__setattr__(self, "grades", names)
        values = [value for own in self.classes.values() for value in own]
        twice = [value for value in values if values.count(value) > 1]
        if twice:
            raise refuse(f"属性值 {twice[0]} 归入了两类", f"the value {twice[0]} belongs to two classes")
        return self

    def own_needs(self) -> tuple[Need, ...]:
        """The attribute."""
        return (AttributeNeed(self.attribute),)
