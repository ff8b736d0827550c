"""Writing a cube to a folder and reading it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from toolkit.errors import HistoryError
from toolkit.measures.allocation import keep_freed_memory
from toolkit.measures.cells import CELLS, Cell
from toolkit.measures.cube import Cube
from toolkit.measures.cube_files import (
    CellFiles,
    CellsWriter,
    block_of,
    cells_file,
    read_about,
    read_customers,
    write_about,
    write_customers,
)
from toolkit.measures.entry_files import KINDS, read_entries, write_entries
from toolkit.measures.stored import StoredCells
from toolkit.window import Quarter

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SMALL = 256 * 1024**2
ROOM = max(SMALL, psutil.virtual_memory().total // 16)


def write_cube(cube: Cube, folder: Path) -> None:
    """Write ``cube`` into ``folder`` as sparse Parquet."""
    import pyarrow as pa

    cells = tuple(CELLS[name] for name in cube.cells)
    block = block_of(cells, len(cube.quarters))
    with CellsWriter(folder, cube.quarters, cells) as writer:
        for number, first in enumerate(range(0, len(cube.customers), block)):
            writer.append(number, first, {c.name: cube.cells[c.name][first : first + block] for c in cells})
    for kind, kept in zip(KINDS, (cube.categories, cube.channels), strict=True):
        if kept is not None:
            rows = kept.customer, kept.category, kept.quarter, kept.lines
            write_entries(folder, kind, rows, cube.quarters)
    ids = pa.array(cube.customers, pa.string())
    write_customers(folder, ids, np.arange(len(ids)))
    write_about(folder, about_cube(cube, cells, block))


def about_cube(cube: Cube, cells: Sequence[Cell], block: int) -> dict[str, Any]:
    """What :func:`read_cube` must know of a cube beside its tables."""
    words = {
        kind: None if kept is None else list(kept.names)
        for kind, kept in zip(KINDS, (cube.categories, cube.channels), strict=True)
    }
    return {
        "quarters": [str(quarter) for quarter in cube.quarters],
        "returns": cube.returns,
        "fiscal_start_month": cube.fiscal_start_month,
        "cells": [cell.name for cell in cells],
        "block": block,
        "words": words,
        "marks": {},
        "hasher": None,
    }


def read_cube(folder: Path) -> Cube:
    """Read what :meth:`Cube.write` wrote; the cells of a large cube stay on disk until asked for.

    Raises
    ------
    HistoryError
        If ``folder`` holds no cube, or one with other cells than are known now.
    """
    import pyarrow as pa

    try:
        told = read_about(folder)
        ids, places = read_customers(folder)
        cells = tuple(CELLS[name] for name in told["cells"])
        entries = [
            read_entries(folder, kind, told["words"][kind], told["quarters"], places) for kind in KINDS
        ]
        customers = _sorted(ids, places)
        files = CellFiles(
            tuple(cells_file(folder, quarter) for quarter in told["quarters"]),
            cells,
            places,
            len(customers),
            told["block"],
        )
        found = _cells(files)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowInvalid) as error:
        raise HistoryError(
            zh=f"文件夹 {folder} 中没有可用的客户季度数据，或由其他版本写成。请重新从交易流水生成。",
            en=f"Folder {folder} holds no usable cube, or one of another version. "
            f"Build it again from the transactions.",
        ) from error
    return Cube(
        customers=customers,
        quarters=tuple(Quarter.parse(text) for text in told["quarters"]),
        cells=found,
        categories=entries[0],
        channels=entries[1],
        returns=told["returns"],
        fiscal_start_month=told["fiscal_start_month"],
    )


def _sorted(ids: pa.Array, places: np.ndarray) -> pd.Index:
    """The ids that have a place, in the order of their places."""
    import pandas as pd

    if not np.array_equal(places, np.arange(len(places))):
        numbers = np.flatnonzero(places >= 0)
        ids = ids.take(numbers[np.argsort(places[numbers])])
    return pd.Index(ids.to_pandas(), dtype="str", name="customer_id")


def _cells(files: CellFiles) -> Mapping[str, np.ndarray]:
    """All arrays of a small cube; those of a large one when they are asked for."""
    size = files.customers * len(files.paths) * sum(np.dtype(cell.dtype).itemsize for cell in files.cells)
    if size <= SMALL:
        return {cell.name: files.whole(cell) for cell in files.cells}
    for path in files.paths:
        path.stat()
    keep_freed_memory()
    return StoredCells(files, ROOM)
