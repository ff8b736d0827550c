"""Grade by membership of dated lists (名单法)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import ListNeed, ListsParams, Need
from toolkit.schemes.build import build_scheme
from toolkit.schemes.fixed import FixedScheme
from toolkit.schemes.gate import explained, some_of
from toolkit.schemes.scheme import Names, Rule, Scheme, combine
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class ListsScheme(Rule):
    """The first list that holds a customer decides; who is on none is graded by another scheme.

    Attributes
    ----------
    lists : tuple of (list, grade)
        The first has precedence.
    otherwise : Scheme
    """

    scale: Scale
    needs: tuple[Need, ...]
    lists: tuple[tuple[str, str], ...]
    otherwise: Scheme

    def freeze(self, reference: pd.DataFrame) -> ListsScheme:
        """The other scheme measured against those who are on no list."""
        free = self._first(reference) == len(self.lists)
        return replace(self, otherwise=self.otherwise.freeze(some_of(reference, free)))

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row; ``detail`` is membership of each list, and that of the other scheme."""
        first = self._first(known)
        parts = []
        for place, (name, grade) in enumerate(self.lists):
            rows, reason = first == place, Label(f"在名单“{name}”上", f"on the list {name!r}")
            listed = FixedScheme(Scale((grade,)))
            parts.append((f"list:{place}", rows, explained(listed.grade(known[rows]), listed, reason)))
        free = first == len(self.lists)
        nowhere = Label("不在任何名单上", "on none of the lists")
        parts.append(("free", free, explained(self.otherwise.grade(known[free]), self.otherwise, nowhere)))
        grading = combine(self.scale, known.index, parts)
        columns = {ListNeed(name).column: known[ListNeed(name).column] for name, _ in self.lists}
        return replace(grading, detail=grading.detail.assign(**columns))

    def _first(self, known: pd.DataFrame) -> np.ndarray:
        on = np.array([known[ListNeed(name).column].to_numpy(bool) for name, _ in self.lists])
        return np.where(on.any(axis=0), on.argmax(axis=0), len(self.lists))


def build(params: ListsParams, names: Names) -> ListsScheme:
    """The scheme of a policy file."""
    return ListsScheme(
        scale=Scale(params.grades, params.ordered),
        needs=params.needs(),
        lists=tuple((entry.list, entry.grade) for entry in params.lists),
        otherwise=build_scheme(params.otherwise, names),
    )
