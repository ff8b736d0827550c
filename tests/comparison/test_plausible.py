"""What is held possible before the data: closed forms of the normal-normal model, and chances that come true."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.comparison import plausible
from toolkit.comparison.parts import Drawn
from toolkit.comparison.plausible import WIDE, AtStake, Plausible, weighed

NUMBER = 4000
TIGHT = 1e-9


def drawn(values, covariance, rng) -> list[Drawn]:
    """Estimates with draws of exactly this covariance and mean."""
    raw = rng.standard_normal((NUMBER, len(values)))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(
        np.linalg.cholesky(np.cov(raw.T, bias=True).reshape(raw.shape[1], -1))
    ).T
    draws = np.asarray(values) + raw @ np.linalg.cholesky(np.asarray(covariance, dtype=float)).T
    return [Drawn(float(v), draws[:, i]) for i, v in enumerate(values)]


def test_one_alternative_is_the_textbook_normal():
    """Mean x s2 / (s2 + v), variance s2 v / (s2 + v), with s the declared change over 1.96 and no spread of its own."""
    worth, effect, error, change = 1000.0, 0.06, 0.03, 0.1
    found = weighed(
        drawn([worth * effect], [[(worth * error) ** 2]], np.random.default_rng(1)),
        AtStake(np.array([worth]), np.array([[worth]])),
        Plausible(change, TIGHT),
    )[0]
    s2, v = (change / WIDE) ** 2, error**2
    assert found.value == pytest.approx(worth * effect * s2 / (s2 + v), rel=1e-4)
    assert found.draws.mean() == pytest.approx(found.value, rel=1e-3)
    assert found.draws.std() == pytest.approx(worth * np.sqrt(s2 * v / (s2 + v)), rel=1e-3)


def test_a_wide_prior_leaves_the_estimates_alone():
    given = drawn([50.0, -20.0], [[100.0, 30.0], [30.0, 400.0]], np.random.default_rng(2))
    stake = AtStake(np.array([1000.0, -500.0]), np.array([[1000.0, 100.0], [100.0, 500.0]]))
    for before, after in zip(given, weighed(given, stake, Plausible(1e3, 1e3)), strict=True):
        assert after.value == pytest.approx(before.value, rel=1e-4)
        assert after.draws.std() == pytest.approx(before.draws.std(), rel=1e-2)


def test_alternatives_that_move_others_lend_each_other_strength():
    """With no spread between groups both tell of one change: precision-weighted means, by hand."""
    stake = AtStake(np.array([1000.0, 2000.0]), np.diag([1000.0, 2000.0]))
    given = drawn([100.0, 80.0], [[60.0**2, 0.0], [0.0, 40.0**2]], np.random.default_rng(3))
    found = weighed(given, stake, Plausible(1e3, TIGHT))
    precision = np.array([(1000 / 60) ** 2, (2000 / 40) ** 2])
    common = float(precision @ np.array([0.1, 0.04]) / precision.sum())
    assert [one.value for one in found] == pytest.approx([1000 * common, 2000 * common], rel=1e-3)


def test_opposite_alternatives_stay_opposite():
    """Serving the same customers and withdrawing from them are one estimate with two signs."""
    rng = np.random.default_rng(4)
    up = drawn([40.0], [[900.0]], rng)[0]
    down = Drawn(-up.value, -up.draws)
    size = np.array([[700.0, -700.0], [-700.0, 700.0]])
    one, other = weighed([up, down], AtStake(np.array([700.0, -700.0]), size), Plausible(0.1, 0.04))
    assert one.value == pytest.approx(-other.value, abs=1e-6)
    assert one.draws == pytest.approx(-other.draws, abs=1e-4)


def test_an_alternative_that_moves_nobody_is_left_exactly_alone():
    nothing = Drawn.nothing(NUMBER)
    some = drawn([40.0], [[900.0]], np.random.default_rng(5))[0]
    stake = AtStake(np.array([0.0, 700.0]), np.diag([0.0, 700.0]))
    assert weighed([nothing, some], stake, Plausible(0.1, 0.04))[0] is nothing
    assert weighed([nothing], AtStake(np.zeros(1), np.zeros((1, 1))), Plausible(0.1, 0.04)) == [nothing]


def test_the_law_after_the_data_is_that_of_a_slow_twin():
    """Every spread of the grid by explicit inverses; means weighted by the marginal likelihood."""
    values, noise = (
        np.array([30.0, -90.0, 10.0]),
        np.array([[400.0, 50.0, 0.0], [50.0, 900.0, 80.0], [0.0, 80.0, 250.0]]),
    )
    net, overlap = (
        np.array([600.0, -800.0, 100.0]),
        np.array([[600.0, 0.0, 250.0], [0.0, 800.0, 120.0], [250.0, 120.0, 500.0]]),
    )
    held = Plausible(0.1, 0.04)
    found = weighed(drawn(values, noise, np.random.default_rng(6)), AtStake(net, overlap), held)
    size, means, weights = np.diag(overlap), [], []
    for spread in plausible.GRID:
        prior = np.empty((3, 3))
        for i in range(3):
            for j in range(3):
                alike = overlap[i, j] / np.sqrt(size[i] * size[j])
                prior[i, j] = (0.1 / WIDE) ** 2 * net[i] / size[i] * net[j] / size[j] + (
                    spread * 0.04 / WIDE
                ) ** 2 * alike
        both = prior + noise / np.outer(size, size)
        x = values / size
        means.append(prior @ np.linalg.inv(both) @ x)
        weights.append(
            np.exp(-(spread**2) / 2)
            * np.linalg.det(both) ** -0.5
            * np.exp(-0.5 * x @ np.linalg.inv(both) @ x)
        )
    expected = np.average(means, axis=0, weights=weights) * size
    assert [one.value for one in found] == pytest.approx(expected.tolist(), rel=1e-3)


def test_chances_come_true_where_the_world_is_as_declared():
    """2,000 worlds drawn from the model itself: of claims to be best, as many come true as are claimed."""
    rng, held = np.random.default_rng(7), Plausible(0.1, 0.04)
    net, overlap = np.array([-900.0, 1500.0, 300.0]), np.diag([900.0, 1500.0, 800.0])
    cost = np.array([-30.0, 60.0, 8.0])
    said, true = [], []
    for _ in range(2000):
        own = abs(rng.standard_normal()) * 0.04 / WIDE * rng.standard_normal(3)
        gain = (rng.standard_normal() * 0.1 / WIDE * net / np.diag(overlap) + own) * np.diag(overlap)
        noise = np.diag(np.array([60.0, 45.0, 40.0]) ** 2)
        seen = gain + np.linalg.cholesky(noise) @ rng.standard_normal(3)
        draws = seen + rng.standard_normal((400, 3)) @ np.linalg.cholesky(noise).T
        after = weighed([Drawn(seen[i], draws[:, i]) for i in range(3)], AtStake(net, overlap), held)
        worth = np.column_stack([np.zeros(400), *(one.draws for one in after)]) - np.r_[0.0, cost]
        said.append(np.bincount(worth.argmax(axis=1), minlength=4) / 400)
        true.append(np.eye(4)[np.r_[0.0, gain - cost].argmax()])
    said, true = np.concatenate(said), np.concatenate(true)
    for low, high in ((0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        band = (said >= low) & (said < high)
        error = np.sqrt(said[band].mean() * (1 - said[band].mean()) / band.sum())
        assert abs(said[band].mean() - true[band].mean()) < 0.015 + 3 * error
