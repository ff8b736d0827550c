"""How many grades move although nothing has changed.

Method
------
The score of a customer, on a scale on which it is roughly normal, is taken as a permanent level plus
a passing deviation that fades from review to review (first-order autoregression). The variances of
the two and the persistence of the second are fitted by moments: covariances of the scores of two
reviews, by the number of reviews between them, those close together counting more. Customers with those components and no real change
are then simulated and graded by the same floors and the same review rules: floors at which a grade is
kept, the most grades lost at a review, the hold period; what moves is noise. A keep-bar (保级线) of 90 %
lets whoever has a grade keep it at 90 % of its floor, where the policy itself is not milder. A score next to a review without one is left
out of the fit: whoever has just come or is about to leave has not been a customer for its whole window.

Does not show
-------------
Which of the moves that were observed are noise. With two reviews only, passing deviations are
taken not to persist. Customers who come or leave are no part of it. Where many scores are equal, as
with customers who buy in few quarters, the benchmark is rough and tends to be too high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar, nnls
from scipy.special import ndtri

from toolkit.errors import HistoryError
from toolkit.policy import hold
from toolkit.policy.holding import ease
from toolkit.shown import shown

MOST_PERSISTENT = 0.99
STARTS = np.linspace(0, 0.95, 20)
SETTLING, PAIRS = 6, 4
FEWEST = 30
NEAR = 1e-9


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


@dataclass(frozen=True, slots=True)
class NoiseOptions:
    """How the benchmark is computed.

    Attributes
    ----------
    keeps : tuple of float
        Keep-bars as shares of the floors; 1 keeps nobody below a floor.
    keep_floors : tuple of (float or None)
        The policy's own score at which each grade but the last is kept, best first; None, or nothing at
        all, where there is none below the floor.
    max_fall_steps : int or None
        Most grades lost at a review.
    hold_reviews : int
        Reviews for which a lost grade is kept.
    scale : {"log", "rank"}
        Logarithm of positive scores, or normal scores of ranks (for scores of any kind).
    customers, seed : int
        Of the simulation.
    """

    keeps: tuple[float, ...] = (1.0, 0.9, 0.8)
    keep_floors: tuple[float | None, ...] = ()
    max_fall_steps: int | None = None
    hold_reviews: int = 0
    scale: Literal["log", "rank"] = "log"
    customers: int = 100_000
    seed: int = 20261122


@shown("observed", "noise_only")
@dataclass(frozen=True, slots=True, eq=False)
class NoiseBenchmark:
    """Observed moves beside those that noise alone would make.

    Attributes
    ----------
    components : Components
    observed : float
        Moves per 1000 customers graded at both of two consecutive reviews; NaN where there are none.
    options : DataFrame, index keep (share of the floors, first as asked)
        columns ``moves``, ``up``, ``down`` (per 1000 customers and review, once the rule has settled),
        ``first`` (moves at the first review with the keep-bar), ``top_lost`` (share of the best grade's
        customers who lose it at a review).
    """

    components: Components
    observed: float
    options: pd.DataFrame = field(repr=False)

    @property
    def noise_only(self) -> float:
        """Moves per 1000 by the policy's own rules, or with the first keep-bar asked for."""
        return float(self.options["moves"].iloc[0])


def noise_benchmark(
    scores: np.ndarray, codes: np.ndarray, floors: Sequence[float], options: NoiseOptions | None = None
) -> NoiseBenchmark:
    """Moves per 1000 customers, observed and by noise alone.

    Parameters
    ----------
    scores : array of float, shape (customers, reviews)
        Score at each review, higher is better; NaN where not graded.
    codes : array of int, same shape
        Grade in force, 0 the last; −1 where not graded.
    floors : sequence of float
        Least score of each grade but the last, best first.
    options : NoiseOptions, optional

    Raises
    ------
    HistoryError
        With fewer than two reviews, or fewer than 30 customers at two of them.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> size = rng.normal(0, 1, (1_000, 1))
    >>> scores = np.exp(size + rng.normal(0, 0.5, (1_000, 4)))
    >>> codes = (scores >= 2).astype(int)
    >>> options = toolkit.NoiseOptions(customers=5_000, seed=1)
    >>> found = toolkit.noise_benchmark(scores, codes, floors=[2.0], options=options)
    >>> round(found.components.repeatability, 2)
    0.79
    >>> round(found.observed), round(found.noise_only)
    (163, 160)
    """
    options = options or NoiseOptions()
    axis = _log_axis if options.scale == "log" else _rank_axis
    bars = np.array([_bars(floors, keep, options.keep_floors) for keep in options.keeps])
    levels, placed = axis(settled(np.asarray(scores, dtype=float)), np.vstack([list(floors), bars]))
    components = fit_components(levels)
    rng = np.random.default_rng(options.seed)
    drawn = components.draw(options.customers, SETTLING + PAIRS + 1, rng)
    rows = [_moves(_graded(drawn, placed[0], bar, options), len(floors)) for bar in placed[1:]]
    frame = pd.DataFrame(
        rows, columns=["moves", "up", "down", "first", "top_lost"], index=pd.Index(options.keeps, name="keep")
    )
    return NoiseBenchmark(components, observed_moves(codes), frame)


