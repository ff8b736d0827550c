"""Grade by cumulative share of a total (ABC / 二八法), or by share of the customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import Better, Missing, Need, ParetoParams
from toolkit.schemes.computed import computed_limits
from toolkit.schemes.cuts import ON_THE_LINE, Cut, cut_of
from toolkit.schemes.known import refuse_missing, refuse_ungraded
from toolkit.schemes.ladder import Ladder
from toolkit.schemes.reasons import MISSING, missing_reason, plain, step_reasons
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, subject_of
from toolkit.terms import Label

NOTHING = "nothing"
COMPUTED = (
    Label("位于计算得出的 A 类界线之上", "above the computed limit of A"),
    Label("位于计算得出的 A、B 两条界线之间", "between the computed limits of A and B"),
    Label("位于计算得出的 B 类界线之下", "below the computed limit of B"),
)


@dataclass(frozen=True, slots=True)
class ParetoScheme(Rule):
    """Rank customers by a value, best first, and cut.

    At cumulative shares of the total (``upto``) the customer who carries the running share over a
    line still belongs above it; whoever has zero or less gets the last grade of the lines and is no
    part of the total. ``cut`` cuts at shares of the customers or at ranks; with neither, the limits
    are computed. Customers with equal values share a grade, the better one, so the order of rows
    decides nothing.

    Attributes
    ----------
    upto : tuple of float
        Cumulative share, 0..1, up to which each grade reaches, best first.
    cut : Cut or None
    then : Ladder or None
        Floors on the same value for customers beyond the last line.
    """

    scale: Scale
    needs: tuple[Need, ...]
    subject: Subject
    upto: tuple[float, ...] = ()
    cut: Cut | None = None
    then: Ladder | None = None
    better: Better = "higher"
    missing: Missing = "refuse"

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the value and ``taken`` (share held by customers ranked before).

        Raises
        ------
        ParameterError
            Where the value is missing and the file refuses that, or below the last floor of ``then``.
        """
        values = self.subject.numbers(known)
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, known.index, self.subject.name)
        place, taken = self._places(values)
        reasons = self._reasons()
        because = place.copy()
        if self.then is not None:
            beyond = (place == len(reasons) - 2) & ~absent
            steps = self.then.place(values)
            refuse_ungraded(beyond & (steps < 0), known.index, self.subject.name)
            below = len(self.scale) - 1 - steps
            place = np.where(beyond, below, place)
            words = step_reasons(self.subject.name, self.scale.grades[-len(self.then.bounds) :], self.then)
            because = np.where(beyond, len(reasons) + steps, because)
            reasons |= words
        elif self.upto:
            because = np.where(values > 0, because, len(self.upto))
        place = np.where(absent, len(self.scale) - 1, place)
        because = np.where(absent, list(reasons).index(MISSING), because)
        detail = pd.DataFrame({self.subject.need.column: values, "taken": taken}, index=known.index)
        return assemble(self.scale, len(self.scale) - 1 - place, because, reasons, detail)

    def _places(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position of the grade, 0 the best, and the share taken by customers ranked before."""
        if self.cut is not None:
            signed = values if self.better == "higher" else -values
            before = ranked_before(signed)
            ranked = int((~np.isnan(values)).sum())
            return self.cut.place(before, ranked), before / max(ranked, 1)
        taken = taken_shares(values)
        if not self.upto:
            limits = computed_limits(values)
            above, from_b = values > limits.a, values >= limits.b
            return np.where(above, 0, np.where(from_b, 1, 2)), taken
        full = self.upto if self.then is None else (*self.upto, 1.0)
        return np.where(values > 0, place_shares(taken, full), len(full) - 1), taken

    def _reasons(self) -> dict[str, Label]:
        """One reason per line, best first, then those of customers who do not count."""
        name = self.subject.name
        nothing = Label(f"{name.zh}为零或负数", f"{name.en} is zero or negative")
        if self.cut is not None:
            words = self.cut.words(name)
        elif self.upto:
            lines = [f"{plain(100 * line)}%" for line in self.upto]
            words = [
                Label(
                    f"按{name.zh}从高到低累计，位于前 {line} 之内",
                    f"within the first {line} of total {name.en}, largest first",
                )
                for line in lines
            ]
        else:
            words = [Label(f"{name.zh}{label.zh}", f"{name.en} {label.en}") for label in COMPUTED]
        found = {f"upto:{g}": w for g, w in zip(self.scale.grades, words, strict=False)}
        return found | {NOTHING: nothing, MISSING: missing_reason(name)}


def ranked_before(values: np.ndarray) -> np.ndarray:
    """How many customers have strictly larger values; everybody with a value for NaN.

    >>> ranked_before(np.array([5.0, 7.0, 5.0, float("nan")])).tolist()
    [1, 0, 1, 3]
    """
    given = np.sort(-values[~np.isnan(values)])
    return np.where(np.isnan(values), len(given), np.searchsorted(given, -values, side="left"))


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
    return ParetoScheme(
        scale=Scale(params.grades),
        needs=params.needs(),
        subject=subject_of(params, names),
        upto=tuple((params.upto or {}).values()),
        cut=cut_of(params),
        then=None if params.then is None else Ladder.of(params.then, params.better),
        better=params.better,
        missing=params.missing,
    )
