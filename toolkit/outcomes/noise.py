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
from scipy.special import ndtri

from toolkit.outcomes.components import Components, fit_components
from toolkit.policy import hold
from toolkit.policy.holding import ease
from toolkit.shown import shown

SETTLING, PAIRS = 6, 4
NEAR = 1e-9
CELLS = 4_000_000


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
    rows = [_rates(counts) for counts in _simulated(components, placed, options)]
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


def observed_moves(codes: np.ndarray) -> float:
    """Moves per 1000 customers graded at both of two consecutive reviews, all pairs together."""
    before, after = codes[:, :-1], codes[:, 1:]
    both = (before >= 0) & (after >= 0)
    return float(1000 * (before != after)[both].mean()) if both.any() else np.nan


def _simulated(components: Components, bars: np.ndarray, options: NoiseOptions) -> np.ndarray:
    """Counts of :func:`_moves` for each row of ``bars`` but the first, added up over blocks of customers.

    Parameters
    ----------
    bars : array, shape (1 + keep-bars, floors)
        Floors to enter, then the bars to stay.
    """
    rng, reviews = np.random.default_rng(options.seed), SETTLING + PAIRS + 1
    counts, block = np.zeros((len(bars) - 1, 6)), max(1, CELLS // reviews)
    for start in range(0, options.customers, block):
        drawn = components.draw(min(block, options.customers - start), reviews, rng)
        counts += [_moves(_graded(drawn, bars[0], bar, options), bars.shape[1]) for bar in bars[1:]]
    return counts


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


def _moves(codes: np.ndarray, best: int) -> tuple[int, ...]:
    """Pairs of reviews that went up, went down, all of them; first moves; best grades lost, best grades."""
    before, after = codes[:, SETTLING:-1], codes[:, SETTLING + 1 :]
    top, first = before == best, codes[:, 0] != codes[:, 1]
    counted = (after > before, after < before, np.ones_like(top), first, top & (after < best), top)
    return tuple(int(np.count_nonzero(each)) for each in counted)


def _rates(counts: np.ndarray) -> tuple[float, float, float, float, float]:
    """Moves, up, down and first moves per 1000, and the share of the best grade that is lost."""
    up, down, pairs, first, lost, top = counts
    rates = 1000 * (up / pairs), 1000 * (down / pairs)
    return sum(rates), *rates, 1000 * (first / (pairs / PAIRS)), lost / top if top else np.nan


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
