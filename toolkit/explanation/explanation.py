"""What is said of one customer's grade: what stands behind it, what would change it, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.window import Quarter

NOTHING = Label("", "")


@shown("what", "figure", "met")
@dataclass(frozen=True, slots=True)
class Line:
    """One thing behind a grade.

    Attributes
    ----------
    what : Label
        A measure, a floor, a condition, a rule.
    figure : Label
        Its value as printed, in both languages.
    note : Label
        What follows from it: points, weight, contribution.
    met : bool or None
        Whether a floor is reached, a condition holds or a rule applies; None where that is no question.
    """

    what: Label
    figure: Label = NOTHING
    note: Label = NOTHING
    met: bool | None = None


@shown("title", "lines")
@dataclass(frozen=True, slots=True)
class Part:
    """A scheme, or one inside another, and what it looked at.

    Attributes
    ----------
    title : Label
    lines : tuple of Line
    inner : tuple of Part
    """

    title: Label
    lines: tuple[Line, ...]
    inner: tuple[Part, ...] = ()

    def every(self) -> Iterator[Part]:
        """The part and all inside it."""
        yield self
        for part in self.inner:
            yield from part.every()


@shown("name", "to", "grade")
@dataclass(frozen=True, slots=True)
class Turn:
    """A turning point: the least by which one figure must move, all others unchanged, for the rule to give another grade.

    Attributes
    ----------
    column : str
        Column of what is known.
    name : Label
    now, to : float, str, bool or None
        Value today, and the value that it would take; None is missing.
    shown : (Label, Label)
        Both as printed.
    by : Label
        How far they are apart; empty for words and where nothing is known today.
    grade : str or None
        What the rule would then give; None no grade.
    """

    column: str
    name: Label
    now: Any
    to: Any
    shown: tuple[Label, Label]
    by: Label
    grade: str | None


@shown("quarter", "by", "in_force")
@dataclass(frozen=True, slots=True)
class Passed:
    """One quarter of the customer's grades.

    Attributes
    ----------
    quarter : Quarter
    by : Label
        What decided in that quarter; empty where nothing did.
    earned, in_force : str or None
    held : bool
    reason : Label
    """

    quarter: Quarter
    by: Label
    earned: str | None
    in_force: str | None
    held: bool
    reason: Label


@shown("policy", "quarter", "grade", "held", "rises", "falls")
@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything behind one customer's grade in one quarter under one policy.

    Attributes
    ----------
    customer : str
    policy : str
        Identifier of the policy.
    title : Label
    company : Label
    quarter : Quarter
    review : Quarter or None
        The review that decided last; None where none has.
    window : int
        Quarters of the observation window.
    grades : tuple of str
        Best first.
    ordered : bool
    grade : str or None
        In force; None where the customer has none.
    by_rule : str or None
        What the rule alone gave at the review.
    held : bool
    rule : Label
        The policy in words.
    part : Part or None
        What stands behind what the rule gave.
    steps : tuple of Line
        From what the rule gave to the grade in force; ``figure`` is the grade after each step.
    next : str or None
        The next better grade; None at the top, and where classes have no order.
    rises, falls : tuple of Turn
        What would raise the grade above the one in force, and what would lower what the rule gives.
    regains : tuple of Turn
        Where the grade is held: what would earn it again.
    others : int or None
        Customers against whom the rule ranks; None where it looks at nobody else.
    records : tuple of Line
        How many rows stand behind the figures, table by table.
    history : tuple of Passed
    appeals, recorded : tuple of Line
        The customer's appeals, and the grades that the company has on record.
    notes : tuple of Label
    simulated : bool
    """

    customer: str
    policy: str
    title: Label
    company: Label
    quarter: Quarter
    review: Quarter | None
    window: int
    grades: tuple[str, ...]
    ordered: bool
    grade: str | None
    by_rule: str | None
    held: bool
    rule: Label
    part: Part | None
    steps: tuple[Line, ...]
    next: str | None
    rises: tuple[Turn, ...]
    falls: tuple[Turn, ...]
    regains: tuple[Turn, ...]
    others: int | None
    records: tuple[Line, ...]
    history: tuple[Passed, ...]
    appeals: tuple[Line, ...]
    recorded: tuple[Line, ...]
    notes: tuple[Label, ...]
    simulated: bool

    def as_json(self) -> dict[str, Any]:
        """The same for a program: labels as ``{"zh", "en"}``, quarters as text."""
        return _json(self)


def _json(value: Any) -> Any:
    if isinstance(value, Quarter):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return value
