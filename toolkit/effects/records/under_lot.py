"""Customers whose grade a pilot decided for a while: no bar decided theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.panel import Panel
from toolkit.params.study import RetentionParams
from toolkit.window import Quarter


@dataclass(frozen=True, slots=True, eq=False)
class UnderLot:
    """A pilot that was carried out.

    Attributes
    ----------
    customers : Index
        Identifiers of everybody on one of its lists.
    starts_on, ends_on : date
        Days from and until which the lot decided; the last is the first day after it.
    """

    customers: pd.Index
    starts_on: date
    ends_on: date

    def began_by(self, review: Quarter, month: int) -> bool:
        """Whether it was under way on the last day of ``review`` and decides the grades of the day after."""
        return self.starts_on <= review.last_day(month) and review.end(month) < self.ends_on

    def reaches(self, review: Quarter, quarters: int, month: int) -> bool:
        """Whether it began after ``review``, and within so many quarters."""
        return review.last_day(month) < self.starts_on < (review + quarters).end(month)


def decided_by_lot(panel: Panel, lots: Sequence[UnderLot], review: Quarter) -> np.ndarray:
    """Whose grade after ``review`` a pilot decided that was under way then; bool, shape (customers,)."""
    month = panel.cube.fiscal_start_month
    mine = np.zeros(len(panel.customers), dtype=bool)
    for lot in lots:
        if lot.began_by(review, month):
            mine |= panel.customers.isin(lot.customers)
    return mine


def overtaken(lots: Sequence[UnderLot], definition: RetentionParams, review: Quarter, month: int) -> bool:
    """Whether a pilot that began after ``review`` changed grades before the outcome of ``definition`` was known.

    Those drawn were chosen by the score of the review or one near it. To leave them out would tear a hole beside
    the bar, so the review has no outcome under that definition at all.
    """
    return any(lot.reaches(review, definition.quarters, month) for lot in lots)
