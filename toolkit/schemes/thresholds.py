"""Grade by floors on one value (门槛法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import AttributeNeed, Missing, Need, ThresholdsParams
from toolkit.schemes.known import refuse_missing, refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import MISSING, missing_reason, step_reasons
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, label_of, subject_of
from toolkit.terms import Label

OTHERS = "rest"


@dataclass(frozen=True, slots=True)
class Steps:
    """A ladder and the grade of each step.

    Attributes
    ----------
    grades : tuple of str
        Best first.
    ladder : Ladder
    """

    grades: tuple[str, ...]
    ladder: Ladder

    def codes(self, values: np.ndarray, scale: Scale) -> np.ndarray:
        """Grade codes of ``scale``, shape (customers,); −1 below the last step and for NaN."""
        table = np.array([*scale.codes(list(reversed(self.grades))), -1])
        return table[self.ladder.place(values)]


@dataclass(frozen=True, slots=True)
class ThresholdScheme(Rule):
    """The highest floor that a customer's value reaches decides; a floor is inclusive unless it is strict.

    Attributes
    ----------
    subject : Subject
        The value.
    steps : mapping of attribute value to Steps
        ``rest`` for every other value; the only one where floors are the same for all.
    by : Subject or None
        The attribute on which floors depend.

    >>> from toolkit.params.schemes import ThresholdsParams
    >>> params = ThresholdsParams(kind="thresholds", measure="spend", floors={"VIP": 100_000, "普通": "rest"})
    >>> scheme = build(params, {"spend": Label("消费额", "spend")})
    >>> scheme.grade(pd.DataFrame({"spend": [150_000, 100_000, 99_999.99]})).grade.tolist()
    ['VIP', 'VIP', '普通']
    """

    scale: Scale
    needs: tuple[Need, ...]
    subject: Subject
    steps: Mapping[str, Steps]
    by: Subject | None = None
    missing: Missing = "refuse"

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the value, and the attribute where floors depend on one.

        Raises
        ------
        ParameterError
            Where a value is missing and the file refuses that, or below the last floor.
        """
        values = self.subject.numbers(known)
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, known.index, self.subject.name)
        codes = np.full(len(known), -1, dtype=int)
        because = np.zeros(len(known), dtype=int)
        reasons: dict[str, Label] = {}
        for (value, steps), rows in zip(self.steps.items(), self._rows(known), strict=True):
            codes[rows] = steps.codes(values[rows], self.scale)
            because[rows] = len(reasons) + steps.ladder.place(values[rows])
            reasons |= self._words(value, steps)
        refuse_ungraded((codes < 0) & ~absent, known.index, self.subject.name)
        codes, because = np.where(absent, 0, codes), np.where(absent, len(reasons), because)
        reasons[MISSING] = missing_reason(self.subject.name)
        columns = {self.subject.need.column: values}
        if self.by is not None:
            columns[self.by.need.column] = self.by.column(known).to_numpy()
        return assemble(self.scale, codes, because, reasons, pd.DataFrame(columns, index=known.index))

    def _rows(self, known: pd.DataFrame) -> list[np.ndarray | slice]:
        """Customers of each ladder, arrays of bool, in the order of :attr:`steps`; all of the only one."""
        if self.by is None:
            return [slice(None)]
        words = self.by.words(known)
        if self.missing == "refuse":
            refuse_missing(words.isna().to_numpy(), known.index, self.by.name)
        named = [value for value in self.steps if value != OTHERS]
        others = ~words.isin(named).to_numpy()
        return [
            others if value == OTHERS else (words == value).fillna(False).to_numpy(bool)
            for value in self.steps
        ]

    def _words(self, value: str, steps: Steps) -> dict[str, Label]:
        if len(steps.grades) == 1 and steps.ladder.open_ended:
            own = {f"floor:{steps.grades[0]}": Label("无门槛", "no floor")}
        else:
            own = step_reasons(self.subject.name, steps.grades, steps.ladder)
        if self.by is None:
            return own
        zh, en = ("其他", "other") if value == OTHERS else (value, value)
        name = self.by.name
        return {
            f"{value}/{code}": Label(f"{name.zh}{zh}：{label.zh}", f"{name.en} {en}: {label.en}")
            for code, label in own.items()
        }


def build(params: ThresholdsParams, names: Names) -> ThresholdScheme:
    """The scheme of a policy file."""
    by = params.floors_by
    ladders = {OTHERS: params.floors} if by is None else by.floors
    return ThresholdScheme(
        scale=Scale(params.grades),
        needs=params.needs(),
        subject=subject_of(params, names),
        steps={value: Steps(tuple(own), Ladder.of(own, params.better)) for value, own in ladders.items()},
        by=None if by is None else _attribute(by.attribute, names),
        missing=params.missing,
    )


def _attribute(name: str, names: Names) -> Subject:
    need = AttributeNeed(name)
    return Subject(need, label_of(need, names))
