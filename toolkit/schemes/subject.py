"""What a rule looks at, found among the columns that a scheme receives, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.history.canonical import TABLES
from toolkit.measures.attributes import ATTRIBUTES
from toolkit.params.schemes import (
    AttributeNeed,
    EventNeed,
    JudgedNeed,
    ListNeed,
    MeasureNeed,
    Need,
    SubjectParams,
)
from toolkit.schemes.known import known_values
from toolkit.schemes.scheme import Names
from toolkit.terms import Label

PER = {"month": Label("月均", " per month"), "quarter": Label("季均", " per quarter"), None: Label("", "")}
FIGURES = {
    "count": Label("次数", "number"),
    "sum": Label("合计", "sum"),
    "mean": Label("平均", "mean"),
    "days_since": Label("距今天数", "days since the last"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One column of what is known, with its name in reasons.

    Attributes
    ----------
    need : Need
    name : Label
    """

    need: Need
    name: Label

    def column(self, known: pd.DataFrame) -> pd.Series:
        """The values as they are.

        Raises
        ------
        ParameterError
            If there is no such column.
        """
        if self.need.column not in known.columns:
            known_values(known, self.need.column)
        return known[self.need.column]

    def numbers(self, known: pd.DataFrame) -> np.ndarray:
        """The values as floats, shape (customers,); NaN where missing or infinite.

        Raises
        ------
        ParameterError
            If there is no such column, or if it holds words.
        """
        values = self.column(known)
        if values.dtype == object or pd.api.types.is_string_dtype(values.dtype):
            read = pd.to_numeric(values, errors="coerce")
            words = read.isna() & values.notna()
            if words.any():
                raise ParameterError(
                    zh=f"“{self.name.zh}”有 {int(words.sum()):,} 个不是数字的值，不能与数字比较。请用 equals 或 one_of，或改用其他列。",
                    en=f"{self.name.en!r} has {int(words.sum()):,} value(s) that are not numbers and cannot be compared "
                    "with one. Use equals or one_of, or another column.",
                )
            return known_values(pd.DataFrame({self.need.column: read.astype(float)}), self.need.column)
        return known_values(known, self.need.column)

    def words(self, known: pd.DataFrame) -> pd.Series:
        """The values as text (true, false; whole numbers without decimals); missing stays missing."""
        return self.column(known).map(word, na_action="ignore")


def word(value: object) -> str:
    """A value of an attribute as it is written in a parameter file.

    >>> word(True), word(3.0), word("全球通")
    ('true', '3', '全球通')
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def subject_of(params: SubjectParams, names: Names) -> Subject:
    """The subject of a part of a policy file."""
    need = params.own_needs()[0]
    return Subject(need, label_of(need, names))


def label_of(need: Need, names: Names) -> Label:
    """What a need is called."""
    if isinstance(need, MeasureNeed):
        name, per = names[need.measure], PER[need.per]
        if need.window is None:
            return name
        return Label(
            f"近 {need.window} 个季度{per.zh}{name.zh}", f"{name.en}{per.en} over {need.window} quarter(s)"
        )
    if isinstance(need, AttributeNeed):
        registered = ATTRIBUTES.get(need.attribute)
        return registered.label if registered else _column_label(need.attribute)
    if isinstance(need, EventNeed):
        return _event_label(need)
    if isinstance(need, ListNeed):
        return Label(f"名单“{need.name}”", f"list {need.name!r}")
    return (
        Label("人工评定", "judgement")
        if isinstance(need, JudgedNeed)
        else Label("复评日", "day of the review")
    )


def listed(values: Iterable[object]) -> Label:
    """Several values in words."""
    words = [word(value) for value in values]
    return Label("、".join(words), ", ".join(words))


def _column_label(name: str) -> Label:
    """What a column is called in the table of customers, else in those of other things that are graded."""
    tables = [TABLES[table] for table in ("customers", "fields", "sites")]
    found = [table.column(name).label for table in tables if name in table.names()]
    return found[0] if found else Label(name, name)


def _event_label(need: EventNeed) -> Label:
    table, figure = TABLES[need.table].label, FIGURES[need.figure]
    rows = "，".join(f"{name}={listed(values).zh}" for name, values in need.where)
    if need.overdue_days is not None:
        late = Label(f"逾期超过 {need.overdue_days} 天的", f" overdue by more than {need.overdue_days} days")
    else:
        late = Label("", "")
    zh = f"{late.zh}{table.zh}{f'（{rows}）' if rows else ''}{need.of or ''}{figure.zh}"
    en = f"{figure.en} of {table.en}{f' ({rows})'.replace('，', ', ') if rows else ''}{late.en}"
    return Label(zh, en if need.of is None else f"{en}: {need.of}")
