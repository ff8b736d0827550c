"""The cube: every customer's cells, quarter by quarter, as arrays.

Trailing windows are half-open in days and counted in quarters: the window of length ``w``
at a quarter holds that quarter and the ``w - 1`` before it. A window that begins before the
history holds what the history has; :meth:`Cube.covers` says whether it is complete.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from toolkit.errors import HistoryError
from toolkit.measures.arrays import CutCells, spread, trailing_max, trailing_sum
from toolkit.measures.categories import Categories
from toolkit.measures.cells import CELLS
from toolkit.shown import shown
from toolkit.window import Quarter

if TYPE_CHECKING:
    import pandas as pd

Returns = Literal["netted", "separate"]
EPOCH = date(1970, 1, 1)
ABOUT = b"gradelab"
PLACE = ["customer", "quarter"]
ENTRIES = ("customer", "category", "quarter", "lines")


@shown("customers", "quarters", "cells")
@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Cells of every customer and quarter.

    Attributes
    ----------
    customers : Index of str named customer_id
        Everybody with an accepted row in ``quarters``, sorted.
    quarters : tuple of Quarter
        Contiguous, oldest first.
    cells : mapping of cell name to array, shape (customers, quarters)
        Counts and days are int32, money and quantity float64 in the study's units. Where
        nothing happened a sum is 0, ``first_day`` is the largest and ``last_day`` and
        ``latest_row`` the smallest int32, ``largest_order`` is minus infinity. Days are
        counted from 1970-01-01. Read only.
    categories : Categories or None
        None where the transactions have no column ``category``.
    channels : Categories or None
        The same of the column ``channel``.
    returns : "netted" or "separate"
        Whether spend is less returns.
    fiscal_start_month : int
    """

    customers: pd.Index
    quarters: tuple[Quarter, ...]
    cells: Mapping[str, np.ndarray]
    categories: Categories | None = None
    channels: Categories | None = None
    returns: Returns = "netted"
    fiscal_start_month: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """(customers, quarters)."""
        return len(self.customers), len(self.quarters)

    @property
    def columns(self) -> frozenset[str]:
        """Optional columns of the transactions that the cube was made from."""
        found = {CELLS[name].column for name in self.cells} - {None}
        kept = {"category": self.categories, "channel": self.channels}
        return frozenset(found | {column for column, entries in kept.items() if entries is not None})

    def position(self, quarter: Quarter) -> int:
        """Where ``quarter`` stands in :attr:`quarters`.

        Raises
        ------
        HistoryError
            If the history does not hold the quarter.
        """
        place = quarter - self.quarters[0]
        if 0 <= place < len(self.quarters):
            return place
        first, last = self.quarters[0], self.quarters[-1]
        raise HistoryError(
            zh=f"季度 {quarter} 不在数据之内；数据从 {first} 到 {last}。请选择其中的季度，或补充数据。",
            en=f"Quarter {quarter} is not in the history, which runs from {first} to {last}. "
            f"Choose a quarter within it or add data.",
        )

    def covers(self, quarter: Quarter, window: int) -> bool:
        """Whether all ``window`` quarters up to ``quarter`` lie in the history."""
        return self.position(quarter) + 1 >= window

    def last_days(self) -> np.ndarray:
        """Day number of the last day of each quarter, shape (quarters,)."""
        days = [(quarter.last_day(self.fiscal_start_month) - EPOCH).days for quarter in self.quarters]
        return np.array(days, dtype=np.int64)

    def trailing_sum(self, cell: str, window: int) -> np.ndarray:
        """Sum of ``cell`` over the ``window`` quarters up to each quarter; int64 or float64."""
        return trailing_sum(self.cells[cell], window)

    def trailing_max(self, cell: str, window: int) -> np.ndarray:
        """Largest of ``cell`` over the ``window`` quarters up to each quarter."""
        return trailing_max(self.cells[cell], window)

    def first_purchase_day(self) -> np.ndarray:
        """Day of the first purchase up to each quarter; the largest int32 before it."""
        return np.minimum.accumulate(self.cells["first_day"], axis=1)

    def last_purchase_day(self) -> np.ndarray:
        """Day of the last purchase up to each quarter; the smallest int32 before the first."""
        return np.maximum.accumulate(self.cells["last_day"], axis=1)

    def has_rows(self) -> np.ndarray:
        """Whether the customer has any row in the quarter; bool, shape (customers, quarters)."""
        return self.cells["latest_row"] != CELLS["latest_row"].neutral

    def bought(self) -> np.ndarray:
        """Whether the customer has a purchase in the quarter; bool, shape (customers, quarters)."""
        return self.cells["lines"] > 0

    def quarters_since_joining(self) -> np.ndarray:
        """Quarters since the first purchase, its own quarter counted as 1; 0 before it. int32."""
        return np.cumsum(np.logical_or.accumulate(self.bought(), axis=1), axis=1, dtype=np.int32)

    def upto(self, quarter: Quarter) -> Cube:
        """The cube as it stood at the end of ``quarter``: later quarters and customers are unknown."""
        length = self.position(quarter) + 1
        seen = self.has_rows()[:, :length].any(axis=1)
        return replace(
            self,
            customers=self.customers[seen],
            quarters=self.quarters[:length],
            cells=CutCells(self.cells, seen, length),
            categories=self.categories.cut(seen, length) if self.categories is not None else None,
            channels=self.channels.cut(seen, length) if self.channels is not None else None,
        )

    def write(self, folder: Path) -> None:
        """Write the cube into ``folder`` as sparse Parquet; :func:`read_cube` returns it bit for bit.

        ``customers.parquet`` holds the ids in order, ``cells.parquet`` one row per customer and
        quarter with a transaction, by position, one row group per quarter, and
        ``categories.parquet`` the categories where the transactions have them.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder.mkdir(parents=True, exist_ok=True)
        customers = pa.table({"customer_id": pa.array(self.customers, pa.string())})
        pq.write_table(customers, folder / "customers.parquet")
        kinds = [(name, pa.int32()) for name in PLACE]
        kinds += [(name, pa.from_numpy_dtype(array.dtype)) for name, array in self.cells.items()]
        schema = pa.schema(kinds, metadata={ABOUT: json.dumps(self._about()).encode()})
        held = self.has_rows()
        with pq.ParquetWriter(folder / "cells.parquet", schema, compression="zstd") as writer:
            for place in range(len(self.quarters)):
                rows = np.flatnonzero(held[:, place]).astype(np.int32)
                values = [array[rows, place] for array in self.cells.values()]
                writer.write_table(pa.table([rows, np.full_like(rows, place), *values], schema=schema))
        for name, kept in (("categories", self.categories), ("channels", self.channels)):
            if kept is not None:
                entries = {part: getattr(kept, part) for part in ENTRIES}
                pq.write_table(pa.table(entries), folder / f"{name}.parquet", compression="zstd")

    def _about(self) -> dict:
        return {
            "quarters": [str(quarter) for quarter in self.quarters],
            "returns": self.returns,
            "fiscal_start_month": self.fiscal_start_month,
            "categories": None if self.categories is None else self.categories.names,
            "channels": None if self.channels is None else self.channels.names,
        }


def read_cube(folder: Path) -> Cube:
    """Read what :meth:`Cube.write` wrote.

    Raises
    ------
    HistoryError
        If ``folder`` holds no cube, or one with other cells than are known now.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        customers = pq.read_table(folder / "customers.parquet")["customer_id"]
        file = pq.ParquetFile(folder / "cells.parquet")
        about = json.loads(file.schema_arrow.metadata[ABOUT])
        kinds = [CELLS[name] for name in file.schema_arrow.names[len(PLACE) :]]
        kept = {name: _read_entries(folder, name, about[name]) for name in ("categories", "channels")}
    except (OSError, KeyError, TypeError, pa.ArrowInvalid) as error:
        raise HistoryError(
            zh=f"文件夹 {folder} 中没有可用的客户季度数据，或由其他版本写成。请重新从交易流水生成。",
            en=f"Folder {folder} holds no usable cube, or one of another version. "
            f"Build it again from the transactions.",
        ) from error
    quarters = tuple(Quarter.parse(text) for text in about["quarters"])
    customer, quarter = (column.to_numpy() for column in file.read(PLACE).columns)
    shape = len(customers), len(quarters)
    return Cube(
        customers=pd.Index(customers.to_pandas(), dtype="str", name="customer_id"),
        quarters=quarters,
        cells={c.name: spread(c, file.read([c.name])[c.name], (customer, quarter), shape) for c in kinds},
        **kept,
        returns=about["returns"],
        fiscal_start_month=about["fiscal_start_month"],
    )


def _read_entries(folder: Path, name: str, words: list[str] | None) -> Categories | None:
    if words is None:
        return None
    import pyarrow.parquet as pq

    entries = pq.read_table(folder / f"{name}.parquet", columns=list(ENTRIES))
    return Categories(tuple(words), *(column.to_numpy() for column in entries.columns))
