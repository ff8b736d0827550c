"""BG/NBD: how often customers buy who may silently leave (Fader, Hardie and Lee 2005).

A customer buys at a Poisson rate, gamma distributed over customers with shape r and rate alpha, and
leaves after any purchase with a probability that is beta distributed with a and b. A customer is known
by repeat purchases, the time of the last of them and the time observed, both since the first purchase.
Everything is computed in logarithms; the expectation uses Euler's transformation of the
hypergeometric function, which stays stable for customers with very many purchases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, hyp2f1

from toolkit.forecasts.buyers import Buyers
from toolkit.forecasts.likelihood import Fitted, maximise
from toolkit.shown import shown

NAMES = ("r", "alpha", "a", "b")
NEAR_ONE = 1e-6


@shown("r", "alpha", "a", "b")
@dataclass(frozen=True, slots=True)
class BgNbd:
    """The model with its four parameters."""

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, buyers: Buyers) -> np.ndarray:
        """Log-likelihood of each customer, shape (customers,)."""
        x, r, alpha = buyers.repeats, self.r, self.alpha
        common = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        stays = betaln(self.a, self.b + x) - (r + x) * np.log(alpha + buyers.age)
        repeated = x > 0
        left = betaln(self.a + 1, np.where(repeated, self.b + x - 1, 1.0)) - (r + x) * np.log(
            alpha + buyers.recency
        )
        return common - betaln(self.a, self.b) + np.logaddexp(stays, np.where(repeated, left, -np.inf))

    def alive(self, buyers: Buyers) -> np.ndarray:
        """Probability that each customer has not left, 0..1; 1 without a repeat purchase."""
        return np.exp(-np.logaddexp(0.0, self._log_odds_of_leaving(buyers)))

    def expected(self, buyers: Buyers, time: float) -> np.ndarray:
        """Purchases expected of each customer within ``time`` after the end of observation."""
        a = self.a if abs(self.a - 1) > NEAR_ONE else 1 + NEAR_ONE
        top = a + self.b + buyers.repeats - 1
        z = time / (self.alpha + buyers.age + time)
        lost = np.exp((a - 1) * np.log1p(-z)) * hyp2f1(a + self.b - 1 - self.r, a - 1, top, z)
        return top / (a - 1) * (1 - lost) * self.alive(buyers)

    def expected_of_new(self, time: float) -> float:
        """Repeat purchases expected of a new customer within ``time`` after the first purchase."""
        return float(self.expected(Buyers(np.zeros(1), np.zeros(1), np.zeros(1)), time)[0])

    def _log_odds_of_leaving(self, buyers: Buyers) -> np.ndarray:
        x = buyers.repeats
        ages = np.log(self.alpha + buyers.age) - np.log(self.alpha + buyers.recency)
        repeated = x > 0
        odds = np.log(self.a) - np.log(np.where(repeated, self.b + x - 1, 1.0)) + (self.r + x) * ages
        return np.where(repeated, odds, -np.inf)


def fit_bg_nbd(buyers: Buyers) -> Fitted:
    """Maximum likelihood; equal customers are counted together.

    Examples
    --------
    >>> import toolkit
    >>> buyers, _ = toolkit.buyers_at(toolkit.example_study().panel, toolkit.Quarter.parse("2025Q3"))
    >>> toolkit.fit_bg_nbd(buyers)
    Fitted(parameters 4 values, log-likelihood −45,554)
    """
    known, times = buyers.distinct()

    def total(*parameters: float) -> float:
        return float(times @ BgNbd(*parameters).log_likelihood(known))

    return maximise(total, (1.0, float(np.median(buyers.age)) + 1e-9, 1.0, 1.0))