def settled(scores: np.ndarray) -> np.ndarray:
    """Scores of customers who had one at the reviews on either side as well; NaN elsewhere."""
    known = ~np.isnan(scores)
    inside = known.copy()
    inside[:, 1:] &= known[:, :-1]
    inside[:, :-1] &= known[:, 1:]
    return np.where(inside, scores, np.nan)


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


def observed_moves(codes: np.ndarray) -> float:
    """Moves per 1000 customers graded at both of two consecutive reviews, all pairs together."""
    before, after = codes[:, :-1], codes[:, 1:]
    both = (before >= 0) & (after >= 0)
    return float(1000 * (before != after)[both].mean()) if both.any() else np.nan


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


def _graded(drawn: np.ndarray, floors: np.ndarray, bars: np.ndarray, options: NoiseOptions) -> np.ndarray:
    """Grade codes of simulated customers under floors to enter, lower bars to stay and the review rules."""
    enter, stay = (_reached(drawn, one) for one in (floors, bars))
    codes = enter.copy()
    for review in range(1, drawn.shape[1]):
        before, kept = codes[:, review - 1], stay[:, review]
        codes[:, review] = ease(enter[:, review], before, kept, options.max_fall_steps)[0]
    return hold(codes, options.hold_reviews)


def _reached(drawn: np.ndarray, bars: np.ndarray) -> np.ndarray:
    """Code of the best grade whose bar is reached, 0 where none is."""
    codes = np.zeros(drawn.shape, dtype=np.int16)
    for code, bar in enumerate(bars[::-1], 1):
        codes[drawn >= bar] = code
    return codes


def _moves(codes: np.ndarray, best: int) -> tuple[float, float, float, float, float]:
    before, after = codes[:, SETTLING:-1], codes[:, SETTLING + 1 :]
    up, down = 1000 * (after > before).mean(), 1000 * (after < before).mean()
    top = before == best
    lost = float((after[top] < best).mean()) if top.any() else np.nan
    return up + down, up, down, 1000 * (codes[:, 0] != codes[:, 1]).mean(), lost


def _log_axis(scores: np.ndarray, floors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms, and floors as distances from their mean."""
    levels = np.log(np.where(scores > 0, scores, np.nan))
    middle = np.nanmean(levels) if (scores > 0).any() else 0.0
    return levels, np.log(np.maximum(floors, np.finfo(float).tiny)) - middle


def _rank_axis(scores: np.ndarray, floors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normal scores of the ranks among all reviews together, with variance 1, and floors on that scale."""
    known = ~np.isnan(scores)
    pooled = np.sort(scores[known])
    size = max(len(pooled), 1)
    below, upto = (np.searchsorted(pooled, scores[known], side=side) for side in ("left", "right"))
    levels = np.full(scores.shape, np.nan)
    levels[known] = ndtri((below + upto) / 2 / size)
    spread = np.nanstd(levels) if known.any() else 0.0
    return levels / (spread or 1.0), ndtri(np.searchsorted(pooled, floors - NEAR, side="left") / size)


def _eased(floor: float, keep: float) -> float:
    """The bar to stay; a floor below zero, of a measure turned round, gets easier by division."""
    return floor * keep if floor >= 0 else floor / keep


def _bars(floors: Sequence[float], keep: float, own: Sequence[float | None]) -> list[float]:
    """Bars to stay: the share ``keep`` of each floor, or the policy's own where that is lower."""
    mine = [*own, *[None] * (len(floors) - len(own))]
    eased = [_eased(floor, keep) for floor in floors]
    return [bar if least is None else min(bar, least) for bar, least in zip(eased, mine, strict=True)]
