"""Scales of grades and gradings: who has which grade on one review, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.shown import shown
from toolkit.terms import Label, Lang


@shown("grades")
@dataclass(frozen=True, slots=True)
class Scale:
    """Grades in order, best first; or classes without an order, in the order of listing.

    >>> scale = Scale(("VIP", "A", "B"))
    >>> scale.codes(["B", "VIP"]).tolist(), scale.best
    ([0, 2], 'VIP')
    """

    grades: tuple[str, ...]
    ordered: bool = True

    def _repr_short_(self, lang: Lang) -> str:
        """The grades, best first."""
        return ("、" if lang == "zh" else ", ").join(self.grades)

    @property
    def best(self) -> str:
        """The first grade."""
        return self.grades[0]

    @property
    def last(self) -> str:
        """The last grade."""
        return self.grades[-1]

    @property
    def dtype(self) -> pd.CategoricalDtype:
        """Categorical type; where there is an order, a higher code is a better grade."""
        return pd.CategoricalDtype(list(reversed(self.grades)), ordered=self.ordered)

    def codes(self, grades: object) -> np.ndarray:
        """Integer codes, 0 for the last grade, rising to the best; −1 where there is no grade.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Scale(("VIP", "basic")).codes(["basic", "VIP", None])
        array([ 0,  1, -1], dtype=int16)
        """
        return pd.Categorical(grades, dtype=self.dtype).codes.astype(np.int16)

    def from_codes(self, codes: np.ndarray) -> pd.Categorical:
        """Grades from codes as made by :meth:`codes`.

        Examples
        --------
        >>> import toolkit
        >>> list(toolkit.Scale(("VIP", "basic")).from_codes([0, 1, -1]))
        ['basic', 'VIP', nan]
        """
        return pd.Categorical.from_codes(np.asarray(codes), dtype=self.dtype)

    def __len__(self) -> int:
        return len(self.grades)


@shown("scale", "grade")
@dataclass(frozen=True, slots=True)
class Grading:
    """Every customer's grade on one review, and the reason for it.

    Attributes
    ----------
    scale : Scale
    grade : Series of ordered categorical, index customer_id
        Missing only where the scheme's file says that a customer may stay ungraded.
    because : Series of categorical, same index
        Reason code; ``reasons`` holds its words.
    reasons : mapping of reason code to Label
    detail : DataFrame, same index
        The numbers behind the grade (measures, contributions in points, score); may have no columns.
    """

    scale: Scale
    grade: pd.Series
    because: pd.Series
    reasons: Mapping[str, Label]
    detail: pd.DataFrame = field(default_factory=pd.DataFrame)

    def counts(self) -> pd.Series:
        """Customers per grade, best grade first; empty grades are kept as 0.

        Examples
        --------
        >>> import pandas as pd, toolkit
        >>> scheme = toolkit.example_study().baseline.scheme
        >>> scheme.grade(pd.DataFrame({scheme.needs[0].column: [5.0, 150_000.0, 7.0]})).counts().to_dict()
        {'VIP': 1, 'basic': 2}
        """
        return self.grade.value_counts().reindex(list(self.scale.grades), fill_value=0)

    def ungraded(self) -> pd.Index:
        """Customers without a grade.

        Examples
        --------
        >>> import pandas as pd, toolkit
        >>> scheme = toolkit.example_study().baseline.scheme
        >>> scheme.grade(pd.DataFrame({scheme.needs[0].column: [5.0, 150_000.0]})).ungraded().tolist()
        []
        """
        return self.grade.index[self.grade.isna()]

    def reason_text(self, lang: str) -> pd.Series:
        """The reason in words, one per customer.

        Examples
        --------
        >>> import pandas as pd, toolkit
        >>> scheme = toolkit.example_study().baseline.scheme
        >>> scheme.grade(pd.DataFrame({scheme.needs[0].column: [150_000.0]}, index=["a"])).reason_text("en")["a"]
        'spend of 100,000 or more'
        """
        words = {code: label.text(lang) for code, label in self.reasons.items()}
        return self.because.astype(object).map(words)
