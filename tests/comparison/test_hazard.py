"""A constant hazard ratio: closed forms, a root finder, and a world that was built with one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from toolkit.comparison.evidence import Staying
from toolkit.comparison.hazard import changes_by_bin, hazard_ratio, staying_along

NOBODY = np.zeros(0, dtype=int)


def test_one_bin_beside_the_bar_has_a_closed_form():
    """theta = log(S + effect) / log(S)."""
    effect = np.array([-0.2, 0.0, 0.05, 0.25])
    assert hazard_ratio(np.array([0.7]), effect) == pytest.approx(np.log(0.7 + effect) / np.log(0.7))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=4), st.floats(-0.04, 0.04))
def test_several_bins_meet_the_effect_on_average(without, effect):
    """A root finder's theta, and the mean change beside the bar is the effect."""
    shares = np.array(without)
    theta = hazard_ratio(shares, np.array([effect]))[0]
    twin = brentq(lambda t: (shares**t - shares).mean() - effect, 1e-4, 500, xtol=1e-13)
    assert theta == pytest.approx(twin, rel=1e-6)
    beside = tuple(range(len(shares)))
    change = changes_by_bin(Staying(NOBODY, np.append(shares, 0.5), beside), np.array([effect]))[0]
    assert change[:-1].mean() == pytest.approx(effect, abs=1e-9)
    assert change[-1] == pytest.approx(0.5**theta - 0.5)


def test_an_effect_beyond_certainty_is_taken_to_its_end():
    change = changes_by_bin(Staying(NOBODY, np.array([0.9]), (0,)), np.array([0.5, -2.0]))[:, 0]
    assert change == pytest.approx([0.1, -0.9], abs=1e-5)


def test_what_was_built_with_a_constant_hazard_ratio_is_found_again():
    """S = .55 + .3 (x + 1) without the package, S ** 0.7 with it; above the bar nine in ten have it, below one in ten."""
    rng, theta = np.random.default_rng(4), 0.7
    x = rng.uniform(-1, 0.5, 60_000)
    alone = 0.55 + 0.2 * (x + 1)
    received = rng.random(len(x)) < np.where(x >= 0, 0.9, 0.1)
    stayed = (rng.random(len(x)) < np.where(received, alone**theta, alone)).astype(float)
    stayed[:500] = np.nan
    at_bar = 0.75**theta - 0.75
    asked = np.linspace(-0.9, 0.45, 40)
    staying = staying_along(asked, (x, stayed, received), at_bar)
    truth = 0.55 + 0.2 * (asked + 1)
    assert np.abs(staying.without[staying.place] - truth).max() < 0.04
    assert len(staying.without) == 20 and staying.beside == (9, 10)
    change = changes_by_bin(staying, np.array([at_bar]))[0][staying.place]
    assert np.abs(change - (truth**theta - truth)).max() < 0.01
