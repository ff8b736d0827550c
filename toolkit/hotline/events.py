"""One run of the hotline, event by event."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from toolkit.hotline.erlang import HOUR
from toolkit.hotline.floor import CallClass, Floor


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What chance gave one run; one entry per call, in order of arrival.

    Attributes
    ----------
    kind : int array
        Place of the call's class.
    at : float array
        Second of arrival.
    service, back_service : float arrays
        Seconds of handling, of the call and of a call back.
    patience : float array
        Seconds after which the caller gives up; infinite where nobody abandons.
    """

    kind: np.ndarray
    at: np.ndarray
    service: np.ndarray
    back_service: np.ndarray
    patience: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """What happened to every call of one run; one entry per call, in order of arrival.

    Attributes
    ----------
    draws : Draws
    wait : float array
        Seconds until the answer or until the caller gave up.
    answered : bool array
    back_at : float array
        Second at which the caller was called back; NaN without a call back.
    """

    draws: Draws
    wait: np.ndarray
    answered: np.ndarray
    back_at: np.ndarray

    @property
    def back_hours(self) -> np.ndarray:
        """Hours from giving up to the call back; NaN where there was none."""
        return (self.back_at - self.draws.at - self.wait) / HOUR

    def busy_seconds(self, start: float, end: float) -> float:
        """Seat seconds busy between two moments."""
        back = ~np.isnan(self.back_at)
        begun = np.concatenate([(self.draws.at + self.wait)[self.answered], self.back_at[back]])
        took = np.concatenate([self.draws.service[self.answered], self.draws.back_service[back]])
        return float((np.clip(begun + took, start, end) - np.clip(begun, start, end)).sum())


def draw(classes: Sequence[CallClass], floor: Floor, rng: np.random.Generator) -> Draws:
    """Draw the calls of one run."""
    counts = rng.poisson(floor.calls)
    number, intervals = counts.shape
    kind = np.repeat(np.arange(number), counts.sum(axis=1))
    interval = np.repeat(np.tile(np.arange(intervals), number), counts.ravel())
    at = (interval + rng.random(len(interval))) * floor.interval_seconds
    order = np.argsort(at, kind="stable")
    kind, at = kind[order], at[order]
    service, back_service = (_handling(classes, kind, rng) for _ in range(2))
    patience = np.array([one.patience_seconds or np.inf for one in classes], dtype=float)[kind]
    return Draws(kind, at, service, back_service, rng.standard_exponential(len(kind)) * patience)


def answer(classes: Sequence[CallClass], floor: Floor, draws: Draws) -> Log:
    """Answer the calls of one run."""
    at, deadline = draws.at, (draws.at + draws.patience).tolist()
    seats = _Seats(classes, draws.kind.tolist(), at.tolist(), deadline)
    seats.work(draws.service.tolist(), draws.back_service.tolist(), *_changes(floor))
    begun = np.array(seats.begun)
    answered = ~np.isnan(begun)
    gone = draws.patience if floor.seats[-1] > 0 else np.minimum(draws.patience, floor.horizon - at)
    return Log(draws, np.where(answered, begun - at, gone), answered, np.array(seats.back_at))


class _Seats:
    """Seats at work: who waits, who is served until when."""

    __slots__ = (
        "at", "back", "back_at", "back_of", "back_service", "begun", "busy", "deadline", "first", "last",
        "line_of", "lines", "seats", "service",
    )  # fmt: skip

    def __init__(
        self, classes: Sequence[CallClass], kind: list[int], at: list[float], deadline: list[float]
    ) -> None:
        levels = sorted({(one.blacklisted, 0 if one.blacklisted else one.priority) for one in classes})
        place = [levels.index((one.blacklisted, 0 if one.blacklisted else one.priority)) for one in classes]
        self.lines = [deque() for _ in levels]
        self.first = [line for line, level in zip(self.lines, levels, strict=True) if not level[0]]
        self.last = [line for line, level in zip(self.lines, levels, strict=True) if level[0]]
        self.line_of = [self.lines[place[one]] for one in kind]
        calls_back = [one.callback_hours is not None for one in classes]
        self.back_of = [calls_back[one] for one in kind]
        self.at, self.deadline = at, deadline
        self.begun, self.back_at = [math.nan] * len(at), [math.nan] * len(at)
        self.busy: list[float] = []
        self.back: list[tuple[float, int]] = []
        self.seats = 0

    def work(
        self, service: list[float], back_service: list[float], moments: list[float], seats: list[int]
    ) -> None:
        """Answer every call; ``seats[i]`` holds from second ``moments[i]`` on."""
        self.service, self.back_service = service, back_service
        busy, begun, step, steps = self.busy, self.begun, 0, len(moments)
        for call, now in enumerate(self.at):
            while step < steps and moments[step] <= now:
                self._change(moments[step], seats[step])
                step += 1
            if busy and busy[0] <= now:
                self._release(now)
            if len(busy) < self.seats:
                begun[call] = now
                heappush(busy, now + service[call])
            else:
                self.line_of[call].append(call)
        for moment, number in zip(moments[step:], seats[step:], strict=True):
            self._change(moment, number)
        self._release(math.inf)

    def _change(self, now: float, seats: int) -> None:
        self._release(now)
        self.seats = seats
        while len(self.busy) < seats and self._next(now):
            pass

    def _release(self, now: float) -> None:
        busy = self.busy
        while busy and busy[0] <= now:
            free = heappop(busy)
            if len(busy) < self.seats:
                self._next(free)

    def _next(self, now: float) -> bool:
        """Give a free seat its next task; False where there is none."""
        if self._answer(self.first, now):
            return True
        if self.back:
            call = heappop(self.back)[1]
            self.back_at[call] = now
            heappush(self.busy, now + self.back_service[call])
            return True
        return self._answer(self.last, now)

    def _answer(self, lines: list[deque], now: float) -> bool:
        for line in lines:
            while line:
                call = line.popleft()
                if self.deadline[call] > now:
                    self.begun[call] = now
                    heappush(self.busy, now + self.service[call])
                    return True
                if self.back_of[call]:
                    heappush(self.back, (self.deadline[call], call))
        return False


def _handling(classes: Sequence[CallClass], kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    seconds = np.array([one.handling_seconds for one in classes], dtype=float)[kind]
    for place, one in enumerate(classes):
        own = kind == place
        if one.handling_spread > 0:
            shape = one.handling_spread**-2
            seconds[own] *= rng.standard_gamma(shape, int(own.sum())) / shape
    return seconds


def _changes(floor: Floor) -> tuple[list[float], list[int]]:
    seats = np.asarray(floor.seats, dtype=int)
    starts = np.flatnonzero(np.diff(seats, prepend=seats[0] - 1))
    return (starts * floor.interval_seconds).tolist(), seats[starts].tolist()
