"""The questions put to every row, in order; a row is quarantined for the first one it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import or_
from sys import float_info

import ibis

from toolkit.history import cells, dates
from toolkit.history.conditions import NUMERIC, Condition, met
from toolkit.history.mapping import Mapped
from toolkit.history.rows import Rows
from toolkit.history.total_rows import CODE, LABEL, total_rows
from toolkit.terms import Label

BROKEN = Label("列数与表头不符，无法拆分", "number of columns differs from the header")
DUPLICATE = Label("与另一行完全相同", "exactly equal to another row")
CONFLICT = Label(
    "同一主键有不同的行，无法判断哪一行正确", "different rows under one key; which one is right is unknown"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the study allows for every table.

    Attributes
    ----------
    earliest, latest : date or None
        First and last day on which something may have happened, both inclusive.
    drop_duplicates : bool
        Whether all but one of exactly equal rows are quarantined.
    """

    earliest: date | None = None
    latest: date | None = None
    drop_duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    Attributes
    ----------
    code : str
        Kept with each quarantined row.
    label : Label
        The reason in words.
    fails : ibis Value
        True for rows that are turned away; never missing.
    asked : bool
        Asked for by the study, so that it is reported also when no row fails.
    """

    code: str
    label: Label
    fails: ibis.Value
    asked: bool = False


def checks_of(
    rows: Rows, conditions: Sequence[Condition], mapped: Sequence[Mapped], limits: Limits
) -> tuple[Check, ...]:
    """All questions for the rows of one table: rows of totals, the study's own, then one column after the other."""
    totals = Check(CODE, LABEL, total_rows(rows, mapped))
    own = [
        check
        for place, condition in enumerate(conditions, 1)
        for check in _keep_checks(rows, condition, place)
    ]
    return (totals, *own, *(check for column in mapped for check in _column_checks(rows, column, limits)))


def reason(checks: Sequence[Check]) -> ibis.Value:
    """Code of the first check that a row fails; missing for an accepted row."""
    branches = [(check.fails, check.code) for check in checks]
    return ibis.cases(*branches, else_=ibis.null("string"))


def _keep_checks(rows: Rows, condition: Condition, place: int) -> Iterator[Check]:
    asked = condition.asked
    if asked.rule in NUMERIC:
        words = Label(f"“{asked.column}”不是数字", f"{asked.column} is not a plain number")
        yield Check(f"keep_{place}_unreadable", words, _not_a_number(rows, condition.expression.columns))
    yield Check(f"keep_{place}", condition.reason, ~met(rows, condition), asked=True)


def _column_checks(rows: Rows, mapped: Mapped, limits: Limits) -> Iterator[Check]:
    name, label, kind = mapped.column.name, mapped.column.label, mapped.column.kind
    used = mapped.expression.columns
    value = rows.value(name)
    empty = value.isnull() if kind == "text" else _any(rows.absent(column) for column in used)
    if mapped.column.required:
        yield Check(f"missing_{name}", Label(f"缺少{label.zh}", f"no {label.en}"), empty)
    unreadable = value.isnull() & ~empty
    if kind == "id":
        words = Label(f"{label.zh}被电子表格写成了科学计数法", f"{label.en} was shortened by a spreadsheet")
        yield Check(f"shortened_{name}", words, cells.scientific(rows.words(used[0])))
    elif kind == "flag":
        yield Check(f"unreadable_{name}", _unreadable(label), unreadable)
    elif kind == "number":
        yield from _number_checks(rows, mapped, unreadable)
    elif kind in ("timestamp", "day"):
        yield from _date_checks(rows, mapped, unreadable, limits)


def _number_checks(rows: Rows, mapped: Mapped, unreadable: ibis.Value) -> Iterator[Check]:
    name, label, used = mapped.column.name, mapped.column.label, mapped.expression.columns
    value = rows.value(name)
    dressed = Label(
        f"{label.zh}带有千位分隔符、货币符号或百分号；请写 numbers: marked（¥1,234.50）或 decimal_comma（1.234,50）",
        f"{label.en} carries a thousands separator, currency or per cent sign; "
        "write numbers: marked (¥1,234.50) or decimal_comma (1.234,50)",
    )
    formatted = _any(rows.number(column).isnull() & cells.formatted(rows.words(column)) for column in used)
    yield Check(f"formatted_{name}", dressed, formatted)
    yield Check(f"unreadable_{name}", _unreadable(label), _not_a_number(rows, used))
    infinite = (value.isnan() | (value.abs() > float_info.max)).fill_null(False) | unreadable
    yield Check(
        f"infinite_{name}", Label(f"{label.zh}不是有限的数字", f"{label.en} is not a finite number"), infinite
    )


def _date_checks(rows: Rows, mapped: Mapped, unreadable: ibis.Value, limits: Limits) -> Iterator[Check]:
    name, label = mapped.column.name, mapped.column.label
    value = rows.value(name)
    words = Label(
        f"{label.zh}是电子表格的天数（如 40513）；请写 date_format: excel",
        f"{label.en} is the day number of a spreadsheet (such as 40513); write date_format: excel",
    )
    serial = unreadable & dates.looks_like_serial(rows.words(mapped.expression.columns[0]))
    yield Check(f"serial_{name}", words, serial)
    yield Check(f"unreadable_{name}", _unreadable(label), unreadable)
    if mapped.column.happened and limits.earliest:
        early = Label(f"{label.zh}早于 {limits.earliest}", f"{label.en} before {limits.earliest}")
        start = ibis.literal(datetime.combine(limits.earliest, time.min))
        yield Check(f"early_{name}", early, (value < start).fill_null(False))
    if mapped.column.happened and limits.latest:
        late = Label(f"{label.zh}晚于 {limits.latest}", f"{label.en} after {limits.latest}")
        end = ibis.literal(datetime.combine(limits.latest, time.max))
        yield Check(f"late_{name}", late, (value > end).fill_null(False))


def _not_a_number(rows: Rows, columns: Sequence[str]) -> ibis.Value:
    return _any(~rows.absent(column) & rows.number(column).isnull() for column in columns)


def _unreadable(label: Label) -> Label:
    return Label(f"{label.zh}无法读懂", f"{label.en} cannot be read")


def _any(tests: Iterator[ibis.Value] | Sequence[ibis.Value]) -> ibis.Value:
    return reduce(or_, tests)
