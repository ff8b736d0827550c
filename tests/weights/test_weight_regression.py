from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

from toolkit.errors import ParameterError
from toolkit.weights.regression import Sample, judge, regression_weights
from toolkit.window import Quarter

FIRST = Quarter.parse("2024Q4")


def sample(review: Quarter, truth: list[float], seed: int, noise: float = 0.0) -> Sample:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 100, (2000, len(truth)))
    return Sample(review, 4, points, points @ np.array(truth) + 7 + noise * rng.standard_normal(2000))


def test_known_weights_are_recovered():
    """Oracle: value = 7 + 6 a + 3 b + 1 c without noise, so the weights are .6 .3 .1."""
    found = regression_weights(
        sample(FIRST, [6, 3, 1], 1), sample(FIRST + 4, [6, 3, 1], 2), ("a", "b", "c"), response="value"
    )
    assert found.weighting.weights.to_numpy() == pytest.approx([0.6, 0.3, 0.1])
    assert found.somers_d == pytest.approx(1)


def test_a_factor_that_speaks_against_value_gets_nothing():
    found = regression_weights(sample(FIRST, [5, -4, 2], 1, 20), sample(FIRST + 4, [5, -4, 2], 2, 20))
    weights = found.weighting.weights.to_numpy()
    assert weights[1] == 0 and weights.sum() == pytest.approx(1) and weights[0] > weights[2] > 0


def test_least_squares_of_sklearn_agrees():
    """Second implementation: scikit-learn's non-negative regression with an intercept."""
    early = sample(FIRST, [5, -4, 2], 3, 200)
    twin = LinearRegression(positive=True).fit(early.points, early.value).coef_
    found = regression_weights(early, sample(FIRST + 4, [5, -4, 2], 4), response="value")
    assert found.weighting.weights.to_numpy() == pytest.approx(twin / twin.sum())


def test_weights_are_never_judged_on_what_they_learned_from():
    """Half the outcome of the first review lies after the second one."""
    early, late = sample(FIRST, [1, 1], 1), sample(FIRST + 2, [1, 1], 2)
    with pytest.raises(ParameterError, match="later review"):
        regression_weights(early, late)
    regression_weights(early, sample(FIRST + 4, [1, 1], 2))


def test_the_judgement_by_a_second_way():
    """D = 2 AUC - 1 of scikit-learn; the value held by the best fifth counted on sorted scores."""
    rng = np.random.default_rng(5)
    score, value = rng.random(500), rng.lognormal(0, 1, 500)
    found, captured = judge(score, value)
    assert found == pytest.approx(2 * roc_auc_score(value >= np.quantile(value, 0.8), score) - 1)
    assert captured == pytest.approx(value[np.argsort(-score)[:100]].sum() / value.sum())
    tied = judge(np.ones(500), value)
    assert tied == pytest.approx((0, 0.2))


def test_missing_values_are_refused():
    early = sample(FIRST, [1, 1], 1)
    early.value[3] = np.nan
    with pytest.raises(ParameterError, match="1 missing"):
        regression_weights(early, sample(FIRST + 4, [1, 1], 2))
