"""The cube on disk: sparse Parquet, one file per quarter, its customers in blocks.

``about.json`` says what the cube is; ``customers.parquet`` holds the ids by their number, which never
changes once given, with the place of each in sorted order (missing for somebody whose rows are gone).
``cells/<quarter>.parquet`` has one row per customer with a row in the quarter, sorted by number, one row group
per block of customers, ``category/`` and ``channel/`` the entries. A quarter that comes later therefore adds
files and leaves the others alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from toolkit.measures.cells import CELLS, Cell

if TYPE_CHECKING:
    import pyarrow as pa

CUSTOMERS, ABOUT = "customers.parquet", "about.json"
NUMBER, ID, PLACE = "number", "customer_id", "place"
BLOCKS = b"blocks"
BLOCK_BYTES = 192 * 1024**2
MOST_BYTES = max(BLOCK_BYTES, psutil.virtual_memory().total // 24)
LEAST_BLOCK, STEPS = 1 << 16, 64
NOBODY = -1
PLAIN = {"compression": "lz4", "use_dictionary": False, "write_statistics": False}


def block_of(cells: Sequence[Cell], quarters: int) -> int:
    """Customers of one block: as many as have about 200 MB of cells."""
    each = quarters * sum(np.dtype(cell.dtype).itemsize for cell in cells)
    return max(BLOCK_BYTES // max(each, 1), LEAST_BLOCK)


def step_of(cells: Sequence[Cell], quarters: int, block: int, customers: int) -> int:
    """Customers that are aggregated at once, in whole blocks: about 200 MB of ``quarters``, more where steps were too many."""
    each = quarters * sum(np.dtype(cell.dtype).itemsize for cell in cells)
    few = min(-(-customers // STEPS), MOST_BYTES // max(each, 1))
    return -(-max(block, block_of(cells, quarters), few) // block) * block


def cells_file(folder: Path, quarter: object) -> Path:
    """File of the cells of a quarter."""
    return folder / "cells" / f"{quarter}.parquet"


def write_about(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what the cube is, last of all."""
    (folder / ABOUT).write_text(json.dumps(about), "utf-8")


def read_about(folder: Path) -> dict[str, Any]:
    """What the cube of ``folder`` is."""
    return json.loads((folder / ABOUT).read_text("utf-8"))


def write_customers(folder: Path, ids: pa.Array, places: np.ndarray) -> None:
    """Write the customers by number, with the place of each in sorted order; −1 is nobody's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = pa.array(places.astype(np.int32), mask=places == NOBODY)
    pq.write_table(pa.table({ID: ids, PLACE: place}), folder / CUSTOMERS, **PLAIN)


def read_customers(folder: Path) -> tuple[pa.Array, np.ndarray]:
    """Ids by number, and the place of each in sorted order."""
    import pyarrow.parquet as pq

    table = pq.read_table(folder / CUSTOMERS)
    places = table[PLACE].fill_null(NOBODY).to_numpy().astype(np.int32)
    return table[ID].combine_chunks(), places


class CellsWriter:
    """Writes blocks of dense cells as rows of the quarters; blocks come in order.

    Parameters
    ----------
    folder : Path
    quarters : sequence
        Names of the files, oldest first.
    cells : sequence of Cell
    """

    def __init__(self, folder: Path, quarters: Sequence[object], cells: Sequence[Cell]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        (folder / "cells").mkdir(parents=True, exist_ok=True)
        fields = [(NUMBER, pa.int32()), *((c.name, pa.from_numpy_dtype(np.dtype(c.dtype))) for c in cells)]
        self._schema = pa.schema(fields)
        self._writers = [pq.ParquetWriter(cells_file(folder, q), self._schema, **PLAIN) for q in quarters]
        self._blocks: list[list[int]] = [[] for _ in quarters]

    def __enter__(self) -> CellsWriter:
        return self

    def __exit__(self, *error: object) -> None:
        for writer, blocks in zip(self._writers, self._blocks, strict=True):
            writer.add_key_value_metadata({BLOCKS: json.dumps(blocks).encode()})
            writer.close()

    def append(self, block: int, first: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a block whose first customer has the number ``first``; arrays of shape (customers, quarters)."""
        import pyarrow as pa

        held = arrays["latest_row"] != CELLS["latest_row"].neutral
        for place, writer in enumerate(self._writers):
            rows = np.flatnonzero(held[:, place])
            if not len(rows):
                continue
            columns = [arrays[name][:, place][rows] for name in self._schema.names[1:]]
            numbers = (rows + first).astype(np.int32)
            writer.write_table(pa.table([numbers, *columns], schema=self._schema), row_group_size=len(rows))
            self._blocks[place].append(block)


