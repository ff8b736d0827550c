"""The panel: measures of every customer, quarter by quarter.

Every value at a quarter is made from what was known at the end of that quarter;
:meth:`Panel.latest_day` proves it for a measure by asking the cube and the tables as they stood then,
and :meth:`Panel.audit` for every column that enters a grade. Figures of the customers table without a
date are as recorded today, and the proof fails for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import psutil

from toolkit.measures.attributes import ATTRIBUTES, find_attribute
from toolkit.measures.coverage import factor_coverage
from toolkit.measures.cube import Cube
from toolkit.measures.needs import Tables
from toolkit.measures.registry import find
from toolkit.measures.shelf import Shelf, values_of
from toolkit.panel import known
from toolkit.panel.audit import Entered, audited
from toolkit.panel.proof import Figure, latest_that_enters
from toolkit.params.schemes.needs import AttributeNeed, EventNeed, JudgedNeed, ListNeed, MeasureNeed, Need
from toolkit.shown import shown
from toolkit.window import Quarter

KEPT_BYTES = max(256 * 1024**2, psutil.virtual_memory().total // 8)
MANY = 8
MONTHS = 3


@shown("customers", "quarters", "tables")
@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Measures on demand; what was computed is kept up to an eighth of the memory, the oldest dropped first.

    Those whom a policy grades are the active customers.

    Attributes
    ----------
    cube : Cube
    tables : mapping of table name to DataFrame
        The other tables of the history (customers, payments, contacts, grades, service, lists).
    """

    cube: Cube
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _kept: dict[tuple[str, int], np.ndarray] = field(default_factory=dict, init=False, repr=False)
    _bought: dict[int, np.ndarray] = field(default_factory=dict, init=False, repr=False)
    _shelf: Shelf = field(default_factory=Shelf, init=False, repr=False)

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

        Examples
        --------
        >>> import toolkit
        >>> panel = toolkit.example_study().panel
        >>> values = panel.values("spend", 4)
        >>> values.shape
        (1112, 21)
        >>> values[panel.customers.get_loc("C0000006"), -4:]
        array([ 79341.15, 112084.73, 165862.05, 178298.02])
        """
        key = (measure, window)
        if key not in self._kept:
            found = values_of(find(measure), self.cube, window, self.tables)
            while self._kept and sum(a.nbytes for a in self._kept.values()) + found.nbytes > KEPT_BYTES:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = found
        return self._kept[key]

    def in_quarter(self, measure: str, window: int, quarter: Quarter) -> np.ndarray:
        """``measure`` over the ``window`` quarters up to ``quarter``; float64, shape (customers,).

        Of a history whose measures do not fit into memory together the other quarters stay on disk.

        Raises
        ------
        ParameterError, HistoryError
            As :meth:`values`; also where the history does not hold the quarter.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.panel.in_quarter("orders", 4, study.quarter)[:3].tolist()
        [7.0, 0.0, 3.0]
        """
        key, place, found = (measure, window), self.cube.position(quarter), find(measure)
        size = 8 * self.cube.shape[0] * self.cube.shape[1]
        if key in self._kept or size <= KEPT_BYTES // MANY or not (self.cube.on_disk and found.by_customer):
            return self.values(measure, window)[:, place]
        if key not in self._shelf:
            self._shelf.lay(key, found, self.cube, self.tables)
        return self._shelf.quarter(key, place, self.cube.shape[0])

    def covers(self, quarter: Quarter, window: int) -> bool:
        """Whether all ``window`` quarters up to ``quarter`` lie in the history.

        Examples
        --------
        >>> import toolkit
        >>> panel = toolkit.example_study().panel
        >>> [(str(quarter), panel.covers(quarter, 4)) for quarter in panel.quarters[2:4]]
        [('2022Q2', False), ('2022Q3', True)]
        """
        return self.cube.covers(quarter, window)

    def bought(self, quarter: Quarter) -> np.ndarray:
        """Whether each customer has a purchase in ``quarter``; bool, shape (customers,).

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> int(study.panel.bought(study.quarter).sum()), len(study.panel.customers)
        (503, 1112)
        """
        place = self.cube.position(quarter)
        if place not in self._bought:
            self._bought[place] = self.cube.column("lines", quarter) > 0
            self._bought[place].setflags(write=False)
        return self._bought[place]

    def active(self, quarter: Quarter, quarters: int = 4) -> np.ndarray:
        """Whether each customer bought within the last ``quarters`` quarters up to and including ``quarter``.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> [int(study.panel.active(study.quarter, quarters).sum()) for quarters in (1, 2, 4)]
        [503, 539, 604]
        """
        end = self.cube.position(quarter) + 1
        found = np.zeros(self.cube.shape[0], dtype=bool)
        for one in self.quarters[max(end - quarters, 0) : end]:
            found |= self.bought(one)
        return found

    def spend_in(self, quarter: Quarter) -> np.ndarray:
        """Spend of each customer in ``quarter`` alone; money, shape (customers,).

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> spend = study.panel.spend_in(study.quarter)
        >>> f"{spend.sum():,.2f} yuan from {(spend > 0).sum()} customers"
        '11,015,690.86 yuan from 503 customers'
        """
        return self.in_quarter("spend", 1, quarter)

    def at(
        self, quarter: Quarter, measures: Sequence[str], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """Measures of the active customers at the end of ``quarter``.

        Returns
        -------
        DataFrame of float64, index customer_id (sorted), one column per measure; NaN is missing.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.panel.at(study.quarter, ["spend", "orders", "recency_days"], window=4).head(3)
                        spend  orders  recency_days
        customer_id
        C0000001     32861.44     7.0          64.0
        C0000003     58684.21     3.0         233.0
        C0000005     24586.28     8.0           7.0
        """
        rows = np.flatnonzero(self.active(quarter, active_quarters))
        columns = {name: self.in_quarter(name, window, quarter)[rows] for name in measures}
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

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> points = study.policies[3]
        >>> study.panel.snapshot(study.quarter, points.needs, window=4).head(2)
                        spend  orders  tenure_months
        customer_id
        C0000001     32861.44     7.0      57.199179
        C0000003     58684.21     3.0      59.761807
        """
        rows = np.flatnonzero(self.active(quarter, active_quarters))
        customers = self.customers[rows]
        columns = {need.column: self._known(quarter, need, window, customers, rows) for need in needs}
        return pd.DataFrame(columns, index=customers)

    def _known(
        self, quarter: Quarter, need: Need, window: int, customers: pd.Index, rows: np.ndarray
    ) -> np.ndarray | pd.Series:
        if isinstance(need, MeasureNeed):
            values = self.in_quarter(need.measure, need.window or window, quarter)[rows]
            parts = {None: 1, "quarter": need.window, "month": MONTHS * (need.window or window)}[need.per]
            return values if parts == 1 else values / parts
        if isinstance(need, AttributeNeed):
            if self._recorded(need):
                return known.attribute(self.tables, need.attribute, customers)
            return self.attribute(need.attribute, quarter, window).iloc[rows]
        if isinstance(need, ListNeed | EventNeed | JudgedNeed):
            figure = {ListNeed: known.on_list, EventNeed: known.event, JudgedNeed: known.judged}[type(need)]
            return figure(self.tables, need, customers, self._span(need, quarter, window))
        return pd.Series(pd.Timestamp(quarter.end(self.cube.fiscal_start_month)), index=customers)

    def _recorded(self, need: AttributeNeed) -> bool:
        """Whether the attribute is read from the customers table: what the company records comes first."""
        recorded = need.attribute in self.tables.get("customers", pd.DataFrame()).columns
        return recorded or need.attribute not in ATTRIBUTES

    def _span(self, need: ListNeed | EventNeed | JudgedNeed, quarter: Quarter, window: int) -> known.Span:
        """Days whose records enter ``need`` at the end of ``quarter``, half-open."""
        month = self.cube.fiscal_start_month
        back = need.window or window if isinstance(need, EventNeed) else getattr(need, "within", None)
        begin = date.min if back is None else (quarter + 1 - back).start(month)
        return begin, quarter.end(month)

    def frame(self, measures: Sequence[str], window: int) -> pd.DataFrame:
        """All customers and quarters in long form.

        Returns
        -------
        DataFrame of float64, index (customer_id, quarter as text such as 2026Q3), one column per
        measure; also the quarters before a customer's first purchase.

        Examples
        --------
        >>> import toolkit
        >>> panel = toolkit.example_study().panel
        >>> panel.frame(["spend", "orders"], window=1).loc["C0000006"].tail(2)
                    spend  orders
        quarter
        2026Q3   66803.62     1.0
        2026Q4   45443.67     1.0
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

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.panel.attribute("relationship_status", study.quarter).value_counts().to_dict()
        {'existing': 965, 'new': 122, 'prospect': 25}
        """
        return find_attribute(name).at(self.cube, quarter, window, self.tables)

    def factor_coverage(self) -> pd.DataFrame:
        """What stands for each of the 77 factors here; see :func:`toolkit.measures.coverage.factor_coverage`.

        Examples
        --------
        >>> import toolkit
        >>> panel = toolkit.example_study().panel
        >>> panel.factor_coverage()["proxy"].value_counts().to_dict()
        {False: 67, True: 10}
        """
        return factor_coverage(self.cube, self.tables)

    def audit(self, needs: Sequence[Need], quarter: Quarter, window: int) -> pd.DataFrame:
        """The latest date of what enters each column of a grade, beside the day on which the review closes.

        Returns
        -------
        DataFrame, index ``column``
            ``latest`` (day of the latest record that may have entered; NaT where none did or none is
            dated), ``review`` (first day after ``quarter``), ``dated`` (bool; False for what is as
            recorded today, which is flagged and not refused).

        Raises
        ------
        HistoryError
            If a record dated on or after the close of the review entered, or the history lacks something.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.panel.audit(study.baseline.needs, study.quarter, window=4)
                   latest     review  dated
        column
        spend  2026-09-30 2026-10-01   True
        """
        entered = {need.column: self._entered(need, quarter, window) for need in needs}
        return audited(entered, quarter.end(self.cube.fiscal_start_month))

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

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> study.panel.latest_day("spend", toolkit.Quarter.parse("2025Q1")), toolkit.Quarter.parse("2025Q1").end()
        (datetime.date(2025, 3, 31), datetime.date(2025, 4, 1))
        """
        place = self.cube.position(quarter)
        asked = find(measure)
        whole = self.values(measure, window)[:, place]

        def then(cube: Cube, tables: Tables) -> np.ndarray:
            return asked.computed(cube, window, tables)[:, place]

        from_on = quarter if asked.dated else self.quarters[-1]
        entered = latest_that_enters(self.cube, self._tables_of(asked.needs), Figure(whole, then), from_on)
        return entered if asked.dated else max(entered, quarter.end(self.cube.fiscal_start_month))

    def _entered(self, need: Need, quarter: Quarter, window: int) -> Entered:
        if isinstance(need, MeasureNeed):
            dated = find(need.measure).dated
            day = self.latest_day(need.measure, quarter, need.window or window) if dated else None
            return Entered(None if day is None else pd.Timestamp(day), dated)
        if isinstance(need, AttributeNeed):
            known_to = not self._recorded(need) and ATTRIBUTES[need.attribute].about.dated
            day = self._latest_of_attribute(need.attribute, quarter, window) if known_to else None
            return Entered(None if day is None else pd.Timestamp(day), known_to)
        if isinstance(need, ListNeed | EventNeed | JudgedNeed):
            return Entered(known.latest_entered(self.tables, need, self._span(need, quarter, window)), True)
        return Entered(None, True)

    def _latest_of_attribute(self, name: str, quarter: Quarter, window: int) -> date:
        asked, whole = find_attribute(name), self.attribute(name, quarter, window).to_numpy()

        def then(cube: Cube, tables: Tables) -> np.ndarray:
            return asked.compute(cube, cube.position(quarter), window, tables)

        return latest_that_enters(self.cube, self._tables_of(asked.needs), Figure(whole, then), quarter)

    def _tables_of(self, needs: Sequence[str]) -> Tables:
        """The tables that a measure or attribute with these needs looks at."""
        used = {need.split(".")[0] for need in needs}
        return {name: table for name, table in self.tables.items() if name in used}
