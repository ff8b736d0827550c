"""What every scheme can do, whatever its rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pandas as pd

from toolkit.grades import Grading, Scale
from toolkit.terms import Label

Names = Mapping[str, Label]


class Scheme(Protocol):
    """A rule from measures to a grade."""

    @property
    def scale(self) -> Scale:
        """The grades that the rule can give."""
        ...

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it looks at."""
        ...

    def freeze(self, reference: pd.DataFrame) -> Scheme:
        """The same rule with its reference distribution fixed to that of ``reference``.

        A rule without a reference distribution returns itself.
        """
        ...

    def grade(self, measures: pd.DataFrame) -> Grading:
        """Grade every row of ``measures`` (index customer_id, one column per measure).

        Raises
        ------
        ParameterError
            If a customer would be left without a grade that the policy file promises.
        """
        ...


def assemble(
    scale: Scale, codes: np.ndarray, because: np.ndarray, reasons: Mapping[str, Label], detail: pd.DataFrame
) -> Grading:
    """A grading from integer codes.

    Parameters
    ----------
    scale : Scale
    codes : array of int, shape (customers,)
        Grade codes as in :meth:`toolkit.grades.Scale.codes`.
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
