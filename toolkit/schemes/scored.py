"""Grade by a weighted sum of factors (加权评分法)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import FactorParams, ScoredParams
from toolkit.schemes.known import known_values, refuse_missing, refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.points import FULL, Points, points_of
from toolkit.schemes.reasons import step_reasons
from toolkit.schemes.scheme import Names, assemble
from toolkit.terms import Label

SCORE = Label("综合得分", "score")
INSTEAD = {"zero_points": 0.0, "middle_points": FULL / 2}


@dataclass(frozen=True, slots=True)
class Factor:
    """A measure mapped to points, with a weight.

    Attributes
    ----------
    measure : str
    name : Label
    weight : float
        Share, 0..1.
    points : Points
    missing : {"refuse", "zero_points", "middle_points"}
    """

    measure: str
    name: Label
    weight: float
    points: Points
    missing: Literal["refuse", "zero_points", "middle_points"] = "refuse"

    @classmethod
    def from_params(cls, params: FactorParams, names: Names) -> Factor:
        """The factor of a policy file."""
        return cls(params.measure, names[params.measure], params.weight, points_of(params), params.missing)

    def freeze(self, reference: pd.DataFrame) -> Factor:
        """The factor with the known values of ``reference`` as its reference."""
        values = known_values(reference, self.measure)
        return replace(self, points=self.points.freeze(values[~np.isnan(values)]))

    def contribution(self, values: np.ndarray, customers: pd.Index) -> np.ndarray:
        """Weighted points, shape (customers,); a missing value is refused or replaced as the file says."""
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, customers, self.name)
        points = self.points.of(values)
        return self.weight * (np.where(absent, INSTEAD[self.missing], points) if absent.any() else points)


@dataclass(frozen=True, slots=True)
class ScoredScheme:
    """The weighted sum of the factors' points, 0..100, is compared with the floors.

    Points by rank or z-score need a frozen reference before customers can be graded.
    """

    scale: Scale
    factors: tuple[Factor, ...]
    ladder: Ladder

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the scheme looks at."""
        return tuple(factor.measure for factor in self.factors)

    def freeze(self, reference: pd.DataFrame) -> ScoredScheme:
        """The scheme whose points are measured against ``reference`` from now on."""
        return replace(self, factors=tuple(factor.freeze(reference) for factor in self.factors))

    def score(self, measures: pd.DataFrame) -> pd.DataFrame:
        """The parts of every customer's score.

        Returns
        -------
        DataFrame, index as ``measures``
            Per factor the measure in its own unit and ``<measure>_points`` (weight × points);
            ``score`` is the sum of the latter, 0..100.
        """
        columns: dict[str, np.ndarray] = {}
        total = np.zeros(len(measures))
        for factor in self.factors:
            values = known_values(measures, factor.measure)
            columns[factor.measure] = values
            columns[f"{factor.measure}_points"] = factor.contribution(values, measures.index)
            total += columns[f"{factor.measure}_points"]
        return pd.DataFrame({**columns, "score": total}, index=measures.index, copy=False)

    def grade(self, measures: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` is :meth:`score`.

        Raises
        ------
        ParameterError
            Where a measure is missing and the file refuses that, where the score is below the
            last floor, or where the scheme needs a reference and has none.
        """
        detail = self.score(measures)
        steps = self.ladder.place(detail["score"])
        refuse_ungraded(steps < 0, measures.index, SCORE)
        reasons = step_reasons(SCORE, self.scale.grades, self.ladder)
        return assemble(self.scale, steps, steps, reasons, detail)


def build(params: ScoredParams, names: Names) -> ScoredScheme:
    """The scheme of a policy file."""
    factors = tuple(Factor.from_params(factor, names) for factor in params.factors)
    return ScoredScheme(Scale(params.grades), factors, Ladder.of(params.floors))
