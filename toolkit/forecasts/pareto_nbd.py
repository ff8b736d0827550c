"""Pareto/NBD: how often customers buy who may silently leave at any time (Schmittlein, Morrison, Colombo 1987).

A customer buys at a Poisson rate, gamma distributed over customers with shape r and rate alpha, and leaves
at a rate of their own, gamma distributed with shape s and rate beta, whether or not they buy. The
likelihood is that of Fader and Hardie (2005, note 009): an integral over the time of leaving, written with
the hypergeometric function. Here it is brought to 2F1(1, r + x; r + s + x + 1; z) with z < 1, the only form
needed whichever of alpha and beta is larger, taken from Gauss's continued fraction, whose coefficients all
lie between 0 and 1. Where alpha and beta are so far apart that the fraction would be long, the integral is
taken by Gauss and Legendre's rule over the logarithm of time, where it is smooth. Powers stay in
logarithms, so very many purchases do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from toolkit.forecasts.buyers import Buyers
from toolkit.forecasts.likelihood import Fitted, maximise
from toolkit.shown import shown

NAMES = ("r", "alpha", "s", "beta")
PRECISION = 1e-13
MOST_LEVELS = 60
NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
NEGLIGIBLE = 36.0
BELOW_ONE = 1 - 1e-15
TINY = 1e-300


@shown("r", "alpha", "s", "beta")
@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """The model with its four parameters."""

    r: float
    alpha: float
    s: float
    beta: float

    def log_likelihood(self, buyers: Buyers) -> np.ndarray:
        """Log-likelihood of each customer, shape (customers,)."""
        x = buyers.repeats
        common = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha)
        return common + self.s * np.log(self.beta) + self._log_here_or_left(buyers)

    def alive(self, buyers: Buyers) -> np.ndarray:
        """Probability that each customer has not left by the end of observation, 0..1."""
        here = self._log_silent(buyers.repeats, buyers.age)
        return np.exp(np.minimum(here - self._log_here_or_left(buyers), 0.0))

    def expected(self, buyers: Buyers, time: float) -> np.ndarray:
        """Purchases expected of each customer within ``time`` after the end of observation."""
        rate = (self.r + buyers.repeats) / (self.alpha + buyers.age)
        return rate * self._time_here(self.beta + buyers.age, time) * self.alive(buyers)

    def expected_of_new(self, time: float) -> float:
        """Repeat purchases expected of a new customer within ``time`` after the first purchase."""
        return float(self.r / self.alpha * self._time_here(np.array(self.beta), time))

    def _time_here(self, known: np.ndarray, time: float) -> np.ndarray:
        """Expected part of ``time`` before leaving: known (1 - (known / (known + time))^(s - 1)) / (s - 1)."""
        logs = np.log1p(time / known)
        return known * (logs if self.s == 1 else -np.expm1(-(self.s - 1) * logs) / (self.s - 1))

    def _log_silent(self, x: np.ndarray, time: np.ndarray) -> np.ndarray:
        return -(self.r + x) * np.log(self.alpha + time) - self.s * np.log(self.beta + time)

    def _log_here_or_left(self, buyers: Buyers) -> np.ndarray:
        """Still here at the end, or left between the last purchase and the end; up to a common factor."""
        times = np.stack([buyers.recency, buyers.age])
        last, end = self._log_silent(buyers.repeats, times)
        z = (self.alpha - self.beta) / (self.alpha + times)
        levels = _levels(z)
        if levels > MOST_LEVELS:
            return np.logaddexp(end, last + np.log(self._share_left_between(buyers)))
        total = self.r + self.s + buyers.repeats
        since_last, since_end = self.s / total * _hypergeometric(self.r + buyers.repeats, total, z, levels)
        return np.logaddexp(end + np.log1p(-np.minimum(since_end, BELOW_ONE)), last + np.log(since_last))

    def _share_left_between(self, buyers: Buyers) -> np.ndarray:
        """Leaving between the last purchase and the end, nothing bought before, against silence till then.

        Over u = log of time, counted from the last purchase with the smaller of alpha and beta added: the
        integrand is exp(-p u) (1 + part (e^u - 1))^-q, cut off where it has fallen by e^-36.
        """
        low, high = sorted((self.alpha, self.beta))
        first = self.alpha <= self.beta
        pair = (self.r + buyers.repeats - 1, self.s + 1) if first else (self.s, self.r + buyers.repeats)
        p, q = np.broadcast_arrays(*pair)
        part = (low + buyers.recency) / (high + buyers.recency)
        width = np.log1p((buyers.age - buyers.recency) / (low + buyers.recency))
        width = np.minimum(width, NEGLIGIBLE / np.maximum(p + q * part, TINY))
        u = width[:, None] * (NODES + 1) / 2
        falls = p[:, None] * u + q[:, None] * np.log1p(part[:, None] * np.expm1(u))
        scale = self.s * (low + buyers.recency) / (self.beta + buyers.recency)
        return np.maximum(scale * width / 2 * (np.exp(-falls) @ WEIGHTS), TINY)


def fit_pareto_nbd(buyers: Buyers) -> Fitted:
    """Maximum likelihood; equal customers are counted together.

    Examples
    --------
    >>> import toolkit
    >>> buyers, _ = toolkit.buyers_at(toolkit.example_study().panel, toolkit.Quarter.parse("2025Q3"))
    >>> toolkit.fit_pareto_nbd(buyers)
    Fitted(parameters 4 values, log-likelihood −45,218)
    """
    known, times = buyers.distinct()
    typical = float(np.median(buyers.age)) + 1e-9

    def total(*parameters: float) -> float:
        return float(times @ ParetoNbd(*parameters).log_likelihood(known))

    return maximise(total, (1.0, typical, 1.0, typical))


def _hypergeometric(a: np.ndarray, c: np.ndarray, z: np.ndarray, levels: int) -> np.ndarray:
    """2F1(1, a; c + 1; z) for 0 < a < c and z < 1, by Gauss's continued fraction from the bottom up."""
    fraction = (1 + np.sqrt(1 - z)) / 2
    for level in range(levels, 0, -1):
        odd = c + 2 * level - 1
        fraction = 1 - level * (c - a + level) / (odd * (odd + 1)) * z / fraction
        fraction = 1 - (a + level - 1) * (c + level - 1) / ((odd - 1) * odd) * z / fraction
    return 1 / fraction


def _levels(z: np.ndarray) -> int:
    """Pairs of levels that the slowest element needs; each pair gains the same factor."""
    roots = np.sqrt(1 - np.array([z.min(initial=0.0), z.max(initial=0.0)]))
    gain = np.abs((1 - roots) / (1 + roots)).max()
    return 1 + int(np.log(PRECISION) / (2 * np.log(np.clip(gain, TINY, BELOW_ONE))))
