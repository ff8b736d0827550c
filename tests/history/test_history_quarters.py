"""Quarters that a history covers only in part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from toolkit.history.quarters import covered_quarters, ordinary_silence, unfinished_quarters
from toolkit.window import Quarter

Q = Quarter.parse


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def weekdays(first: date, last: date) -> list[date]:
    return [day for day in every_day(first, last) if day.weekday() < 5]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (every_day(date(2026, 1, 1), date(2026, 9, 30)), ()),
        (every_day(date(2026, 1, 3), date(2026, 9, 28)), ()),
        (every_day(date(2026, 1, 5), date(2026, 9, 30)), (Q("2026Q1"),)),
        (every_day(date(2026, 1, 1), date(2026, 9, 26)), (Q("2026Q3"),)),
        (weekdays(date(2026, 1, 5), date(2026, 6, 26)), ()),
        (weekdays(date(2026, 1, 5), date(2026, 6, 24)), (Q("2026Q2"),)),
        (every_day(date(2026, 2, 10), date(2026, 2, 20)), (Q("2026Q1"),)),
        ([date(2026, 2, 10)], (Q("2026Q1"),)),
    ],
)
def test_silence_beyond_habit_marks_a_quarter(days, expected):
    """Habit by hand: daily sale allows 3 silent days; weekdays only (2 silent days) allow 4."""
    assert unfinished_quarters(days) == expected


def test_habit_is_never_longer_than_a_third_of_a_quarter():
    monthly = [date(2026, month, 1) for month in range(1, 10)]
    assert ordinary_silence(monthly) == 30
    assert unfinished_quarters(monthly) == ()


def test_a_quarter_that_has_not_ended_is_unfinished_whatever_was_sold():
    days = every_day(date(2026, 1, 1), date(2026, 9, 29))
    assert unfinished_quarters(days, today=date(2026, 9, 29)) == (Q("2026Q3"),)
    assert unfinished_quarters(days, today=date(2026, 9, 30)) == (Q("2026Q3"),)
    assert unfinished_quarters(days, today=date(2026, 10, 1)) == ()


def test_quarters_follow_the_fiscal_year():
    days = every_day(date(2026, 2, 1), date(2026, 7, 31))
    assert unfinished_quarters(days, fiscal_start_month=2) == ()
    assert unfinished_quarters(days) == (Q("2026Q1"), Q("2026Q3"))
    assert covered_quarters(days[0], days[-1], 2) == (Q("2026Q1"), Q("2026Q2"))
