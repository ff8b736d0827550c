"""A shift: when a head is there, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import numpy as np

from toolkit.errors import ParameterError
from toolkit.hotline.refusals import above_zero, at_least
from toolkit.shown import shown
from toolkit.terms import Label

_LENGTH = Label("班次时长（小时）", "length of the shift (hours)")
_COST = Label("班次成本", "cost of the shift")
_BREAK = Label("休息分钟数", "minutes of the break")


@shown("name", "start", "hours", "cost")
@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that a head may work on any day.

    Attributes
    ----------
    name : str
    start : time
        Of the day; a shift may pass midnight.
    hours : float
        Break included; at most 24.
    cost : float
        Money per head and day.
    break_after_hours : float
        From the start of the shift to its break.
    break_minutes : float
        0 for none.
    """

    name: str
    start: time
    hours: float
    cost: float
    break_after_hours: float = 0.0
    break_minutes: float = 0.0

    def __post_init__(self) -> None:
        above_zero(self.hours, _LENGTH, self.name)
        at_least(0, self.cost, _COST, self.name)
        at_least(0, self.break_minutes, _BREAK, self.name)
        after = self.break_after_hours * 60
        if self.hours > 24 or after < 0 or after + self.break_minutes > self.hours * 60:
            raise ParameterError(
                zh=f"班次“{self.name}”长 {self.hours:g} 小时，休息在开始后 {self.break_after_hours:g} 小时、"
                f"{self.break_minutes:g} 分钟；班次不得超过 24 小时，休息须在班内。请更正。",
                en=f"Shift {self.name} lasts {self.hours:g} hours with a break of {self.break_minutes:g} minutes after "
                f"{self.break_after_hours:g} hours; a shift lasts at most 24 hours and holds its break. Correct it.",
            )

    @property
    def passes_midnight(self) -> bool:
        """Whether it ends on the day after its start."""
        return self.start.hour + self.start.minute / 60 + self.hours > 24

    def covers(self, offset: np.ndarray, minutes: int) -> np.ndarray:
        """Whether a head is there for intervals that start ``offset`` minutes after the day's midnight."""
        begin = offset - (self.start.hour * 60 + self.start.minute)
        pause = self.break_after_hours * 60
        away = (begin < pause + self.break_minutes) & (begin + minutes > pause) & (self.break_minutes > 0)
        return (begin >= 0) & (begin + minutes <= self.hours * 60) & ~away
