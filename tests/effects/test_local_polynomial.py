"""Jumps at a cutoff against published figures, a second implementation and closed forms."""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.cutoff.bandwidth import choose
from toolkit.effects.cutoff.local_polynomial import Bandwidth, Recipe, jump
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.rows import Rows

NEAREST = Recipe(variance="nn")


def reference(y, x, **options):
    """rdrobust, with what it prints kept quiet."""
    from rdrobust import rdrobust

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rdrobust(y, x, **options)


def errors(found):
    return np.sqrt(found.conventional_cov[0, 0]), np.sqrt(found.robust_cov[0, 0])


# (recipe, goal, h, b): conventional, its error, corrected, robust error, interval. Printed digits of the
# rdrobust papers (Stata J. 14:909 and 17:372, R J. 7:38) and of the package's re-run, version 2.1.1.
SENATE = [
    (NEAREST, "mse", 17.754, 28.028, 7.4141, 1.4587, 7.5065, 1.7413, 4.0937, 10.9193),
    (Recipe("uniform", "nn"), "mse", 11.597, None, 7.2025, None, None, None, 3.9634, 11.2235),
    (NEAREST, "cer", 12.407, None, 7.6316, None, None, None, 4.0742, 11.2892),
]


@pytest.mark.parametrize("case", SENATE, ids=lambda case: f"{case[0].kernel}-{case[1]}")
def test_senate_elections_are_reproduced_with_our_own_bandwidth(senate, case):
    """Half a printed digit: 5e-4 on bandwidths, 5e-5 on estimates."""
    recipe, goal, h, b, conventional, error, corrected, robust, low, high = case
    x, y = senate
    rows = Rows.of(x, y)
    bandwidth = choose(rows, recipe, goal)
    found = jump(rows, bandwidth, recipe)
    plain, wide = errors(found)
    assert bandwidth.h == pytest.approx(h, abs=5.1e-4)
    assert b is None or bandwidth.b == pytest.approx(b, abs=5.1e-4)
    assert found.conventional[0] == pytest.approx(conventional, abs=5.1e-5)
    assert error is None or plain == pytest.approx(error, abs=5.1e-5)
    assert corrected is None or found.corrected[0] == pytest.approx(corrected, abs=5.1e-5)
    assert robust is None or wide == pytest.approx(robust, abs=5.1e-5)
    interval = found.corrected[0] + np.array([-1, 1]) * 1.959964 * wide
    assert interval == pytest.approx([low, high], abs=1.1e-4)


def test_senate_elections_at_the_bandwidth_of_the_first_paper(senate):
    """h = 16.79369, b = 27.43745 (2014 selector): 7.4253 (1.4954); 7.5265, robust 1.7637."""
    x, y = senate
    found = jump(Rows.of(x, y), Bandwidth(16.79369, 27.43745), NEAREST)
    assert found.conventional[0] == pytest.approx(7.4253, abs=5.1e-5)
    assert found.corrected[0] == pytest.approx(7.5265, abs=5.1e-5)
    assert errors(found) == pytest.approx((1.4954, 1.7637), abs=5.1e-5)


def test_senate_effective_rows(senate):
    """360 and 323 rows within the bandwidth (rdrobust papers)."""
    x, y = senate
    rows = Rows.of(x, y)
    found = jump(rows, choose(rows, NEAREST), NEAREST)
    assert (found.n_left, found.n_right) == (360, 323)


