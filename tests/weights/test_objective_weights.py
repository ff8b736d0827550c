"""Entropy and CRITIC: published tables, and what must hold for any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.weights.critic import critic_weights
from toolkit.weights.entropy import entropy_weights

FIGHTERS = [(2, 1500, 20000, 5.5, 5, 9), (2.5, 2700, 18000, 6.5, 3, 5), (1.8, 2000, 21000, 4.5, 7, 7),
            (2.2, 1800, 20000, 5, 5, 5)]  # fmt: skip
SKEWED = [(7, 312, 1891, 6613, 163), (72, 88, 728, 941804, 1078), (10, 252, 2594, 3466, 117471),
          (10, 145, 980, 2371, 86329), (65, 54, 350, 501, 29897), (29, 48, 380, 912, 34051),
          (7, 476, 3300, 78470, 2212), (70, 87, 650, 733, 819000), (4, 86, 591, 3015, 103),
          (12, 79, 579, 3240, 96098), (21, 45, 261, 1253, 453), (1, 72, 530, 4333, 0.1048)]  # fmt: skip
FIRMS = [(61, 1.08, 4.33), (20.7, 0.26, 4.34), (16.3, 1.98, 2.53), (9, 3.29, 1.65), (5.4, 2.77, 2.33),
         (4, 4.12, 1.21), (-6.1, 3.52, 2.10), (-34.6, 3.31, 0.98)]  # fmt: skip
SOFTWARE = [(5000, 3, 3, 4, 3, 2), (680, 5, 3, 2, 2, 1), (2000, 3, 2, 3, 4, 3), (600, 4, 3, 1, 2, 2),
            (800, 2, 4, 3, 3, 4)]  # fmt: skip


XU = [(30, 30, 38, 29), (19, 54, 86, 29), (19, 15, 85, 28.9), (68, 70, 60, 29)]


@pytest.mark.parametrize(
    ("method", "table", "group"),
    [
        (entropy_weights, FIGHTERS, "entropy_fighters"),
        (entropy_weights, SKEWED, "entropy_skewed"),
        (entropy_weights, XU, "entropy_four"),
        (critic_weights, FIRMS, "critic_eight"),
        (critic_weights, SOFTWARE, "critic_software"),
    ],
)
def test_weights_as_published(method, table, group, published):
    weights = method(table).weights
    published(group, **{f"w{i}": weight for i, weight in enumerate(weights, start=1)})


tables = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).lognormal(0, 1, (12, 2 + seed % 5))
)


@settings(max_examples=25, deadline=None)
@given(tables, st.sampled_from([entropy_weights, critic_weights]), st.integers(0, 99))
def test_weights_sum_to_one_and_follow_their_factor(table, method, seed):
    """Units of a factor do not matter; factors and customers may come in any order."""
    rng = np.random.default_rng(seed)
    plain = method(table).weights.to_numpy()
    assert plain.sum() == pytest.approx(1) and (plain >= 0).all()
    assert method(table * rng.uniform(0.01, 100, table.shape[1])).weights.to_numpy() == pytest.approx(plain)
    rows, columns = rng.permutation(table.shape[0]), rng.permutation(table.shape[1])
    assert method(table[rows][:, columns]).weights.to_numpy() == pytest.approx(plain[columns])


def test_the_slow_twins_agree():
    """Both formulae written out with loops."""
    table = np.random.default_rng(3).gamma(2, 1, (30, 4))
    spread = []
    for column in table.T:
        shares = [value / sum(column) for value in column]
        spread.append(1 + sum(p * np.log(p) for p in shares) / np.log(30))
    assert entropy_weights(table).weights.to_numpy() == pytest.approx(np.array(spread) / sum(spread))
    frame = pd.DataFrame(table)
    stretched = (frame - frame.min()) / (frame.max() - frame.min())
    raw = stretched.std() * (1 - stretched.corr()).sum()
    assert critic_weights(table).weights.to_numpy() == pytest.approx((raw / raw.sum()).to_numpy())


def test_ranks_carry_no_difference_for_entropy():
    """Methods section 3.6: factors turned into ranks weigh the same."""
    rng = np.random.default_rng(1)
    ranks = np.column_stack([rng.permutation(50) + 1.0 for _ in range(5)])
    assert entropy_weights(ranks).weights.to_numpy() == pytest.approx(0.2)


@pytest.mark.parametrize("method", [entropy_weights, critic_weights])
def test_a_constant_factor_weighs_nothing(method):
    table = np.column_stack([np.arange(1.0, 9.0), np.full(8, 3.0), np.arange(8.0, 0.0, -1)])
    assert method(table, ("a", "b", "c")).weights["b"] == 0
    with pytest.raises(ParameterError, match="factors"):
        method(np.ones((5, 2)))


def test_values_that_cannot_be_used_are_refused():
    with pytest.raises(ParameterError, match="factor a"):
        critic_weights(pd.DataFrame({"a": [1.0, np.nan], "b": [1.0, 2.0]}))
    with pytest.raises(ParameterError, match="first b"):
        entropy_weights(pd.DataFrame({"a": [1.0, 2.0], "b": [-1.0, 2.0]}))
    with pytest.raises(ParameterError, match="two customers"):
        critic_weights([1.0, 2.0])
