"""One scheme per period (分年度版本)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import REVIEW_DAY, Need, VersionsParams
from toolkit.schemes.build import build_scheme
from toolkit.schemes.scheme import Names, Rule, Scheme, combine


@dataclass(frozen=True, slots=True)
class VersionsScheme(Rule):
    """The version in force on the day of the review grades; before the first one, the first.

    Attributes
    ----------
    versions : tuple of (date, Scheme)
        First day of each, earliest first.
    """

    scale: Scale
    needs: tuple[Need, ...]
    versions: tuple[tuple[date, Scheme], ...]

    def freeze(self, reference: pd.DataFrame) -> VersionsScheme:
        """Every version measured against the same ``reference``, so that versions can be compared."""
        return replace(self, versions=tuple((day, scheme.freeze(reference)) for day, scheme in self.versions))

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` is that of the version, and ``version`` (its number, from 1)."""
        days = np.array([np.datetime64(day, "ns") for day, _ in self.versions])
        last = (known[REVIEW_DAY] - pd.Timedelta(days=1)).to_numpy().astype(days.dtype)
        place = np.maximum(np.searchsorted(days, last, side="right") - 1, 0)
        parts = [
            (f"version:{i + 1}", place == i, scheme.grade(known[place == i]))
            for i, (_, scheme) in enumerate(self.versions)
        ]
        grading = combine(self.scale, known.index, parts)
        return replace(grading, detail=grading.detail.assign(version=place + 1))


def build(params: VersionsParams, names: Names) -> VersionsScheme:
    """The scheme of a policy file."""
    versions = tuple((v.from_on, build_scheme(v.scheme, names)) for v in params.versions)
    return VersionsScheme(Scale(params.grades, params.ordered), params.needs(), versions)
