"""BG/BB held to the published fit of the donors, to every possible order of purchases and to an integral."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import beta

from toolkit.forecasts.bg_bb import BgBb, Periods, fit_bg_bb

MODEL = BgBb(1.4, 1.9, 1.3, 2.8)
ANY = st.floats(0.05, 40.0)


def one(active: int, last: int, seen: int) -> Periods:
    return Periods(*(np.array([v]) for v in (active, last, seen)))


def integrated(model: BgBb, known: tuple[int, int, int], ahead: int) -> tuple[float, float, float]:
    """Likelihood, probability of being there and expectation by integrating over both chances of the customer."""
    active, last, seen = known
    nodes, weights = np.polynomial.legendre.leggauss(500)
    chances, weights = (nodes + 1) / 2, weights / 2
    p, q = chances[:, None], chances
    buys = weights * beta(model.alpha, model.beta).pdf(chances)
    leaves = weights * beta(model.gamma, model.delta).pdf(chances)
    here = p**active * (1 - p) ** (seen - active) * (1 - q) ** seen
    left = np.zeros_like(here)
    for end in range(last, seen):
        left += p**active * (1 - p) ** (end - active) * q * (1 - q) ** end
    bought = here * sum(p * (1 - q) ** step for step in range(1, ahead + 1))
    stays, gone, more = (buys @ part @ leaves for part in (here, left, bought))
    return stays + gone, stays / (stays + gone), more / (stays + gone)


def test_published_fit(data_folder, published):
    donors = pd.read_csv(data_folder / "validation" / "bgbb_donations.csv")
    columns = (np.repeat(donors[name], donors["weights"]) for name in ("frequency", "recency", "periods"))
    known = Periods(*(column.to_numpy() for column in columns))
    assert len(known.seen) == 11104
    fitted = fit_bg_bb(known)
    model = BgBb(*fitted.values)
    published(
        "bgbb",
        alpha=model.alpha,
        beta=model.beta,
        gamma=model.gamma,
        delta=model.delta,
        log_likelihood=fitted.log_likelihood,
        least=model.expected(one(0, 0, 6), 5)[0],
        most=model.expected(one(6, 6, 6), 5)[0],
    )
    assert np.all(fitted.errors < fitted.values)


@pytest.mark.parametrize("known", [(0, 0, 6), (2, 3, 6), (5, 5, 5)])
def test_a_double_integral_says_the_same(known):
    """Definition of the model, integrated over the chances of buying and leaving of one customer."""
    likelihood, alive, expected = integrated(MODEL, known, 5)
    assert MODEL.log_likelihood(one(*known))[0] == pytest.approx(np.log(likelihood), abs=1e-6)
    assert MODEL.alive(one(*known))[0] == pytest.approx(alive, rel=1e-6)
    assert MODEL.expected(one(*known), 5)[0] == pytest.approx(expected, rel=1e-6)


def test_all_orders_of_purchases_add_up():
    """The 2^7 orders of seven periods have probability 1 together, and the mean number of purchases expected."""
    orders = np.array(list(product((0, 1), repeat=7)))
    last = np.where(orders.any(axis=1), 7 - orders[:, ::-1].argmax(axis=1), 0)
    chance = np.exp(MODEL.log_likelihood(Periods(orders.sum(axis=1), last, np.full(len(orders), 7))))
    assert chance.sum() == pytest.approx(1, rel=1e-12)
    assert chance @ orders.sum(axis=1) == pytest.approx(MODEL.expected_of_new(7), rel=1e-12)


def test_the_expectation_is_the_closed_form_of_the_paper():
    """Sum over the periods ahead written with gamma functions (Fader, Hardie and Shang, E[X(n)])."""
    a, b, c, d, n = MODEL.alpha, MODEL.beta, MODEL.gamma, MODEL.delta, 9
    later = np.exp(gammaln(c + d) - gammaln(c + d + n) + gammaln(1 + d + n) - gammaln(1 + d))
    assert MODEL.expected_of_new(n) == pytest.approx(a / (a + b) * d / (c - 1) * (1 - later), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(ANY, ANY, ANY, ANY, st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_who_bought_lately_is_likelier_there(alpha, beta, gamma, delta, active, more, silent):
    model, last = BgBb(alpha, beta, gamma, delta), active + more if active else 0
    known = one(active, last, last + silent)
    alive = model.alive(known)[0]
    assert 0 <= alive <= 1 and (silent or alive == pytest.approx(1, abs=1e-9))
    assert model.alive(one(active, last, last + silent + 1))[0] <= alive + 1e-9
    if active and silent:
        assert model.alive(one(active, last + 1, last + silent))[0] >= alive - 1e-9
    ahead = [model.expected(known, periods)[0] for periods in (1, 4, 9)]
    assert ahead == sorted(ahead) and ahead[2] <= 9 * (1 + 1e-9)


@pytest.mark.parametrize("known", [(0, 0, 5000), (5000, 5000, 5000), (1, 1, 5000), (0, 0, 0)])
@pytest.mark.parametrize("size", [1e-5, 1.0, 1e5])
def test_extremes_stay_finite(known, size):
    for model in (BgBb(size, 1 / size, size, 1 / size), BgBb(1 / size, size, size, size)):
        found = [model.log_likelihood(one(*known))[0], model.alive(one(*known))[0]]
        found.append(model.expected(one(*known), 4)[0])
        assert np.isfinite(found).all() and 0 <= found[1] <= 1 and 0 <= found[2] <= 4 + 1e-9
