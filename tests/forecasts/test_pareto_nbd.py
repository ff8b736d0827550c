"""Pareto/NBD held to the published fit of CDNOW, the printed formula, a double integral and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1
from scipy.stats import gamma

from toolkit.forecasts.buyers import Buyers
from toolkit.forecasts.pareto_nbd import ParetoNbd, fit_pareto_nbd

CALIBRATED_TO = pd.Timestamp("1997-09-30")
EITHER_ORDER = [ParetoNbd(1.6, 9.0, 1.7, 14.0), ParetoNbd(1.6, 14.0, 1.7, 9.0)]
HIGHEST = 4.0
ANY = st.floats(0.05, 60.0)


def one(repeats: float, recency: float, age: float) -> Buyers:
    return Buyers(*(np.array([float(v)]) for v in (repeats, recency, age)))


def integrated(model: ParetoNbd, known: Buyers, time: float) -> tuple[float, float, float]:
    """Likelihood, probability of being there and expectation by integrating over both rates of the customer."""
    x, recency, age = (float(values[0]) for values in (known.repeats, known.recency, known.age))
    nodes, weights = np.polynomial.legendre.leggauss(500)
    rates, weights = HIGHEST / 2 * (nodes + 1), HIGHEST / 2 * weights
    a, b = rates[:, None], rates
    rate = weights * gamma(model.r, scale=1 / model.alpha).pdf(rates)
    leave = weights * gamma(model.s, scale=1 / model.beta).pdf(rates)
    here = a**x * np.exp(-(a + b) * age)
    left = a**x * b / (a + b) * (np.exp(-(a + b) * recency) - np.exp(-(a + b) * age))
    bought = here * a / b * -np.expm1(-b * time)
    stays, leaves, buys = (rate @ part @ leave for part in (here, left, bought))
    return stays + leaves, stays / (stays + leaves), buys / (stays + leaves)


def test_published_fit(cdnow_days, published):
    days = cdnow_days[cdnow_days["day"] <= CALIBRATED_TO].groupby("customer")["day"]
    recency, age = (days.max() - days.min()).dt.days / 7, (CALIBRATED_TO - days.min()).dt.days / 7
    buyers = Buyers(days.size().to_numpy(float) - 1, recency.to_numpy(), age.to_numpy())
    fitted = fit_pareto_nbd(buyers)
    model, often = ParetoNbd(*fitted.values), one(26, 30.86, 31)
    published(
        "pareto_nbd",
        r=model.r,
        alpha=model.alpha,
        s=model.s,
        beta=model.beta,
        expected_52=model.expected_of_new(52.0),
        expected_next_52=model.expected(often, 52.0)[0],
        alive=model.alive(often)[0],
    )
    assert np.all(fitted.errors < fitted.values)


@pytest.mark.parametrize("model", EITHER_ORDER)
@pytest.mark.parametrize("known", [(0, 0, 20), (3, 11, 20)])
def test_a_double_integral_says_the_same(model, known):
    """Definition of the model, integrated over the rates of buying and leaving of one customer."""
    likelihood, alive, expected = integrated(model, one(*known), 26.0)
    assert model.log_likelihood(one(*known))[0] == pytest.approx(np.log(likelihood), abs=1e-6)
    assert model.alive(one(*known))[0] == pytest.approx(alive, rel=1e-6)
    assert model.expected(one(*known), 26.0)[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("model", EITHER_ORDER)
def test_the_likelihood_is_the_formula_of_the_note(model):
    """A0 of Fader and Hardie (2005) as printed, a form for either order of alpha and beta."""
    r, alpha, s, beta = model.r, model.alpha, model.s, model.beta
    x, recency, age = 4.0, 13.0, 21.0
    k, larger, other = r + s + x, max(alpha, beta), s + 1 if alpha >= beta else r + x
    first, second = (
        hyp2f1(k, other, k + 1, abs(alpha - beta) / (larger + t)) / (larger + t) ** k for t in (recency, age)
    )
    inside = (alpha + age) ** -(r + x) * (beta + age) ** -s + s / k * (first - second)
    expected = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(inside)
    assert model.log_likelihood(one(x, recency, age))[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("ratio", [30.0, 300.0, 1e4, 1e6])
@pytest.mark.parametrize("known", [(0, 0, 40), (2, 10, 40), (60, 35, 40)])
def test_scales_far_apart_agree_with_an_integral(ratio, known):
    """The integral over the time of leaving by adaptive quadrature, where the hypergeometric form is slow."""
    x, recency, age = known
    for alpha, beta in ((3.0, 3.0 * ratio), (3.0 * ratio, 3.0)):
        r, s = 0.7, 1.4
        small = min(alpha, beta)

        def left(u, alpha=alpha, beta=beta, small=small, r=r, s=s):
            y = small * np.expm1(u)
            silent = ((alpha + age) / (alpha + y)) ** (r + x) * ((beta + age) / (beta + y)) ** s
            return s / (beta + y) * silent * (small + y)

        span = np.log1p(np.array([recency, age]) / small)
        odds = quad(left, *span, epsabs=0, epsrel=1e-11, limit=200)[0]
        assert ParetoNbd(r, alpha, s, beta).alive(one(*known))[0] == pytest.approx(1 / (1 + odds), rel=1e-9)


def test_equal_scales_have_a_closed_form():
    """alpha = beta: the integral over the time of leaving is elementary."""
    r, scale, s, x, recency, age = 0.7, 11.0, 0.9, 2.0, 9.0, 30.0
    k = r + s + x
    odds = s / k * (((scale + age) / (scale + recency)) ** k - 1)
    model = ParetoNbd(r, scale, s, scale)
    assert model.alive(one(x, recency, age))[0] == pytest.approx(1 / (1 + odds), rel=1e-12)


def test_expectations_pass_smoothly_where_s_is_one():
    near, at = (ParetoNbd(0.6, 10.0, s, 12.0).expected(one(2, 30, 38), 39.0)[0] for s in (1 + 1e-7, 1.0))
    assert near == pytest.approx(at, rel=1e-6)
    assert ParetoNbd(0.6, 10.0, 1.0, 12.0).expected_of_new(52.0) == pytest.approx(
        0.06 * 12 * np.log(64 / 12), rel=1e-12
    )


@settings(max_examples=60, deadline=None)
@given(ANY, ANY, ANY, ANY, st.integers(0, 80), st.floats(0, 1), st.floats(1, 300))
def test_who_bought_lately_is_likelier_there(r, alpha, s, beta, repeats, part, age):
    """P(alive) rises with the last purchase, falls with silence; expectations rise with the time ahead."""
    model, last = ParetoNbd(r, alpha, s, beta), part * age if repeats else 0.0
    alive = model.alive(one(repeats, last, age))[0]
    assert 0 <= alive <= 1
    assert model.alive(one(repeats, last, age * 1.5))[0] <= alive + 1e-9
    if repeats:
        assert model.alive(one(repeats, (last + age) / 2, age))[0] >= alive - 1e-9
        assert model.alive(one(repeats, age, age))[0] == pytest.approx(1, abs=1e-9)
    ahead = [model.expected(one(repeats, last, age), time)[0] for time in (0.0, 5.0, 50.0)]
    assert ahead[0] == 0 and ahead == sorted(ahead)
    assert ahead[2] <= 50 * (r + repeats) / (alpha + age) * (1 + 1e-9)


@pytest.mark.parametrize(
    "known", [(0, 0, 1e6), (5000, 400, 400), (5000, 10, 4000), (1e6, 1e5, 1e5), (1, 0, 0)]
)
@pytest.mark.parametrize("scales", [(1e-5, 1e5), (1e5, 1e-5), (10.0, 12.0)])
def test_extremes_stay_finite(known, scales):
    for shapes in ((1e-5, 1e-5), (1e4, 1e4), (0.5, 1e-5)):
        model = ParetoNbd(shapes[0], scales[0], shapes[1], scales[1])
        found = [f(one(*known))[0] for f in (model.log_likelihood, model.alive)]
        found.append(model.expected(one(*known), 52.0)[0])
        assert np.isfinite(found).all() and 0 <= found[1] <= 1 and found[2] >= 0


def test_the_parameters_of_simulated_customers_come_back():
    """Customers drawn from the model itself; every parameter within three of its own standard errors."""
    rng = np.random.default_rng(20261122)
    customers, true, age = 5000, np.array([0.8, 6.0, 0.9, 20.0]), 80.0
    rate, leave = rng.gamma(true[0], 1 / true[1], customers), rng.gamma(true[2], 1 / true[3], customers)
    there = np.minimum(rng.exponential(1 / leave), age)
    times = np.cumsum(rng.exponential(1 / rate[:, None], (customers, 300)), axis=1)
    bought = times < there[:, None]
    recency = np.where(bought, times, 0.0).max(axis=1)
    fitted = fit_pareto_nbd(Buyers(bought.sum(axis=1).astype(float), recency, np.full(customers, age)))
    assert np.all(np.abs(fitted.values - true) < 3 * fitted.errors)
    assert np.all(fitted.errors < 0.25 * fitted.values)
