"""Tables with dates: what was known by a day, whose row it is, and in which quarter it falls.

There is one way to cut a table. Time is counted in whole days, a window is half-open, and
:data:`DATES` says which column dates a row and which days are entered in it later. Rows dated
outside the window never enter, and an entry made at or after its end is not known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.needs import Tables

if TYPE_CHECKING:
    import pandas as pd

DATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "customers": ("since", ()),
    "payments": ("due_on", ("paid_on",)),
    "contacts": ("at", ()),
    "grades": ("from_on", ()),
    "service": ("delivered_on", ()),
    "lists": ("from_on", ("to_on",)),
    "appeals": ("filed_on", ("decided_on",)),
    "judgements": ("judged_on", ()),
    "fields": ("recorded_on", ("retired_on",)),
    "sites": ("recorded_on", ("retired_on",)),
}
"""Per table the day from which a row counts, and the days that are entered in it later."""

NEVER = np.iinfo(np.int64).max
"""Day number of what has not happened."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows of a table at their customer and quarter; one entry per row kept in every array.

    Attributes
    ----------
    row : int array
        Position in the table.
    customer : int array
        Position in the cube's customers.
    quarter : int array
        First quarter of the cube that ends on or after the row's day; -1 for rows before the cube.
    """

    row: np.ndarray
    customer: np.ndarray
    quarter: np.ndarray

    def take(self, keep: np.ndarray) -> Placed:
        """The entries marked in ``keep``."""
        return Placed(self.row[keep], self.customer[keep], self.quarter[keep])

    def sums(self, cube: Cube, weights: np.ndarray | None = None) -> np.ndarray:
        """Entries, or their ``weights``, added up per customer and quarter of the cube; those before it left out."""
        out = np.zeros(cube.shape[::-1], dtype=np.int64 if weights is None else np.float64)
        inside = self.quarter >= 0
        added = 1 if weights is None else weights[inside]
        np.add.at(out, (self.quarter[inside], self.customer[inside]), added)
        return out.T


def day_numbers(cells: pd.Series) -> np.ndarray:
    """Days since 1970-01-01 of dates or moments; :data:`NEVER` where missing. int64.

    >>> import pandas as pd
    >>> day_numbers(pd.Series(["1970-01-02 23:59", None])).tolist() == [1, NEVER]
    True
    """
    import pandas as pd

    days = pd.to_datetime(cells).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(days), NEVER, days.astype(np.int64))


def quarter_places(cube: Cube, days: np.ndarray) -> np.ndarray:
    """Position of the quarter of each day: -1 before the cube, the number of quarters after it."""
    start = (cube.quarters[0].start(cube.fiscal_start_month) - EPOCH).days
    return np.where(days < start, -1, np.searchsorted(cube.last_days(), days))


def placed(cube: Cube, frame: pd.DataFrame, dates: str, ids: str = "customer_id") -> Placed:
    """Rows of ``frame`` whose ``ids`` is in the cube and whose day ``dates`` is not after it."""
    customer = cube.customers.get_indexer(frame[ids])
    quarter = quarter_places(cube, day_numbers(frame[dates]))
    row = np.flatnonzero((customer >= 0) & (quarter < len(cube.quarters)))
    return Placed(row, customer[row], quarter[row])


def of_customers(cube: Cube, frame: pd.DataFrame, cells: np.ndarray, missing: object) -> np.ndarray:
    """``cells`` of a table with one row per customer, in the order of the cube's customers."""
    out = np.full(len(cube.customers), missing, dtype=cells.dtype)
    customer = cube.customers.get_indexer(frame["customer_id"])
    out[customer[customer >= 0]] = cells[customer >= 0]
    return out


def within(name: str, frame: pd.DataFrame, span: tuple[date, date]) -> pd.DataFrame:
    """Rows of the table ``name`` dated within ``span`` (half-open), as they stood before its end.

    A row without a day does not count.
    """
    begin, end = ((day - EPOCH).days for day in span)
    return _as_it_stood(name, frame[_dated_within(name, frame, begin, end)], end)


def known_by(tables: Tables, day: date) -> dict[str, pd.DataFrame]:
    """The tables as they stood at the end of ``day``: later rows and later entries are unknown.

    A table without its date, and a row without a day, stay as they are.
    """
    end = (day - EPOCH).days + 1
    return {name: _known(name, frame, end) for name, frame in tables.items()}


def latest_record(tables: Tables) -> int | None:
    """Day number of the latest date in the tables; None where there is none."""
    parts = [day_numbers(tables[name][column]) for name in tables for column in _dates(name, tables[name])]
    days = np.concatenate([np.empty(0, np.int64), *parts])
    held = days[days < NEVER]
    return int(held.max()) if len(held) else None


def _dates(name: str, frame: pd.DataFrame) -> list[str]:
    first, later = DATES.get(name, ("", ()))
    return [column for column in (first, *later) if column in frame.columns]


def _known(name: str, frame: pd.DataFrame, end: int) -> pd.DataFrame:
    first = DATES.get(name, ("", ()))[0]
    if first in frame.columns:
        undated = day_numbers(frame[first]) == NEVER
        frame = frame[_dated_within(name, frame, -NEVER, end) | undated]
    return _as_it_stood(name, frame, end)


def _dated_within(name: str, frame: pd.DataFrame, begin: int, end: int) -> np.ndarray:
    days = day_numbers(frame[DATES[name][0]])
    return (days >= begin) & (days < end)


def _as_it_stood(name: str, frame: pd.DataFrame, end: int) -> pd.DataFrame:
    """``frame`` without the days entered in its rows on or after the day numbered ``end``."""
    import pandas as pd

    for column in set(DATES.get(name, ("", ()))[1]) & set(frame.columns):
        cells = pd.to_datetime(frame[column])
        frame = frame.assign(**{column: cells.where(day_numbers(cells) < end)})
    return frame


def column_or(frame: pd.DataFrame, column: str, default: object) -> pd.Series:
    """A column that need not exist, else ``default`` throughout."""
    import pandas as pd

    return frame[column] if column in frame.columns else pd.Series(default, index=frame.index)
