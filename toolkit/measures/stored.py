"""Cells that lie on disk and become arrays when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from toolkit.measures.cells import CELLS, Cell
from toolkit.measures.cube_files import CellFiles


class StoredCells(Mapping[str, np.ndarray]):
    """The cells of a cube on disk; what was spread into an array is kept while there is room, the oldest dropped first."""

    def __init__(self, files: CellFiles, room: int) -> None:
        self.files, self._room = files, room
        self._kept: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._kept:
            found = self.files.whole(self._cell(name))
            while self._kept and sum(a.nbytes for a in self._kept.values()) + found.nbytes > self._room:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = found
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return (cell.name for cell in self.files.cells)

    def __len__(self) -> int:
        return len(self.files.cells)

    def __contains__(self, name: object) -> bool:
        return any(cell.name == name for cell in self.files.cells)

    def column(self, name: str, quarter: int) -> np.ndarray:
        """One quarter of a cell, shape (customers,)."""
        if name in self._kept:
            return self._kept[name][:, quarter]
        return self.files.column(self._cell(name), quarter)

    def of_block(self, name: str, block: int) -> np.ndarray:
        """A cell of one block of customers."""
        return self.files.of_block(self._cell(name), block)

    def _cell(self, name: str) -> Cell:
        if name not in self:
            raise KeyError(name)
        return CELLS[name]


class BlockCells(Mapping[str, np.ndarray]):
    """The cells of one block of customers, read when asked for."""

    def __init__(self, whole: StoredCells, block: int) -> None:
        self._whole, self._block = whole, block

    def __getitem__(self, name: str) -> np.ndarray:
        return self._whole.of_block(name, self._block)

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __contains__(self, name: object) -> bool:
        return name in self._whole
