"""What is drawn: quantiles of the laws, and which draws are shared by what."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.comparison.draws import WIDE, Draws, Range, split_normal
from toolkit.comparison.parts import Drawn
from toolkit.comparison.position import Horizon
from toolkit.estimate import Estimate


def test_triangular_quantiles_have_a_closed_form():
    """Up to the mode: low + sqrt(share x width x (mode - low)); at the mode the share is (mode - low) / width."""
    law = Range(0.8, 1.0, 1.5)
    share = np.array([0.0, 0.1, 0.2 / 0.7, 1.0])
    assert law.quantile(share) == pytest.approx([0.8, 0.8 + np.sqrt(0.1 * 0.7 * 0.2), 1.0, 1.5])
    assert law.quantile(0.9) == pytest.approx(1.5 - np.sqrt(0.1 * 0.7 * 0.5))
    assert Range(1.2, 1.2, 1.2).quantile(share).tolist() == [1.2] * 4


def test_a_lognormal_range_has_its_median_and_its_ends():
    law = Range(0.5, 1.0, 3.0, "lognormal")
    assert law.quantile(np.array([0.025, 0.5, 0.975])) == pytest.approx([0.5, 1.0, 3.0], rel=1e-6)


@pytest.mark.parametrize("wrong", [(2.0, 1.0, 3.0, "triangular"), (0.0, 1.0, 2.0, "lognormal")])
def test_ranges_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError):
        Range(*wrong)


def test_an_unknown_factor_is_refused():
    with pytest.raises(ValueError, match="unknown factor 'rent'"):
        Draws(10, 1, {"rent": Range(1, 1, 1)})


def test_streams_differ_in_customers_and_effects_and_share_what_is_assumed():
    first, second = (Draws(500, 7, {"margin": Range(0.5, 1, 2)}).in_stream(s) for s in (1, 2))
    assert first.weights_seed != second.weights_seed and first.lot_seed(0) != second.lot_seed(0)
    assert abs(np.corrcoef(first.noise(), second.noise())[0, 1]) < 0.15
    assert (first.factor("margin") == second.factor("margin")).all()
    assert (first.assumed(3) == second.assumed(3)).all() and not (first.assumed(3) == first.assumed(4)).any()
    assert (first.factor("moves") == 1).all()


def test_an_asymmetric_interval_keeps_its_ends():
    """The 2.5 % and 97.5 % points of the draws are the ends of the interval, the median its value."""
    estimate = Estimate(0.1, -0.1, 0.5, "share")
    drawn = split_normal(estimate, np.random.default_rng(1).standard_normal(200_000))
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([-0.1, 0.1, 0.5], abs=0.01)
    assert split_normal(estimate, WIDE) == pytest.approx(0.5)


def test_a_horizon_is_a_geometric_series():
    """Eight quarters at a quarter of discount per year: q (1 - q ** 8) / (1 - q) with q = 1.25 ** -0.25."""
    q = 1.25**-0.25
    assert Horizon(8, 0.25).factor == pytest.approx(q * (1 - q**8) / (1 - q))
    assert Horizon(8).factor == 8


def test_figures_and_draws_are_reckoned_alike():
    one, two = Drawn(2.0, np.array([1.0, 3.0])), Drawn(4.0, np.array([5.0, 6.0]))
    found = (one + two * 3 - one * two) / two + 1
    assert found.value == (2 + 12 - 8) / 4 + 1
    assert found.draws.tolist() == [(1 + 15 - 5) / 5 + 1, (3 + 18 - 18) / 6 + 1]
    assert Drawn(0.0, np.array([0.0, -1.0, 2.0, 3.0])).above_zero() == 0.5
