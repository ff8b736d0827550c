"""Residuals against nearest neighbours."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.cutoff.residuals import fitted_residuals, neighbour_residuals


def by_hand(x: list[int], y: list[float], wanted: int) -> list[float]:
    """The definition spelt out: widen by whole blocks of equal x, the nearer first, both when level."""
    found = []
    for value, own in zip(x, y, strict=True):
        distances = sorted({abs(other - value) for other in x})
        for reach in distances:
            inside = [b for a, b in zip(x, y, strict=True) if abs(a - value) <= reach]
            if len(inside) - 1 >= min(wanted, len(x) - 1):
                break
        others = (sum(inside) - own) / (len(inside) - 1)
        found.append(np.sqrt((len(inside) - 1) / len(inside)) * (own - others))
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(-5, 5)), min_size=2, max_size=25), st.integers(1, 4)
)
def test_neighbours_agree_with_a_slow_reading_of_their_definition(pairs, wanted):
    pairs.sort()
    x, y = zip(*pairs, strict=True)
    fast = neighbour_residuals(np.array(x, float), np.array(y, float)[:, None], wanted)
    np.testing.assert_allclose(fast.ravel(), by_hand(list(x), list(y), wanted), atol=1e-12)


def test_squares_are_unbiased_for_the_variance():
    """Independent rows of variance 4: the mean square of 40,000 residuals has standard error about .04."""
    rng = np.random.default_rng(20261121)
    x = np.sort(rng.random(40_000))
    squares = neighbour_residuals(x, rng.normal(0, 2, (40_000, 1))) ** 2
    assert abs(squares.mean() - 4) < 0.2


def test_small_sample_factor_is_n_over_n_less_coefficients():
    """HC1 of a line on 8 rows: sqrt(8 / 6)."""
    y = np.arange(8.0)[:, None]
    np.testing.assert_allclose(fitted_residuals(y, y - 1, 1, "hc1"), np.sqrt(8 / 6))
    np.testing.assert_allclose(fitted_residuals(y, y - 1, 1, "hc0"), 1.0)
