"""The quarters a simulated company shows, and when it reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from toolkit.synthetic.world import SCORE_QUARTERS
from toolkit.window import Quarter

FIRST, LAST = Quarter.parse("2021Q4"), Quarter.parse("2026Q3")
LAUNCH = Quarter.parse("2022Q3")
AS_OF = date(2026, 11, 22)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Quarters shown, and yearly reviews.

    Attributes
    ----------
    first, last : Quarter
        First and last complete quarter shown.
    as_of : date
        First day that is not shown any more; later than ``last`` by less than a quarter, so that the
        files end in an unfinished quarter (or with ``last`` itself if equal to its end).
    launch : Quarter
        First review at which grades are given; reviews are in the same quarter of every year.

    Examples
    --------
    >>> [str(quarter) for quarter in Calendar().reviews()]
    ['2022Q3', '2023Q3', '2024Q3', '2025Q3', '2026Q3']
    >>> Calendar().shown
    21
    """

    first: Quarter = FIRST
    last: Quarter = LAST
    as_of: date = AS_OF
    launch: Quarter = LAUNCH

    def __post_init__(self) -> None:
        if not self.last.end() <= self.as_of < (self.last + 1).end():
            raise ValueError(f"as_of must lie in the quarter after {self.last}; got {self.as_of}")
        if not self.first + (SCORE_QUARTERS - 1) <= self.launch <= self.last:
            raise ValueError(f"launch needs four quarters before its end, and must not be after {self.last}")

    def reviews(self) -> list[Quarter]:
        """Quarters at whose end customers are reviewed, those before the launch included."""
        earliest = self.first + (SCORE_QUARTERS - 1)
        quarters = [earliest + i for i in range(self.last - earliest + 1)]
        return [quarter for quarter in quarters if quarter.number == self.launch.number]

    @property
    def complete(self) -> int:
        """Complete quarters shown."""
        return self.last - self.first + 1

    @property
    def shown(self) -> int:
        """Quarters of which at least a part is shown."""
        return self.complete + (self.as_of > self.last.end())

    def position(self, quarter: Quarter) -> int:
        """Place of ``quarter``, counted from 0 at ``first``."""
        return quarter - self.first

    def starts(self) -> list[date]:
        """First days of the quarters shown, and the first day after them."""
        return [(self.first + i).start() for i in range(self.shown + 1)]
