"""A cube that is there already: whether it can be renewed, and where its customers stand in the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.measures.cells import CELLS, Cell
from toolkit.measures.cube import Cube
from toolkit.measures.cube_files import NOBODY, NUMBER, cells_file, read_about, read_customers
from toolkit.measures.entry_files import KINDS
from toolkit.measures.staging import Marks, hasher_of
from toolkit.window import Quarter


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """A cube that is there: what it is, its customers by number and their places in sorted order."""

    folder: Path
    about: dict[str, Any]
    ids: pa.Array
    places: np.ndarray

    @property
    def marks(self) -> Marks:
        """Marks of the quarters."""
        return {int(quarter): tuple(mark) for quarter, mark in self.about["marks"].items()}


def usable(old: Path, like: Cube, cells: Sequence[Cell], lines: ir.Table) -> Earlier | None:
    """The cube in ``old`` if it is of the same cells, begins with the same quarter and has marks to compare."""
    try:
        about = read_about(old)
        same = (
            about["cells"] == [cell.name for cell in cells]
            and about["quarters"][0] == str(like.quarters[0])
            and about["fiscal_start_month"] == like.fiscal_start_month
            and {k for k in KINDS if about["words"][k] is not None}
            == {k for k in KINDS if k in lines.columns}
            and about["marks"]
            and about["hasher"] == hasher_of(lines)
        )
        return Earlier(old, about, *read_customers(old)) if same else None
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowInvalid):
        return None


def places_of(old: Earlier, ids: pa.Array, seen: np.ndarray) -> np.ndarray:
    """Place of each number in sorted order; those who had one keep their order, the others go between."""
    before = np.full(len(ids), NOBODY)
    before[: len(old.places)] = old.places
    stay = np.flatnonzero(seen & (before >= 0))
    stay = stay[np.argsort(before[stay], kind="stable")]
    new = np.flatnonzero(seen & (before < 0))
    new = new[pc.array_sort_indices(ids.take(pa.array(new))).to_numpy()]
    ahead = ahead_of(ids.take(pa.array(stay)), ids.take(pa.array(new)))
    places = np.full(len(ids), NOBODY)
    places[new] = ahead + np.arange(len(new))
    places[stay] = np.arange(len(stay)) + np.searchsorted(ahead, np.arange(len(stay)), side="right")
    return places


def ahead_of(rising: pa.Array, names: pa.Array) -> np.ndarray:
    """How many of the texts ``rising`` stand before each of ``names``; halving, all names at once.

    >>> ahead_of(pa.array(["b", "d", "f"]), pa.array(["a", "d", "e", "g"])).tolist()
    [0, 1, 2, 3]
    """
    low, high = np.zeros(len(names), dtype=np.int64), np.full(len(names), len(rising))
    for _ in range(len(rising).bit_length()):
        middle = (low + high) // 2
        beyond = pc.less(rising.take(pa.array(np.minimum(middle, len(rising) - 1))), names)
        right = beyond.to_numpy(zero_copy_only=False) & (low < high)
        low, high = np.where(right, middle + 1, low), np.where(right | (low == high), high, middle)
    return low


def numbers_of(old: Earlier, ids: pa.Array) -> np.ndarray:
    """Numbers of ``ids``; those who are new take the next ones."""
    numbers = np.full(len(ids), NOBODY, dtype=np.int32)
    place = pc.index_in(old.ids, value_set=ids)
    numbers[place.drop_null().to_numpy()] = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
    new = numbers == NOBODY
    numbers[new] = len(old.ids) + np.arange(new.sum())
    return numbers


def last_days(old: Earlier, quarters: Sequence[Quarter]) -> np.ndarray:
    """Last day with a purchase in ``quarters``, by number of the customer."""
    neutral = CELLS["last_day"].neutral
    days = np.full(len(old.ids), neutral, dtype=np.int32)
    for quarter in quarters:
        read = pq.read_table(cells_file(old.folder, quarter), columns=[NUMBER, "last_day"])
        number, day = (column.to_numpy() for column in read.columns)
        days[number[day != neutral]] = day[day != neutral]
    return days
