"""Gamma-gamma: what customers spend per purchase (Fader and Hardie, note 025, 2013).

Purchases of a customer are gamma distributed with shape p around the customer's own mean, whose rate is
itself gamma distributed over customers with shape q and rate gamma. The model takes for granted that
how much is spent says nothing of how often; their correlation shows how far that holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from toolkit.forecasts.likelihood import Fitted, maximise
from toolkit.shown import shown

NAMES = ("p", "q", "gamma")


@shown("p", "q", "gamma")
@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The model with its three parameters."""

    p: float
    q: float
    gamma: float

    def log_likelihood(self, purchases: np.ndarray, average: np.ndarray) -> np.ndarray:
        """Log-likelihood of each customer's average over so many purchases, shape (customers,)."""
        shape = self.p * purchases
        known = gammaln(shape + self.q) - gammaln(shape) - gammaln(self.q) + self.q * np.log(self.gamma)
        seen = (shape - 1) * np.log(average) + shape * np.log(purchases)
        return known + seen - (shape + self.q) * np.log(self.gamma + purchases * average)

    @property
    def population_mean(self) -> float:
        """Money per purchase over all customers; infinite where q is not above 1."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("inf")

    def expected(self, purchases: np.ndarray, average: np.ndarray) -> np.ndarray:
        """Money per purchase expected of each customer; the population mean where nothing was bought."""
        return self.p * (self.gamma + purchases * average) / (self.p * purchases + self.q - 1)


def fit_gamma_gamma(purchases: np.ndarray, average: np.ndarray) -> Fitted:
    """Maximum likelihood over customers with a purchase and an average above 0; shape (customers,) each.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.forecasts.gamma_gamma import GammaGamma
    >>> rng = np.random.default_rng(1)
    >>> purchases = rng.integers(2, 20, 3_000)
    >>> average = rng.gamma(6 * purchases) / (rng.gamma(4, size=3_000) / 15) / purchases
    >>> fitted = toolkit.fit_gamma_gamma(purchases, average)
    >>> float(round(GammaGamma(*fitted.values).population_mean, 1))
    30.0
    """

    def total(*parameters: float) -> float:
        return float(GammaGamma(*parameters).log_likelihood(purchases, average).sum())

    return maximise(total, (2.0, 2.0, float(np.median(average))))
