"""The master programme of an allocation: a mixture of whole allocations that keeps every cap.

A primal simplex on as many rows as there are resources, plus one that makes the weights sum to one.
Columns are whole allocations (and one slack for each resource); they are added when their price says
that they would help. Few rows make every step a product of tiny matrices.

Source: Dantzig & Wolfe (1960), "Decomposition principle for linear programs"; Bland (1977) against cycles.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

HELPS = 1e-11
PIVOT = 1e-11


@dataclass(slots=True, eq=False)
class Master:
    """Columns so far and the basis.

    Attributes
    ----------
    caps : array, shape (resources,)
    columns : list of array, shape (resources + 1,)
        Use of each resource, and the one of the convexity row; a slack has no one.
    gains : list of float
        Objective of each column.
    basis : list of int
        Columns in the basis, one for each row.
    closed : set of int
        Columns that must not enter again: artificial ones.
    """

    caps: np.ndarray
    columns: list[np.ndarray] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)
    basis: list[int] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)

    @classmethod
    def starting_with(cls, caps: np.ndarray, use: np.ndarray) -> Master:
        """The master with one allocation, slacks, and an artificial column where a cap is broken.

        Gains are those of the first phase: minus one for each unit beyond a cap, nothing for anything else.
        """
        master, rows = cls(caps), len(caps)
        one = np.append(np.zeros(rows), 1.0)
        for place in range(rows):
            master._join(np.eye(rows + 1)[place], 0.0)
        master.basis = list(range(rows))
        for place in np.flatnonzero(use > caps):
            master.closed.add(len(master.columns))
            master.basis[place] = len(master.columns)
            master._join(-np.eye(rows + 1)[place], -1.0)
        master.basis.append(len(master.columns))
        master._join(np.append(use, 0.0) + one, 0.0)
        return master

    @property
    def first(self) -> int:
        """Position of the first allocation among the columns."""
        return len(self.caps) + len(self.closed)

    @property
    def weights(self) -> np.ndarray:
        """Weight of each column of the basis."""
        return np.linalg.solve(self._matrix(), np.append(self.caps, 1.0))

    @property
    def value(self) -> float:
        """Objective."""
        return float(self.weights @ np.array([self.gains[c] for c in self.basis]))

    @property
    def prices(self) -> np.ndarray:
        """Price of each row: resources first, then the convexity row."""
        return np.linalg.solve(self._matrix().T, np.array([self.gains[c] for c in self.basis]))

    @property
    def beyond(self) -> float:
        """Total use beyond the caps that the basis needs."""
        level = self.weights
        return float(sum(level[place] for place, c in enumerate(self.basis) if c in self.closed))

    def begin_second_phase(self, gains: list[float]) -> None:
        """Gains of the allocations so far; artificial columns are worth nothing and stay out."""
        self.gains = [0.0] * self.first + gains
        self._optimise()

    def add(self, use: np.ndarray, gain: float) -> bool:
        """Add an allocation and pivot to the optimum over all columns so far; False where it would not help."""
        column = np.append(use, 1.0)
        prices = self.prices
        scale = 1.0 + float(np.abs(column * prices).sum()) + abs(gain)
        if gain - column @ prices <= HELPS * scale:
            return False
        self._join(column, gain)
        self._enter(len(self.columns) - 1)
        self._optimise()
        return True

    def _join(self, column: np.ndarray, gain: float) -> None:
        self.columns.append(column)
        self.gains.append(gain)

    def _matrix(self) -> np.ndarray:
        return np.column_stack([self.columns[c] for c in self.basis])

    def _optimise(self) -> None:
        """Bland's rule: the first column that helps enters, until none does."""
        table, gains = np.array(self.columns), np.array(self.gains)
        open_to = np.array([c not in self.closed for c in range(len(gains))])
        while True:
            prices = self.prices
            better = gains - table @ prices
            scale = 1.0 + np.abs(table * prices).sum(axis=1) + np.abs(gains)
            helping = np.flatnonzero(open_to & (better > HELPS * scale))
            helping = helping[~np.isin(helping, self.basis)]
            if not len(helping) or not self._enter(int(helping[0])):
                return

    def _enter(self, column: int) -> bool:
        """One pivot; an artificial column leaves as soon as it can."""
        matrix = self._matrix()
        step = np.linalg.solve(matrix, self.columns[column])
        level = np.maximum(self.weights, 0.0)
        artificial = np.array([c in self.closed for c in self.basis])
        idle = artificial & (np.abs(step) > PIVOT) & (level <= PIVOT)
        falling = step > PIVOT
        if not (falling | idle).any():
            return False
        ratio = np.full(len(step), np.inf)
        ratio[falling] = level[falling] / step[falling]
        ratio[idle] = 0.0
        ties = np.flatnonzero(ratio <= ratio.min() + PIVOT)
        self.basis[min(ties, key=lambda place: (not artificial[place], self.basis[place]))] = column
        return True
