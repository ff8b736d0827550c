"""Weights that predict what followed: regression of next-period value on points.

Method
------
Least squares with weights that may not be negative (Lawson and Hanson 1974), intercept free, fitted
on one review and judged on a later one: the outcome of the first has ended before the second begins.
By default value enters as its rank, so that one large customer does not decide the weights.

Does not show
-------------
What a factor does to anybody. Weights that predict value well may grade up customers on whom service
makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.errors import ParameterError
from toolkit.shown import shown
from toolkit.weights.weighting import Weighting, matrix_of
from toolkit.window import Quarter

TOP = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Points at one review and the value that followed.

    Attributes
    ----------
    review : Quarter
    horizon : int
        Quarters after the review over which ``value`` was earned.
    points : DataFrame or array, shape (customers, factors)
    value : array, shape (customers,)
    """

    review: Quarter
    horizon: int
    points: object
    value: np.ndarray


@shown("weighting.weights", "fitted_on", "judged_on", "somers_d")
@dataclass(frozen=True, slots=True, eq=False)
class FittedWeights:
    """Weights by regression and how well they told value in advance.

    Attributes
    ----------
    weighting : Weighting
    fitted_on, judged_on : Quarter
        Reviews.
    customers : int
        At the review of the judgement.
    somers_d : float
        Of the score for belonging to the most valuable fifth at the later review; −1..1.
    captured : float
        Share of the later value held by the fifth of customers with the best scores.
    """

    weighting: Weighting
    fitted_on: Quarter
    judged_on: Quarter
    customers: int
    somers_d: float
    captured: float


def regression_weights(
    earlier: Sample,
    later: Sample,
    names: Sequence[str] | None = None,
    response: Literal["rank", "value"] = "rank",
) -> FittedWeights:
    """Weights fitted on ``earlier`` and judged on ``later``.

    Raises
    ------
    ParameterError
        Where the outcome of ``earlier`` has not ended by the review of ``later``, points or values are
        missing, or no factor predicts value.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.weights.regression import Sample
    >>> rng = np.random.default_rng(1)
    >>> points = rng.uniform(0, 100, (500, 2))
    >>> value = 2 * points[:, 0] + points[:, 1]
    >>> years = [Sample(toolkit.Quarter.parse(text), 4, points, value) for text in ("2024Q3", "2025Q3")]
    >>> found = toolkit.regression_weights(*years, names=["spend", "orders"], response="value")
    >>> found.weighting.weights.round(3).to_dict(), round(found.somers_d, 3)
    ({'spend': 0.667, 'orders': 0.333}, 1.0)
    """
    if earlier.review + earlier.horizon > later.review:
        raise ParameterError(
            zh=f"{earlier.review} 的表现期到 {earlier.review + earlier.horizon} 才结束，不能用 {later.review} 检验。"
            "请选更晚的复评来检验。",
            en=f"The outcome of {earlier.review} ends in {earlier.review + earlier.horizon}, after {later.review}. "
            "Judge on a later review.",
        )
    weighting = fitted_weights(earlier, names, response)
    following, _ = matrix_of(later.points, tuple(weighting.weights.index))
    return FittedWeights(
        weighting,
        earlier.review,
        later.review,
        len(following),
        *judge(following @ weighting.weights.to_numpy(), _checked(later, len(following))),
    )


def fitted_weights(
    sample: Sample, names: Sequence[str] | None = None, response: Literal["rank", "value"] = "rank"
) -> Weighting:
    """Weights fitted on ``sample``, not yet judged; a factor that predicts nothing gets none.

    Raises
    ------
    ParameterError
        Where points or values are missing, or no factor predicts value.
    """
    points, named = matrix_of(sample.points, names)
    value = _checked(sample, len(points))
    from scipy.optimize import nnls
    from scipy.stats import rankdata

    target = rankdata(value) / len(value) if response == "rank" else value
    raw, _ = nnls(points - points.mean(axis=0), target - target.mean())
    return Weighting.of("regression", raw, named)


def judge(score: np.ndarray, value: np.ndarray) -> tuple[float, float]:
    """Somers' D of a score for the most valuable fifth, and the share of value its best fifth holds.

    Customers tied at the border of the best fifth count in proportion.

    >>> judge(np.arange(10.0), np.arange(10.0))[0]
    1.0
    """
    valuable = value >= np.quantile(value, 1 - TOP)
    from scipy.stats import rankdata

    ranks, inside = rankdata(score), int(valuable.sum())
    outside = len(score) - inside
    area = (ranks[valuable].sum() - inside * (inside + 1) / 2) / (inside * outside) if outside else np.nan
    _, place, counts = np.unique(-score, return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    taken = np.clip((TOP * len(score) - before) / counts, 0, 1)
    total = value.sum()
    return float(2 * area - 1), float((taken[place] * value).sum() / total) if total > 0 else np.nan


def _checked(sample: Sample, customers: int) -> np.ndarray:
    value = np.asarray(sample.value, dtype=float)
    if value.shape != (customers,) or not np.isfinite(value).all():
        raise ParameterError(
            zh=f"{sample.review} 的价值应为 {customers:,} 个不缺失的数，得到 {value.shape}，"
            f"其中缺失 {int((~np.isfinite(value)).sum()):,} 个。请补齐或去掉这些客户。",
            en=f"The values of {sample.review} should be {customers:,} numbers without gaps; got {value.shape} with "
            f"{int((~np.isfinite(value)).sum()):,} missing. Fill them or leave these customers out.",
        )
    return value
