"""Figures of one customer, printed exactly: in a hearing nothing is rounded away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.measures.registry import MEASURES
from toolkit.params.schemes import EventNeed, MeasureNeed, Need
from toolkit.schemes.reasons import plain
from toolkit.schemes.subject import word
from toolkit.terms import CURRENCY_SIGNS, MINUS, UNITS, Label, number

MISSING = Label("缺失", "missing")
CENTS = 2
DIGITS = 4
FLAGS = {True: Label("是", "yes"), False: Label("否", "no")}


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints the figures of a study.

    Attributes
    ----------
    currency : str
    """

    currency: str

    def value(self, value: Any, need: Need) -> Label:
        """What is known of a customer in the column of ``need``."""
        if value is None or (not isinstance(value, str | bool) and pd.isna(value)):
            return MISSING
        if isinstance(value, bool | np.bool_):
            return FLAGS[bool(value)]
        if isinstance(value, pd.Timestamp):
            return Label(str(value.date()), str(value.date()))
        if not isinstance(value, int | float | np.number):
            return Label(word(value), word(value))
        return self.number(float(value), unit_of(need))

    def number(self, value: float, unit: str) -> Label:
        """A number with its unit, no more decimals than it has, four at most.

        >>> Printer("CNY").number(123456.5, "money").zh, Printer("CNY").number(3.0, "orders").en
        ('¥123,456.50', '3 orders')
        """
        if np.isnan(value):
            return MISSING
        if unit == "money":
            digits = 0 if round(value, CENTS) == round(value) else CENTS
            sign = MINUS if round(value, CENTS) < 0 else ""
            text = (
                f"{sign}{CURRENCY_SIGNS.get(self.currency, f'{self.currency} ')}{number(abs(value), digits)}"
            )
            return Label(text, text)
        text = plain(round(value * 100, CENTS)) + "%" if unit == "share" else plain(round(value, DIGITS))
        words = UNITS[unit].label
        return Label(f"{text} {words.zh}".strip(), f"{text} {words.en}".strip())

    def gap(self, now: float, to: float, unit: str) -> Label:
        """How far ``to`` is from ``now``, with its sign; shares in percentage points.

        >>> Printer("CNY").gap(24_638.72, 100_000.0, "money").en, Printer("CNY").gap(0.5, 0.25, "share").en
        ('+¥75,361.28', '−25 pp')
        """
        sign = "+" if to > now else MINUS
        apart = round(abs(to - now), 10)
        if unit == "share":
            words = UNITS["points_share"].label
            text = f"{sign}{plain(round(apart * 100, CENTS))}"
            return Label(f"{text} {words.zh}", f"{text} {words.en}")
        size = self.number(apart, unit)
        return Label(f"{sign}{size.zh}", f"{sign}{size.en}")


def unit_of(need: Need) -> str:
    """Unit of a column of what is known; ``count`` where it has none."""
    if isinstance(need, MeasureNeed) and need.measure in MEASURES:
        return MEASURES[need.measure].unit
    if isinstance(need, EventNeed) and need.figure == "days_since":
        return "days"
    return "count"


def points(value: float) -> str:
    """Points with two decimals at most.

    >>> points(33.333333), points(40.0)
    ('33.33', '40')
    """
    return plain(round(float(value), CENTS))
