"""Buyers without a contract, as the models of purchases know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toolkit.shown import shown

if TYPE_CHECKING:
    from toolkit.panel import Panel
    from toolkit.window import Quarter

DAYS_A_WEEK = 7.0


@shown("repeats")
@dataclass(frozen=True, slots=True, eq=False)
class Buyers:
    """What a model of purchases knows of customers; arrays of float, shape (customers,), one unit of time.

    Attributes
    ----------
    repeats : array
        Purchases after the first.
    recency : array
        From the first purchase to the last; 0 without repeats.
    age : array
        From the first purchase to the end of observation.
    """

    repeats: np.ndarray
    recency: np.ndarray
    age: np.ndarray

    def distinct(self) -> tuple[Buyers, np.ndarray]:
        """Every kind of customer once, and how many there are of it."""
        rows = np.column_stack([self.repeats, self.recency, self.age])
        kinds, times = np.unique(rows, axis=0, return_counts=True)
        return Buyers(*np.ascontiguousarray(kinds.T)), times


def buyers_at(panel: Panel, asof: Quarter) -> tuple[Buyers, np.ndarray]:
    """Everybody who bought by the end of ``asof``, in weeks, and their positions in ``panel.customers``, shape (buyers,).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> buyers, rows = toolkit.buyers_at(study.panel, toolkit.Quarter.parse("2025Q3"))
    >>> buyers
    Buyers(965 customers)
    """
    cube, place = panel.cube, panel.cube.position(asof)
    days = cube.cells["active_days"][:, : place + 1].sum(axis=1)
    rows = np.flatnonzero(days > 0)
    first = cube.first_purchase_day()[rows, place].astype(float)
    last = cube.last_purchase_day()[rows, place].astype(float)
    age = cube.last_days()[place] - first
    return Buyers(days[rows] - 1.0, (last - first) / DAYS_A_WEEK, age / DAYS_A_WEEK), rows
