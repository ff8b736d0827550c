"""One customer among those whom a scheme grades, and the lines that tell of floors and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.explanation.explanation import NOTHING, Line
from toolkit.explanation.figures import Printer
from toolkit.params.schemes import Bound, Need
from toolkit.schemes.conditions import Condition, all_hold
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.scheme import Names
from toolkit.schemes.subject import Subject
from toolkit.schemes.wording import floor_words, say
from toolkit.terms import Label

FLOOR = Label("{grade}的门槛", "floor of {grade}")


@dataclass(frozen=True, slots=True)
class Case:
    """One customer among those whom a scheme grades.

    Attributes
    ----------
    customer : str
    known : DataFrame
        What is known of all of them.
    names : mapping of measure id to Label
    print : Printer
    """

    customer: str
    known: pd.DataFrame
    names: Names
    print: Printer

    @property
    def one(self) -> pd.DataFrame:
        """What is known of the customer alone, one row."""
        return self.known.loc[[self.customer]]

    def among(self, rows: np.ndarray) -> Case:
        """The case among some of the customers."""
        return replace(self, known=self.known[rows])

    def line(self, subject: Subject, note: Label = NOTHING) -> Line:
        """The value of a subject."""
        return Line(subject.name, self.value(subject.need), note)

    def value(self, need: Need) -> Label:
        """The customer's value of a column, as printed."""
        return self.print.value(self.one[need.column].iloc[0], need)

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Whether all conditions hold for the customer."""
        return bool(all_hold(conditions, self.one)[0])


def floor_lines(grades: Sequence[str], ladder: Ladder, value: np.ndarray) -> list[Line]:
    """Every floor, and whether the value reaches it."""
    return [
        Line(
            say(FLOOR.zh, FLOOR.en, grade=grade),
            floor_words(bound, ladder.better),
            met=bound.value is None or _reaches(bound, ladder, value),
        )
        for grade, bound in zip(grades, ladder.bounds, strict=True)
    ]


def _reaches(bound: Bound, ladder: Ladder, value: np.ndarray) -> bool:
    return bool(Ladder((bound,), ladder.better).place(value)[0] == 0)


def condition_lines(conditions: Sequence[Condition], case: Case) -> list[Line]:
    """Every condition, what is known, and whether it holds; joined ones one by one."""
    lines: list[Line] = []
    for condition in conditions:
        met = bool(condition.holds(case.one)[0])
        if condition.subject is None:
            lines.append(Line(condition.label, met=met))
            lines += condition_lines(condition.inner, case)
        else:
            lines.append(Line(condition.label, case.value(condition.subject.need), met=met))
    return lines
