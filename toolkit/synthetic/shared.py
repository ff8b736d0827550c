"""The same random numbers for the same customers in two walks of one company."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Draws(Protocol):
    """Whatever gives uniform random numbers."""

    def random(self, size: tuple[int, int]) -> np.ndarray:
        """Numbers in 0..1 of shape ``size``."""


class SharedDraws:
    """Numbers drawn for other rows, handed to the same customers among ``rows``.

    Parameters
    ----------
    rng : Generator
        Advances exactly as in the walk in which the customers at ``there`` were served.
    there, rows : int array
        Places in the population: served in that walk, and to be served in this one. Who is not among the
        first has numbers of a stream apart.
    count : int
        Customers in the population.
    """

    def __init__(self, rng: np.random.Generator, there: np.ndarray, rows: np.ndarray, count: int) -> None:
        self._rng, self._there, self._rows, self._count = rng, there, rows, count
        self._apart = rng.spawn(1)[0]

    def random(self, size: tuple[int, int]) -> np.ndarray:
        """Numbers in 0..1, shape ``size``; its second entry is the number of rows."""
        numbers = self._apart.random((size[0], self._count))
        numbers[:, self._there] = self._rng.random((size[0], len(self._there)))
        return numbers[:, self._rows]
