"""The cube: every customer's cells, quarter by quarter, as arrays.

Trailing windows are half-open in days and counted in quarters: the window of length ``w``
at a quarter holds that quarter and the ``w - 1`` before it. A window that begins before the
history holds what the history has; :meth:`Cube.covers` says whether it is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from toolkit.errors import HistoryError
from toolkit.measures.arrays import CutCells, column_of, trailing_max, trailing_sum
from toolkit.measures.categories import Categories
from toolkit.measures.cells import CELLS
from toolkit.measures.stored import BlockCells, StoredCells
from toolkit.shown import shown
from toolkit.window import Quarter

if TYPE_CHECKING:
    import pandas as pd

Returns = Literal["netted", "separate"]
EPOCH = date(1970, 1, 1)


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
        counted from 1970-01-01. Read only. Those of a large cube lie on disk and become arrays when asked for.
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

    @classmethod
    def of_nobody(cls, quarters: Iterable[Quarter], returns: Returns, fiscal_start_month: int) -> Cube:
        """A cube without customers and cells: what another one is to be like."""
        import pandas as pd

        return cls(pd.Index([]), tuple(quarters), {}, returns=returns, fiscal_start_month=fiscal_start_month)

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
        none = CELLS["latest_row"].neutral
        seen = np.zeros(len(self.customers), dtype=bool)
        for place in range(length):
            seen |= column_of(self.cells, "latest_row", place) != none
        return replace(
            self,
            customers=self.customers[seen],
            quarters=self.quarters[:length],
            cells=CutCells(self.cells, seen, length),
            categories=self.categories.cut(seen, length) if self.categories is not None else None,
            channels=self.channels.cut(seen, length) if self.channels is not None else None,
        )

    @property
    def on_disk(self) -> bool:
        """Whether the cells lie on disk and :meth:`blocks` spares memory."""
        return isinstance(self.cells, StoredCells)

    def column(self, cell: str, quarter: Quarter) -> np.ndarray:
        """One cell in one quarter, shape (customers,)."""
        return column_of(self.cells, cell, self.position(quarter))

    def blocks(self) -> Iterator[tuple[np.ndarray | slice, Cube]]:
        """The cube in parts that fit into little memory: places of the customers, and the cube of them alone.

        Categories and channels are not handed on.
        """
        if not self.on_disk:
            yield slice(None), self
            return
        files = self.cells.files
        for block in range(files.blocks):
            rows = files.places[block * files.block + files.order(block)]
            if len(rows):
                consecutive = rows[-1] - rows[0] + 1 == len(rows)
                rows = slice(int(rows[0]), int(rows[-1]) + 1) if consecutive else rows
                cells = BlockCells(self.cells, block)
                yield (
                    rows,
                    replace(
                        self, customers=self.customers[rows], cells=cells, categories=None, channels=None
                    ),
                )

    def write(self, folder: Path) -> None:
        """Write the cube into ``folder``; :func:`toolkit.measures.reading.read_cube` returns it bit for bit."""
        from toolkit.measures.reading import write_cube

        write_cube(self, folder)
