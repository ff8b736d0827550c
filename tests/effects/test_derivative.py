"""The effect just beside the bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from toolkit.effects.cutoff.derivative import _derivative, _derivative_gradient, effect_slope
from toolkit.effects.cutoff.fitting import fit
from toolkit.effects.cutoff.local_polynomial import Bandwidth, Recipe
from toolkit.effects.cutoff.sample import CutoffSample

TRUE = {-0.1: 0.0513, 0.0: 0.0495, 0.17: 0.0465}


def test_a_line_is_found_without_remainder(design):
    """Outcome 1 + x left, 3 + 4x − x² right: effect 2 at the bar, growing by 3 per unit."""
    x = np.linspace(-1, 1, 801)
    outcome = np.where(x < 0, 1 + x, 3 + 4 * x - x**2)
    fitting = fit(CutoffSample(x, 0.0, outcome, scale="linear"), design)
    line = effect_slope(fitting, fitting.at(), "money", farthest=0.5)
    assert (line.level, line.slope) == pytest.approx((2, 3), abs=1e-8)
    assert line.at(0.5).value == pytest.approx(3.5, abs=1e-8)
    with pytest.raises(ValueError, match="never saw"):
        line.at(-0.51)


def test_exceptions_are_divided_out(design):
    """Grade received .1 + .2x left and .8 + .3x right, outcome = (2 + 3x) × grade: the effect is 2 + 3x."""
    x = np.linspace(-1, 1, 801)
    received = np.where(x < 0, 0.1 + 0.2 * x, 0.8 + 0.3 * x)
    sample = CutoffSample(x, 0.0, (2 + 3 * x) * received, received, scale="linear")
    fitting = fit(sample, design)
    line = effect_slope(fitting, fitting.at(), "money")
    assert (line.level, line.slope) == pytest.approx((2, 3), abs=1e-8)


def test_the_gradient_is_the_derivative():
    """Central differences of the slope of the ratio by each jump."""
    slopes, jumps, small = np.array([0.7, -0.4]), np.array([0.3, 0.8]), 1e-6
    for place in (0, 1):
        step = small * np.eye(2)[place]
        up, down = (_derivative(float(j[0] / j[1]), slopes, j) for j in (jumps + step, jumps - step))
        assert _derivative_gradient(slopes, jumps)[place] == pytest.approx(
            (up - down) / (2 * small), rel=1e-6
        )


def test_the_error_of_the_slope_adds_up_what_every_row_could_have_changed(design):
    """Independent twin: move each outcome and each grade a little, refit, multiply by the row's distance from
    the parabola of numpy's weighted polyfit, and add up the squares."""
    rng = np.random.default_rng(20261121)
    x = rng.uniform(-1, 1, 160)
    received = np.clip(0.2 + 0.1 * x + 0.5 * (x >= 0) + rng.normal(0, 0.1, 160), 0, 1)
    outcome = 0.4 * received + 0.3 * x + rng.normal(0, 0.2, 160)
    plain = replace(design, recipe=Recipe(variance="hc0"))
    fitting = fit(CutoffSample(x, 0.0, outcome, received, scale="linear"), plain)
    fitting = replace(fitting, bandwidth=Bandwidth(0.9, 0.9))
    rows, b = fitting.rows, 0.9

    def slope(y):
        moved = replace(fitting, rows=replace(rows, y=y))
        return effect_slope(moved, moved.at(), "money").slope

    residuals = np.zeros_like(rows.y)
    for side in (rows.x < 0, rows.x >= 0):
        near = side & (np.abs(rows.x) < b)
        weight = np.sqrt(1 - np.abs(rows.x[near]) / b)
        for column in (0, 1):
            curve = np.polyfit(rows.x[near], rows.y[near, column], 2, w=weight)
            residuals[near, column] = rows.y[near, column] - np.polyval(curve, rows.x[near])
    pulls = np.zeros(len(rows.x))
    for row in range(len(rows.x)):
        for column in (0, 1):
            step = np.zeros_like(rows.y)
            step[row, column] = 1e-5
            pulls[row] += (slope(rows.y + step) - slope(rows.y - step)) / 2e-5 * residuals[row, column]
    assert effect_slope(fitting, fitting.at(), "money").cov[1, 1] == pytest.approx(pulls @ pulls, rel=1e-5)


def test_the_line_covers_the_truth_beside_the_bar(grade_world, as_sample, design):
    """Methods, section 9: effects of .0513, .0495 and .0463 (at .2) along the score; 60 worlds: fewer covered
    than the binomial range about once in 1,000; errors grow with the distance."""
    lines = []
    for seed in range(60):
        fitting = fit(as_sample(grade_world(np.random.default_rng(seed))), design)
        lines.append(effect_slope(fitting, fitting.at(), "points_share"))
    for distance, truth in TRUE.items():
        answers = [line.at(distance) for line in lines]
        covered = sum(answer.low <= truth <= answer.high for answer in answers)
        assert covered >= stats.binom.ppf(0.001, 60, 0.95)
        assert np.mean([answer.value for answer in answers]) == pytest.approx(truth, abs=0.018)
    assert all(
        np.ptp([a.low, a.high]) < np.ptp([b.low, b.high])
        for a, b in ((li.at(0.0), li.at(0.17)) for li in lines)
    )


def test_more_rows_make_a_surer_slope(grade_world, as_sample, design):
    sample = as_sample(grade_world(np.random.default_rng(1), 30_000))
    errors = []
    for share in (1.0, 0.25):
        part = sample.where(np.random.default_rng(2).random(len(sample.score)) <= share)
        fitting = fit(replace(part, customer=None), design)
        errors.append(effect_slope(fitting, fitting.at(), "points_share").cov[1, 1])
    assert errors[0] < errors[1]
