"""What a simulated hotline is given: classes of calls, their arrivals and the seats of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import ParameterError
from toolkit.hotline.erlang import HOUR
from toolkit.hotline.refusals import CALLS, HANDLING, PATIENCE, SEATS, above_zero, at_least
from toolkit.hotline.target import Target
from toolkit.shown import shown
from toolkit.terms import Label

_SPREAD = Label("处理时长的变异系数", "coefficient of variation of the handling time")
_CALLBACK = Label("回访时限（小时）", "limit for calling back (hours)")
_INTERVAL = Label("时段长度（秒）", "length of an interval (seconds)")


@shown("name", "handling_seconds", "target", "priority")
@dataclass(frozen=True, slots=True)
class CallClass:
    """One class of calls and what it is promised.

    Attributes
    ----------
    name : str
    handling_seconds : float
        Mean; drawn from a gamma distribution, which is exponential at ``handling_spread`` 1.
    target : Target or None
        None promises nothing; its seconds are those of the measured level.
    priority : int
        Smaller goes first; classes of equal priority are answered in order of arrival.
    patience_seconds : float or None
        Mean of an exponential patience; None where nobody abandons.
    handling_spread : float
        Standard deviation of the handling time over its mean; 0 makes it constant.
    callback_hours : float or None
        Callers who abandoned are called back, when no other call waits, within this limit; None where
        they are not.
    blacklisted : bool
        Answered last, after all other classes and all calls back, whatever its priority.
    """

    name: str
    handling_seconds: float
    target: Target | None = None
    priority: int = 0
    patience_seconds: float | None = None
    handling_spread: float = 1.0
    callback_hours: float | None = None
    blacklisted: bool = False

    def __post_init__(self) -> None:
        above_zero(self.handling_seconds, HANDLING, self.name)
        at_least(0, self.handling_spread, _SPREAD, self.name)
        if self.patience_seconds is not None:
            above_zero(self.patience_seconds, PATIENCE, self.name)
        if self.callback_hours is not None:
            above_zero(self.callback_hours, _CALLBACK, self.name)
            if self.blacklisted or self.patience_seconds is None:
                raise ParameterError(
                    zh=f"“{self.name}”要求回访，但该类在黑名单上或无人放弃，不会有回访。请去掉回访时限，或给出平均耐心时长。",
                    en=f"{self.name} asks for calls back, but it is blacklisted or nobody abandons, so there are none. "
                    "Remove the limit for calling back, or state the mean patience.",
                )


@shown("interval_seconds", "horizon")
@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """Expected calls and seats by interval.

    Attributes
    ----------
    calls : array of float, shape (classes, intervals)
        Expected calls of each class in each interval; they arrive by a Poisson process.
    seats : array of int, shape (intervals,)
        Where seats fall, calls in hand are finished; after the last interval its seats stay.
    interval_seconds : float
    """

    calls: np.ndarray
    seats: np.ndarray
    interval_seconds: float

    def __post_init__(self) -> None:
        above_zero(self.interval_seconds, _INTERVAL)
        shape = np.shape(self.calls)
        if len(shape) != 2 or np.shape(self.seats) != shape[1:] or 0 in shape:
            raise ParameterError(
                zh=f"来电表的形状为 {shape}，坐席表为 {np.shape(self.seats)}；应为（类别数, 时段数）和（时段数,）。",
                en=f"The calls have shape {shape} and the seats {np.shape(self.seats)}; (classes, intervals) and "
                "(intervals,) were expected.",
            )
        at_least(0, float(np.min(self.calls)), CALLS)
        at_least(0, float(np.min(self.seats)), SEATS)
        if not np.sum(self.calls) > 0:
            raise ParameterError(
                zh=f"全部 {shape[1]} 个时段都没有来电，无可模拟。请检查来电表。",
                en=f"None of the {shape[1]} intervals has calls, so there is nothing to simulate. Check the calls.",
            )

    @classmethod
    def steady(cls, per_hour: Sequence[float], seats: int, hours: int) -> Floor:
        """The same calls per hour of each class and the same seats for ``hours`` hours."""
        calls = np.repeat(np.asarray(per_hour, dtype=float)[:, None], hours, axis=1)
        return cls(calls, np.full(hours, seats), HOUR)

    @property
    def horizon(self) -> float:
        """Seconds from the first interval's start to the last one's end."""
        return self.calls.shape[1] * self.interval_seconds
