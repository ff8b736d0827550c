"""Rank by one criterion, ties by the next, and cut the ranking (逐级比较法)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import CascadeParams, CriterionParams, Need
from toolkit.schemes.cuts import Cut, cut_of
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.scheme import Names, Rule, assemble
from toolkit.schemes.subject import Subject, subject_of
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class Criterion:
    """A value by which customers are ranked.

    Attributes
    ----------
    sign : float
        1 where higher is better, −1 where lower is.
    width : float or None
        Values in the same step of this width are tied.
    refuse : bool
        Whether a missing value is refused; otherwise it ranks last.
    """

    subject: Subject
    sign: float
    width: float | None
    refuse: bool

    @classmethod
    def of(cls, params: CriterionParams, names: Names) -> Criterion:
        """The criterion of a policy file."""
        sign = 1.0 if params.better == "higher" else -1.0
        return cls(subject_of(params, names), sign, params.tie_within, params.missing == "refuse")

    def merit(self, known: pd.DataFrame) -> np.ndarray:
        """The value, higher is better, tied where the file says so; minus infinity where missing."""
        values = self.subject.numbers(known)
        absent = np.isnan(values)
        if self.refuse:
            refuse_missing(absent, known.index, self.subject.name)
        steps = values if self.width is None else np.floor(values / self.width)
        return np.where(absent, -np.inf, self.sign * steps)


@dataclass(frozen=True, slots=True)
class CascadeScheme(Rule):
    """Customers are compared by the first criterion; the next one decides among equals, and so on."""

    scale: Scale
    needs: tuple[Need, ...]
    criteria: tuple[Criterion, ...]
    cut: Cut

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` holds the criteria and ``before`` (customers ranked strictly before)."""
        merits = np.array([c.merit(known) for c in self.criteria]).reshape(len(self.criteria), len(known))
        before = _before(merits)
        place = self.cut.place(before, len(known))
        reasons = dict(
            zip((f"cut:{g}" for g in self.scale.grades), self.cut.words(self._name()), strict=True)
        )
        columns = {c.subject.need.column: c.subject.column(known) for c in self.criteria}
        detail = pd.DataFrame(columns, index=known.index).assign(before=before)
        return assemble(self.scale, len(self.scale) - 1 - place, place, reasons, detail)

    def _name(self) -> Label:
        names = [criterion.subject.name for criterion in self.criteria]
        return Label("、".join(name.zh for name in names), ", then ".join(name.en for name in names))


def _before(merits: np.ndarray) -> np.ndarray:
    """How many columns are lexicographically larger, for each column of ``merits`` (criteria, customers)."""
    if not merits.shape[1]:
        return np.zeros(0, dtype=int)
    _, place, counts = np.unique(-merits, axis=1, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - counts)[place.ravel()]


def build(params: CascadeParams, names: Names) -> CascadeScheme:
    """The scheme of a policy file."""
    criteria = tuple(Criterion.of(criterion, names) for criterion in params.criteria)
    return CascadeScheme(Scale(params.grades), params.needs(), criteria, cut_of(params))
