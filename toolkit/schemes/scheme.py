"""What every scheme can do, whatever its rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, Self

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.params.schemes import MeasureNeed, Need
from toolkit.terms import Label

Names = Mapping[str, Label]


class Scheme(Protocol):
    """A rule from what is known of a customer to a grade."""

    @property
    def scale(self) -> Scale:
        """The grades that the rule can give."""
        ...

    @property
    def needs(self) -> tuple[Need, ...]:
        """The columns that it looks at: measures with their windows, attributes, lists, events."""
        ...

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures among them, each once."""
        ...

    def freeze(self, reference: pd.DataFrame) -> Scheme:
        """The same rule with its reference distribution fixed to that of ``reference``.

        A rule without a reference distribution returns itself.

        Examples
        --------
        >>> import pandas as pd, toolkit
        >>> scheme = toolkit.example_study().policies[3].scheme
        >>> known = pd.DataFrame({need.column: [1.0, 2.0, 3.0, 4.0] for need in scheme.needs})
        >>> frozen = scheme.freeze(known)
        >>> lowest = known.iloc[:1]
        >>> frozen.grade(lowest).detail["score"].tolist()
        [25.0]
        >>> scheme.freeze(lowest).grade(lowest).detail["score"].tolist()
        [100.0]
        """
        ...

    def grade(self, known: pd.DataFrame) -> Grading:
        """Grade every row of ``known`` (index customer_id, one column per need).

        Raises
        ------
        ParameterError
            If a customer would be left without a grade that the policy file promises.

        Examples
        --------
        >>> import pandas as pd, toolkit
        >>> scheme = toolkit.example_study().baseline.scheme
        >>> known = pd.DataFrame({scheme.needs[0].column: [120_000.0, 80_000.0]}, index=["a", "b"])
        >>> scheme.grade(known).counts().to_dict()
        {'VIP': 1, 'basic': 1}
        """
        ...


class Rule:
    """What most schemes share: their measures follow from their needs, and nothing is frozen."""

    __slots__ = ()
    needs: tuple[Need, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures among the needs, each once."""
        return tuple(dict.fromkeys(n.measure for n in self.needs if isinstance(n, MeasureNeed)))

    def freeze(self, reference: pd.DataFrame) -> Self:
        """The scheme itself: its rule does not depend on other customers."""
        return self


def assemble(
    scale: Scale, codes: np.ndarray, because: np.ndarray, reasons: Mapping[str, Label], detail: pd.DataFrame
) -> Grading:
    """A grading from integer codes.

    Parameters
    ----------
    scale : Scale
    codes : array of int, shape (customers,)
        Grade codes as in :meth:`toolkit.grades.Scale.codes`; −1 leaves without a grade.
    because : array of int, shape (customers,)
        Position in ``reasons``.
    reasons : mapping of reason code to Label
    detail : DataFrame, index customer_id
    """
    reason = pd.Categorical.from_codes(because, categories=list(reasons))
    return Grading(
        scale=scale,
        grade=pd.Series(scale.from_codes(codes), index=detail.index, name="grade"),
        because=pd.Series(reason, index=detail.index, name="because"),
        reasons=dict(reasons),
        detail=detail,
    )


def combine(scale: Scale, customers: pd.Index, parts: Sequence[tuple[str, np.ndarray, Grading]]) -> Grading:
    """One grading from those of parts of the customers.

    Parameters
    ----------
    scale : Scale
        Holds every grade of the parts.
    customers : Index of customer_id
    parts : sequence of (name, rows, grading)
        ``rows`` is an array of bool, shape (customers,), true for the rows that ``grading`` grades;
        together they hold everybody once. ``name`` goes before the reason codes of the part, so that
        equal codes of two parts keep their own words.
    """
    codes, because = np.full(len(customers), -1), np.zeros(len(customers), dtype=int)
    reasons: dict[str, Label] = {}
    columns: dict[str, pd.Series] = {}
    for name, rows, grading in parts:
        codes[rows] = scale.codes(grading.grade.astype(object))
        because[rows] = grading.because.cat.codes.to_numpy() + len(reasons)
        reasons |= {f"{name}/{code}": label for code, label in grading.reasons.items()}
        for column, values in grading.detail.items():
            own = values.reindex(customers)
            columns[column] = own.where(rows, columns[column]) if column in columns else own
    return assemble(scale, codes, because, reasons, pd.DataFrame(columns, index=customers))
