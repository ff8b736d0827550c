"""What the other tables say of each customer on one day, from rows that were known by then.

Rows dated on or after ``day`` never enter. The table ``customers`` carries no dates: an attribute
is what the data says now, whatever the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from toolkit.history.mapping import table_missing
from toolkit.params.schemes.needs import EventNeed, JudgedNeed

Tables = Mapping[str, pd.DataFrame]
HAPPENED = {"contacts": "at", "payments": "due_on", "service": "delivered_on", "lists": "from_on"}


def attribute(tables: Tables, name: str, customers: pd.Index) -> pd.Series:
    """Column ``name`` of the table ``customers``, in the order of ``customers``; missing where unknown.

    Raises
    ------
    HistoryError
        If the table or the column is missing.
    """
    table = _table(tables, "customers", name).drop_duplicates("customer_id")
    return table.set_index("customer_id")[name].reindex(customers)


def on_list(tables: Tables, name: str, customers: pd.Index, day: date) -> pd.Series:
    """Whether each customer is on the list ``name`` at the end of the day before ``day``; bool."""
    table = _table(tables, "lists", "list", "from_on")
    moment = pd.Timestamp(day)
    begun = (table["list"] == name) & (table["from_on"] < moment)
    if "to_on" in table.columns:
        begun &= ~(table["to_on"] < moment)
    found = customers.isin(table.loc[begun, "customer_id"])
    return pd.Series(found, index=customers)


def event(tables: Tables, need: EventNeed, customers: pd.Index, span: tuple[date, date]) -> pd.Series:
    """The figure of ``need`` from the rows dated within ``span`` (half-open).

    Returns
    -------
    Series of float, index ``customers``
        Counts and sums are 0 where no row counts; means and days since are missing.
    """
    when = HAPPENED[need.table]
    columns = [when, *(name for name, _ in need.where), *([need.of] if need.of else [])]
    table = _table(tables, need.table, *columns)
    rows = table[_counts(table, need, when, span)]
    if need.figure == "days_since":
        latest = rows.groupby("customer_id")[when].max()
        return ((pd.Timestamp(span[1]) - latest).dt.days.astype(float)).reindex(customers)
    grouped = rows.groupby("customer_id")
    if need.figure == "count":
        return grouped.size().reindex(customers, fill_value=0).astype(float)
    if need.figure == "sum":
        return grouped[need.of].sum().reindex(customers, fill_value=0.0).astype(float)
    return grouped[need.of].mean().reindex(customers).astype(float)


def judged(tables: Tables, need: JudgedNeed, customers: pd.Index, span: tuple[date, date]) -> pd.Series:
    """A column of the latest row of ``grades`` dated within ``span``; missing where there is none."""
    table = _table(tables, "grades", "from_on", need.part)
    dated = table[(table["from_on"] >= pd.Timestamp(span[0])) & (table["from_on"] < pd.Timestamp(span[1]))]
    last = dated.sort_values("from_on", kind="stable").drop_duplicates("customer_id", keep="last")
    return last.set_index("customer_id")[need.part].reindex(customers)


def _counts(table: pd.DataFrame, need: EventNeed, when: str, span: tuple[date, date]) -> np.ndarray:
    start, end = (pd.Timestamp(day) for day in span)
    counts = (table[when] >= start) & (table[when] < end)
    for name, values in need.where:
        counts &= table[name].isin(list(values))
    if need.overdue_days is not None:
        limit = table["due_on"] + pd.Timedelta(days=need.overdue_days)
        counts &= limit < end
        if "paid_on" in table.columns:
            counts &= table["paid_on"].isna() | (table["paid_on"] > limit)
    return counts.to_numpy(bool)


def _table(tables: Tables, name: str, *columns: str) -> pd.DataFrame:
    if name not in tables:
        raise table_missing(name)
    for column in columns:
        if column not in tables[name].columns:
            raise table_missing(name, column)
    return tables[name]
