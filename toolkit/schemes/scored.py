"""Grade by a weighted sum of factors (加权评分法)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import BonusParams, FactorParams, Need, ScoredParams, StepParams, ValuePoints
from toolkit.schemes.conditions import Condition, all_hold, conditions_of
from toolkit.schemes.known import refuse_missing, refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.points import FULL, Points, points_of
from toolkit.schemes.reasons import step_reasons
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, subject_of
from toolkit.terms import Label

SCORE = Label("综合得分", "score")
INSTEAD = {"zero_points": 0.0, "middle_points": FULL / 2}


@dataclass(frozen=True, slots=True)
class Factor:
    """A value mapped to points, with a weight.

    Attributes
    ----------
    subject : Subject
    weight : float
        Share, 0..1.
    points : Points
    missing : {"refuse", "zero_points", "middle_points"}
    values : mapping of attribute value to points, or None
        For points by value; ``otherwise`` for every other value.
    """

    subject: Subject
    weight: float
    points: Points
    missing: Literal["refuse", "zero_points", "middle_points"] = "refuse"
    values: Mapping[str, float] | None = None
    otherwise: float = 0.0

    @classmethod
    def from_params(cls, params: FactorParams, names: Names) -> Factor:
        """The factor of a policy file."""
        factor = cls(subject_of(params, names), params.weight, points_of(params), params.missing)
        if not isinstance(params.points, ValuePoints):
            return factor
        return replace(factor, values=params.points.values, otherwise=params.points.otherwise)

    @property
    def column(self) -> str:
        """Column of what is known that it looks at."""
        return self.subject.need.column

    def read(self, known: pd.DataFrame) -> np.ndarray:
        """The value as a number, shape (customers,); an attribute's points where they go by value."""
        if self.values is None:
            return self.subject.numbers(known)
        words = self.subject.words(known)
        points = words.map(dict(self.values)).astype(float).fillna(self.otherwise)
        return points.where(words.notna()).to_numpy(float)

    def freeze(self, reference: pd.DataFrame) -> Factor:
        """The factor with the known values of ``reference`` as its reference."""
        values = self.read(reference)
        return replace(self, points=self.points.freeze(values[~np.isnan(values)]))

    def contribution(self, values: np.ndarray, customers: pd.Index) -> np.ndarray:
        """Weighted points, shape (customers,); a missing value is refused or replaced as the file says."""
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, customers, self.subject.name)
        points = self.points.of(values)
        return self.weight * (np.where(absent, INSTEAD[self.missing], points) if absent.any() else points)


@dataclass(frozen=True, slots=True)
class Extra:
    """Something added where conditions hold: points of a bonus, or grades of a step."""

    amount: float
    when: tuple[Condition, ...]
    reason: Label
    not_above: str | None = None
    not_below: str | None = None

    @classmethod
    def bonus(cls, params: BonusParams, names: Names) -> Extra:
        """The bonus of a policy file."""
        return cls(params.points, conditions_of(params.when, names), params.reason.label())

    @classmethod
    def step(cls, params: StepParams, names: Names) -> Extra:
        """The step of a policy file."""
        when = conditions_of(params.when, names)
        return cls(params.steps, when, params.reason.label(), params.not_above, params.not_below)

    def move(self, codes: np.ndarray, scale: Scale) -> np.ndarray:
        """Grade codes after the step, never beyond its own limits or the ends of the scale."""
        top = scale.codes([self.not_above or scale.best])[0]
        bottom = scale.codes([self.not_below or scale.last])[0]
        if self.amount > 0:
            return np.maximum(codes, np.minimum(codes + int(self.amount), top))
        return np.minimum(codes, np.maximum(codes + int(self.amount), bottom))


@dataclass(frozen=True, slots=True)
class ScoredScheme(Rule):
    """The weighted sum of the factors' points and the bonuses is compared with the floors.

    Points by rank or z-score need a frozen reference before customers can be graded.

    Attributes
    ----------
    bonus_cap, score_cap : float or None
        Most points that bonuses add together, and highest score.
    """

    scale: Scale
    needs: tuple[Need, ...]
    factors: tuple[Factor, ...]
    ladder: Ladder
    bonuses: tuple[Extra, ...] = ()
    bonus_cap: float | None = None
    score_cap: float | None = None
    steps: tuple[Extra, ...] = ()

    def freeze(self, reference: pd.DataFrame) -> ScoredScheme:
        """The scheme whose points are measured against ``reference`` from now on."""
        return replace(self, factors=tuple(factor.freeze(reference) for factor in self.factors))

    def score(self, known: pd.DataFrame) -> pd.DataFrame:
        """The parts of every customer's score.

        Returns
        -------
        DataFrame, index as ``known``
            Per factor its value in its own unit and ``<column>_points`` (weight × points), ``bonus``
            where the file has bonuses, and ``score``, their sum under the cap.
        """
        columns: dict[str, np.ndarray] = {}
        total = np.zeros(len(known))
        for factor in self.factors:
            values = factor.read(known)
            columns[factor.column] = values
            columns[f"{factor.column}_points"] = factor.contribution(values, known.index)
            total += columns[f"{factor.column}_points"]
        if self.bonuses:
            bonus = sum(extra.amount * all_hold(extra.when, known) for extra in self.bonuses)
            columns["bonus"] = bonus if self.bonus_cap is None else np.minimum(bonus, self.bonus_cap)
            total = total + columns["bonus"]
        if self.score_cap is not None:
            total = np.minimum(total, self.score_cap)
        return pd.DataFrame({**columns, "score": total}, index=known.index, copy=False)

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` is :meth:`score`, with ``steps`` where the file has steps.

        Raises
        ------
        ParameterError
            Where a value is missing and the file refuses that, where the score is below the
            last floor, or where the scheme needs a reference and has none.
        """
        detail = self.score(known)
        earned = self.ladder.place(detail["score"])
        refuse_ungraded(earned < 0, known.index, SCORE)
        reasons = step_reasons(SCORE, self.scale.grades, self.ladder)
        codes, because = earned, earned.astype(int)
        for number, extra in enumerate(self.steps, 1):
            moved = np.where(all_hold(extra.when, known), extra.move(codes, self.scale), codes)
            because = np.where(moved != codes, len(reasons), because)
            reasons[f"step:{number}"] = extra.reason
            codes = moved
        if self.steps:
            detail = detail.assign(steps=codes - earned)
        return assemble(self.scale, codes, because, reasons, detail)


def build(params: ScoredParams, names: Names) -> ScoredScheme:
    """The scheme of a policy file."""
    return ScoredScheme(
        scale=Scale(params.grades),
        needs=params.needs(),
        factors=tuple(Factor.from_params(factor, names) for factor in params.factors),
        ladder=Ladder.of(params.floors),
        bonuses=tuple(Extra.bonus(bonus, names) for bonus in params.bonuses),
        bonus_cap=params.bonus_cap,
        score_cap=params.score_cap,
        steps=tuple(Extra.step(step, names) for step in params.steps),
    )
