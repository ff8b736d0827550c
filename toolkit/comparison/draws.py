"""How uncertainty is drawn: one set of draws that all alternatives and definitions share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy import stats

from toolkit.estimate import Estimate
from toolkit.shown import shown

FACTORS = ("margin", "service", "managers", "moves")
Law = Literal["triangular", "lognormal"]
WIDE = 1.959964
_EFFECT, _FACTOR, _ASSUMED, _LOT = 1, 2, 3, 4


@shown("low", "mode", "high", "law")
@dataclass(frozen=True, slots=True)
class Range:
    """What a priced assumption may be: a factor on an amount, 1 where the books are right.

    Attributes
    ----------
    low, mode, high : float
        Of a triangular law its ends and its peak. Of a lognormal law the median is ``mode``, and ``low`` and
        ``high`` are the ends of its 95 % interval, either side with a spread of its own.
    law : "triangular" or "lognormal"
    """

    low: float
    mode: float
    high: float
    law: Law = "triangular"

    def __post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"low, mode and high must rise: {self.low}, {self.mode}, {self.high}")
        if self.law == "lognormal" and self.low <= 0:
            raise ValueError(f"a lognormal range lies above zero: low {self.low}")

    def quantile(self, share: float | np.ndarray) -> np.ndarray:
        """Value below which ``share`` (0..1) of the law lies, in the shape of ``share``.

        >>> Range(0.0, 1.0, 2.0).quantile(0.5), Range(0.5, 1.0, 2.0, "lognormal").quantile(0.5)
        (np.float64(1.0), np.float64(1.0))
        """
        if self.low == self.high:
            return np.full(np.shape(share), float(self.mode))[()]
        if self.law == "triangular":
            width = self.high - self.low
            return stats.triang.ppf(share, (self.mode - self.low) / width, self.low, width)
        noise = stats.norm.ppf(share)
        reach = np.where(noise > 0, np.log(self.high / self.mode), np.log(self.mode / self.low)) / WIDE
        return self.mode * np.exp(noise * reach)


@shown("number", "seed", "factors")
@dataclass(frozen=True, slots=True)
class Draws:
    """How many draws, and of what.

    Attributes
    ----------
    number, seed : int
    factors : mapping of :data:`FACTORS` to Range
        Priced assumptions; a factor left out is 1 in every draw.
    stream : int
        Draws of customers, effects and lots of one stream are independent of another's; factors and assumed
        effects are the same in all. Halves of the customers are drawn in streams of their own.
    """

    number: int
    seed: int
    factors: Mapping[str, Range] = field(default_factory=dict)
    stream: int = 0

    def __post_init__(self) -> None:
        unknown = sorted(set(self.factors) - set(FACTORS))
        if unknown:
            raise ValueError(f"unknown factor {unknown[0]!r}; expected one of {', '.join(FACTORS)}")

    def in_stream(self, stream: int) -> Draws:
        """The same draws of the assumptions beside other draws of customers and effects."""
        return replace(self, stream=stream)

    @property
    def weights_seed(self) -> int | list[int]:
        """Seed of the weights of customers."""
        return [self.seed, 0, self.stream] if self.stream else self.seed

    def lot_seed(self, place: int) -> list[int]:
        """Seed of the weights of the rows of the lot at ``place`` of the evidence."""
        return [self.seed, _LOT, self.stream, place]

    def noise(self) -> np.ndarray:
        """One standard normal number per draw for the effect at the bar, shape (number,)."""
        seed = [self.seed, _EFFECT, self.stream] if self.stream else [self.seed, _EFFECT]
        return np.random.default_rng(seed).standard_normal(self.number)

    def assumed(self, place: int) -> np.ndarray:
        """Shares 0..1 at which the assumed effect at ``place`` of the evidence is drawn, shape (number,)."""
        return np.random.default_rng([self.seed, _ASSUMED, place]).random(self.number)

    def factor(self, name: str) -> np.ndarray:
        """The factor in every draw, shape (number,); ones where nothing is assumed."""
        if name not in self.factors:
            return np.ones(self.number)
        rng = np.random.default_rng([self.seed, _FACTOR, FACTORS.index(name)])
        return self.factors[name].quantile(rng.random(self.number))


def split_normal(estimate: Estimate, noise: float | np.ndarray) -> np.ndarray:
    """``estimate`` at ``noise`` standard deviations from its value, either side with the spread of its own half.


    >>> split_normal(Estimate(1.0, 0.0, 3.0, "share"), np.array([-1.959964, 0.0, 1.959964])).tolist()
    [0.0, 1.0, 3.0]
    """
    below, above = estimate.value - estimate.low, estimate.high - estimate.value
    reach = np.where(np.asarray(noise) > 0, above, below) / WIDE
    return estimate.value + noise * reach
