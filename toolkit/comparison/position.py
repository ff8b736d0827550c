"""Where a policy puts the customers, and what is at stake with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.window import QUARTERS_A_YEAR


@shown("quarters", "discount_per_year")
@dataclass(frozen=True, slots=True)
class Horizon:
    """Quarters of margin that a retained customer brings, and what a later quarter is worth today.

    Attributes
    ----------
    quarters : int
    discount_per_year : float
        0..1; a quarter that ends t quarters from now counts (1 + discount) ** (-t / 4).
    """

    quarters: int
    discount_per_year: float = 0.0

    @property
    def factor(self) -> float:
        """Quarters of margin in today's money; the number of quarters where nothing is discounted.

        >>> Horizon(4).factor, round(Horizon(4, 0.1).factor, 6)
        (4.0, 3.77002)
        """
        quarter = np.arange(1, self.quarters + 1)
        return float(((1 + self.discount_per_year) ** (-quarter / QUARTERS_A_YEAR)).sum())


@shown("policy", "grade", "staff")
@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Where one policy puts the customers at one quarter.

    Attributes
    ----------
    policy : str
    title : Label
    grade : array of str, shape (customers,)
    package : array of str, shape (customers,)
    direction : array of int, shape (customers,)
        +1 where the package is better than the baseline's, -1 where it is worse, 0 where it is the same.
    cost : array, shape (customers,)
        Direct cost and discount of each customer, per year; changes of grade and managers left out.
    spans : mapping of grade to customers per manager
    manager_cost : float
        Cost of one manager per year.
    along : tuple of str
        Measures that the scheme grades by.
    window_quarters : int
    staff : int
        Heads besides those of ``spans``; their cost is in ``cost``.
    moves : array, shape (customers,)
        Cost of each customer's changes of grade, per year; zeros where left out.
    """

    policy: str
    title: Label
    grade: np.ndarray
    package: np.ndarray
    direction: np.ndarray
    cost: np.ndarray
    spans: Mapping[str, int]
    manager_cost: float
    along: tuple[str, ...]
    window_quarters: int
    staff: int = 0
    moves: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.moves is None:
            object.__setattr__(self, "moves", np.zeros(len(self.grade)))

    def heads(self, counts: Mapping[str, np.ndarray]) -> np.ndarray:
        """Managers needed, whole heads per grade; ``counts`` holds customers per grade, any shape."""
        needed = [np.ceil(np.round(counts[g], 6) / span) for g, span in self.spans.items()]
        return np.sum(needed, axis=0) if needed else np.zeros_like(next(iter(counts.values()), np.zeros(1)))

    def take(self, rows: np.ndarray) -> Position:
        """The customers at ``rows`` (positions, or a mask of all); heads of ``staff`` are left whole."""
        columns = ("grade", "package", "direction", "cost", "moves")
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})


@shown("customers", "definitions", "horizon")
@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """What is at stake with each customer.

    Attributes
    ----------
    customers : Index, length n
    margin : array, shape (n,)
        Margin per quarter, mean of the last four.
    horizon : Horizon
    cluster : array of int, shape (n,), or None
        Customers of one cluster are drawn together; None where each is drawn by himself.
    definitions : tuple of str
        Definitions of retention, the headline first; those left out follow in the order of the evidence.
    """

    customers: pd.Index
    margin: np.ndarray
    horizon: Horizon
    cluster: np.ndarray | None = None
    definitions: tuple[str, ...] = ()

    @property
    def worth(self) -> np.ndarray:
        """Margin of each customer over the horizon, in today's money; shape (n,)."""
        return self.margin * self.horizon.factor

    @property
    def clusters(self) -> int:
        """Clusters that are drawn whole."""
        return len(self.customers) if self.cluster is None else len(np.unique(self.cluster))

    def take(self, rows: np.ndarray) -> Stakes:
        """The customers at ``rows`` (positions, or a mask of all)."""
        cluster = None if self.cluster is None else self.cluster[rows]
        return replace(self, customers=self.customers[rows], margin=self.margin[rows], cluster=cluster)
