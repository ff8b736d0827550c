"""The register of attributes: a class, flag or text of every customer, as of a quarter's end.

An attribute is declared like a measure::

    @attribute(Label("主要渠道", "main channel"), About("F12", Label("……", "...")))
    def main_channel(cube, place, window, tables): ...

The function receives the cube, the position of the quarter, the length of the window in quarters
and the tables, and returns one text per customer, None where nothing can be said. Flags are the
texts ``yes`` and ``no``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from toolkit.errors import ParameterError
from toolkit.measures.cube import Cube
from toolkit.measures.needs import Need, Tables
from toolkit.measures.registry import About, Better, missing, refuse_missing
from toolkit.params.extensions import declare
from toolkit.terms import Label
from toolkit.window import Quarter

if TYPE_CHECKING:
    import pandas as pd

Compute = Callable[..., np.ndarray]

YES_NO: dict[str, Label] = {"no": Label("否", "no"), "yes": Label("是", "yes")}


@dataclass(frozen=True, slots=True)
class Classes:
    """What an attribute may say.

    Attributes
    ----------
    words : mapping of text to Label
        Known texts, the lowest first where they have an order; empty where the company's own words hold.
    better : "higher", "lower" or None
        Which end of ``words`` is the better one; None where the catalogue gives no direction.
    sensitive : bool
        Personal data that may explain needs but must not decide a grade.
    """

    words: Mapping[str, Label] = field(default_factory=dict)
    better: Better | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A registered attribute.

    Attributes
    ----------
    id : str
    label : Label
    about : About
        Factor, definition, needs, whether it is a proxy, whether it is as of the quarter's end.
    classes : Classes
    compute : callable
        (cube, place, window, tables) -> object array of shape (customers,): text or None.
    """

    id: str
    label: Label
    about: About
    classes: Classes
    compute: Compute

    @property
    def factor(self) -> str:
        """Factor of the catalogue, such as F12."""
        return self.about.factor

    @property
    def needs(self) -> tuple[str, ...]:
        """What it needs beyond the required columns of the transactions."""
        return self.about.needs

    def missing(self, cube: Cube, tables: Tables) -> tuple[str, ...]:
        """Those of :attr:`needs` that the history does not have."""
        return missing(self.needs, cube, tables)

    def at(self, cube: Cube, quarter: Quarter, window: int, tables: Tables) -> pd.Series:
        """The class of every customer at the end of ``quarter``.

        Returns
        -------
        Series of object (text, None where nothing can be said), index customer_id of the cube.

        Raises
        ------
        HistoryError
            If the history lacks a table or column that the attribute needs, or the quarter.
        ParameterError
            If ``window`` is shorter than one quarter.
        """
        if window < 1:
            raise ParameterError(
                zh=f"属性“{self.label.zh}”的窗口是 {window} 个季度；至少应为 1 个季度。",
                en=f"The window of attribute {self.id!r} is {window} quarters; it must be at least 1.",
            )
        import pandas as pd

        refuse_missing(self.needs, ("属性", "Attribute"), (self.id, self.label), (cube, tables))
        found = self.compute(cube, cube.position(quarter), window, tables)
        return pd.Series(found, index=cube.customers, dtype=object, name=self.id)

    def codes(self, classes: pd.Series) -> np.ndarray:
        """Classes as their position in the known words, 0 the lowest; NaN where missing or not known."""
        order = {word: float(place) for place, word in enumerate(self.classes.words)}
        return np.array([order.get(word, np.nan) for word in classes], dtype=np.float64)


ATTRIBUTES: dict[str, Attribute] = {}


def attribute(label: Label, about: About, classes: Classes | None = None) -> Callable[[Compute], Compute]:
    """Register the decorated function under its name.

    Raises
    ------
    ValueError
        If the name is taken or a need not readable.
    """

    def register(compute: Compute) -> Compute:
        name = compute.__name__
        declare("attribute", name, ATTRIBUTES, lambda: ATTRIBUTES.pop(name, None))
        if name in ATTRIBUTES:
            raise ValueError(f"attribute {name!r} is registered twice")
        for need in about.needs:
            Need.parse(need)
        ATTRIBUTES[name] = Attribute(name, label, about, classes or Classes(), compute)
        return compute

    return register


def find_attribute(name: str) -> Attribute:
    """The attribute called ``name``.

    Raises
    ------
    ParameterError
        If there is none; the message proposes the closest name.
    """
    if name in ATTRIBUTES:
        return ATTRIBUTES[name]
    near = get_close_matches(name, ATTRIBUTES, n=1)
    zh = f"是否想写 {near[0]}？" if near else ""
    en = f" Did you mean {near[0]!r}?" if near else ""
    raise ParameterError(
        zh=f"没有名为“{name}”的属性。{zh}可用的属性：{'、'.join(ATTRIBUTES)}。",
        en=f"There is no attribute {name!r}.{en} Known attributes: {', '.join(ATTRIBUTES)}.",
    )


def flags(yes: np.ndarray, known: np.ndarray | bool = True) -> np.ndarray:
    """``yes`` and ``no`` as texts, None where not ``known``.

    >>> flags(np.array([True, False, True]), np.array([True, True, False])).tolist()
    ['yes', 'no', None]
    """
    out = np.where(yes, "yes", "no").astype(object)
    out[~np.broadcast_to(known, out.shape)] = None
    return out
