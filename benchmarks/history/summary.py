"""What a summariser of purchases finds: repeat days, recency and age of every customer."""

from __future__ import annotations

from dataclasses import dataclass

END = "2026-09-30"


@dataclass(frozen=True, slots=True)
class Summary:
    """Sums over customers; time in days.

    Attributes
    ----------
    customers : int
    repeats : int
        Days with a purchase after the first.
    recency : int
        From the first purchase to the last.
    age : int
        From the first purchase to the end of the history.
    """

    customers: int
    repeats: int
    recency: int
    age: int

    def checksum(self) -> str:
        """Equal for equal sums."""
        return f"{self.customers}-{self.repeats}-{self.recency}-{self.age}"
