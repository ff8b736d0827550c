"""Waiting in one pool of seats where calls are answered in their order of arrival.

Method
------
Erlang B by the recursion B(n) = aB(n−1) / (n + aB(n−1)), Erlang C from it (Erlang 1917). Erlang A
(callers with exponential patience of rate θ) as a birth-death process with death rate
min(k, n)μ + (k − n)⁺θ; abandoned = θLq / λ. Its waits come from the density of the offered wait,
λπ(n−1) exp(λ(1 − e^(−θx))/θ − nμx) (Palm; Mandelbaum and Zeltyn 2007), integrated by Gauss-Legendre.
Calls arrive by a Poisson process, and handling times are exponential.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from toolkit.hotline.refusals import CALLS, HANDLING, LOAD, PATIENCE, SEATS, above_zero, at_least, stable
from toolkit.hotline.target import Counting, level
from toolkit.shown import shown

HOUR = 3600.0
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
TURNS_A_PANEL = 8.0
SPREADS, SPARE = 12, 60


def erlang_b(seats: object, load: object) -> np.ndarray:
    """Share of calls that find all seats taken where nobody waits, in the shape to which ``seats`` and ``load`` broadcast.

    Parameters
    ----------
    seats : int or array of int
    load : float or array
        Erlangs; broadcast against ``seats``.

    >>> from toolkit.hotline import erlang_b
    >>> round(float(erlang_b(10, 5)), 6)
    0.018385
    """
    return _over(_blocking, seats, load)


def erlang_c(seats: object, load: object) -> np.ndarray:
    """Share of calls that wait where nobody gives up; 1 where the load reaches the seats. The shape is that of :func:`erlang_b`.

    >>> from toolkit.hotline import erlang_c
    >>> erlang_c([2, 10], [1, 5]).round(6).tolist()
    [0.333333, 0.036105]
    """
    return _over(_waiting, seats, load)


@shown("per_hour", "handling_seconds", "load")
@dataclass(frozen=True, slots=True)
class Calls:
    """A stream of calls.

    Attributes
    ----------
    per_hour : float
    handling_seconds : float
        Mean, talk and work after the call together.
    """

    per_hour: float
    handling_seconds: float

    def __post_init__(self) -> None:
        at_least(0, self.per_hour, CALLS)
        above_zero(self.handling_seconds, HANDLING)

    @property
    def load(self) -> float:
        """Erlangs: seats that would be busy all the time."""
        return self.per_hour * self.handling_seconds / HOUR


@shown("seats", "p_wait", "mean_wait", "utilisation")
@dataclass(frozen=True, slots=True)
class ErlangC:
    """One pool without abandonment; made by :meth:`of`.

    Attributes
    ----------
    calls : Calls
    seats : int
    p_wait : float
        Share of calls that wait at all.
    """

    calls: Calls
    seats: int
    p_wait: float

    @classmethod
    def of(cls, calls: Calls, seats: int) -> ErlangC:
        """The queue; refused where the load reaches the seats."""
        at_least(1, seats, SEATS)
        stable(calls.load, seats)
        return cls(calls, seats, _waiting(seats, calls.load))

    @property
    def mean_wait(self) -> float:
        """Seconds, over all calls."""
        return self.p_wait * self.calls.handling_seconds / (self.seats - self.calls.load)

    @property
    def utilisation(self) -> float:
        """Share of seat time that is busy."""
        return self.calls.load / self.seats

    @property
    def queue_length(self) -> float:
        """Mean number of callers waiting."""
        return self.calls.per_hour * self.mean_wait / HOUR

    @property
    def abandoned(self) -> float:
        """Nobody abandons here."""
        return 0.0

    def within(self, seconds: float, counting: Counting = "offered") -> float:
        """Share answered within ``seconds``; every way of counting gives the same."""
        rate = (self.seats - self.calls.load) / self.calls.handling_seconds
        return level(1 - self.p_wait * math.exp(-rate * seconds), 1.0, 0.0, counting)


@shown("seats", "p_wait", "abandoned", "utilisation")
@dataclass(frozen=True, slots=True)
class ErlangA:
    """One pool whose callers abandon; made by :meth:`of`. Any load is allowed.

    Attributes
    ----------
    calls : Calls
    seats : int
    patience_seconds : float
        Mean patience.
    p_wait, utilisation, abandoned : float
        Shares: of calls that wait at all, of seat time that is busy, of calls that abandon.
    queue_length : float
        Mean number of callers waiting.
    log_last_free : float
        Log of the probability that exactly one seat is free.
    """

    calls: Calls
    seats: int
    patience_seconds: float
    p_wait: float
    utilisation: float
    abandoned: float
    queue_length: float
    log_last_free: float

    @classmethod
    def of(cls, calls: Calls, seats: int, patience_seconds: float) -> ErlangA:
        """The queue with exponential patience."""
        at_least(1, seats, SEATS)
        above_zero(calls.per_hour, CALLS)
        above_zero(patience_seconds, PATIENCE)
        arrive, leave, quit_ = calls.per_hour / HOUR, 1 / calls.handling_seconds, 1 / patience_seconds
        beyond = max(arrive - seats * leave, 0) / quit_ + SPREADS * math.sqrt(arrive / quit_) + SPARE
        k = np.arange(seats + int(beyond) + 1)
        deaths = np.minimum(k, seats) * leave + np.maximum(k - seats, 0) * quit_
        logs = np.concatenate([[0.0], np.cumsum(np.log(arrive) - np.log(deaths[1:]))])
        logs -= logs.max() + np.log(np.exp(logs - logs.max()).sum())
        share = np.exp(logs)
        waiting = float(np.maximum(k - seats, 0) @ share)
        return cls(
            calls, seats, patience_seconds, p_wait=float(share[seats:].sum()),
            utilisation=float(np.minimum(k, seats) @ share) / seats,
            abandoned=quit_ * waiting / arrive, queue_length=waiting, log_last_free=float(logs[seats - 1]),
        )  # fmt: skip

    @property
    def mean_wait(self) -> float:
        """Seconds over all calls, those abandoned included."""
        return self.queue_length * HOUR / self.calls.per_hour

    def waited(self, seconds: float) -> float:
        """Share of calls whose wait ended within ``seconds``, by an answer or by giving up."""
        offered = self._integral(seconds, patient=False)
        return 1 - math.exp(-seconds / self.patience_seconds) * max(self.p_wait - offered, 0.0)

    def within(self, seconds: float, counting: Counting = "offered") -> float:
        """Share answered within ``seconds`` by the convention of ``counting``."""
        in_time = 1 - self.p_wait + self._integral(seconds, patient=True)
        return level(in_time, 1 - self.abandoned, self.waited(seconds) - in_time, counting)

    def _integral(self, seconds: float, *, patient: bool) -> float:
        """Mass of offered waits in (0, seconds], of those callers alone who are still there if ``patient``."""
        if seconds <= 0:
            return 0.0
        arrive, quit_ = self.calls.per_hour / HOUR, 1 / self.patience_seconds
        serve = self.seats / self.calls.handling_seconds
        panels = math.ceil(seconds * (arrive + serve + quit_) / TURNS_A_PANEL)
        half = seconds / panels / 2
        x = (half * (2 * np.arange(panels)[:, None] + 1 + NODES)).ravel()
        log = self.log_last_free + math.log(arrive) - arrive / quit_ * np.expm1(-quit_ * x) - serve * x
        return float(half * np.tile(WEIGHTS, panels) @ np.exp(log - quit_ * x * patient))


def _over(one: Callable[[int, float], float], seats: object, load: object) -> np.ndarray:
    places, loads = np.broadcast_arrays(np.asarray(seats), np.asarray(load, dtype=float))
    for value, name in ((places, SEATS), (loads, LOAD)):
        if value.size:
            at_least(0, float(value.min()), name)
    found = [one(int(n), float(a)) for n, a in zip(places.ravel(), loads.ravel(), strict=True)]
    return np.array(found).reshape(places.shape)


def _blocking(seats: int, load: float) -> float:
    share = 1.0
    for seat in range(1, seats + 1):
        share = load * share / (seat + load * share)
    return share


def _waiting(seats: int, load: float) -> float:
    if load >= seats:
        return 1.0
    blocked = _blocking(seats, load)
    return seats * blocked / (seats - load * (1 - blocked))
