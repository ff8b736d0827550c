"""One input at a time, and two. Expected values are closed forms of the laws that the inputs are given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from toolkit.comparison.draws import Range
from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import QUANTILES, Drawn
from toolkit.comparison.tornado import Input, inputs_of, net_with, tornado, two_way

GAIN, ERROR = 100.0, 30.0
COSTS = (40.0, 20.0, 5.0)
SERVICE = Range(0.8, 1.0, 1.4)
AT = [GAIN + ERROR * norm.ppf(q) for q in QUANTILES]


def fixed(value: float) -> Drawn:
    return Drawn(value, np.full(100, value))


@pytest.fixture
def change(parts_of, comparison_of):
    """Gain 100 with a standard error of 30; 60 without effect beyond the band, 50 under another definition."""
    lines = {LINES[0]: fixed(GAIN), LINES[1]: fixed(90.0), LINES[2]: fixed(60.0)}
    first = parts_of("a", lines, costs=COSTS, readings=AT)
    return comparison_of([first, parts_of("a", fixed(50.0), "next", costs=COSTS)]).changes[0]


def test_bars_by_hand(change):
    """The effect moves the net by its normal quantiles, the service by the quantiles of its triangle."""
    result = tornado(change, inputs_of({"service": SERVICE}, (0.8, 1.25)))
    net = GAIN - sum(COSTS)
    assert result.base == net
    bars, z = result.bars, norm.ppf(0.9)
    assert bars.loc["effect", ["low", "high"]].to_list() == pytest.approx([net - z * ERROR, net + z * ERROR])
    # triangle (0.8, 1, 1.4): F(x) = (x - .8)^2 / (.6 * .2) below 1, 1 - F(x) = (1.4 - x)^2 / (.6 * .4) above it
    low, high = 0.8 + np.sqrt(0.1 * 0.6 * 0.2), 1.4 - np.sqrt(0.1 * 0.6 * 0.4)
    assert bars.loc["service", ["at_low", "at_high"]].to_list() == pytest.approx([low, high])
    assert bars.loc["service", "low"] == pytest.approx(net - 40.0 * (low - 1))
    assert bars.loc["horizon", ["low", "high"]].to_list() == pytest.approx([net - 20.0, net + 25.0])
    assert bars.loc["line"].to_list() == [LINES[2], LINES[0], -5.0, 35.0, 40.0, True]
    assert bars.loc["definition"].to_list() == ["next", "stay", -15.0, 35.0, 50.0, True]
    assert list(bars.index) == ["effect", "definition", "horizon", "line", "service"]
    assert bars["flips"].to_dict() == {
        "effect": True,
        "definition": True,
        "horizon": False,
        "line": True,
        "service": False,
    }
    assert [one.name for one in result.inputs] == ["effect", "horizon", "service"]
    assert result.without_range == ("margin", "managers", "moves")


def test_without_declared_ranges_only_the_effect_is_numeric(change):
    result = tornado(change, inputs_of({}))
    assert [one.name for one in result.inputs] == ["effect"]
    assert result.without_range == ("margin", "service", "managers", "moves", "horizon")


def test_a_null_reform_has_bars_of_no_width(parts_of, comparison_of):
    nothing = comparison_of([parts_of("a", fixed(0.0))]).changes[0]
    result = tornado(nothing, inputs_of({"margin": SERVICE}, (0.5, 2.0)))
    assert (result.bars[["low", "high", "width"]] == 0.0).all(axis=None) and not result.bars["flips"].any()


def test_without_a_value_there_is_no_tornado(change):
    assert tornado(replace(change, parts=(), values=()), inputs_of({})) is None


def test_an_effect_between_the_readings_is_exact_for_a_normal_law(change):
    """Proportional to the effect, the gain at the quantile q is 100 + 30 z(q)."""
    for q in (0.1, 0.3, 0.42, 0.77):
        found = net_with(change.parts[0], LINES[0], {"effect": q, "managers": 2.0})
        assert found == pytest.approx(GAIN + ERROR * norm.ppf(q) - 40.0 - 40.0 - 5.0)


def test_the_break_even_line_lies_where_the_net_is_zero(change):
    """Net = 100 m - 40 s - 25: zero where s = (100 m - 25) / 40; every point that crosses the grid is on it."""
    result = two_way(change.parts[0], Input("margin", 0.5, 1.5), Input("service", 0.5, 2.5))
    assert result.grid.shape == (11, 11)
    assert result.grid.loc[0.5, 0.5] == pytest.approx(50.0 - 20.0 - 25.0)
    points = result.break_even
    assert points["second"].to_numpy() == pytest.approx((100 * points["first"].to_numpy() - 25) / 40)
    assert points["first"].is_monotonic_increasing
    # the line meets 8 of the grid's rows (margin .5 to 1.2) and 10 of its columns (service .7 to 2.5)
    assert len(points) == 18
    assert points["first"].min() >= 0.5 and points["second"].between(0.5, 2.5).all()


def test_a_break_even_line_along_the_second_input_is_found_too(parts_of, comparison_of):
    """Nothing is spent on moves, so the line runs at one value of the margin: 0.4."""
    parts = parts_of("a", fixed(100.0), costs=(40.0, 0.0, 0.0))
    points = two_way(parts, Input("margin", 0.25, 1.75), Input("moves", 0.5, 2.0)).break_even
    assert points["first"].to_numpy() == pytest.approx(np.full(11, 0.4))


def test_a_sign_that_never_changes_has_no_line(parts_of):
    parts = parts_of("a", fixed(100.0), costs=(1.0, 1.0, 1.0))
    assert two_way(parts, Input("margin", 0.5, 1.5), Input("service", 0.5, 2.5)).break_even.empty
