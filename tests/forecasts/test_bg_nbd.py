"""BG/NBD where closed values, limits and simulation say what must come out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import hyp2f1

from toolkit.forecasts.bg_nbd import BgNbd, fit_bg_nbd
from toolkit.forecasts.buyers import Buyers

MODEL = BgNbd(0.25, 4.0, 0.8, 2.5)


def one(repeats: float, recency: float, age: float) -> Buyers:
    return Buyers(*(np.array([float(v)]) for v in (repeats, recency, age)))


def test_closed_likelihood(published):
    """Hardie, note 027: also for 200 purchases, where the plain formula overflows."""
    none, many = (MODEL.log_likelihood(one(*known))[0] for known in ((0, 0, 40), (200, 38, 40)))
    published("bgnbd_likelihood", none=none, many=many)


def test_expectation_is_the_formula_of_the_paper():
    """Equation 10 of Fader, Hardie and Lee as printed, before Euler's transformation."""
    x, recency, age, time = 3.0, 20.0, 38.0, 26.0
    r, alpha, a, b = 0.25, 4.0, 0.8, 2.5
    z = time / (alpha + age + time)
    shrink = ((alpha + age) / (alpha + age + time)) ** (r + x)
    top = (a + b + x - 1) / (a - 1) * (1 - shrink * hyp2f1(r + x, b + x, a + b + x - 1, z))
    odds = a / (b + x - 1) * ((alpha + age) / (alpha + recency)) ** (r + x)
    assert MODEL.expected(one(x, recency, age), time)[0] == pytest.approx(top / (1 + odds), rel=1e-10)
    assert MODEL.alive(one(x, recency, age))[0] == pytest.approx(1 / (1 + odds), rel=1e-12)


def test_very_frequent_buyers_stay_finite():
    found = MODEL.expected(one(5000, 400, 400), 52.0)[0]
    assert 0 < found < 52 * 5000 / 400
    assert np.isfinite(BgNbd(0.25, 4.0, 1.0, 2.5).expected(one(2, 30, 38), 39.0)).all()


def test_the_parameters_of_simulated_customers_come_back():
    """Customers drawn from the model itself; every parameter within three of its own standard errors."""
    rng = np.random.default_rng(20261122)
    customers, r, alpha, a, b, age = 6000, 0.8, 6.0, 0.9, 2.5, 60.0
    rate, leave = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    times = np.cumsum(rng.exponential(1 / rate[:, None], (customers, 250)), axis=1)
    before = np.column_stack(
        [np.ones(customers, bool), np.cumprod(rng.random((customers, 249)) >= leave[:, None], axis=1) > 0]
    )
    bought = (times < age) & before
    repeats = bought.sum(axis=1).astype(float)
    fitted = fit_bg_nbd(Buyers(repeats, np.where(bought, times, 0.0).max(axis=1), np.full(customers, age)))
    assert np.all(np.abs(fitted.values - [r, alpha, a, b]) < 3 * fitted.errors)
    assert np.all(fitted.errors < 0.2 * fitted.values)
