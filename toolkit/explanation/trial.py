"""One customer graded again with one figure changed, everything else as it is: by the scheme itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.schemes.cascade import CascadeScheme
from toolkit.schemes.extended import Guarded
from toolkit.schemes.overrides import Override
from toolkit.schemes.pareto import ParetoScheme
from toolkit.schemes.scheme import Scheme

NONE = -1
REFUSED = -2


@dataclass(frozen=True, slots=True)
class Trial:
    """A frozen scheme, what is known of everybody, and the customer in question.

    Attributes
    ----------
    scheme : Scheme
    known : DataFrame
        One row per customer whom the scheme grades.
    customer : str
    """

    scheme: Scheme
    known: pd.DataFrame
    customer: str

    @property
    def relative(self) -> bool:
        """Whether the grade depends on who else is graded today."""
        return any(_looks_around(part) for part in _every(self.scheme))

    @property
    def named(self) -> bool:
        """Whether a rule of the scheme names customers by id."""
        return any(isinstance(part, Override) and part.params.customers for part in _every(self.scheme))

    def codes(self, column: str, values: Sequence[Any]) -> np.ndarray:
        """Grade code that the rule gives for each of ``values`` in ``column``.

        Returns
        -------
        array of int, shape (values,)
            −1 no grade, −2 where the scheme refuses the value.
        """
        if not self.relative and not self.named and len(values) > 1:
            try:
                return self._at_once(column, values)
            except ParameterError:
                pass
        return np.array([self.code(column, value) for value in values], dtype=int)

    def code(self, column: str | None = None, value: Any = None) -> int:
        """Grade code with ``value`` in ``column``; without one, as things are."""
        known = self.known if self.relative else self.known.loc[[self.customer]]
        if column is not None:
            known = known.copy()
            known[column] = _put(known[column], known.index.get_loc(self.customer), value)
        try:
            return int(self.scheme.grade(known).grade.cat.codes.loc[self.customer])
        except ParameterError:
            return REFUSED

    def _at_once(self, column: str, values: Sequence[Any]) -> np.ndarray:
        one = self.known.loc[[self.customer]]
        many = one.loc[one.index.repeat(len(values))].copy()
        many.index = pd.Index([f"{self.customer}#{i}" for i in range(len(values))], name=one.index.name)
        many[column] = pd.Series(list(values), index=many.index).astype(one[column].dtype)
        return self.scheme.grade(many).grade.cat.codes.to_numpy(int)


def numbers_in(params: object) -> Iterator[float]:
    """Every number in a parameter model, which is where a rule can turn."""
    if isinstance(params, Mapping):
        params = list(params.values())
    if isinstance(params, list | tuple):
        for part in params:
            yield from numbers_in(part)
    elif isinstance(params, int | float) and not isinstance(params, bool):
        yield float(params)


def words_in(params: object) -> Iterator[str]:
    """Every word in a parameter model."""
    if isinstance(params, Mapping):
        params = [*params.keys(), *params.values()]
    if isinstance(params, list | tuple):
        for part in params:
            yield from words_in(part)
    elif isinstance(params, str):
        yield params


def _put(column: pd.Series, place: int, value: Any) -> pd.Series:
    found = column.copy()
    found.iloc[place] = value
    return found


def _every(scheme: Any) -> Iterator[Any]:
    """A scheme and everything inside it."""
    yield scheme
    inner: list[Any] = []
    if isinstance(scheme, Mapping):
        inner = list(scheme.values())
    elif isinstance(scheme, tuple):
        inner = list(scheme)
    elif is_dataclass(scheme) and not isinstance(scheme, type):
        inner = [getattr(scheme, field.name) for field in fields(scheme)]
    for part in inner:
        yield from _every(part)


def _looks_around(part: Any) -> bool:
    """Whether a part of a scheme compares the customer with the others of today, or counts them."""
    if isinstance(part, Guarded):
        return not getattr(getattr(part.inner, "params", None), "alone", False)
    if isinstance(part, Override):
        return part.params.limit is not None
    return isinstance(part, ParetoScheme | CascadeScheme)
