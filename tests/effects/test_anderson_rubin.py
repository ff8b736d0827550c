"""Sets of accepted ratios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.cutoff.anderson_rubin import accepted_set

Z2 = 1.959963984540054**2


def accepts(t, jumps, cov):
    """The test turned inside out: the jump of outcome − t · grade is within sampling error of zero."""
    mix = np.array([1.0, -t])
    return (mix @ jumps) ** 2 <= Z2 * (mix @ cov @ mix)


@settings(max_examples=200, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(-0.95, 0.95))
def test_the_closed_form_agrees_with_testing_every_value(top, bottom, a, b, rho):
    jumps, cov = np.array([top, bottom]), np.array([[a * a, rho * a * b], [rho * a * b, b * b]])
    found = accepted_set(jumps, cov)
    for t in np.concatenate([np.linspace(-5, 5, 81), [-1e6, 1e6]]):
        near_edge = np.isclose([t, t], [found.low, found.high], rtol=1e-6, atol=1e-6).any()
        assert near_edge or found.contains(t) == accepts(t, jumps, cov)


def test_a_strong_link_gives_almost_the_usual_interval():
    """First stage 1 known exactly: the set is the interval of the jump itself."""
    found = accepted_set(np.array([0.1, 1.0]), np.diag([0.04**2, 0.0]))
    assert [found.low, found.high] == pytest.approx([0.1 - 1.96 * 0.04, 0.1 + 1.96 * 0.04], abs=1e-5)


def test_a_weak_link_is_unbounded():
    """First stage within noise of zero: everything is accepted, or all but a gap that is refused."""
    assert accepted_set(np.array([0.01, 0.05]), np.diag([0.04**2, 0.05**2])).shape == "whole_line"
    rays = accepted_set(np.array([0.5, 0.05]), np.diag([0.04**2, 0.05**2]))
    assert rays.shape == "two_rays" and not rays.bounded and not rays.contains(0.0)


def test_more_coverage_is_a_wider_set():
    jumps, cov = np.array([0.05, 0.8]), np.array([[0.001, 0.0001], [0.0001, 0.002]])
    narrow, wide = accepted_set(jumps, cov, 0.8), accepted_set(jumps, cov, 0.99)
    assert wide.low < narrow.low < 0.05 / 0.8 < narrow.high < wide.high
