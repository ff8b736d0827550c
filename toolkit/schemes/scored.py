"""Grade by a weighted sum of factors (加权评分法)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import (
    BonusParams,
    CriticParams,
    EntropyParams,
    Need,
    RegressionParams,
    ScoredParams,
    StepParams,
)
from toolkit.schemes.conditions import Condition, all_hold, conditions_of
from toolkit.schemes.factor import Factor
from toolkit.schemes.known import refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import step_reasons
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.weighing import made_weights, refuse_unfitted, settled_weights
from toolkit.terms import Label

SCORE = Label("综合得分", "score")


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

    Points by rank or z-score need a frozen reference before customers can be graded. Weights that data
    make are made from the points of that reference and kept; those by regression must be fitted before.

    Attributes
    ----------
    awaits : EntropyParams, CriticParams, RegressionParams or None
        How the weights come about; None where they are known.
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
    awaits: EntropyParams | CriticParams | RegressionParams | None = None

    @property
    def weights(self) -> pd.Series:
        """Weight of each factor, index its column; NaN until the data have made them."""
        columns = pd.Index([factor.column for factor in self.factors], name="factor")
        return pd.Series([factor.weight for factor in self.factors], index=columns, name="weight")

    @property
    def score_floors(self) -> tuple[float, ...]:
        """Least score of each grade that has a floor, best grade first."""
        return tuple(
            float(np.nextafter(bound.value, np.inf)) if bound.strict else bound.value
            for bound in self.ladder.bounds
            if bound.value is not None
        )

    def weighted(self, weights: pd.Series) -> ScoredScheme:
        """The scheme with these weights, index column of the factor."""
        factors = tuple(replace(f, weight=float(weights[f.column])) for f in self.factors)
        return replace(self, factors=factors, awaits=None)

    def measured(self, reference: pd.DataFrame) -> ScoredScheme:
        """The scheme whose points are measured against ``reference``; its weights stay as they are."""
        return replace(self, factors=tuple(factor.freeze(reference) for factor in self.factors))

    def freeze(self, reference: pd.DataFrame) -> ScoredScheme:
        """The scheme whose points are measured against ``reference`` from now on, its weights known.

        Raises
        ------
        ParameterError
            Where weights by regression have not been fitted, or the data tell no factors apart.
        """
        measured = self.measured(reference)
        if self.awaits is None:
            return measured
        return measured.weighted(made_weights(self.awaits, measured.points(reference)))

    def points(self, known: pd.DataFrame) -> pd.DataFrame:
        """Points of every factor before its weight, index as ``known``, one column per factor."""
        columns = {f.column: f.earned(f.read(known), known.index) for f in self.factors}
        return pd.DataFrame(columns, index=known.index)

    def score(self, known: pd.DataFrame) -> pd.DataFrame:
        """The parts of every customer's score.

        Returns
        -------
        DataFrame, index as ``known``
            Per factor its value in its own unit and ``<column>_points`` (weight × points), ``bonus``
            where the file has bonuses, and ``score``, their sum under the cap.
        """
        refuse_unfitted(self.awaits)
        columns: dict[str, np.ndarray] = {}
        total = np.zeros(len(known))
        for factor in self.factors:
            values = factor.read(known)
            columns[factor.column] = values
            columns[f"{factor.column}_points"] = factor.weight * factor.earned(values, known.index)
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
        earned = self.ladder.place(detail["score"].to_numpy())
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
    """The scheme of a policy file.

    Raises
    ------
    ParameterError
        Where judgements in pairs contradict each other, or the value of a regression is not known.
    """
    weights, awaits = settled_weights(params, names)
    return ScoredScheme(
        scale=Scale(params.grades),
        needs=params.needs(),
        factors=tuple(
            Factor.from_params(factor, weight, names)
            for factor, weight in zip(params.factors, weights, strict=True)
        ),
        ladder=Ladder.of(params.floors),
        bonuses=tuple(Extra.bonus(bonus, names) for bonus in params.bonuses),
        bonus_cap=params.bonus_cap,
        score_cap=params.score_cap,
        steps=tuple(Extra.step(step, names) for step in params.steps),
        awaits=awaits,
    )
