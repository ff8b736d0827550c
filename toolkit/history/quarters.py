"""Quarters that a history covers, and those it covers only in part.

The first and the last quarter are unfinished when the history is silent at their outer edge for
longer than its own habits explain. Habit is read from the days on which anything happened: take
the number of silent days between one such day and the next, and of these the 95th percentile
(so that weekends count as habit and one long holiday does not). Up to twice that many silent days
at the edge are ordinary, never fewer than 3 (a long weekend) and never more than 30 (a third of a
quarter). A last quarter that had not ended on the day the history was taken is always unfinished.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

import numpy as np

from toolkit.window import Quarter

LEAST_SILENCE = 3
MOST_SILENCE = 30


def covered_quarters(first: date, last: date, fiscal_start_month: int = 1) -> tuple[Quarter, ...]:
    """Every quarter from the one of ``first`` to the one of ``last``.

    >>> covered_quarters(date(2010, 12, 1), date(2011, 5, 9))
    (Quarter(2010Q4), Quarter(2011Q1), Quarter(2011Q2))
    """
    start = Quarter.containing(first, fiscal_start_month)
    length = Quarter.containing(last, fiscal_start_month) - start + 1
    return tuple(start + place for place in range(length))


def ordinary_silence(days: Sequence[date]) -> int:
    """Silent days that are ordinary at the edge of a history.

    Parameters
    ----------
    days : sequence of date
        Days on which anything happened, each once, in order.

    >>> weekdays = [date(2026, 6, d) for d in range(1, 31) if date(2026, 6, d).weekday() < 5]
    >>> ordinary_silence(weekdays), ordinary_silence(weekdays[:1])
    (4, 3)
    """
    if len(days) < 2:
        return LEAST_SILENCE
    silent = np.diff([day.toordinal() for day in days]) - 1
    return int(min(max(LEAST_SILENCE, ceil(2 * np.quantile(silent, 0.95))), MOST_SILENCE))


def unfinished_quarters(
    days: Sequence[date], fiscal_start_month: int = 1, today: date | None = None
) -> tuple[Quarter, ...]:
    """The first and the last quarter of a history where it covers them only in part.

    Parameters
    ----------
    days : sequence of date
        Days on which anything happened, each once, in order; at least one.
    fiscal_start_month : int
    today : date, optional
        Day on which the history was taken.
    """
    allowed = ordinary_silence(days)
    first = Quarter.containing(days[0], fiscal_start_month)
    last = Quarter.containing(days[-1], fiscal_start_month)
    late_start = (days[0] - first.start(fiscal_start_month)).days > allowed
    early_end = (last.end(fiscal_start_month) - days[-1]).days - 1 > allowed
    running = today is not None and today < last.end(fiscal_start_month)
    flagged = [first] if late_start else []
    return tuple(dict.fromkeys([*flagged, *([last] if early_end or running else [])]))
