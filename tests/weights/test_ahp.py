from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.weights.ahp import RANDOM_INDEX, pairwise_weights

NAMES = ("size", "transport", "neighbourhood", "age", "yard", "facilities", "condition", "financing")
HOUSE = np.array(
    [
        [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
        [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
        [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
        [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
        [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
        [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
        [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
        [4, 7, 5, 8, 6, 6, 2, 1],
    ]
)
SMALL = np.array([[1, 1 / 3, 5], [3, 1, 7], [1 / 5, 1 / 7, 1]])


def numbered(weights):
    return {f"w{i}": weight for i, weight in enumerate(weights, start=1)}


def test_the_house_as_published(published):
    """Saaty (1990), European Journal of Operational Research 48: the purchase of a house, inconsistent on
    purpose. The judgement that stands out is neighbourhood six times as important as condition: size puts
    condition far ahead of it."""
    found = pairwise_weights(HOUSE, NAMES)
    published(
        "ahp_house",
        **numbered(found.weights),
        **{"lambda": found.principal, "index": found.consistency_index, "ratio": found.consistency_ratio},
    )
    assert not found.acceptable and "退回" in found.advice.zh and "send them back" in found.advice.en
    assert {"neighbourhood", "condition"} <= set(found.worst.factors)


def test_the_small_matrix(published):
    """Three factors, checked by hand."""
    found = pairwise_weights(SMALL, ("a", "b", "c"))
    published(
        "ahp_three",
        **numbered(found.weights),
        **{"lambda": found.principal, "ratio": found.consistency_ratio},
    )
    assert found.acceptable and found.advice is None
    # a/b x b/c = 7/3 where a/c was given as 5
    assert found.worst.contradiction == pytest.approx(15 / 7)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.05, 20), min_size=3, max_size=8), st.randoms(use_true_random=False))
def test_consistent_judgements_are_recovered_in_any_order(raw, random):
    """Closed form: judgements w_i / w_j have eigenvector w, λ = n and no contradiction."""
    truth = np.array(raw) / sum(raw)
    order = list(range(len(raw)))
    random.shuffle(order)
    names = [str(i) for i in order]
    found = pairwise_weights(truth[order][:, None] / truth[order][None, :], names)
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights.to_numpy() == pytest.approx(truth[order])
    assert found.principal == pytest.approx(len(raw)) and found.consistency_ratio == pytest.approx(
        0, abs=1e-9
    )
    assert found.worst.contradiction == pytest.approx(1)


def test_the_power_method_agrees():
    """Slow twin: repeated multiplication converges to the principal eigenvector."""
    vector = np.ones(8)
    for _ in range(200):
        vector = HOUSE @ vector
        vector /= vector.sum()
    assert pairwise_weights(HOUSE, NAMES).weights.to_numpy() == pytest.approx(vector)


def test_experts_are_joined_by_geometric_means():
    """Closed form: experts with consistent judgements u and v join to weights in proportion to √(u v)."""
    one, two = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])
    matrices = {"sales": one[:, None] / one, "service": two[:, None] / two}
    found = pairwise_weights(matrices, ("a", "b", "c"))
    joint = np.sqrt(one * two)
    assert found.weights.to_numpy() == pytest.approx(joint / joint.sum())
    assert found.by_expert.to_numpy() == pytest.approx(np.vstack([one, two]))
    assert found.ratios.to_numpy() == pytest.approx(0, abs=1e-9)
    ratio = (0.6 / 0.1) / (0.2 / 0.5)
    assert found.dispersion.loc["a", "c"] == pytest.approx(np.exp(np.log(ratio) / np.sqrt(2)))
    assert np.diag(found.dispersion) == pytest.approx(1)


def test_the_random_indices_are_saatys():
    """Saaty (1980): mean consistency index of random matrices, n = 3 to 10."""
    assert [RANDOM_INDEX[n] for n in range(3, 11)] == [0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49]


@pytest.mark.parametrize("wrong", [HOUSE[:3], np.array([[1, 2, 3], [2, 1, 3], [1 / 3, 1 / 3, 1]]), -SMALL])
def test_judgements_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ParameterError, match="expert 1"):
        pairwise_weights(wrong, ("a", "b", "c"))


def test_two_factors_cannot_contradict_each_other():
    found = pairwise_weights([[1, 3], [1 / 3, 1]], ("a", "b"))
    assert found.weights.to_numpy() == pytest.approx([0.75, 0.25])
    assert found.consistency_ratio == 0 and found.worst is None and found.advice is None
