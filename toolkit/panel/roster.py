"""The roster of things that are not customers but are graded like them: data fields, or sites.

A table of things holds one row per thing and day on which something was recorded of it. At a review
each thing is what the latest row known by then says; it is there from the day of its first row until
the day on which it is retired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.history.canonical import TABLES
from toolkit.measures.cube import Cube
from toolkit.measures.dated import placed, within
from toolkit.panel.audit import Entered, audited
from toolkit.panel.known import held
from toolkit.params.schemes.needs import AttributeNeed, Need, ReviewDayNeed
from toolkit.shown import shown
from toolkit.window import Quarter


@shown("things", "customers", "quarters")
@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Things that are graded, quarter by quarter; made by :func:`roster`.

    Attributes
    ----------
    things : "fields" or "sites"
        Name of the table.
    table : DataFrame
        Columns of the standard table, at least its id and ``recorded_on``.
    cube : Cube
        The quarters of the history; ids in the place of customers, under the name of their column; in
        the place of purchases (cell ``lines``) the rows recorded in the quarter, those of earlier days
        in the first one.
    tables : mapping
        Empty: the other tables are of customers.
    """

    things: str
    table: pd.DataFrame
    cube: Cube
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def customers(self) -> pd.Index:
        """Sorted index of the ids: the rows of every array."""
        return self.cube.customers

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Contiguous, oldest first."""
        return self.cube.quarters

    def active(self, quarter: Quarter, quarters: int = 4) -> np.ndarray:
        """Whether each thing is recorded and not retired at the end of ``quarter``; bool, shape (things,).

        ``quarters`` belongs to customers and changes nothing.
        """
        known = self._known(quarter)
        retired = known["retired_on"].notna() if "retired_on" in known.columns else np.zeros(len(known), bool)
        return self.customers.isin(known.index[~retired])

    def snapshot(
        self, quarter: Quarter, needs: Sequence[Need], window: int, active_quarters: int = 4
    ) -> pd.DataFrame:
        """What a scheme needs to know of the things at the end of ``quarter``.

        Returns
        -------
        DataFrame, index the id (sorted), one column per need, named ``need.column``

        Raises
        ------
        HistoryError
            If the table lacks a column that is needed.
        ParameterError
            If something is needed that only customers have.
        """
        ids = self.customers[self.active(quarter)]
        known = self._known(quarter)
        return pd.DataFrame({need.column: self._of(need, known, quarter, ids) for need in needs}, index=ids)

    def audit(self, needs: Sequence[Need], quarter: Quarter, window: int) -> pd.DataFrame:
        """Dates of what enters each column, as :meth:`toolkit.panel.panel.Panel.audit`."""
        known = self._known(quarter)
        latest = known.loc[self.customers[self.active(quarter)], "recorded_on"].max()
        self.snapshot(quarter, needs, window)
        entered = {
            need.column: Entered(None if isinstance(need, ReviewDayNeed) else latest.floor("D"), True)
            for need in needs
        }
        return audited(entered, quarter.end(self.cube.fiscal_start_month))

    def _of(self, need: Need, known: pd.DataFrame, quarter: Quarter, ids: pd.Index) -> pd.Series:
        if isinstance(need, ReviewDayNeed):
            return pd.Series(pd.Timestamp(quarter.end(self.cube.fiscal_start_month)), index=ids)
        if not isinstance(need, AttributeNeed):
            raise ParameterError(
                zh=f"方案给 {self.things} 定级，不能用 {need.column}：它属于客户。应写 attribute：表 {self.things} 的一列。",
                en=f"The policy grades {self.things} and cannot use {need.column}, which belongs to customers. "
                f"Write attribute: a column of the table {self.things}.",
            )
        held({self.things: known}, self.things, need.attribute)
        return known[need.attribute].reindex(ids)

    def _known(self, quarter: Quarter) -> pd.DataFrame:
        """The latest row of each thing known at the end of ``quarter``, by id."""
        self.cube.position(quarter)
        rows = within(self.things, self.table, (date.min, quarter.end(self.cube.fiscal_start_month)))
        last = rows.sort_values("recorded_on", kind="stable").drop_duplicates(
            self.cube.customers.name, keep="last"
        )
        return last.set_index(last[self.cube.customers.name].astype("str"))


def roster(things: str, tables: Mapping[str, pd.DataFrame], like: Cube) -> Roster:
    """The roster of the table ``things`` on the quarters of ``like``.

    Raises
    ------
    HistoryError
        If the table, its id or ``recorded_on`` is missing.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> sites = pd.DataFrame({"site_id": ["s1", "s2"], "recorded_on": pd.to_datetime(["2025-01-10", "2026-02-01"])})
    >>> found = toolkit.roster("sites", {"sites": sites}, toolkit.example_study().panel.cube)
    >>> found.active(toolkit.Quarter.parse("2025Q4")), found.active(toolkit.Quarter.parse("2026Q1"))
    (array([ True, False]), array([ True,  True]))
    """
    name = TABLES[things].columns[0].name
    table = held(tables, things, name, "recorded_on")
    ids = pd.Index(np.unique(table[name].to_numpy(object).astype(str)), dtype="str", name=name)
    rows = placed(
        Cube(ids, like.quarters, {}, fiscal_start_month=like.fiscal_start_month), table, "recorded_on", name
    )
    lines = np.zeros((len(like.quarters), len(ids)), dtype=np.int32)
    np.add.at(lines, (np.maximum(rows.quarter, 0), rows.customer), 1)
    return Roster(
        things,
        table,
        Cube(ids, like.quarters, {"lines": lines.T}, fiscal_start_month=like.fiscal_start_month),
    )
