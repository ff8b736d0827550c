"""Where the spread of a score comes from: a permanent level and a passing deviation, fitted by moments.

The method is that of :mod:`toolkit.outcomes.noise`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar, nnls

from toolkit.errors import HistoryError
from toolkit.shown import shown

MOST_PERSISTENT = 0.99
STARTS = np.linspace(0, 0.95, 20)
FEWEST = 30


@shown("permanent", "passing", "persistence", "repeatability")
@dataclass(frozen=True, slots=True)
class Components:
    """Where the spread of a score comes from.

    Attributes
    ----------
    permanent, passing : float
        Variances, on the scale of the scores handed in.
    persistence : float
        Correlation of the passing deviation from one review to the next, 0..1.
    customers, reviews : int
        Used in the fit.
    """

    permanent: float
    passing: float
    persistence: float
    customers: int
    reviews: int

    @property
    def repeatability(self) -> float:
        """Correlation of the scores of two consecutive reviews."""
        total = self.permanent + self.passing
        return (self.permanent + self.passing * self.persistence) / total if total else np.nan

    def draw(self, customers: int, reviews: int, rng: np.random.Generator) -> np.ndarray:
        """Deviations from the mean of customers to whom nothing happens, shape (customers, reviews)."""
        deviation = np.sqrt(self.passing) * rng.standard_normal((reviews, customers))
        fresh = np.sqrt(1 - self.persistence**2)
        for review in range(1, reviews):
            deviation[review] = self.persistence * deviation[review - 1] + fresh * deviation[review]
        return (np.sqrt(self.permanent) * rng.standard_normal(customers) + deviation).T


def fit_components(levels: np.ndarray) -> Components:
    """Variance components of scores by moments.

    Parameters
    ----------
    levels : array of float, shape (customers, reviews)
        On a scale on which they are roughly normal; NaN where missing. What all customers of a
        review share is taken out first.
    """
    present = ~np.isnan(levels)
    reviews = levels.shape[1]
    together = present.T.astype(float) @ present
    if reviews < 2 or together[~np.eye(reviews, dtype=bool)].max() < FEWEST:
        raise HistoryError(
            zh=f"只有 {reviews} 次复评，或同时出现在两次复评的客户不足 {FEWEST} 位，无法区分真实变化与偶然波动。"
            "请积累更多复评。",
            en=f"{reviews} review(s), or fewer than {FEWEST} customers present at two of them: real change and chance "
            "cannot be told apart. Wait for more reviews.",
        )
    pairs, covariance = _covariances(levels, present)
    lags = np.flatnonzero(pairs >= FEWEST)
    nearness = pairs[lags] / np.maximum(lags, 1) ** 2
    permanent, passing, persistence = _split(lags, covariance[lags], nearness)
    return Components(permanent, passing, persistence, int((present.sum(axis=1) > 1).sum()), reviews)


def _covariances(levels: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of scores and their covariance by the number of reviews between them.

    Covariances are the variance of all scores less half that of the differences of a pair, so that a
    score that never changes repeats fully, whoever comes and leaves.
    """
    reviews = levels.shape[1]
    pairs, sums = np.zeros(reviews), np.zeros(reviews)
    for lag in range(reviews):
        for review in range(reviews - lag):
            both = present[:, review] & present[:, review + lag]
            seen = levels[both, review]
            found = seen if lag == 0 else seen - levels[both, review + lag]
            pairs[lag] += len(found)
            sums[lag] += ((found - found.mean()) ** 2).sum() if len(found) else 0.0
    means = sums / np.maximum(pairs, 1)
    return pairs, np.concatenate([means[:1], means[0] - means[1:] / 2])


def _split(lags: np.ndarray, covariance: np.ndarray, weights: np.ndarray) -> tuple[float, float, float]:
    """Permanent variance, passing variance and persistence that fit the covariances best."""
    root = np.sqrt(weights / weights.sum())

    def solved(persistence: float) -> tuple[np.ndarray, float]:
        design = np.column_stack([np.ones(len(lags)), float(persistence) ** lags])
        return nnls(design * root[:, None], covariance * root)

    persistence = 0.0
    if len(lags) > 2:
        start = min(STARTS, key=lambda value: solved(value)[1])
        reach = (max(start - 0.05, 0.0), min(start + 0.05, MOST_PERSISTENT))
        persistence = float(minimize_scalar(lambda value: solved(value)[1], bounds=reach, method="bounded").x)
    permanent, passing = solved(persistence)[0]
    return float(permanent), float(passing), persistence if passing > 0 else 0.0
