"""Moments of simulated records, kept as seconds since 1970 until they become columns."""

from __future__ import annotations

from datetime import date

import numpy as np

DAY = 86_400
OPENS, OPEN_SECONDS = 8 * 3600, 13 * 3600


def second(day: date) -> int:
    """First second of a day.

    >>> second(date(1970, 1, 2))
    86400
    """
    return int(np.datetime64(day, "s").astype(np.int64))


def in_business_hours(opens: np.ndarray, closes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random second between 8 and 21 o'clock on a random day between two midnights; one per pair."""
    day, hour = rng.random((2, len(opens)))
    whole_days = np.floor(day * ((closes - opens) // DAY)).astype(np.int64)
    return opens + whole_days * DAY + OPENS + (hour * OPEN_SECONDS).astype(np.int64)


def moments(seconds: np.ndarray) -> np.ndarray:
    """Seconds as timestamps.

    >>> str(moments(np.array([0]))[0])[:19]
    '1970-01-01T00:00:00'
    """
    return seconds.astype("datetime64[s]").astype("datetime64[us]")


def days(seconds: np.ndarray) -> np.ndarray:
    """Seconds as the midnight before.

    >>> str(days(np.array([86_401]))[0])[:19]
    '1970-01-02T00:00:00'
    """
    return seconds.astype("datetime64[s]").astype("datetime64[D]").astype("datetime64[us]")
