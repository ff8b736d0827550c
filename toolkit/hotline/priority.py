"""Waiting in one pool of seats where better classes are answered first.

Method
------
Non-preemptive priority, Poisson arrivals, one exponential handling time for all classes, nobody
abandons. Given that all seats are busy, the callers of class j and better are geometric with ratio
σ(j); a caller of class j waits for those ahead and for better callers who arrive meanwhile, a delay
busy period (Kella and Yechiali 1985). Means: C / (c(1 − σ(j−1))(1 − σ(j))), c = nμ (Cobham 1954). The
first class's tail is C exp(−(c − λ1)t); the other tails are inverted from their Laplace transforms by
Euler summation (Abate and Whitt 1995), absolute error about 1e-8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import comb

from toolkit.hotline.erlang import HOUR, Calls, ErlangC
from toolkit.hotline.refusals import CALLS, at_least
from toolkit.shown import shown

EULER_A, TERMS, AVERAGED = 18.4, 30, 11
EULER_WEIGHTS = comb(AVERAGED, np.arange(AVERAGED + 1)) / 2.0**AVERAGED


@shown("seats", "p_wait", "utilisation")
@dataclass(frozen=True, slots=True)
class PriorityQueue:
    """One pool shared by classes in order of priority; made by :meth:`of`.

    Attributes
    ----------
    per_hour : tuple of float
        Calls per hour of each class, first class first.
    handling_seconds : float
        Mean, the same for all classes.
    seats : int
    p_wait : float
        Share of calls that wait at all, the same for all classes.
    """

    per_hour: tuple[float, ...]
    handling_seconds: float
    seats: int
    p_wait: float

    @classmethod
    def of(cls, per_hour: Sequence[float], handling_seconds: float, seats: int) -> PriorityQueue:
        """The queue; refused where the load of all classes reaches the seats."""
        for value in per_hour:
            at_least(0, value, CALLS)
        pool = ErlangC.of(Calls(sum(per_hour), handling_seconds), seats)
        return cls(tuple(per_hour), handling_seconds, seats, pool.p_wait)

    @property
    def utilisation(self) -> float:
        """Share of seat time that is busy."""
        return sum(self.per_hour) * self.handling_seconds / HOUR / self.seats

    def mean_wait(self, rank: int) -> float:
        """Seconds, over all calls of the class at ``rank`` (0 is the first)."""
        c = self.seats / self.handling_seconds
        return self.p_wait / (c * (1 - self._ratio(rank)) * (1 - self._ratio(rank + 1)))

    def within(self, rank: int, seconds: float) -> float:
        """Share of calls of the class at ``rank`` answered within ``seconds``."""
        c = self.seats / self.handling_seconds
        if self._ratio(rank) == 0:
            return 1 - self.p_wait * math.exp(-c * (1 - self._ratio(rank + 1)) * seconds)
        if seconds <= 0:
            return 1 - self.p_wait
        return 1 - self.p_wait * min(max(self._tail(rank, seconds), 0.0), 1.0)

    def _ratio(self, classes: int) -> float:
        """Load of the first ``classes`` classes per seat."""
        return sum(self.per_hour[:classes]) * self.handling_seconds / HOUR / self.seats

    def _tail(self, rank: int, seconds: float) -> float:
        """Share of the waiting callers of a class who wait longer."""
        k = np.arange(TERMS + AVERAGED + 1)
        s = (EULER_A + 2j * np.pi * k) / (2 * seconds)
        terms = ((1 - self._transform(rank, s)) / s).real
        terms = np.where(k == 0, 0.5, 1.0) * (-1.0) ** k * terms * math.exp(EULER_A / 2) / seconds
        return float(EULER_WEIGHTS @ np.cumsum(terms)[TERMS:])

    def _transform(self, rank: int, s: np.ndarray) -> np.ndarray:
        """Laplace transform of the wait of a class, given that it waits."""
        c, ahead = self.seats / self.handling_seconds, sum(self.per_hour[:rank]) / HOUR
        busy = 2 * c / (ahead + c + s + np.sqrt((ahead + c + s) ** 2 - 4 * ahead * c))
        ratio = self._ratio(rank + 1)
        return (1 - ratio) * busy / (1 - ratio * busy)
