"""The register of measures: one number per customer and trailing window of quarters.

A measure is declared once, where it is computed::

    @measure(Label("消费额", "spend"), "money", "higher", About("F01", Label("……", "...")))
    def spend(cube, window): ...

The function's name is the measure's id. It receives the cube and the length of the window in
quarters and returns an array of shape (customers, quarters); a measure that needs another
table than ``transactions`` receives the tables as third argument. Counts and sums are 0 where
nothing happened; what cannot be said is missing (NaN).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError, ParameterError
from toolkit.measures.cube import Cube
from toolkit.terms import UNITS, Label

Better = Literal["higher", "lower"]
Tables = Mapping[str, pd.DataFrame]
Compute = Callable[..., np.ndarray]


@dataclass(frozen=True, slots=True)
class About:
    """What a measure stands for.

    Attributes
    ----------
    factor : str
        Factor of the catalogue of grading systems, such as F01.
    note : Label
        The definition in one sentence, edge cases included.
    needs : tuple of str
        ``table.column`` beyond the required columns of the transactions.
    proxy : bool
        True where the measure stands in for a factor that it does not measure itself.
    """

    factor: str
    note: Label
    needs: tuple[str, ...] = ()
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A registered measure.

    Attributes
    ----------
    id : str
        Name in parameter files and column of the panel.
    label : Label
    unit : str
        Key of :data:`toolkit.terms.UNITS`.
    better : "higher" or "lower"
    about : About
    compute : callable
        (cube, window[, tables]) -> array of shape (customers, quarters).
    """

    id: str
    label: Label
    unit: str
    better: Better
    about: About
    compute: Compute

    @property
    def factor(self) -> str:
        """Factor of the catalogue, such as F01."""
        return self.about.factor

    @property
    def note(self) -> Label:
        """The definition in one sentence."""
        return self.about.note

    @property
    def needs(self) -> tuple[str, ...]:
        """``table.column`` beyond the required columns of the transactions."""
        return self.about.needs

    @property
    def proxy(self) -> bool:
        """Whether the measure only stands in for its factor."""
        return self.about.proxy

    def missing(self, cube: Cube, tables: Tables) -> tuple[str, ...]:
        """Those of :attr:`needs` that the history does not have."""
        return tuple(need for need in self.needs if not _has(need, cube, tables))

    def values(self, cube: Cube, window: int, tables: Tables) -> np.ndarray:
        """One number per customer and quarter over the ``window`` quarters up to it.

        Returns
        -------
        float64 array of shape (customers, quarters), read only; NaN is missing.

        Raises
        ------
        HistoryError
            If the history lacks a table or column that the measure needs.
        ParameterError
            If ``window`` is shorter than one quarter.
        """
        if window < 1:
            raise ParameterError(
                zh=f"指标“{self.label.zh}”的窗口是 {window} 个季度；至少应为 1 个季度。",
                en=f"The window of measure {self.id!r} is {window} quarters; it must be at least 1.",
            )
        self._refuse_missing(cube, tables)
        extra = (tables,) if any(not need.startswith("transactions.") for need in self.needs) else ()
        values = np.asarray(self.compute(cube, window, *extra), dtype=np.float64)
        values.setflags(write=False)
        return values

    def _refuse_missing(self, cube: Cube, tables: Tables) -> None:
        gone = [need.split(".", 1) for need in self.missing(cube, tables)]
        if gone:
            zh = "、".join(f"表 {table} 的列 {column}" for table, column in gone)
            en = ", ".join(f"column {column} of table {table}" for table, column in gone)
            raise HistoryError(
                zh=f"指标“{self.label.zh}”（{self.id}）需要{zh}，这份数据没有。请在数据参数中映射该列，或改用其他指标。",
                en=f"Measure {self.id!r} needs {en}, which this history does not have. "
                f"Map it in the parameters of the history, or use another measure.",
            )


MEASURES: dict[str, Measure] = {}


def measure(label: Label, unit: str, better: Better, about: About) -> Callable[[Compute], Compute]:
    """Register the decorated function under its name.

    Raises
    ------
    ValueError
        If the name is taken or the unit is unknown.
    """

    def register(compute: Compute) -> Compute:
        name = compute.__name__
        if name in MEASURES:
            raise ValueError(f"measure {name!r} is registered twice")
        if unit not in UNITS:
            raise ValueError(f"measure {name!r} has the unknown unit {unit!r}")
        MEASURES[name] = Measure(name, label, unit, better, about, compute)
        return compute

    return register


def names() -> tuple[str, ...]:
    """Ids of all measures in the order of registration."""
    return tuple(MEASURES)


def find(name: str) -> Measure:
    """The measure called ``name``.

    Raises
    ------
    ParameterError
        If there is none; the message proposes the closest name.
    """
    if name in MEASURES:
        return MEASURES[name]
    near = get_close_matches(name, MEASURES, n=1)
    zh = f"是否想写 {near[0]}？" if near else ""
    en = f" Did you mean {near[0]!r}?" if near else ""
    raise ParameterError(
        zh=f"没有名为“{name}”的指标。{zh}可用的指标：{'、'.join(MEASURES)}。",
        en=f"There is no measure {name!r}.{en} Known measures: {', '.join(MEASURES)}.",
    )


def _has(need: str, cube: Cube, tables: Tables) -> bool:
    table, column = need.split(".", 1)
    if table == "transactions":
        return column in cube.columns
    return table in tables and column in tables[table].columns


def ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """``over / under`` in the shape of ``over``, missing where ``under`` is not positive.

    >>> ratio(np.array([1.0, 1.0, 1.0]), np.array([4, 0, -4])).tolist()
    [0.25, nan, nan]
    """
    out = np.full_like(over, np.nan, dtype=np.float64)
    return np.divide(over, under, out=out, where=under > 0)
