"""Discrimination: does the grade tell in advance who stays and who is worth much?

Method
------
Somers' D of the grade given the outcome (Somers 1962, American Sociological Review 27): among pairs
of customers with different outcomes, the share in which the better outcome has the better grade, minus
the share in which it has the worse. For a yes-or-no outcome this is 2 AUC − 1. Grades are those in
force at the review, outcomes lie strictly after it. Interval: normal, from each customer's own pull
on the ratio.

Does not show
-------------
Whether serving a grade pays. A scheme that tells well who is worth much may still serve customers
to whom service makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.outcomes.intervals import LEVEL
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.terms import Lang, number
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

YEAR = 4


@shown()
@dataclass(frozen=True, slots=True)
class SomersD:
    """Somers' D with its 95% interval; all NaN where every pair is tied on the outcome."""

    value: float
    low: float
    high: float

    def _repr_short_(self, lang: Lang) -> str:
        """The value with its interval."""
        value, low, high = (number(one, 3) for one in (self.value, self.low, self.high))
        return f"{value} [{low}, {high}]"


def somers_d(table: object) -> SomersD:
    """Somers' D of the columns given the rows.

    Parameters
    ----------
    table : array of counts, shape (rows, columns)
        Both in rising order; pairs tied on the rows are left out.

    >>> from toolkit import somers_d
    >>> round(somers_d([[27, 25, 14, 7, 0], [7, 14, 18, 35, 12], [1, 3, 2, 7, 17]]).value, 5)
    0.60328
    """
    counts = np.asarray(table, dtype=float)
    ahead = _lead(counts)
    untied = np.broadcast_to((counts.sum() - counts.sum(axis=1))[:, None], counts.shape)
    pairs = (counts * untied).sum()
    if not pairs > 0:
        return SomersD(np.nan, np.nan, np.nan)
    value = (counts * ahead).sum() / pairs
    pull = 2 * (ahead - value * untied) / pairs
    half = float(ndtri(0.5 + LEVEL / 2)) * np.sqrt((counts * pull**2).sum())
    return SomersD(float(value), float(max(value - half, -1)), float(min(value + half, 1)))


def somers_d_of(grade: np.ndarray, outcome: np.ndarray) -> SomersD:
    """Somers' D of grade codes given an outcome, one entry per customer; NaN outcomes are left out."""
    known = ~np.isnan(outcome)
    levels, row = np.unique(outcome[known], return_inverse=True)
    grades, column = np.unique(grade[known], return_inverse=True)
    shape = len(levels), len(grades)
    return somers_d(np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape))


def discrimination(
    register: Register,
    panel: Panel,
    definitions: Sequence[RetentionParams],
    last: Quarter,
    measure: str = "margin",
) -> pd.DataFrame:
    """Somers' D of the grade in force for what followed, per outcome and review.

    Parameters
    ----------
    register : Register
    panel : Panel
    definitions : sequence of RetentionParams
    last : Quarter
        Last complete quarter of the history; reviews without a whole outcome window are left out.
    measure : str
        Measure whose value over the next four quarters is an outcome as well.

    Returns
    -------
    DataFrame
        columns ``outcome`` (definition id, or the measure), ``review``, ``customers``, ``somers_d``,
        ``low``, ``high`` (−1..1; NaN where all outcomes are equal).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> register = study.registers["points"]
    >>> found = toolkit.discrimination(register, study.panel, study.definitions, study.quarter)
    >>> found.query("outcome == 'still_buying'").tail(1).round(2)
            outcome  review  customers  somers_d   low  high
    3  still_buying  2025Q3        510      0.25  0.14  0.35
    """
    rows = []
    for definition in definitions:
        for review in register.reviews:
            if missing_quarter(definition, review, register.complete_from, last) is None:
                kept = retained_after(panel, definition, review)
                rows.append((definition.id, *_row(register, review, kept)))
    following = None
    for review in register.reviews:
        if review + YEAR <= last:
            following = panel.values(measure, YEAR) if following is None else following
            outcome = following[:, panel.cube.quarters.index(review + YEAR)]
            rows.append((measure, *_row(register, review, outcome)))
    return pd.DataFrame(rows, columns=["outcome", "review", "customers", "somers_d", "low", "high"])


def _row(register: Register, review: Quarter, outcome: np.ndarray) -> tuple[str, int, float, float, float]:
    codes = register.codes(review)
    known = (codes >= 0) & ~np.isnan(outcome)
    found = somers_d_of(codes[known], outcome[known])
    return str(review), int(known.sum()), found.value, found.low, found.high


def _lead(counts: np.ndarray) -> np.ndarray:
    """Concordant minus discordant partners of a customer in each cell, shape as ``counts``."""
    up_to = counts.cumsum(axis=0)
    lower, higher = up_to - counts, up_to[-1] - up_to
    gain = lower - higher
    across = gain.cumsum(axis=1)
    return (across - gain) - (across[:, -1:] - across)
