"""Grade by the first row of a decision table that fits (条件表)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import Need, RowParams, StateParams, TableParams
from toolkit.schemes.conditions import Condition, all_hold, conditions_of, in_words
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.terms import Label

NO_ROW = "no_row"


@dataclass(frozen=True, slots=True)
class Row:
    """Conditions that must all hold, and the grade that they give."""

    grade: str
    when: tuple[Condition, ...]
    reason: Label

    @classmethod
    def of(cls, grade: str, params: RowParams | StateParams, names: Names) -> Row:
        """The row of a policy file."""
        when = conditions_of(params.when, names)
        return cls(grade, when, params.reason.label() if params.reason else in_words(when))


@dataclass(frozen=True, slots=True)
class TableScheme(Rule):
    """The first row, from the top, whose conditions all hold decides; else the default.

    Attributes
    ----------
    rows : tuple of Row
    default : str or None
        None leaves customers whom no row fits without a grade.
    """

    scale: Scale
    needs: tuple[Need, ...]
    rows: tuple[Row, ...]
    default: str | None

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row of ``known``.

        ``detail`` holds what the conditions look at, ``row`` (number of the row that decided, from 1;
        0 where none fits) and ``matches`` (how many rows fit: 0 and more than 1 deserve a look).
        """
        fits = np.array([all_hold(row.when, known) for row in self.rows]).reshape(len(self.rows), len(known))
        matches = fits.sum(axis=0)
        first = np.where(matches > 0, fits.argmax(axis=0), len(self.rows))
        given = [*(row.grade for row in self.rows), self.default]
        codes = np.array([-1 if g is None else self.scale.codes([g])[0] for g in given])[first]
        reasons = {f"row:{i}": row.reason for i, row in enumerate(self.rows, 1)}
        detail = known[[need.column for need in self.needs]].copy()
        detail["row"], detail["matches"] = (first + 1) % (len(self.rows) + 1), matches
        return assemble(self.scale, codes, first, reasons | {NO_ROW: self._nothing()}, detail)

    def _nothing(self) -> Label:
        if self.default is None:
            return Label("没有一条规则适用，未定级", "no row fits; not graded")
        return Label("没有一条规则适用，按默认等级", "no row fits; the default applies")


def build(params: TableParams, names: Names) -> TableScheme:
    """The scheme of a policy file."""
    rows = tuple(Row.of(row.grade, row, names) for row in params.rows)
    return TableScheme(Scale(params.grades, params.ordered), params.needs(), rows, params.default)
