"""Promises of a measure: described, of the right shape, the same every time, as of its quarter, blind to row order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.history.canonical import TABLES
from toolkit.measures.categories import Categories
from toolkit.measures.cube import Cube
from toolkit.measures.factors import FACTORS
from toolkit.measures.needs import Need, Tables
from toolkit.measures.registry import Measure
from toolkit.panel import Panel
from toolkit.panel.recorded import widened
from toolkit.terms import Label

Promise = Callable[[Measure, Panel], Label | None]
WINDOWS = (1, 4)
HAN = re.compile("[\u4e00-\u9fff]")
NOBODY = "~nobody"
SEED = 20261122


def described(measure: Measure, panel: Panel) -> Label | None:
    """Unit, factor, name and definition in Chinese and English, a docstring, needs that a history can have."""
    for words in (measure.label, measure.note):
        if not HAN.search(words.zh) or not words.en.strip() or HAN.search(words.en):
            return Label(
                f"缺中文或英文：{words.zh} / {words.en}",
                f"Chinese or English is lacking: {words.zh} / {words.en}",
            )
    if measure.factor not in FACTORS:
        return Label(
            f"没有因子 {measure.factor}，应为 F01 至 F77",
            f"there is no factor {measure.factor}; they are F01 to F77",
        )
    if measure.better not in ("higher", "lower"):
        return Label("better 应为 higher 或 lower", "better must be higher or lower")
    if not measure.compute.__doc__:
        return Label("函数没有说明（docstring）", "the function has no docstring")
    for need in map(Need.parse, measure.needs):
        if need.table not in TABLES or need.column not in TABLES[need.table].names():
            return Label(
                f"没有 {need.table}.{need.column} 这一列", f"there is no column {need.table}.{need.column}"
            )
    if measure.proxy and not ("代替" in measure.note.zh and "stands in for" in measure.note.en):
        return Label("proxy 的定义应写明“代替”什么", "the note of a proxy must say what it stands in for")
    if not measure.dated and not (
        "今天的记录" in measure.note.zh and "as recorded" in measure.note.en.lower()
    ):
        return Label(
            "dated=False 的定义应写明“今天的记录”", "the note of what is not dated must say “as recorded”"
        )
    return None


def numbers_in_shape(measure: Measure, panel: Panel) -> Label | None:
    """An array of numbers of shape (customers, quarters), never infinite, for every length of window."""
    for window in WINDOWS:
        found = measure.computed(panel.cube, window, panel.tables)
        if found.shape != panel.cube.shape:
            return Label(
                f"形状是 {found.shape}，应为 {panel.cube.shape}",
                f"shape {found.shape}, not {panel.cube.shape}",
            )
        if np.isinf(found).any():
            count = int(np.isinf(found).sum())
            return Label(
                f"有 {count} 个无穷大；说不出时应为缺失",
                f"{count} infinite value(s); what cannot be said is NaN",
            )
    return None


def same_again(measure: Measure, panel: Panel) -> Label | None:
    """Two calls give the same, and leave the history as it was."""
    before = {name: array.copy() for name, array in panel.cube.cells.items()}
    tables = {name: table.copy() for name, table in panel.tables.items()}
    first, second = (measure.computed(panel.cube, 4, panel.tables) for _ in range(2))
    if not np.array_equal(first, second, equal_nan=True):
        return Label("两次计算的结果不同", "two calls differ")
    kept = all(np.array_equal(array, panel.cube.cells[name]) for name, array in before.items())
    if not kept or not all(table.equals(panel.tables[name]) for name, table in tables.items()):
        return Label("计算改动了数据", "it changes the history")
    return None


def as_of_its_quarter(measure: Measure, panel: Panel) -> Label | None:
    """Nothing dated after a quarter enters its value; see :meth:`toolkit.panel.Panel.audit`."""
    if not measure.dated:
        return None
    for quarter in panel.quarters[3:-1:4]:
        try:
            latest = panel.latest_day(measure.id, quarter)
        except HistoryError as error:
            return Label(error.zh, error.en)
        if latest >= quarter.end(panel.cube.fiscal_start_month):
            return Label(
                f"{quarter} 的数值用到了 {latest} 的记录，季度在此之前已结束",
                f"the value of {quarter} uses records of {latest}, after the quarter has ended",
            )
    return None


def blind_to_row_order(measure: Measure, panel: Panel) -> Label | None:
    """Rows of the tables in another order give the same."""
    rng = np.random.default_rng(SEED)
    mixed = {n: t.iloc[rng.permutation(len(t))].reset_index(drop=True) for n, t in panel.tables.items()}
    first, second = (measure.computed(panel.cube, 4, tables) for tables in (panel.tables, mixed))
    if np.allclose(first, second, rtol=1e-9, atol=1e-9, equal_nan=True):
        return None
    return Label("表的行序改变了结果", "the order of rows of a table decides something")


def blind_to_customer_order(measure: Measure, panel: Panel) -> Label | None:
    """Customers renamed, so that they stand in another order, keep their values."""
    turned = Turned(panel)
    first = measure.computed(panel.cube, 4, panel.tables)
    second = measure.computed(turned.cube, 4, turned.tables)
    if np.allclose(first[::-1], second, rtol=1e-9, atol=1e-9, equal_nan=True):
        return None
    return Label("客户的排列次序改变了结果", "the order of the customers decides something")


def nothing_for_nobody(measure: Measure, panel: Panel) -> Label | None:
    """Somebody without a single record has 0 or nothing to say, and changes nothing for the others."""
    cube = widened(panel.cube, pd.Index([NOBODY]))
    place = cube.customers.get_loc(NOBODY)
    values = measure.computed(cube, 4, panel.tables)
    if not np.isin(np.nan_to_num(values[place]), (0.0,)).all():
        return Label(
            f"没有任何记录的客户得到 {float(np.nanmax(values[place])):g}，应为 0 或缺失",
            f"somebody without a record has {float(np.nanmax(values[place])):g}; it must be 0 or missing",
        )
    others = np.delete(values, place, axis=0)
    if np.allclose(
        others, measure.computed(panel.cube, 4, panel.tables), rtol=1e-9, atol=1e-9, equal_nan=True
    ):
        return None
    return Label(
        "一位没有记录的客户改变了别人的数值", "somebody without a record changes the values of others"
    )


class Turned:
    """A history in which the same customers bear names that put them in the opposite order."""

    def __init__(self, panel: Panel) -> None:
        ids = panel.customers
        width = len(str(len(ids)))
        names = pd.Index([f"k{len(ids) - i:0{width}}" for i in range(len(ids))], name=ids.name)
        self._by = dict(zip(ids, names, strict=True))
        self.cube = self._cube(panel.cube, names[::-1])
        self.tables = {name: self._table(table) for name, table in panel.tables.items()}

    def _cube(self, cube: Cube, names: pd.Index) -> Cube:
        last = len(names) - 1
        kept = {
            part: e and Categories.of(e.names, (last - e.customer, e.category, e.quarter), e.lines)
            for part, e in (("categories", cube.categories), ("channels", cube.channels))
        }
        cells: Mapping[str, np.ndarray] = {name: array[::-1].copy("K") for name, array in cube.cells.items()}
        return replace(cube, customers=names, cells=cells, **kept)

    def _table(self, table: pd.DataFrame) -> pd.DataFrame:
        renamed = {
            column: table[column].map(lambda one: self._by.get(one, one), na_action="ignore")
            for column in ("customer_id", "referred_by")
            if column in table
        }
        return table.assign(**renamed)


def fits(measure: Measure, cube: Cube, tables: Tables) -> bool:
    """Whether a history has what the measure needs."""
    return not measure.missing(cube, tables)


PROMISES: dict[str, tuple[Label, Promise]] = {
    "described": (Label("名称、定义、单位、因子齐全，中英文都有", "described in both languages, with unit and factor"), described),
    "shape": (Label("结果是客户 × 季度的数值", "an array of numbers, customers × quarters"), numbers_in_shape),
    "same_again": (Label("两次计算相同，不改动数据", "the same every time, and changes nothing"), same_again),
    "as_of": (Label("只用截至季末的记录", "as of the end of its quarter"), as_of_its_quarter),
    "rows": (Label("与表的行序无关", "blind to the order of rows"), blind_to_row_order),
    "customers": (Label("与客户的排列无关", "blind to the order of customers"), blind_to_customer_order),
    "nobody": (Label("没有记录的客户为 0 或缺失，也不影响别人", "nothing for somebody without records"), nothing_for_nobody),
}  # fmt: skip
