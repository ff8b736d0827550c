"""What the other tables say of each customer on one day, from rows that were known by then.

Every table is cut by :func:`toolkit.measures.dated.within`, so that nothing dated on or after the day
enters. The table ``customers`` carries no dates: an attribute is what the data says now, whatever the day.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from toolkit.history.mapping import table_missing
from toolkit.measures.cube import EPOCH
from toolkit.measures.dated import DATES, day_numbers, latest_record, within
from toolkit.measures.needs import Tables
from toolkit.params.schemes.needs import EventNeed, JudgedNeed, ListNeed

Span = tuple[date, date]


def attribute(tables: Tables, name: str, customers: pd.Index) -> pd.Series:
    """Column ``name`` of the table ``customers``, in the order of ``customers``; missing where unknown.

    Raises
    ------
    HistoryError
        If the table or the column is missing.
    """
    table = held(tables, "customers", name).drop_duplicates("customer_id")
    return table.set_index("customer_id")[name].reindex(customers)


def on_list(tables: Tables, need: ListNeed, customers: pd.Index, span: Span) -> pd.Series:
    """Whether each customer is on the list at the end of the day before ``span`` ends; bool."""
    rows = rows_of(tables, need, span)
    if "to_on" in rows.columns:
        rows = rows[rows["to_on"].isna()]
    return pd.Series(customers.isin(rows["customer_id"]), index=customers)


def event(tables: Tables, need: EventNeed, customers: pd.Index, span: Span) -> pd.Series:
    """The figure of ``need`` from the rows dated within ``span`` (half-open).

    Returns
    -------
    Series of float, index ``customers``
        Counts and sums are 0 where no row counts; means and days since are missing. Days since are
        counted to the last day of ``span``, as recency is.
    """
    rows = rows_of(tables, need, span)
    if need.figure == "days_since":
        days = pd.Series(day_numbers(rows[DATES[need.table][0]]), index=rows["customer_id"])
        latest = days.groupby(level=0).max().reindex(customers)
        return (span[1] - EPOCH).days - 1.0 - latest
    grouped = rows.groupby("customer_id")
    if need.figure == "count":
        return grouped.size().reindex(customers, fill_value=0).astype(float)
    if need.figure == "sum":
        return grouped[need.of].sum().reindex(customers, fill_value=0.0).astype(float)
    return grouped[need.of].mean().reindex(customers).astype(float)


def judged(tables: Tables, need: JudgedNeed, customers: pd.Index, span: Span) -> pd.Series:
    """A column of the latest row of its table dated within ``span``; missing where there is none."""
    return rows_of(tables, need, span).set_index("customer_id")[need.part].reindex(customers)


def rows_of(tables: Tables, need: EventNeed | ListNeed | JudgedNeed, span: Span) -> pd.DataFrame:
    """The rows that enter ``need``, as they stood at the end of ``span``.

    Raises
    ------
    HistoryError
        If the table or a column is missing.
    """
    if isinstance(need, ListNeed):
        rows = within("lists", held(tables, "lists", "list", "from_on"), span)
        return rows[rows["list"] == need.name]
    if isinstance(need, JudgedNeed):
        day = DATES[need.table][0]
        rows = within(need.table, held(tables, need.table, day, need.part), span)
        return rows.sort_values(day, kind="stable").drop_duplicates("customer_id", keep="last")
    columns = [DATES[need.table][0], *(name for name, _ in need.where), *([need.of] if need.of else [])]
    rows = within(need.table, held(tables, need.table, *columns), span)
    for name, values in need.where:
        rows = rows[rows[name].isin(list(values))]
    return rows if need.overdue_days is None else rows[_overdue(rows, need.overdue_days, span[1])]


def latest_entered(tables: Tables, need: EventNeed | ListNeed | JudgedNeed, span: Span) -> pd.Timestamp:
    """Latest day of the rows that enter ``need`` and of the days entered in them; NaT where none does."""
    table = "lists" if isinstance(need, ListNeed) else need.table
    day = latest_record({table: rows_of(tables, need, span)})
    return pd.NaT if day is None else pd.Timestamp(EPOCH) + pd.Timedelta(days=day)


def held(tables: Tables, name: str, *columns: str) -> pd.DataFrame:
    """The table ``name``, refused where it or one of ``columns`` is missing.

    Raises
    ------
    HistoryError
    """
    if name not in tables:
        raise table_missing(name)
    for column in columns:
        if column not in tables[name].columns:
            raise table_missing(name, column)
    return tables[name]


def _overdue(rows: pd.DataFrame, days: int, end: date) -> np.ndarray:
    limit = day_numbers(rows["due_on"]) + days
    late = limit < (end - EPOCH).days
    if "paid_on" in rows.columns:
        late &= day_numbers(rows["paid_on"]) > limit
    return late
