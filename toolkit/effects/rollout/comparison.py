"""Who is compared with whom at one review, by which of two methods.

Symmetric: the change from ``horizon`` periods before the review to ``horizon`` periods after. The good luck
that earned the grade is as much in the one as in the other and cancels (Chabé-Ferret 2015, J. Econometrics
185:110), as long as the grade depends on the graded period alone. History: customers of the same score, its
square and cube, and the same outcome in the graded and earlier periods, as far as the rule decided. It serves
where the grade depends on earlier reviews too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.rollout.contrast import Contrast, contrast
from toolkit.effects.rollout.review_sample import Direction, Method, ReviewSample


@dataclass(frozen=True, slots=True)
class Recipe:
    """How reviews are compared, the same at every one of them.

    Attributes
    ----------
    method : "symmetric" or "history"
    direction : "up", "down" or None
        None: everyone at the review, with or without an earlier grade (a launch).
    horizon : int
    earlier : int
        Periods before the graded one that history adjusts for.
    """

    method: Method
    direction: Direction | None
    horizon: int
    earlier: int


def compare(
    sample: ReviewSample, holds: np.ndarray, review: int, recipe: Recipe, period: int | None = None
) -> Contrast:
    """The gap between those who moved at ``review`` and those who did not, in ``period``.

    ``holds`` (shape (customers, reviews)) says who had the grade: as given, or by the rule at a review from
    before the programme. ``period`` is ``review + horizon`` unless given.
    """
    period = review + recipe.horizon if period is None else period
    rows = np.isfinite(sample.outcome[:, period]) & np.isfinite(sample.distance[:, review])
    moved = holds[:, review]
    if recipe.direction == "up":
        rows &= ~holds[:, review - 1]
    elif recipe.direction == "down":
        rows, moved = rows & holds[:, review - 1], ~moved
    if recipe.method == "symmetric":
        base = sample.outcome[:, review - recipe.horizon]
        rows &= np.isfinite(base)
        outcome, controls = sample.outcome[:, period] - base, np.empty((len(base), 0))
    else:
        controls = _history(sample, review, recipe.earlier)
        rows &= np.isfinite(controls).all(axis=1)
        outcome = sample.outcome[:, period]
    cluster = None if sample.cluster is None else sample.cluster[rows]
    rule = None if recipe.method == "symmetric" else _by_rule_at(sample, review, recipe)[rows]
    return contrast(outcome[rows], moved[rows], controls[rows], cluster, rule)


def _by_rule_at(sample: ReviewSample, review: int, recipe: Recipe) -> np.ndarray:
    """Who would have moved at ``review``, had nobody been excepted from the rule."""
    earned = by_rule(sample)[:, review]
    return ~earned if recipe.direction == "down" else earned


def _history(sample: ReviewSample, review: int, earlier: int) -> np.ndarray:
    score = sample.distance[:, review]
    return np.column_stack(
        [score, score**2, score**3, *(sample.outcome[:, review - k] for k in range(earlier + 1))]
    )


def by_rule(sample: ReviewSample) -> np.ndarray:
    """Who would have had the grade, had the rule been applied at every review."""
    return sample.distance >= 0


def placebo_reviews(sample: ReviewSample, recipe: Recipe) -> tuple[int, ...]:
    """Reviews from before the programme at which everything the recipe needs is known."""
    if sample.launch is None:
        return ()
    least = max(
        recipe.horizon if recipe.method == "symmetric" else recipe.earlier,
        0 if recipe.direction is None else 1,
    )
    return tuple(range(least, sample.launch - recipe.horizon + 1))
