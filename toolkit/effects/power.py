"""What a number of rows can show, known before the jump is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

from toolkit.shown import shown

DETECTABLE = 2.8
CUTOFF_LOSS = 2.5


@shown("n", "expected_error", "detectable")
@dataclass(frozen=True, slots=True)
class Power:
    """Expected precision.

    Attributes
    ----------
    n : int
        Rows that carry weight.
    expected_error : float
        Standard error to expect, in the unit of the outcome.
    detectable : float
        Smallest effect found four times in five at 95% confidence: 2.8 standard errors.
    """

    n: int
    expected_error: float
    detectable: float


def of_cutoff(variance: float, n: int, first_stage: float = 1.0) -> Power:
    """Precision of a cutoff design with ``n`` rows within its bandwidth.

    2.5 sqrt(4 variance / n) / first stage; ``variance`` is p (1 - p) for a share. The 2.5 is the price
    of two slopes and of the bias correction.

    >>> round(of_cutoff(0.82 * 0.18, 4700, 0.845).expected_error, 3)
    0.033
    """
    if not n or not first_stage:
        return _power(n, float("inf"))
    return _power(n, CUTOFF_LOSS * error_of_difference(variance, n) / abs(first_stage))


def of_pilot(variance: float, n: int) -> Power:
    """Precision of a comparison of two halves of ``n`` randomised rows."""
    return _power(n, error_of_difference(variance, n) if n else float("inf"))


def error_of_difference(variance: float, n: int) -> float:
    """Standard error of the difference of two means, ``n`` rows split in halves."""
    return sqrt(4 * variance / n)


def rows_needed(variance: float, wanted: float) -> int:
    """Rows, both halves together, at which ``wanted`` is the smallest detectable effect.

    >>> from toolkit import rows_needed
    >>> rows_needed(0.82 * 0.18, 0.03)
    5144
    """
    return ceil(4 * variance * (DETECTABLE / wanted) ** 2)


def _power(n: int, error: float) -> Power:
    return Power(n, error, DETECTABLE * error)
