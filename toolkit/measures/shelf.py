"""Measures of a large cube: computed part after part of the customers, and laid on disk a quarter at a time."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from toolkit.measures.ahead import one_ahead
from toolkit.measures.cube import Cube
from toolkit.measures.needs import Tables
from toolkit.measures.registry import Measure

ITEM = np.dtype(np.float64).itemsize


def values_of(measure: Measure, cube: Cube, window: int, tables: Tables) -> np.ndarray:
    """As :meth:`toolkit.measures.registry.Measure.values`, in parts where the cube lies on disk."""
    measure.refuse(cube, window, tables)
    if not (cube.on_disk and measure.by_customer):
        return measure.computed(cube, window, tables)
    out = np.empty(cube.shape[::-1]).T
    for rows, values in in_parts(measure, cube, window, tables):
        out[rows] = values
    out.setflags(write=False)
    return out


def in_parts(
    measure: Measure, cube: Cube, window: int, tables: Tables
) -> Iterator[tuple[slice | np.ndarray, np.ndarray]]:
    """Places of some customers and their values, until nobody is left."""
    yield from one_ahead((rows, measure.computed(part, window, tables)) for rows, part in cube.blocks())


class Shelf:
    """Arrays of shape (customers, quarters) in files of a temporary folder, which goes with the shelf."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files: dict[tuple[str, int], Path] = {}

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._files

    def __reduce__(self) -> tuple:
        return Shelf, ()

    def lay(self, key: tuple[str, int], measure: Measure, cube: Cube, tables: Tables) -> None:
        """Compute a measure over ``key[1]`` quarters and keep it.

        Raises
        ------
        HistoryError, ParameterError
            As :meth:`toolkit.measures.registry.Measure.values`.
        """
        measure.refuse(cube, key[1], tables)
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="gradelab-measures-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = self._folder / f"{len(self._files)}.f8"
        customers, quarters = cube.shape
        with path.open("w+b") as stream:
            stream.truncate(customers * quarters * ITEM)
            for rows, values in in_parts(measure, cube, key[1], tables):
                for quarter in range(quarters):
                    _put(stream, quarter * customers, rows, values[:, quarter])
        self._files[key] = path

    def quarter(self, key: tuple[str, int], quarter: int, customers: int) -> np.ndarray:
        """One quarter of what was laid down, shape (customers,)."""
        return np.fromfile(self._files[key], np.float64, customers, offset=quarter * customers * ITEM)


def _put(stream: BinaryIO, start: int, rows: slice | np.ndarray, values: np.ndarray) -> None:
    """Write ``values`` at the places ``rows`` of the column that begins at ``start``."""
    first = rows.start if isinstance(rows, slice) else int(rows[0])
    if not isinstance(rows, slice):
        stream.seek((start + first) * ITEM)
        around = np.frombuffer(stream.read((int(rows[-1]) + 1 - first) * ITEM), np.float64).copy()
        around[rows - first] = values
        values = around
    stream.seek((start + first) * ITEM)
    stream.write(np.ascontiguousarray(values).data)
