"""The numbers behind a grade, where a policy grades by one number: at every review, on one scale.

A weighted score counts, and a single measure whose order is that of the grades. Schemes that follow
several measures without adding them up, and classes without an order, have no such number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.schemes.scheme import Scheme
from toolkit.schemes.scored import ScoredScheme
from toolkit.weights.stress import Stress, StressPlan, stress_weights

if TYPE_CHECKING:
    from toolkit.panel import Panel

SCORE = "score"
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores of one policy.

    Attributes
    ----------
    values : array of float, shape (customers, reviews)
        Higher is better; NaN where a customer has no grade at the review.
    floors : tuple of float or None
        Least score of each grade but the last as the scheme gave them (median of the reviews), best first;
        grades kept by review rules play no part. None where other rules move a grade off its score.
    detail : DataFrame, index customer_id
        Columns of the scheme's own reckoning at the last review.
    keep_floors : tuple of (float or None)
        Score at which the policy lets each grade but the last be kept, best first; None where it has none.
    scheme : Scheme
        As frozen at the first review, its weights known.
    """

    values: np.ndarray
    floors: tuple[float, ...] | None
    detail: pd.DataFrame
    scheme: Scheme
    keep_floors: tuple[float | None, ...] = ()


def scores_of(policy: Policy, register: Register, panel: Panel) -> Scores | None:
    """Scores at every review; None where the grades do not follow one number."""
    if not register.scale.ordered:
        return None
    scheme, detail = register.scheme or policy.scheme, pd.DataFrame()
    shape = len(register.customers), len(register.reviews)
    values, codes = np.full(shape, np.nan), np.full(shape, -1)
    for place, review in enumerate(register.reviews):
        known = panel.snapshot(review, scheme.needs, policy.review.window_quarters, register.active_quarters)
        scheme = scheme.freeze(known) if place == 0 and register.scheme is None else scheme
        grading = scheme.grade(known)
        detail = grading.detail
        column = _number(detail, known)
        if column is None:
            return None
        rows = register.customers.get_indexer(known.index)
        decided = register.earned[rows, register.column(review)] >= 0
        codes[rows, place] = np.where(decided, grading.grade.cat.codes.to_numpy(), -1)
        values[rows, place] = np.where(codes[rows, place] >= 0, column, np.nan)
    for sign in (1, -1):
        floors = _floors(sign * values, codes, len(register.scale))
        if floors is not None:
            return Scores(sign * values, floors, detail, scheme, _keep_floors(policy, sign))
    return Scores(values, None, detail, scheme) if SCORE in detail else None


def _number(detail: pd.DataFrame, known: pd.DataFrame) -> np.ndarray | None:
    """The one number of each customer, shape (customers,); None where there is none."""
    numbers = detail[[SCORE]] if SCORE in detail else known
    if numbers.shape[1] != 1 or not pd.api.types.is_float_dtype(numbers.iloc[:, 0]):
        return None
    return numbers.iloc[:, 0].to_numpy()


def stress_of(policy: Policy, scores: Scores | None, draws: int, seed: int) -> Stress | None:
    """The score's grades under other weights; None where the policy has no weighted score.

    A bonus is not weighted: weights sum to 1, so it is added to the points of every factor.
    """
    if scores is None or not isinstance(scores.scheme, ScoredScheme) or not len(scores.detail):
        return None
    scheme = scores.scheme
    used = [factor for factor in scheme.factors if factor.weight > 0]
    parts = [f"{factor.column}_points" for factor in used]
    weights = np.array([factor.weight for factor in used])
    points = (scores.detail[parts] / weights).set_axis([factor.column for factor in used], axis=1)
    if "bonus" in scores.detail:
        points = points.add(scores.detail["bonus"], axis=0)
    return stress_weights(
        points, weights / weights.sum(), scheme.score_floors, StressPlan(draws=draws, seed=seed)
    )


def _keep_floors(policy: Policy, sign: int) -> tuple[float | None, ...]:
    """Scores at which grades are kept, best first, turned round where lower is better."""
    own = policy.review.keep_floors or {}
    return tuple(
        sign * own[grade].value if grade in own and own[grade].value is not None else None
        for grade in policy.scheme.scale.grades[:-1]
    )


def _floors(values: np.ndarray, codes: np.ndarray, grades: int) -> tuple[float, ...] | None:
    """Least score of each grade but the last, best first; None where a better grade has a lower score."""
    found = []
    for grade in range(grades - 1, 0, -1):
        bars = []
        for review in range(values.shape[1]):
            known = ~np.isnan(values[:, review])
            score, code = values[known, review], codes[known, review]
            above, below = score[code >= grade], score[code < grade]
            least, most = above.min(initial=np.inf), below.max(initial=-np.inf)
            if least < most - ROUNDING * abs(most):
                return None
            bars.append(least if len(below) else -np.inf)
        found.append(float(np.median(bars)))
    return tuple(found)
