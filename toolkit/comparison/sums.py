"""Sums over the same rows, drawn together."""

from __future__ import annotations

import numpy as np

from toolkit.bootstrap import weighted_sums
from toolkit.comparison.parts import Drawn


class Sums:
    """Columns over the same rows, added up under one set of weights; a column given twice is summed once.

    Parameters
    ----------
    order : array of int, shape (rows,)
        Order in which rows draw their weights, so that the order in which they are given changes nothing.
    cluster : array of int, shape (rows,), or None
        Rows of one cluster share their weight.
    """

    def __init__(self, order: np.ndarray, cluster: np.ndarray | None = None) -> None:
        self._order = order
        self._cluster = cluster
        self._columns: list[np.ndarray] = []
        self._places: dict[bytes, int] = {}
        self._sums: tuple[np.ndarray, np.ndarray] | None = None

    def place(self, column: np.ndarray) -> int:
        """Put a column down, shape (rows,); returns where its sum will stand."""
        column = np.ascontiguousarray(column, dtype=float)
        key = column.tobytes()
        if key not in self._places:
            self._places[key] = len(self._columns)
            self._columns.append(column)
        return self._places[key]

    def draw(self, number: int, seed: int | list[int]) -> None:
        """Add all columns up, as observed and in ``number`` draws."""
        statistics = np.column_stack(self._columns)[self._order]
        observed = statistics.sum(axis=0)
        live = statistics.any(axis=0)
        drawn = np.zeros((number, statistics.shape[1]))
        if live.any():
            cluster = None if self._cluster is None else self._cluster[self._order]
            drawn[:, live] = weighted_sums(statistics[:, live], number, seed, cluster)
        self._sums = observed, drawn

    def __getitem__(self, place: int) -> Drawn:
        observed, drawn = self._sums
        return Drawn(float(observed[place]), drawn[:, place])
