"""The panel: measures of every customer, quarter by quarter.

Every value at a quarter is made from what was known at the end of that quarter;
:meth:`Panel.latest_day` proves it for a measure by asking the cube and the tables as they stood then.
Figures of the customers table without a date are as recorded today, and the proof fails for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.history import asof
from toolkit.measures.attributes import ATTRIBUTES, find_attribute
from toolkit.measures.cells import CELLS
from toolkit.measures.coverage import factor_coverage
from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.dated import known_by, latest_record
from toolkit.measures.registry import find
from toolkit.params.schemes.needs import AttributeNeed, EventNeed, JudgedNeed, ListNeed, MeasureNeed, Need
from toolkit.window import Quarter

KEPT_BYTES = 256 * 1024**2
MONTHS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Measures on demand; what was computed is kept up to a quarter of a gigabyte, the oldest dropped first.

    Attributes
    ----------
    cube : Cube
    tables : mapping of table name to DataFrame
        The other tables of the history (customers, payments, contacts, grades, service, lists).
    """

    cube: Cube
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _kept: dict[tuple[str, int], np.ndarray] = field(default_factory=dict, init=False, repr=False)

    @property
    def customers(self) -> pd.Index:
        """Sorted index of str named customer_id: the rows of every array."""
        return self.cube.customers

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Contiguous, oldest first: the columns of every array."""
        return self.cube.quarters

    def values(self, measure: str, window: int) -> np.ndarray:
        """``measure`` over the ``window`` quarters up to each quarter.

        Returns
        -------
        float64 array of shape (customers, quarters) in the measure's unit, read only; NaN is missing.
        Near the start of the history a window holds what the history has; see :meth:`covers`.

        Raises
        ------
        ParameterError
            If there is no such measure.
        HistoryError
            If the history lacks what the measure needs.
        """
        key = (measure, window)
        if key not in self._kept:
            found = find(measure).values(self.cube, window, self.tables)
            while self._kept and sum(a.nbytes for a in self._kept.values()) + found.nbytes > KEPT_BYTES:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = found
        return self._kept[key]

    def covers(self, quarter: Quarter, window: int) -> bool:
        """Whether all ``window`` quarters up to ``quarter`` lie in the history."""
        return self.cube.covers(quarter, window)

    def bought(self, quarter: Quarter) -> np.ndarray:
        """Whether each customer has a purchase in ``quarter``; bool, shape (customers,)."""
        return self.cube.cells["lines"][:, self.cube.position(quarter)] > 0

    def active(self, quarter: Quarter, quarters: int = 4) -> np.ndarray:
        """Whether each customer bought within the last ``quarters`` quarters up to and including ``quarter``."""
        end = self.cube.position(quarter) + 1
        return (self.cube.cells["lines"][:, max(end - quarters, 0) : end] > 0).any(axis=1)

    def spend_in(self, quarter: Quarter) -> np.ndarray:
        """Spend of each customer in ``quarter`` alone; money, shape (customers,)."""
        return self.values("spend", 1)[:, self.cube.position(quarter)]

    def at(
        self, quarter: Quarter, measures: Sequence[str], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """Measures of the active customers at the end of ``quarter``.

        Returns
        -------
        DataFrame of float64, index customer_id (sorted), one column per measure; NaN is missing.
        """
        place = self.cube.position(quarter)
        rows = self.active(quarter, active_quarters)
        columns = {name: self.values(name, window)[rows, place] for name in measures}
        return pd.DataFrame(columns, index=self.customers[rows])

    def snapshot(
        self, quarter: Quarter, needs: Sequence[Need], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """What a scheme needs to know of the active customers at the end of ``quarter``.

        Parameters
        ----------
        needs : sequence of Need
            As :attr:`toolkit.schemes.scheme.Scheme.needs`.
        window : int
            Quarters looked back by those needs that carry no window of their own.

        Returns
        -------
        DataFrame, index customer_id (sorted), one column per need, named ``need.column``
            Measures and events as float64 (NaN is missing), lists as bool, attributes and
            judgements as they are in the data; an attribute that is no column of the customers
            table but registered is computed.

        Raises
        ------
        HistoryError
            If the history lacks a table or column that is needed.
        """
        rows = self.active(quarter, active_quarters)
        customers = self.customers[rows]
        columns = {need.column: self._known(quarter, need, window, customers, rows) for need in needs}
        return pd.DataFrame(columns, index=customers)

    def _known(
        self, quarter: Quarter, need: Need, window: int, customers: pd.Index, rows: np.ndarray
    ) -> np.ndarray | pd.Series:
        start_month = self.cube.fiscal_start_month
        day = quarter.end(start_month)
        if isinstance(need, MeasureNeed):
            values = self.values(need.measure, need.window or window)[rows, self.cube.position(quarter)]
            parts = {None: 1, "quarter": need.window, "month": MONTHS * (need.window or window)}[need.per]
            return values if parts == 1 else values / parts
        if isinstance(need, AttributeNeed):
            recorded = need.attribute in self.tables.get("customers", pd.DataFrame()).columns
            if recorded or need.attribute not in ATTRIBUTES:
                return asof.attribute(self.tables, need.attribute, customers)
            return self.attribute(need.attribute, quarter, window)[rows]
        if isinstance(need, ListNeed):
            return asof.on_list(self.tables, need.name, customers, day)
        if isinstance(need, EventNeed):
            begin = (quarter + 1 - (need.window or window)).start(start_month)
            return asof.event(self.tables, need, customers, (begin, day))
        if isinstance(need, JudgedNeed):
            begin = EPOCH if need.within is None else (quarter + 1 - need.within).start(start_month)
            return asof.judged(self.tables, need, customers, (begin, day))
        return pd.Series(pd.Timestamp(day), index=customers)

    def frame(self, measures: Sequence[str], window: int) -> pd.DataFrame:
        """All customers and quarters in long form.

        Returns
        -------
        DataFrame of float64, index (customer_id, quarter as text such as 2026Q3), one column per
        measure; also the quarters before a customer's first purchase.
        """
        labels = [str(quarter) for quarter in self.quarters]
        index = pd.MultiIndex.from_product([self.customers, labels], names=["customer_id", "quarter"])
        columns = {name: self.values(name, window).ravel() for name in measures}
        return pd.DataFrame(columns, index=index)

    def attribute(self, name: str, quarter: Quarter, window: int = 4) -> pd.Series:
        """Class of every customer at the end of ``quarter``.

        Returns
        -------
        Series of object (text, None where nothing can be said), index customer_id.

        Raises
        ------
        ParameterError
            If there is no such attribute.
        HistoryError
            If the history lacks what the attribute needs, or the quarter.
        """
        return find_attribute(name).at(self.cube, quarter, window, self.tables)

    def factor_coverage(self) -> pd.DataFrame:
        """What stands for each of the 77 factors here; see :func:`toolkit.measures.coverage.factor_coverage`."""
        return factor_coverage(self.cube, self.tables)

    def latest_day(self, measure: str, quarter: Quarter, window: int = 4) -> date:
        """Latest day of a record that enters ``measure`` at ``quarter``.

        The measure is computed again on the transactions and tables as they stood at the end of
        ``quarter``, then of each later quarter, until the values agree with those of the whole
        history; the latest row known by then, of the transactions and the tables that the measure
        needs, is the answer. A measure that looks ahead therefore shows a day after the end of the
        quarter. An undated measure is as recorded today: it shows the last day of the history, and
        never a day before the end of the quarter.

        Raises
        ------
        HistoryError
            If no transaction is dated in or before ``quarter``.
        """
        place = self.cube.position(quarter)
        asked = find(measure)
        whole = self.values(measure, window)[:, place]
        used = {need.split(".")[0] for need in asked.needs}
        used = {name: table for name, table in self.tables.items() if name in used}
        for known in self.quarters[place:] if asked.dated else self.quarters[-1:]:
            then = self.cube.upto(known)
            tables = known_by(used, known.last_day(self.cube.fiscal_start_month))
            values = asked.computed(then, window, tables)[:, place]
            if np.array_equal(values, whole[self.customers.isin(then.customers)], equal_nan=True):
                break
        latest = int(then.cells["latest_row"].max(initial=CELLS["latest_row"].neutral))
        if latest == CELLS["latest_row"].neutral:
            raise HistoryError(
                zh=f"{quarter} 及以前没有任何交易。请选择更晚的季度。",
                en=f"No transaction is dated in or before {quarter}. Choose a later quarter.",
            )
        record = latest_record(tables)
        days = [latest] if record is None else [latest, record]
        entered = EPOCH + timedelta(days=max(days))
        return entered if asked.dated else max(entered, quarter.end(self.cube.fiscal_start_month))
