"""Quarters and half-open windows of quarters.

A quarter is addressed by its ordinal ``4 * year + number - 1``, so that quarters can be
subtracted. Calendar quarters start in January unless the study says otherwise
(``fiscal_start_month``): a fiscal year is named after the calendar year in which it starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.errors import ParameterError
from toolkit.terms import Lang

QUARTERS_A_YEAR = 4


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter.

    Examples
    --------
    >>> import toolkit
    >>> q = toolkit.Quarter.parse("2026Q3")
    >>> q + 2, q - toolkit.Quarter.parse("2025Q3"), q.start(), q.end()
    (Quarter(2027Q1), 4, datetime.date(2026, 7, 1), datetime.date(2026, 10, 1))
    """

    ordinal: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2026Q3``.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Quarter.parse("2026Q3").ordinal
        8106
        """
        match = re.fullmatch(r"(\d{4})Q([1-4])", str(text).strip())
        if not match:
            raise ParameterError(
                zh=f"季度“{text}”不是有效写法；应写作 2026Q3 这样的四位年份加 Q1 至 Q4。",
                en=f"Quarter {text!r} is not valid; write a four-digit year and Q1 to Q4, as in 2026Q3.",
            )
        return cls(4 * int(match[1]) + int(match[2]) - 1)

    @classmethod
    def containing(cls, day: date, fiscal_start_month: int = 1) -> Quarter:
        """The quarter in which ``day`` lies.

        Examples
        --------
        >>> import datetime, toolkit
        >>> day = datetime.date(2026, 2, 14)
        >>> toolkit.Quarter.containing(day), toolkit.Quarter.containing(day, fiscal_start_month=4)
        (Quarter(2026Q1), Quarter(2025Q4))
        """
        months = 12 * day.year + day.month - fiscal_start_month
        return cls(months // 3)

    @property
    def year(self) -> int:
        """Year of the quarter, fiscal where the study says so."""
        return self.ordinal // 4

    @property
    def number(self) -> int:
        """1 to 4."""
        return self.ordinal % 4 + 1

    def start(self, fiscal_start_month: int = 1) -> date:
        """First day.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Quarter.parse("2026Q3").start(), toolkit.Quarter.parse("2026Q3").start(fiscal_start_month=4)
        (datetime.date(2026, 7, 1), datetime.date(2026, 10, 1))
        """
        months = 3 * self.ordinal + fiscal_start_month - 1
        return date(months // 12, months % 12 + 1, 1)

    def end(self, fiscal_start_month: int = 1) -> date:
        """First day after the quarter (windows are half-open).

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Quarter.parse("2026Q3").end()
        datetime.date(2026, 10, 1)
        """
        return Quarter(self.ordinal + 1).start(fiscal_start_month)

    def last_day(self, fiscal_start_month: int = 1) -> date:
        """Last day inside the quarter, as a person would write it.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Quarter.parse("2026Q3").last_day()
        datetime.date(2026, 9, 30)
        """
        return self.end(fiscal_start_month) - timedelta(days=1)

    def __add__(self, quarters: int) -> Quarter:
        return Quarter(self.ordinal + quarters)

    def __sub__(self, other: Quarter | int) -> int | Quarter:
        return self.ordinal - other.ordinal if isinstance(other, Quarter) else Quarter(self.ordinal - other)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    def __repr__(self) -> str:
        return f"Quarter({self})"


@dataclass(frozen=True, slots=True)
class Window:
    """``length`` quarters up to and including ``last``; the days run from ``start`` up to, not including, ``end``.

    Examples
    --------
    >>> import toolkit
    >>> window = toolkit.Window(toolkit.Quarter.parse("2026Q3"), 4)
    >>> window, window.following(2)
    (Window(2025Q4 .. 2026Q3), Window(2026Q4 .. 2027Q1))
    """

    last: Quarter
    length: int

    @property
    def first(self) -> Quarter:
        """Quarter in which the window begins."""
        return self.last - (self.length - 1)

    def quarters(self) -> list[Quarter]:
        """The quarters of the window in order.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Window(toolkit.Quarter.parse("2026Q3"), 2).quarters()
        [Quarter(2026Q2), Quarter(2026Q3)]
        """
        return [self.first + i for i in range(self.length)]

    def following(self, length: int) -> Window:
        """The window of ``length`` quarters that starts where this one ends.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.Window(toolkit.Quarter.parse("2025Q3"), 4).following(4)
        Window(2025Q4 .. 2026Q3)
        """
        return Window(self.last + length, length)

    def _repr_short_(self, lang: Lang) -> str:
        """First and last quarter, in either language."""
        return f"{self.first}..{self.last}"

    def __repr__(self) -> str:
        return f"Window({self.first} .. {self.last})"