@dataclass(frozen=True, slots=True, eq=False)
class CellFiles:
    """The cells of a cube on disk, read when asked for.

    Attributes
    ----------
    paths : tuple of Path
        One file per quarter, oldest first.
    cells : tuple of Cell
    places : array of int32, shape (numbers,)
        Place of each customer number in sorted order; −1 for nobody.
    customers : int
        Those who have a place.
    block : int
        Customers of one block of numbers.
    """

    paths: tuple[Path, ...]
    cells: tuple[Cell, ...]
    places: np.ndarray
    customers: int
    block: int
    _open: dict = field(default_factory=dict, init=False, repr=False)

    def __reduce__(self) -> tuple:
        return CellFiles, (self.paths, self.cells, self.places, self.customers, self.block)

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return -(-len(self.places) // self.block)

    def column(self, cell: Cell, quarter: int, out: np.ndarray | None = None) -> np.ndarray:
        """One quarter of a cell, shape (customers,), written into ``out`` where it is given."""
        out = np.full(self.customers, cell.neutral, dtype=cell.dtype) if out is None else out
        numbers, figures = self._rows(cell, quarter, None)
        out[self.places[numbers]] = figures
        return out

    def whole(self, cell: Cell) -> np.ndarray:
        """A cell, shape (customers, quarters), read only; the customers of one quarter together in memory."""
        out = np.full((len(self.paths), self.customers), cell.neutral, dtype=cell.dtype)
        for quarter in range(len(self.paths)):
            self.column(cell, quarter, out[quarter])
        out.setflags(write=False)
        return out.T

    def of_block(self, cell: Cell, block: int) -> np.ndarray:
        """A cell of one block, shape (customers of the block in sorted order, quarters), read only."""
        first, order = block * self.block, self.order(block)
        within = np.full(min(self.block, len(self.places) - first), NOBODY, dtype=np.int32)
        within[order] = np.arange(len(order), dtype=np.int32)
        out = np.full((len(self.paths), len(order)), cell.neutral, dtype=cell.dtype)
        for quarter in range(len(self.paths)):
            numbers, figures = self._rows(cell, quarter, block)
            out[quarter][within[numbers - first]] = figures
        out.setflags(write=False)
        return out.T

    def order(self, block: int) -> np.ndarray:
        """Numbers of a block, counted from its first, of those who have a place, in sorted order."""
        places = self.places[block * self.block : (block + 1) * self.block]
        known = np.flatnonzero(places >= 0)
        return known[np.argsort(places[known], kind="stable")]

    def _rows(self, cell: Cell, quarter: int, block: int | None) -> tuple[np.ndarray, np.ndarray]:
        file, blocks = self._file(quarter)
        columns = [NUMBER, cell.name]
        if block is None:
            table = file.read(columns, use_threads=True)
        elif block in blocks:
            table = file.read_row_group(blocks.index(block), columns, use_threads=False)
        else:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=cell.dtype)
        return table[NUMBER].to_numpy(), table[cell.name].to_numpy()

    def _file(self, quarter: int) -> tuple[Any, list[int]]:
        import pyarrow.parquet as pq

        if quarter not in self._open:
            file = pq.ParquetFile(self.paths[quarter], memory_map=False)
            self._open[quarter] = file, json.loads(file.metadata.metadata[BLOCKS])
        return self._open[quarter]
