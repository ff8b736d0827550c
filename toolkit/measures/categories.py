"""Which categories, or channels, a customer bought in which quarter and how much, kept sparsely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Categories:
    """One entry per customer, category (or channel) and quarter with a purchase.

    Attributes
    ----------
    names : tuple of str
        Categories in alphabetical order.
    customer, category, quarter : int32 arrays of equal length
        Positions in the cube's customers, in ``names`` and in the cube's quarters; sorted in
        this order, no entry twice.
    lines : int32 array
        Purchase lines of the entry.
    """

    names: tuple[str, ...]
    customer: np.ndarray
    category: np.ndarray
    quarter: np.ndarray
    lines: np.ndarray

    @classmethod
    def of(cls, names: Sequence[str], place: tuple[np.ndarray, ...], lines: np.ndarray) -> Categories:
        """From distinct entries in any order; ``place`` holds customer, category and quarter."""
        customer, category, quarter = place
        span, number = int(quarter.max(initial=0)) + 1, max(len(names), 1)
        key = (customer.astype(np.int64) * number + category) * span + quarter
        order = np.argsort(key)
        key, lines = key[order], lines[order].astype(np.int32)
        quarter, key = (key % span).astype(np.int32), key // span
        place = (key // number).astype(np.int32), (key % number).astype(np.int32), quarter
        return cls(tuple(names), *place, lines)

    def breadth(self, window: int, customers: int, quarters: int) -> np.ndarray:
        """Distinct categories in the ``window`` quarters up to each quarter; shape (customers, quarters).

        An entry counts from its quarter until the window has passed it, or until the next
        entry of the same customer and category takes over, so no category counts twice.
        """
        until = np.minimum(self.quarter + window, quarters)
        same = (self.customer[1:] == self.customer[:-1]) & (self.category[1:] == self.category[:-1])
        until[:-1] = np.where(same, np.minimum(until[:-1], self.quarter[1:]), until[:-1])
        change = np.zeros((quarters + 1, customers), dtype=np.int32)
        np.add.at(change, (self.quarter, self.customer), 1)
        np.subtract.at(change, (until, self.customer), 1)
        return np.cumsum(change, axis=0, dtype=np.int32)[:-1].T

    def main(self, place: int, window: int, customers: int) -> tuple[np.ndarray, np.ndarray]:
        """The category with most lines in the ``window`` quarters up to the quarter at ``place``.

        Returns
        -------
        position in ``names`` (int64; -1 without an entry) and its share of the lines (NaN without one),
        shape (customers,). Of equals the first in alphabetical order.
        """
        inside = (self.quarter <= place) & (self.quarter > place - window)
        category, share = np.full(customers, -1), np.full(customers, np.nan)
        if not inside.any():
            return category, share
        who, what = self.customer[inside], self.category[inside]
        starts = np.flatnonzero(np.r_[True, (who[1:] != who[:-1]) | (what[1:] != what[:-1])])
        lines = np.add.reduceat(self.lines[inside], starts, dtype=np.int64)
        who, what = who[starts], what[starts]
        total = np.bincount(who, weights=lines, minlength=customers)
        order = np.lexsort((what, -lines, who))
        best = order[np.r_[True, np.diff(who[order]) > 0]]
        category[who[best]] = what[best]
        share[who[best]] = lines[best] / total[who[best]]
        return category, share

    def cut(self, keep: np.ndarray, quarters: int) -> Categories:
        """Only the first ``quarters`` and the customers marked in ``keep``, who are numbered anew."""
        stays = (self.quarter < quarters) & keep[self.customer]
        number = (np.cumsum(keep) - 1).astype(np.int32)
        rest = self.category[stays], self.quarter[stays], self.lines[stays]
        return Categories(self.names, number[self.customer[stays]], *rest)
