"""Grade by floors on one measure (门槛法)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import Missing, ThresholdsParams
from toolkit.schemes.known import known_values, refuse_missing, refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import MISSING, missing_reason, step_reasons
from toolkit.schemes.scheme import Names, assemble
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class ThresholdScheme:
    """The highest floor that a customer's measure reaches decides; a floor is inclusive unless it is strict.

    >>> from toolkit.params.schemes import ThresholdsParams
    >>> params = ThresholdsParams(kind="thresholds", measure="spend", floors={"VIP": 100_000, "普通": "rest"})
    >>> scheme = build(params, {"spend": Label("消费额", "spend")})
    >>> scheme.grade(pd.DataFrame({"spend": [150_000, 100_000, 99_999.99]})).grade.tolist()
    ['VIP', 'VIP', '普通']
    """

    scale: Scale
    measure: str
    name: Label
    ladder: Ladder
    missing: Missing = "refuse"

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the scheme looks at."""
        return (self.measure,)

    def freeze(self, reference: pd.DataFrame) -> ThresholdScheme:
        """The scheme itself: floors do not depend on other customers."""
        return self

    def grade(self, measures: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the measure.

        Raises
        ------
        ParameterError
            Where the measure is missing and the file refuses that, or below the last floor.
        """
        values = known_values(measures, self.measure)
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, measures.index, self.name)
        steps = self.ladder.place(values)
        refuse_ungraded((steps < 0) & ~absent, measures.index, self.name)
        reasons = step_reasons(self.name, self.scale.grades, self.ladder)
        reasons[MISSING] = missing_reason(self.name)
        codes, because = np.where(absent, 0, steps), np.where(absent, len(self.scale), steps)
        detail = pd.DataFrame({self.measure: values}, index=measures.index)
        return assemble(self.scale, codes, because, reasons, detail)


def build(params: ThresholdsParams, names: Names) -> ThresholdScheme:
    """The scheme of a policy file."""
    scale, ladder = Scale(params.grades), Ladder.of(params.floors, params.better)
    return ThresholdScheme(scale, params.measure, names[params.measure], ladder, params.missing)
