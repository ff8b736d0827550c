"""The register of measures: one number per customer and trailing window of quarters.

A measure is declared once, where it is computed::

    @measure(Label("消费额", "spend"), "money", "higher", About("F01", Label("……", "...")))
    def spend(cube, window): ...

The function's name is the measure's id. It receives the cube and the length of the window in
quarters and returns an array of shape (customers, quarters); a measure that needs another
table than ``transactions`` receives the tables as third argument and uses only rows dated up to
the end of each quarter. Counts and sums are 0 where nothing happened; what cannot be said is
missing (NaN).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import numpy as np

from toolkit.errors import HistoryError, ParameterError
from toolkit.measures.cells import CELLS
from toolkit.measures.cube import Cube
from toolkit.measures.needs import Need, Tables
from toolkit.params.extensions import declare
from toolkit.terms import UNITS, Label

Better = Literal["higher", "lower"]
Compute = Callable[..., np.ndarray]
CELL_COLUMNS = frozenset(f"transactions.{cell.column}" for cell in CELLS.values() if cell.column)


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
        What it needs beyond the required columns of the transactions; see :mod:`toolkit.measures.needs`.
    proxy : bool
        True where the measure stands in for a factor that it does not measure itself.
    dated : bool
        False where the values are as recorded today, the same at every quarter.
    of_all : bool
        True where the figures of all customers enter that of each, so that nobody's can be told alone.
    """

    factor: str
    note: Label
    needs: tuple[str, ...] = ()
    proxy: bool = False
    dated: bool = True
    of_all: bool = False


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
    own : bool
        Whether an extension of the company's own added it; its values are then computed twice and compared.
    """

    id: str
    label: Label
    unit: str
    better: Better
    about: About
    compute: Compute
    own: bool = False

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
        """What it needs beyond the required columns of the transactions."""
        return self.about.needs

    @property
    def proxy(self) -> bool:
        """Whether the measure only stands in for its factor."""
        return self.about.proxy

    @property
    def dated(self) -> bool:
        """Whether the values at a quarter are those known by its end."""
        return self.about.dated

    @property
    def by_customer(self) -> bool:
        """Whether a customer's figure follows from the customer's own cells, so that parts of a cube can be asked."""
        return not (self.own or self.about.of_all) and all(need in CELL_COLUMNS for need in self.needs)

    def missing(self, cube: Cube, tables: Tables) -> tuple[str, ...]:
        """Those of :attr:`needs` that the history does not have."""
        return missing(self.needs, cube, tables)

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
        self.refuse(cube, window, tables)
        return self.computed(cube, window, tables)

    def refuse(self, cube: Cube, window: int, tables: Tables) -> None:
        """Raise as :meth:`values` does where the measure cannot be computed."""
        if window < 1:
            raise ParameterError(
                zh=f"指标“{self.label.zh}”的窗口是 {window} 个季度；至少应为 1 个季度。",
                en=f"The window of measure {self.id!r} is {window} quarters; it must be at least 1.",
            )
        refuse_missing(self.needs, ("指标", "Measure"), (self.id, self.label), (cube, tables))

    def computed(self, cube: Cube, window: int, tables: Tables) -> np.ndarray:
        """As :meth:`values`, of a history that is known to have what the measure needs."""
        values = self._computed(cube, window, tables)
        if self.own and not np.array_equal(values, self._computed(cube, window, tables), equal_nan=True):
            raise self._broken(
                "两次计算的结果不同；不得用随机数或时钟", "two calls differ; use no random draw and no clock"
            )
        values.setflags(write=False)
        return values

    def _computed(self, cube: Cube, window: int, tables: Tables) -> np.ndarray:
        extra = (tables,) if any(not need.startswith("transactions.") for need in self.needs) else ()
        found = self.compute(cube, window, *extra)
        if not self.own:
            return np.asarray(found, dtype=np.float64)
        shape, kind = np.shape(found), getattr(found, "dtype", np.dtype(object)).kind
        if shape != cube.shape or kind not in "biuf":
            raise self._broken(
                f"应返回形状为 {cube.shape}（客户 × 季度）的数值数组，返回了 {type(found).__name__}，形状 {shape}",
                f"it must return an array of numbers of shape {cube.shape} (customers, quarters); "
                f"it returned a {type(found).__name__} of shape {shape}",
            )
        return np.array(found, dtype=np.float64)

    def _broken(self, zh: str, en: str) -> ParameterError:
        return ParameterError(
            zh=f"扩展的指标 {self.id} 不合规矩：{zh}。请改正扩展文件，用 gradelab check 核对。",
            en=f"The measure {self.id!r} of an extension breaks its promise: {en}. "
            "Mend the extension and try gradelab check.",
        )


MEASURES: dict[str, Measure] = {}


def measure(label: Label, unit: str, better: Better, about: About) -> Callable[[Compute], Compute]:
    """Register the decorated function under its name.

    Raises
    ------
    ValueError
        If the name is taken, the unit unknown or a need not readable.
    """

    def register(compute: Compute) -> Compute:
        name = compute.__name__
        own = declare("measure", name, MEASURES, lambda: MEASURES.pop(name, None))
        if name in MEASURES:
            raise ValueError(f"measure {name!r} is registered twice")
        if unit not in UNITS:
            raise ValueError(f"measure {name!r} has the unknown unit {unit!r}")
        for need in about.needs:
            Need.parse(need)
        MEASURES[name] = Measure(name, label, unit, better, about, compute, own)
        return compute

    return register


def names() -> tuple[str, ...]:
    """Ids of all measures in the order of registration."""
    return tuple(MEASURES)


def labels() -> dict[str, Label]:
    """What every measure is called, by its id."""
    return {name: found.label for name, found in MEASURES.items()}


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


def missing(needs: tuple[str, ...], cube: Cube, tables: Tables) -> tuple[str, ...]:
    """Those of ``needs`` that the history does not have."""
    return tuple(need for need in needs if not Need.parse(need).met(cube.columns, tables))


def refuse_missing(
    needs: tuple[str, ...], kind: tuple[str, str], named: tuple[str, Label], history: tuple[Cube, Tables]
) -> None:
    """Raise HistoryError where the history lacks one of ``needs``, naming table and column.

    ``kind`` says in Chinese and English what is refused, ``named`` is its id and label.
    """
    gone = [Need.parse(need) for need in missing(needs, *history)]
    if gone:
        zh = "、".join(need.text("zh") for need in gone)
        en = ", ".join(need.text("en") for need in gone)
        name, label = named
        raise HistoryError(
            zh=f"{kind[0]}“{label.zh}”（{name}）需要{zh}，这份数据没有；请在数据参数中映射该列，或改用其他{kind[0]}。",
            en=f"{kind[1]} {name!r} needs {en}, which this history does not have; "
            f"map it in the parameters of the history, or use another {kind[1].lower()}.",
        )


def ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """``over / under`` in the shape of ``over``, missing where ``under`` is not positive.

    >>> ratio(np.array([1.0, 1.0, 1.0]), np.array([4, 0, -4])).tolist()
    [0.25, nan, nan]
    """
    out = np.full_like(over, np.nan, dtype=np.float64)
    return np.divide(over, under, out=out, where=under > 0)
