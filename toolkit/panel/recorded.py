"""The panel of everybody on record: buyers, and prospects who are known and have not bought yet.

A prospect stands where a customer stands before the first purchase: counts and sums are 0, what needs
a purchase is missing, and the relationship is that of a prospect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.measures.categories import Categories
from toolkit.measures.cells import CELLS
from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.dated import NEVER, day_numbers, of_customers
from toolkit.panel.known import held
from toolkit.panel.panel import Panel
from toolkit.shown import shown
from toolkit.window import Quarter


@shown("customers", "quarters", "tables")
@dataclass(frozen=True, slots=True, eq=False)
class RecordedPanel(Panel):
    """A panel over buyers and the table ``customers``; see :func:`recorded`.

    Those whom a policy grades are everybody known at the end of the quarter: who has bought by then,
    and who is in the table ``customers`` and was entered by then. Without a date of entry (column
    ``since``) a row counts as known all along.
    """

    def active(self, quarter: Quarter, quarters: int = 4) -> np.ndarray:
        """Whether each customer or prospect is known at the end of ``quarter``; bool, shape (customers,).

        ``quarters`` belongs to those who bought lately and changes nothing.
        """
        table = held(self.tables, "customers")
        since = table["since"] if "since" in table.columns else pd.Series(pd.NaT, index=table.index)
        days = day_numbers(since)
        days = np.where(days == NEVER, -NEVER, days)
        entered = of_customers(self.cube, table, days, NEVER)
        last = (quarter.last_day(self.cube.fiscal_start_month) - EPOCH).days
        return (entered <= last) | self._has_bought(quarter)

    def _has_bought(self, quarter: Quarter) -> np.ndarray:
        return self.cube.quarters_since_joining()[:, self.cube.position(quarter)] > 0


def recorded(panel: Panel) -> RecordedPanel:
    """The panel of everybody on record.

    Raises
    ------
    HistoryError
        If there is no table ``customers``: nobody is known who has not bought.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> everybody = toolkit.recorded(study.panel)
    >>> len(study.panel.customers), len(everybody.customers)
    (1112, 1137)
    >>> int(everybody.active(study.quarter).sum())
    1110
    """
    ids = held(panel.tables, "customers", "customer_id")["customer_id"]
    return RecordedPanel(widened(panel.cube, pd.Index(ids.dropna().astype("str"))), panel.tables)


def widened(cube: Cube, customers: pd.Index) -> Cube:
    """The cube with rows for ``customers`` who are not in it: nothing happened in any of theirs."""
    every = cube.customers.union(customers.unique(), sort=True).rename(cube.customers.name)
    place = every.get_indexer(cube.customers).astype(np.int32)
    return replace(
        cube,
        customers=every,
        cells={name: _spread(name, array, place, len(every)) for name, array in cube.cells.items()},
        categories=_moved(cube.categories, place),
        channels=_moved(cube.channels, place),
    )


def _spread(name: str, array: np.ndarray, place: np.ndarray, customers: int) -> np.ndarray:
    out = np.full((array.shape[1], customers), CELLS[name].neutral, dtype=array.dtype).T
    out[place] = array
    out.setflags(write=False)
    return out


def _moved(entries: Categories | None, place: np.ndarray) -> Categories | None:
    return None if entries is None else replace(entries, customer=place[entries.customer])
