"""One factor of a weighted score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.params.schemes import FactorParams, ValuePoints
from toolkit.schemes.known import refuse_missing
from toolkit.schemes.points import FULL, Points, points_of
from toolkit.schemes.scheme import Names
from toolkit.schemes.subject import Subject, subject_of

INSTEAD = {"zero_points": 0.0, "middle_points": FULL / 2}


@dataclass(frozen=True, slots=True)
class Factor:
    """A value mapped to points, with a weight.

    Attributes
    ----------
    subject : Subject
    weight : float
        Share, 0..1; NaN until the data have made it.
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
    def from_params(cls, params: FactorParams, weight: float, names: Names) -> Factor:
        """The factor of a policy file with its weight."""
        factor = cls(subject_of(params, names), weight, points_of(params), params.missing)
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

    def earned(self, values: np.ndarray, customers: pd.Index) -> np.ndarray:
        """Points before the weight, shape (customers,); a missing value is refused or replaced as the file says."""
        absent = np.isnan(values)
        if self.missing == "refuse":
            refuse_missing(absent, customers, self.subject.name)
        points = self.points.of(values)
        return np.where(absent, INSTEAD[self.missing], points) if absent.any() else points
