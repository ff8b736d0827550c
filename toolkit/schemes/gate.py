"""First who is eligible, then a scheme on either side (准入门)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import GateParams, Need
from toolkit.schemes.build import build_scheme
from toolkit.schemes.conditions import Condition, all_hold, conditions_of, in_words
from toolkit.schemes.fixed import FixedScheme
from toolkit.schemes.scheme import Names, Rule, Scheme, combine
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class GateScheme(Rule):
    """Customers who meet every condition are graded by one scheme, all others by another.

    Attributes
    ----------
    when : tuple of Condition
    inside, outside : Scheme
    reason : Label
        Why a customer is inside.
    """

    scale: Scale
    needs: tuple[Need, ...]
    when: tuple[Condition, ...]
    inside: Scheme
    outside: Scheme
    reason: Label

    def freeze(self, reference: pd.DataFrame) -> GateScheme:
        """Each side measured against its own customers; against everybody where it has none."""
        inside = all_hold(self.when, reference)
        return replace(
            self,
            inside=self.inside.freeze(some_of(reference, inside)),
            outside=self.outside.freeze(some_of(reference, ~inside)),
        )

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` is that of both sides, and ``inside``."""
        inside = all_hold(self.when, known)
        parts = [
            ("inside", inside, explained(self.inside.grade(known[inside]), self.inside, self.reason)),
            ("outside", ~inside, explained(self.outside.grade(known[~inside]), self.outside, self._not())),
        ]
        grading = combine(self.scale, known.index, parts)
        return replace(grading, detail=grading.detail.assign(inside=inside))

    def _not(self) -> Label:
        return Label(f"不满足：{self.reason.zh}", f"not met: {self.reason.en}")


def some_of(reference: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The chosen rows of a reference; all of it where nobody is chosen."""
    return reference[rows] if rows.any() else reference


def explained(grading: Grading, scheme: Scheme, reason: Label) -> Grading:
    """``grading`` with ``reason`` in place of that of a fixed grade, which has none of its own."""
    if not isinstance(scheme, FixedScheme):
        return grading
    return replace(grading, reasons={code: reason for code in grading.reasons})


def build(params: GateParams, names: Names) -> GateScheme:
    """The scheme of a policy file."""
    when = conditions_of(params.when, names)
    return GateScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        when=when,
        inside=build_scheme(params.inside, names),
        outside=build_scheme(params.outside, names),
        reason=params.reason.label() if params.reason else in_words(when),
    )
