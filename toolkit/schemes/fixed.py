"""One grade for everybody, as a branch of a gate or list (固定等级)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import FixedParams, Need
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class FixedScheme(Rule):
    """Everybody has the only grade."""

    scale: Scale
    needs: tuple[Need, ...] = ()

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; there is no detail."""
        codes = np.zeros(len(known), dtype=int)
        grade = self.scale.best
        reasons = {f"fixed:{grade}": Label(f"一律为{grade}", f"{grade} for all of them")}
        return assemble(self.scale, codes, codes, reasons, pd.DataFrame(index=known.index))


def build(params: FixedParams, names: Names) -> FixedScheme:
    """The scheme of a policy file."""
    return FixedScheme(Scale(params.grades))
