from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from toolkit.outcomes.intervals import ShareInterval, share_interval, wilson


def interval(kept: np.ndarray, customer: np.ndarray) -> ShareInterval:
    """The interval of single observations; equal numbers are the same customer."""
    return share_interval(np.bincount(customer, kept), np.bincount(customer), float((kept**2).sum()))


@pytest.mark.parametrize(
    ("count", "size", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_as_published(count, size, low, high):
    """Newcombe (1998), Statistics in Medicine 17, Table I, method 3 (score without continuity correction)."""
    assert np.array(wilson(count / size, size)) == pytest.approx([low, high], abs=5.1e-5)


def test_wilson_intervals_agree_with_statsmodels():
    counts, size = np.arange(0, 31), 30
    ours = np.array(wilson(counts / size, np.full(31, size)))
    assert ours == pytest.approx(np.array(proportion_confint(counts, size, method="wilson")), abs=1e-12)


def test_nobody_observed_has_no_interval():
    low, high = wilson([0.5, np.nan], [0, 0])
    assert np.isnan(low).all() and np.isnan(high).all()
    assert np.isnan(share_interval(np.zeros(3), np.zeros(3), 0.0)[2:]).all()


def test_one_observation_per_customer_is_the_plain_interval():
    kept = np.array([1, 0, 1, 1, 0, 1, 1.0])
    found = interval(kept, np.arange(7))
    assert (found.observations, found.customers, found.share) == (7, 7, pytest.approx(5 / 7))
    assert (found.low, found.high) == pytest.approx(np.array(proportion_confint(5, 7, method="wilson")))


def test_seeing_the_same_customers_again_adds_no_certainty():
    """Three identical observations of each customer say no more than one."""
    kept, customer = np.array([1, 0, 1, 1, 0.0]), np.arange(5)
    once, thrice = interval(kept, customer), interval(np.tile(kept, 3), np.tile(customer, 3))
    assert thrice[2:] == pytest.approx(once[2:]) and thrice.observations == 15 and thrice.customers == 5
    always = interval(np.ones(15), np.tile(customer, 3))
    assert always.low == pytest.approx(float(wilson(1.0, 5)[0])) and always.high == 1


def test_customers_who_alternate_are_not_worth_more_than_their_observations():
    found = interval(np.array([1, 0, 1, 0.0]), np.array([0, 0, 1, 1]))
    assert [found.low, found.high] == pytest.approx(np.array(wilson(0.5, 4)))


def test_shares_of_spend_are_more_precise_than_yes_or_no():
    """Outcomes .4 and .6: mean .5, variance .01 instead of .25, so 50 of them are worth 1,250."""
    found = interval(np.tile([0.4, 0.6], 25), np.arange(50))
    assert [found.low, found.high] == pytest.approx(np.array(wilson(0.5, 1250)))


def test_the_interval_of_repeated_customers_covers():
    """400 worlds of 150 customers seen four times, each with an own chance (beta 2, 1: mean 2/3).
    A binomial(400, 0.95) count falls below 367 about once in 1,000 such runs; without allowing for
    repeated customers about 81% would cover."""
    rng, covered = np.random.default_rng(20261122), 0
    customer = np.repeat(np.arange(150), 4)
    for _ in range(400):
        kept = (rng.random(600) < np.repeat(rng.beta(2, 1, 150), 4)).astype(float)
        found = interval(kept, customer)
        covered += found.low <= 2 / 3 <= found.high
    assert 367 <= covered <= 395
