"""Retention by grade, policy and review in samples of customers drawn anew.

Method
------
Cluster bootstrap over customers (:mod:`toolkit.bootstrap`): whoever is drawn brings all his reviews under every policy,
so that differences between policies and between reviews are paired. A customer has one grade at most per policy and
review, so each contributes one entry to a sparse table of grade and outcome; draws are one product of weights
with that table. Tables larger than a bound are taken in parcels of reviews, under the same weights.

For the share of a single grade the closed form of :mod:`toolkit.outcomes.retention` needs no draws; draws are for
figures made of several shares: their difference, their order, the largest of them.

Does not show
-------------
What a grade does to anybody, as for :mod:`toolkit.outcomes.retention`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from toolkit.bootstrap import weighted_sums
from toolkit.outcomes.intervals import LEVEL
from toolkit.outcomes.retained import retained_after
from toolkit.outcomes.retention import known_reviews
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

ENTRIES = 64_000_000


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """How customers are drawn.

    Attributes
    ----------
    draws, seed : int
    """

    draws: int = 1000
    seed: int = 20261122


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRetention:
    """Retention as observed and as drawn.

    Attributes
    ----------
    observed : DataFrame, one row per policy, review and grade (best first)
        columns ``policy``, ``review``, ``grade``, ``customers`` (of whom the definition says something), ``retained``
        (share, 0..1; NaN where there is nobody).
    drawn : array, shape (draws, rows of ``observed``)
        Shares; NaN where a draw has nobody in the grade. Equal weights within a draw.
    """

    observed: pd.DataFrame
    drawn: np.ndarray

    def intervals(self, level: float = LEVEL) -> pd.DataFrame:
        """``observed`` with ``low`` and ``high``, the quantiles of the draws."""
        ends = np.full((2, self.drawn.shape[1]), np.nan)
        known = ~np.isnan(self.drawn).all(axis=0)
        tails = [(1 - level) / 2, (1 + level) / 2]
        ends[:, known] = np.nanquantile(self.drawn[:, known], tails, axis=0)
        return self.observed.assign(low=ends[0], high=ends[1])


class _Cell(NamedTuple):
    """One policy at one review."""

    policy: str
    register: Register
    review: Quarter


def draw_retention(
    registers: Mapping[str, Register],
    panel: Panel,
    definition: RetentionParams,
    last: Quarter,
    plan: DrawPlan | None = None,
) -> DrawnRetention:
    """Retention of every grade under every policy at every review whose outcome is known.

    Parameters
    ----------
    registers : mapping of policy to Register
        Walked through the same panel.
    panel : Panel
    definition : RetentionParams
    last : Quarter
        Last complete quarter of the history.
    plan : DrawPlan, optional
    """
    plan = plan or DrawPlan()
    cells = [
        _Cell(policy, register, review)
        for policy, register in registers.items()
        for review in known_reviews(register, definition, last)[0]
    ]
    rows, drawn = [], np.empty((plan.draws, sum(len(cell.register.scale) for cell in cells)))
    size = max(1, ENTRIES // max(len(panel.customers), 1))
    for parcel in (cells[start : start + size] for start in range(0, len(cells), size)):
        table = _table(parcel, panel, definition)
        for (cell, grade), observed, sums in zip(_grades(parcel), *_pairs(table, plan), strict=True):
            share = observed[1] / observed[0] if observed[0] else np.nan
            drawn[:, len(rows)] = _share(sums)
            rows.append((cell.policy, str(cell.review), grade, round(observed[0]), share))
    columns = ["policy", "review", "grade", "customers", "retained"]
    return DrawnRetention(pd.DataFrame(rows, columns=columns), drawn)


def _share(sums: np.ndarray) -> np.ndarray:
    return np.divide(sums[1], sums[0], out=np.full(sums.shape[1], np.nan), where=sums[0] > 0)


def _grades(cells: list[_Cell]) -> Iterator[tuple[_Cell, str]]:
    return ((cell, grade) for cell in cells for grade in cell.register.scale.grades)


def _pairs(table: sparse.csr_array, plan: DrawPlan) -> tuple[np.ndarray, np.ndarray]:
    """Customers and retained, shape (grades, 2), and the same in each draw, shape (grades, 2, draws)."""
    sums = weighted_sums(table, plan.draws, plan.seed).T.reshape(-1, 2, plan.draws)
    observed = np.asarray(table.sum(axis=0, dtype=float)).reshape(-1, 2)
    for both in (observed, sums):
        both[:, 0] += both[:, 1]
    return observed, sums


def _table(cells: list[_Cell], panel: Panel, definition: RetentionParams) -> sparse.csr_array:
    """One row per customer and two columns per cell and grade, best first: not retained, and retained.

    Whole numbers where outcomes are 0 or 1, else the two columns share a customer.
    """
    customers, first = len(panel.customers), 0
    places = np.full((customers, len(cells)), -1, dtype=np.int32)
    shared = definition.kind == "spend_kept"
    outcomes = np.zeros(places.shape if shared else 0)
    for column, (_, register, review) in enumerate(cells):
        codes = register.codes(review).astype(np.int32)
        kept = retained_after(panel, definition, review)
        known = (codes >= 0) & ~np.isnan(kept)
        place = first + 2 * (len(register.scale) - 1 - codes)
        places[:, column] = np.where(known, place + (0 if shared else kept == 1), -1)
        if shared:
            outcomes[:, column] = kept
        first += 2 * len(register.scale)
    seen = places >= 0
    ends = np.concatenate([[0], seen.sum(axis=1).cumsum()])
    filled, kept = places[seen], outcomes[seen] if shared else None
    if kept is None:
        return sparse.csr_array((np.ones(len(filled), np.int8), filled, ends), shape=(customers, first))
    filled, values = np.column_stack([filled, filled + 1]), np.column_stack([1 - kept, kept])
    return sparse.csr_array((values.ravel(), filled.ravel(), 2 * ends), shape=(customers, first))