def simulated(seed, digits):
    """Rows with exceptions in both directions; ``digits`` 1 makes about 70 distinct scores."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(0, 1, 1500), digits)
    received = (rng.random(1500) < 0.1 + 0.7 * (x >= 0)).astype(float)
    y = 0.3 * received + np.sin(x) + rng.normal(size=1500)
    return x, received, y, rng.integers(0, 300, 1500)


@pytest.mark.parametrize("digits", [9, 2, 1])
@pytest.mark.parametrize("kernel", ["triangular", "uniform", "epanechnikov"])
@pytest.mark.parametrize("variance", ["nn", "hc0", "hc1"])
def test_sharp_design_agrees_with_rdrobust_at_its_and_at_our_bandwidth(digits, kernel, variance):
    """Second implementation: rdrobust 2.1.1; relative 1e-9 (measured: about 1e-12)."""
    x, _, y, _ = simulated(digits, digits)
    theirs = reference(y, x, kernel=kernel, vce=variance)
    recipe, rows = Recipe(kernel, variance), Rows.of(x, y)
    bandwidth = choose(rows, recipe)
    found = jump(rows, bandwidth, recipe)
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert found.conventional[0] == pytest.approx(theirs.coef.to_numpy()[0, 0], rel=1e-9)
    assert found.corrected[0] == pytest.approx(theirs.coef.to_numpy()[2, 0], rel=1e-9)
    assert errors(found) == pytest.approx(theirs.se.to_numpy()[[0, 2], 0], rel=1e-9)


@pytest.mark.parametrize("digits", [9, 1])
@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("given_bandwidth", [None, (0.5, 0.8), (0.8, 0.5)])
def test_fuzzy_design_agrees_with_rdrobust(digits, clustered, given_bandwidth):
    """Ratio of jumps with its linearised error; rdrobust adds up clusters on each side alone, so customers
    are given another id on the other side here."""
    x, received, y, customer = simulated(7 + digits, digits)
    customer = 2 * customer + (x >= 0)
    options = {"h": given_bandwidth[0], "b": given_bandwidth[1]} if given_bandwidth else {}
    theirs = reference(
        y, x, fuzzy=received, **({"cluster": customer} if clustered else {"vce": "hc1"}), **options
    )
    rows = Rows.of(x, y, received, cluster=customer if clustered else None)
    bandwidth = Bandwidth(*given_bandwidth) if given_bandwidth else choose(rows)
    found = jump(rows, bandwidth)
    ours = ratio(found)
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert ours.conventional == pytest.approx(theirs.coef.to_numpy()[0, 0], rel=1e-9)
    assert ours.corrected == pytest.approx(theirs.coef.to_numpy()[2, 0], rel=1e-9)
    assert [ours.conventional_error, ours.std_error] == pytest.approx(
        theirs.se.to_numpy()[[0, 2], 0], rel=1e-9
    )
    assert found.corrected[1] == pytest.approx(float(np.ravel(theirs.tau_T)[1]), rel=1e-9)
    assert np.sqrt(found.robust_cov[1, 1]) == pytest.approx(float(np.ravel(theirs.se_T)[-1]), rel=1e-9)


def test_exceptions_in_one_direction_take_the_bandwidth_of_the_jump():
    """Nobody below the bar served: the ratio has no slope there, so the outcome alone decides (rdrobust)."""
    x, received, y, _ = simulated(11, 9)
    received = received * (x >= 0)
    theirs = reference(y, x, fuzzy=received, vce="hc1")
    bandwidth = choose(Rows.of(x, y, received))
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert bandwidth == choose(Rows.of(x, y))


def test_rows_of_one_customer_on_both_sides_are_added_up():
    """Each customer has one row on each side with the same noise, which the difference of levels sheds:
    the clustered error must fall well below the error that takes rows for strangers."""
    rng = np.random.default_rng(20261121)
    noise = rng.normal(size=2000)
    distance = rng.random(2000)
    x, y = np.concatenate([-distance, distance]), np.concatenate([noise, noise])
    customer = np.tile(np.arange(2000), 2)
    own = jump(Rows.of(x, y, cluster=customer), Bandwidth(0.8, 0.8))
    strangers = jump(Rows.of(x, y), Bandwidth(0.8, 0.8))
    assert errors(own)[0] < 0.05 * errors(strangers)[0]
    assert errors(own)[1] < 0.05 * errors(strangers)[1]


def test_covariance_gives_the_error_of_any_mixture_of_columns():
    """Linearity: the jump of (outcome − 0.3 grade) has the variance that the covariance matrix says."""
    x, received, y, customer = simulated(3, 9)
    both = jump(Rows.of(x, y, received, cluster=customer), Bandwidth(0.7, 0.9))
    mixed = jump(Rows.of(x, y - 0.3 * received, cluster=customer), Bandwidth(0.7, 0.9))
    mix = np.array([1, -0.3])
    assert mix @ both.corrected == pytest.approx(mixed.corrected[0], rel=1e-10)
    assert mix @ both.robust_cov @ mix == pytest.approx(mixed.robust_cov[0, 0], rel=1e-10)


def test_a_parabola_on_each_side_is_corrected_without_remainder():
    """y = x + 3x² left, 2 + x − 5x² right: the line is biased, the correction is exact, nothing is noise."""
    x = np.linspace(-1, 1, 401)
    y = np.where(x < 0, x + 3 * x**2, 2 + x - 5 * x**2)
    found = jump(Rows.of(x, y), Bandwidth(0.7, 0.7))
    assert abs(found.conventional[0] - 2) > 0.1
    assert found.corrected[0] == pytest.approx(2, abs=1e-10)
    assert errors(found)[1] == pytest.approx(0, abs=1e-10)


def test_too_few_distinct_scores_are_refused():
    x = np.repeat([-2.0, -1.0, 1.0, 2.0, 3.0], 30)
    with pytest.raises(DegenerateFit):
        jump(Rows.of(x, np.arange(150.0)), Bandwidth(5, 5))
    with pytest.raises(DegenerateFit):
        choose(Rows.of(np.abs(x), np.arange(150.0)))


scores = st.integers(0, 2**31)


@settings(max_examples=15, deadline=None)
@given(scores)
def test_promises_of_the_jump(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=300), rng.normal(size=300)
    customer = rng.integers(0, 80, 300)
    rows = Rows.of(x, y, cluster=customer)
    bandwidth = choose(rows)
    found = jump(rows, bandwidth)
    # swapping the sides turns the sign and nothing else
    mirrored = Rows.of(-x, y, cluster=customer)
    assert choose(mirrored).h == pytest.approx(bandwidth.h, rel=1e-7)
    assert jump(mirrored, bandwidth).corrected[0] == pytest.approx(-found.corrected[0], rel=1e-7, abs=1e-9)
    assert errors(jump(mirrored, bandwidth)) == pytest.approx(errors(found), rel=1e-7)
    # a constant added to the outcome changes nothing
    shifted = Rows.of(x, y + 50, cluster=customer)
    assert choose(shifted).h == pytest.approx(bandwidth.h, rel=1e-6)
    assert jump(shifted, bandwidth).corrected[0] == pytest.approx(found.corrected[0], rel=1e-6, abs=1e-8)
    # the order of the rows decides nothing
    order = rng.permutation(300)
    shuffled = Rows.of(x[order], y[order], cluster=customer[order])
    assert jump(shuffled, bandwidth).robust_cov == pytest.approx(found.robust_cov, rel=1e-10)
    # the unit of the score changes the bandwidth and nothing else
    scaled = Rows.of(1000 * x, y, cluster=customer)
    assert choose(scaled).h == pytest.approx(1000 * bandwidth.h, rel=1e-8)
    assert jump(scaled, bandwidth.scaled(1000)).corrected[0] == pytest.approx(found.corrected[0], rel=1e-8)
