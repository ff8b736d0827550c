"""What became of a claim."""

from __future__ import annotations

import math
from dataclasses import dataclass

from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.track.claim import Claim


@shown("value", "low", "high")
@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen later.

    Attributes
    ----------
    value : float
        In the unit of the claim.
    low, high : float or None
        95 % interval, where what was seen is itself estimated.
    source : Label or None
        Where it was seen; None where the claim says so.
    """

    value: float
    low: float | None = None
    high: float | None = None
    source: Label | None = None


@shown("claim", "inside", "came_true", "pending")
@dataclass(frozen=True, slots=True)
class Resolution:
    """A claim beside what happened.

    Attributes
    ----------
    claim : Claim
    seen : Observation or None
        None while it is pending.
    inside : bool or None
        Whether what happened agrees with the interval claimed; None without an interval, or while pending.
    came_true : bool or None
        Whether what was held probable is so; None without a probability, or while pending.
    reason : Label or None
        Why it is pending, or why it is not scored; None where it is scored.
    """

    claim: Claim
    seen: Observation | None
    inside: bool | None
    came_true: bool | None
    reason: Label | None

    @property
    def pending(self) -> bool:
        return self.seen is None

    @property
    def scored(self) -> bool:
        """Whether it counts in the calibration."""
        return self.inside is not None or self.came_true is not None


def pending(claim: Claim, reason: Label) -> Resolution:
    """A claim that cannot be checked yet; it is never counted."""
    return Resolution(claim, None, None, None, reason)


def resolved(claim: Claim, seen: Observation) -> Resolution:
    """A claim beside ``seen``.

    An exact observation is inside where it lies in the interval claimed. An estimated one is inside where it
    differs from the claim by no more than the two intervals allow together: the root of the sum of the squares
    of the halves that face each other. A claim with a probability holds that the value is above 0.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.resolution import Observation
    >>> made, label = toolkit.Quarter.parse("2025Q3"), toolkit.Label("留存率", "retention")
    >>> claim = toolkit.Claim("VIP", "retained", made, made + 4, 0.8, "share", label, low=0.7, high=0.9)
    >>> [toolkit.resolved(claim, Observation(seen)).inside for seen in (0.85, 0.6)]
    [True, False]
    """
    came_true = None if claim.probability is None else bool(seen.value > 0)
    inside = _agrees(claim, seen) if claim.has_interval else None
    reason = None
    if inside is None and came_true is None:
        reason = Label("没有给出区间，不计入校准", "claimed without an interval, so not scored")
    return Resolution(claim, seen, inside, came_true, reason)


def _agrees(claim: Claim, seen: Observation) -> bool:
    if seen.low is None or seen.high is None:
        return bool(claim.low <= seen.value <= claim.high)
    above = seen.value >= claim.value
    own = claim.high - claim.value if above else claim.value - claim.low
    other = seen.value - seen.low if above else seen.high - seen.value
    return bool(abs(seen.value - claim.value) <= math.hypot(own, other))
