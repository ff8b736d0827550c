"""How strong a factor that is not on record would have to be. Formulas of regression, and of ratios and pairs.

Throughout, the strength of a factor is the share of what the controls leave unexplained that it explains: of the
grade, and of the outcome given the grade (partial R²).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

from scipy import special, stats

from toolkit.effects.adjusted.regression import Regression

STRONGEST = 0.99
OSTER_FACTOR = 1.3


@dataclass(frozen=True, slots=True)
class Strength:
    """Partial R² of a factor with the grade and with the outcome, 0..1."""

    grade: float
    outcome: float

    @property
    def factor(self) -> float:
        """Bias it causes, in units of (residual spread of the outcome / residual spread of the grade)."""
        return sqrt(self.outcome * self.grade / (1 - self.grade))

    @property
    def stretch(self) -> float:
        """What it does to a standard error."""
        return sqrt((1 - self.outcome) / (1 - self.grade))


def partial_r2(t: float, df: float) -> float:
    """Share of the residual variance behind a t statistic.

    >>> round(partial_r2(0.09732 / 0.02326, 783), 4)
    0.0219
    """
    return t**2 / (t**2 + df)


def robustness_value(f: float) -> float:
    """Strength, with grade and outcome alike, that brings a figure to zero (Cinelli & Hazlett 2020, JRSS-B 82:39).

    ``f`` is |t| / sqrt(df); nothing is needed where it is not above 0.

    >>> from toolkit import robustness_value
    >>> round(robustness_value(0.09732 / 0.02326 / 783**0.5), 3)
    0.139
    """
    if f <= 0:
        return 0.0
    return (sqrt(f**4 + 4 * f**2) - f**2) / 2


def robustness_value_at(t: float, df: float, level: float = 0.95) -> float:
    """Same, to bring the near end of the interval of a regression to zero."""
    critical = float(stats.t.ppf((1 + level) / 2, df - 1)) / sqrt(df - 1)
    return robustness_value(abs(t) / sqrt(df) - critical)


def as_strong_as(recorded: Strength, times: float = 1.0) -> Strength:
    """The strongest factor unrelated to the controls that is ``times`` as strong as a recorded one.

    Cinelli & Hazlett 2020, section 4.4. Where the recorded one explains half of what is left of the grade, no
    such factor can exist; shares stop at .99.
    """
    grade = min(times * recorded.grade / (1 - recorded.grade), STRONGEST)
    shared = min(grade * recorded.grade / max(1 - times * recorded.grade, 1 - STRONGEST), STRONGEST)
    eta = (sqrt(times) + sqrt(shared)) / sqrt(1 - shared)
    outcome = min(eta**2 * recorded.outcome / (1 - recorded.outcome), STRONGEST)
    return Strength(grade, outcome)


def e_value(ratio: float) -> float:
    """Risk ratio that a factor needs with grade and outcome to explain ``ratio`` (VanderWeele & Ding 2017).

    >>> from toolkit import e_value
    >>> round(e_value(3.9), 3), round(e_value(1.8), 3), e_value(1.0)
    (7.263, 3.0, 1.0)
    """
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))


def pairs_p_value(pairs: int, favourable: int, gamma: float) -> float:
    """Largest p-value of a sign test of pairs if odds of the grade within a pair differ up to ``gamma``-fold.

    ``pairs`` are those with different outcomes, ``favourable`` those among them in which the holder of the grade did
    better (Rosenbaum 2002, Observational Studies, ch. 4).

    >>> round(pairs_p_value(122, 110, 5.0), 4)
    0.0232
    """
    return float(stats.binom.sf(favourable - 1, pairs, gamma / (1 + gamma)))


def rosenbaum_gamma(pairs: int, favourable: int, alpha: float = 0.05) -> float:
    """Largest difference of odds at which the pairs still speak for an effect; 1 where they never do.

    >>> from toolkit import rosenbaum_gamma
    >>> round(rosenbaum_gamma(122, 110), 2)
    5.47
    """
    if not favourable:
        return 1.0
    share = float(special.betaincinv(favourable, pairs - favourable + 1, alpha))
    return max(1.0, share / (1 - share))


def oster_delta(found: Regression, factor: float = OSTER_FACTOR) -> float:
    """How many times as related to the grade as the controls unrecorded factors must be to erase a regression.

    Oster 2019, JBES 37:187, proposition 3 at an effect of 0, with all factors together explaining
    min(1, ``factor`` R²) of the outcome.
    """
    most = min(1.0, factor * found.r2)
    beta, moved = found.coefficient, found.bare_coefficient - found.coefficient
    grade, left = found.spread, found.residual_spread
    outcome = found.outcome_spread
    explained = (found.r2 - found.bare_r2) * outcome
    hidden = (most - found.r2) * outcome
    over = beta * (explained * left + grade * left * moved**2)
    over += 2 * beta**2 * left * moved * grade + beta**3 * left * (grade - left)
    under = hidden * moved * grade + beta * hidden * (grade - left)
    under += beta**2 * left * moved * grade + beta**3 * left * (grade - left)
    return over / under if under else inf
