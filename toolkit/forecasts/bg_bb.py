"""BG/BB: whether customers buy in a period, who may silently leave (Fader, Hardie and Shang 2010).

In every period after the first purchase a customer who is still there buys with a probability that is
beta distributed over customers with alpha and beta; at the start of every period the customer leaves with
a probability that is beta distributed with gamma and delta. A customer is known by the periods with a
purchase, the last of them and the periods observed. Everything is computed in logarithms; expectations
are sums over the periods ahead, so no parameter is singular.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, logsumexp

from toolkit.forecasts.likelihood import Fitted, maximise
from toolkit.shown import shown

NAMES = ("alpha", "beta", "gamma", "delta")


@shown("active")
@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """What the model knows of customers; arrays of int, shape (customers,), the first purchase left out.

    Attributes
    ----------
    active : array
        Periods with a purchase.
    last : array
        The last of them, numbered from 1; 0 where there is none.
    seen : array
        Periods observed.
    """

    active: np.ndarray
    last: np.ndarray
    seen: np.ndarray

    def distinct(self) -> tuple[Periods, np.ndarray]:
        """Every kind of customer once, and how many there are of it."""
        rows = np.column_stack([self.active, self.last, self.seen])
        kinds, times = np.unique(rows, axis=0, return_counts=True)
        return Periods(*np.ascontiguousarray(kinds.T)), times


@shown("alpha", "beta", "gamma", "delta")
@dataclass(frozen=True, slots=True)
class BgBb:
    """The model with its four parameters."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    def log_likelihood(self, known: Periods) -> np.ndarray:
        """Log-likelihood of each customer's order of periods, shape (customers,)."""
        return np.logaddexp(self._log_here(known), self._log_left(known))

    def alive(self, known: Periods) -> np.ndarray:
        """Probability that each customer was still there in the last period observed, 0..1."""
        return np.exp(np.minimum(self._log_here(known) - self.log_likelihood(known), 0.0))

    def expected(self, known: Periods, periods: int) -> np.ndarray:
        """Periods with a purchase expected of each customer among the next ``periods``."""
        ahead = known.seen[:, None] + np.arange(1, periods + 1)
        stays = logsumexp(betaln(self.gamma, self.delta + ahead), axis=1) - betaln(self.gamma, self.delta)
        buys = self._log_buying(known.active + 1, known.seen + 1)
        return np.exp(buys + stays - self.log_likelihood(known))

    def expected_of_new(self, periods: int) -> float:
        """Periods with a purchase expected of a new customer among the ``periods`` after the first purchase."""
        nothing = np.zeros(1, int)
        return float(self.expected(Periods(nothing, nothing, nothing), periods)[0])

    def _log_buying(self, active: np.ndarray, periods: np.ndarray) -> np.ndarray:
        """To buy in just these ``active`` of so many ``periods``."""
        return betaln(self.alpha + active, self.beta + periods - active) - betaln(self.alpha, self.beta)

    def _log_here(self, known: Periods) -> np.ndarray:
        stays = betaln(self.gamma, self.delta + known.seen) - betaln(self.gamma, self.delta)
        return self._log_buying(known.active, known.seen) + stays

    def _log_left(self, known: Periods) -> np.ndarray:
        """Left at the start of some period after the last purchase; summed over these periods."""
        steps = np.arange(max(1, int((known.seen - known.last).max(initial=0))))
        before = known.last[:, None] + steps
        numbers, place = np.unique(known.active, return_inverse=True)
        every = np.arange(before.max(initial=0) + 1)
        buys = self._log_buying(numbers[:, None], np.maximum(every, numbers[:, None]))
        leaves = betaln(self.gamma + 1, self.delta + every) - betaln(self.gamma, self.delta)
        terms = (buys + leaves)[place[:, None], before]
        return logsumexp(np.where(before < known.seen[:, None], terms, -np.inf), axis=1)


def fit_bg_bb(known: Periods) -> Fitted:
    """Maximum likelihood; equal customers are counted together.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.forecasts.bg_bb import Periods
    >>> rng = np.random.default_rng(1)
    >>> bought = rng.random((2_000, 8)) < rng.beta(2, 3, 2_000)[:, None]
    >>> last = np.where(bought.any(axis=1), 8 - bought[:, ::-1].argmax(axis=1), 0)
    >>> known = Periods(bought.sum(axis=1), last, np.full(2_000, 8))
    >>> alpha, beta, gamma, delta = toolkit.fit_bg_bb(known).values
    >>> float(round(alpha / (alpha + beta), 2))
    0.39
    """
    kinds, times = known.distinct()

    def total(*parameters: float) -> float:
        return float(times @ BgBb(*parameters).log_likelihood(kinds))

    return maximise(total, (1.0, 1.0, 1.0, 1.0))
