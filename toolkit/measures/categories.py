"""Which categories a customer bought in which quarter, kept sparsely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Categories:
    """One entry per customer, category and quarter with a purchase.

    Attributes
    ----------
    names : tuple of str
        Categories in alphabetical order.
    customer, category, quarter : int32 arrays of equal length
        Positions in the cube's customers, in ``names`` and in the cube's quarters; sorted in
        this order, no entry twice.
    """

    names: tuple[str, ...]
    customer: np.ndarray
    category: np.ndarray
    quarter: np.ndarray

    @classmethod
    def of(
        cls, names: Sequence[str], customer: np.ndarray, category: np.ndarray, quarter: np.ndarray
    ) -> Categories:
        """From distinct entries in any order."""
        span, number = int(quarter.max(initial=0)) + 1, max(len(names), 1)
        key = (customer.astype(np.int64) * number + category) * span + quarter
        key.sort()
        quarter, key = (key % span).astype(np.int32), key // span
        return cls(tuple(names), (key // number).astype(np.int32), (key % number).astype(np.int32), quarter)

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

    def cut(self, keep: np.ndarray, quarters: int) -> Categories:
        """Only the first ``quarters`` and the customers marked in ``keep``, who are numbered anew."""
        stays = (self.quarter < quarters) & keep[self.customer]
        number = (np.cumsum(keep) - 1).astype(np.int32)
        return Categories(self.names, number[self.customer[stays]], self.category[stays], self.quarter[stays])
