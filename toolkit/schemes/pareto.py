"""Grade by cumulative share of a total (ABC / 二八法)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import Missing, ParetoParams
from toolkit.schemes.known import known_values, refuse_missing
from toolkit.schemes.reasons import MISSING, missing_reason, plain
from toolkit.schemes.scheme import Names, assemble
from toolkit.terms import Label

NOTHING = "nothing"
ON_THE_LINE = 1e-12


@dataclass(frozen=True, slots=True)
class ParetoScheme:
    """Rank customers by a measure, largest first, and cut at cumulative shares of its total.

    The customer who carries the running share over a line still belongs above it. Customers
    with equal values share a grade, the better one, so the order of rows decides nothing.
    Customers whose measure is zero or negative get the last grade and are no part of the total.

    Attributes
    ----------
    upto : tuple of float
        Cumulative share, 0..1, up to which each grade reaches, best first.
    """

    scale: Scale
    measure: str
    name: Label
    upto: tuple[float, ...]
    missing: Missing = "refuse"

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that the scheme looks at."""
        return (self.measure,)

    def freeze(self, reference: pd.DataFrame) -> ParetoScheme:
        """The scheme itself: shares are those of the customers who are graded."""
        return self

    def grade(self, measures: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the measure and ``taken`` (share held by larger customers).

        Raises
        ------
        ParameterError
            Where the measure is missing and the file refuses that.
        """
        values = known_values(measures, self.measure)
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, measures.index, self.name)
        taken, grades = taken_shares(values), len(self.scale)
        counts = values > 0
        codes = np.where(counts, grades - 1 - place_shares(taken, self.upto), 0)
        because = np.where(counts, codes, np.where(absent, grades + 1, grades))
        detail = pd.DataFrame({self.measure: values, "taken": taken}, index=measures.index)
        return assemble(self.scale, codes, because, self._reasons(), detail)

    def _reasons(self) -> dict[str, Label]:
        """One reason per grade, last grade first, then those of customers who do not count."""
        name, lines = self.name, [f"{plain(100 * line)}%" for line in self.upto]
        words = {
            f"upto:{grade}": Label(
                f"按{name.zh}从高到低累计，位于前 {line} 之内",
                f"within the first {line} of total {name.en}, largest first",
            )
            for grade, line in zip(reversed(self.scale.grades), reversed(lines), strict=True)
        }
        nothing = Label(f"{name.zh}为零或负数", f"{name.en} is zero or negative")
        return words | {NOTHING: nothing, MISSING: missing_reason(name)}


def taken_shares(values: np.ndarray) -> np.ndarray:
    """Share of the positive total that is held by customers with strictly larger values.

    Parameters
    ----------
    values : array of float, shape (customers,)
        Zero, negative and NaN values count as nothing.

    Returns
    -------
    array of float, shape (customers,), 0..1

    >>> taken_shares(np.array([5.0, 70.0, 10.0, 10.0, 5.0])).tolist()
    [0.9, 0.0, 0.7, 0.7, 0.9]
    """
    positive = np.where(values > 0, values, 0.0)
    levels, place, counts = np.unique(positive, return_inverse=True, return_counts=True)
    falling = np.cumsum((levels * counts)[::-1])
    if not len(levels) or not falling[-1] > 0:
        return np.zeros(len(values))
    above = np.concatenate(([0.0], falling[:-1]))[::-1]
    return (above / falling[-1])[place]


def place_shares(taken: np.ndarray, upto: tuple[float, ...]) -> np.ndarray:
    """Position of the grade, 0 the best, of customers with ``taken`` held by others above them.

    Whoever starts exactly on a line is below it; a trillionth of the total is treated as on the line.
    """
    return np.searchsorted(np.array(upto[:-1]) - ON_THE_LINE, taken, side="right")


def build(params: ParetoParams, names: Names) -> ParetoScheme:
    """The scheme of a policy file."""
    upto = tuple(params.upto.values())
    return ParetoScheme(Scale(params.grades), params.measure, names[params.measure], upto, params.missing)
