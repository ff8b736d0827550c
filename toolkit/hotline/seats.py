"""Fewest seats that reach a target."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from toolkit.hotline.erlang import Calls, ErlangA, ErlangC
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.target import Counting, Target


def seats_needed(
    calls: Calls, target: Target | None, patience_seconds: float | None = None, counting: Counting = "offered"
) -> int:
    """Fewest seats that reach ``target``; 0 where there are no calls.

    Without a target: the fewest that keep the queue from growing without end, 1 where callers abandon.

    Examples
    --------
    >>> from toolkit import hotline
    >>> calls = hotline.Calls(per_hour=100, handling_seconds=180)
    >>> calls.load, hotline.seats_needed(calls, hotline.Target(0.8, 20))
    (5.0, 8)
    >>> [round(hotline.ErlangC.of(calls, seats).within(20), 3) for seats in (6, 7, 8)]
    [0.474, 0.74, 0.88]
    """
    if calls.per_hour == 0:
        return 0
    least = 1 if patience_seconds else math.floor(calls.load) + 1
    if target is None:
        return least

    def reached(seats: int) -> bool:
        queue = ErlangA.of(calls, seats, patience_seconds) if patience_seconds else ErlangC.of(calls, seats)
        return queue.within(target.seconds, counting) >= target.share

    return _fewest(least, reached)


def priority_seats(
    per_hour: Sequence[float], handling_seconds: float, targets: Sequence[Target | None]
) -> int:
    """Fewest shared seats at which every class that calls reaches its target; 0 without calls.

    Parameters
    ----------
    per_hour : sequence of float
        Calls per hour, first class first.
    handling_seconds : float
    targets : sequence of Target or None, same length
        None promises that class nothing; its calls still take seats.

    Examples
    --------
    >>> from toolkit import hotline
    >>> vip, others = hotline.Target(0.9, 20), hotline.Target(0.5, 60)
    >>> hotline.priority_seats([20, 80], 180, [vip, others])
    8
    """
    calls = Calls(sum(per_hour), handling_seconds)
    if calls.per_hour == 0:
        return 0

    def reached(seats: int) -> bool:
        queue = PriorityQueue.of(per_hour, handling_seconds, seats)
        return all(
            queue.within(rank, target.seconds) >= target.share
            for rank, target in enumerate(targets)
            if target is not None and per_hour[rank] > 0
        )

    return _fewest(math.floor(calls.load) + 1, reached)


def _fewest(least: int, reached: Callable[[int], bool]) -> int:
    """Smallest number from ``least`` on that satisfies a condition which, once true, stays true."""
    step, high = 1, least
    while not reached(high):
        high, step = high + step, 2 * step
    low = max(high - step // 2, least - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
