"""Shifted beta-geometric: how long customers under contract stay (Fader and Hardie 2007).

Every customer leaves at the end of a period with a probability of their own, beta distributed over
customers with a and b. Retention rises with time because those who stay are those who tend to stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, hyp2f1

from toolkit.forecasts.likelihood import Fitted, maximise
from toolkit.shown import shown

NAMES = ("a", "b")


@shown("a", "b")
@dataclass(frozen=True, slots=True)
class Sbg:
    """The model with its two parameters."""

    a: float
    b: float

    def staying(self, periods: np.ndarray) -> np.ndarray:
        """Share of a cohort still there after so many periods, 0..1."""
        return np.exp(betaln(self.a, self.b + np.asarray(periods, float)) - betaln(self.a, self.b))

    def leaving(self, period: np.ndarray) -> np.ndarray:
        """Share of a cohort that leaves at the end of the period numbered from 1."""
        return np.exp(betaln(self.a + 1, self.b + np.asarray(period, float) - 1) - betaln(self.a, self.b))

    def residual_lifetime(self, renewals: int, discount: float) -> float:
        """Discounted expected periods still to come, after so many renewals and before the next one.

        Each period counts 1 when the renewal comes, later ones ``1 / (1 + discount)`` each further period
        (Fader and Hardie 2010, equation for DERL).
        """
        b = self.b + renewals
        return float(b / (self.a + b) * hyp2f1(1, b + 1, self.a + b + 1, 1 / (1 + discount)))


def fit_sbg(cohorts: Sequence[np.ndarray]) -> Fitted:
    """Maximum likelihood over cohorts: customers at the start and after each period, never rising.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.forecasts.sbg import Sbg
    >>> high_end = np.array([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> fitted = toolkit.fit_sbg([high_end])
    >>> fitted.values.round(3).tolist()
    [0.668, 3.806]
    >>> Sbg(*fitted.values).staying(np.arange(9, 13)).round(3).tolist()
    [0.436, 0.414, 0.395, 0.378]
    """
    leaving = np.zeros(max(len(cohort) for cohort in cohorts))
    staying = np.zeros_like(leaving)
    for cohort in cohorts:
        leaving[1 : len(cohort)] -= np.diff(cohort)
        staying[len(cohort) - 1] += cohort[-1]
    periods = np.arange(len(leaving))

    def total(a: float, b: float) -> float:
        model = Sbg(a, b)
        gone = leaving[1:] @ np.log(model.leaving(periods[1:]))
        return float(gone + staying @ np.log(model.staying(periods)))

    return maximise(total, (1.0, 1.0))
