"""How strong a factor that is not on record would have to be: published values and closed forms."""

from __future__ import annotations

from math import comb, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.hidden import strongest
from toolkit.effects.adjusted.regression import Fit, Regression
from toolkit.effects.adjusted.unrecorded import (
    Strength,
    as_strong_as,
    e_value,
    oster_delta,
    pairs_p_value,
    partial_r2,
    robustness_value,
    robustness_value_at,
    rosenbaum_gamma,
)

ESTIMATE, ERROR, DF = 0.0973158, 0.0232565, 783
QUICK = settings(max_examples=25, deadline=None)


def test_darfur(published):
    """Cinelli & Hazlett 2020, section 2 and table 1: direct harm and attitudes to peace, .09732 (.02326), 783 df."""
    t = ESTIMATE / ERROR
    published(
        "darfur",
        robustness=robustness_value(t / DF**0.5),
        robustness_at_level=robustness_value_at(t, DF),
        partial_r2=partial_r2(t, DF),
    )


def test_a_factor_as_strong_as_gender_in_darfur():
    """The table of the R package sensemakr for the same data: one, two and three times the strength of "female" (partial
    R2 .00908 with the grade, .10903 with the outcome) leave .07522 (.02187), .05292 (.02035), .03040 (.01867)."""
    recorded = Strength(0.0090811, 0.1090339)
    expected = {1: (0.07522, 0.02187), 2: (0.05292, 0.02035), 3: (0.03040, 0.01867)}
    for times, (value, error) in expected.items():
        hidden = as_strong_as(recorded, times)
        assert ESTIMATE - hidden.factor * ERROR * DF**0.5 == pytest.approx(value, abs=1e-5)
        assert hidden.stretch * ERROR * (DF / (DF - 1)) ** 0.5 == pytest.approx(error, abs=1e-5)


@QUICK
@given(st.floats(1e-4, 3.0))
def test_a_factor_of_the_robustness_value_erases_exactly(f):
    """By definition: the bias of a factor with that share of both equals the figure."""
    value = robustness_value(f)
    assert 0 < value < 1
    assert Strength(value, value).factor == pytest.approx(f, rel=1e-6)
    assert robustness_value(-f) == 0


@QUICK
@given(st.floats(0.001, 0.6), st.floats(0.001, 0.6), st.floats(1.0, 3.0))
def test_a_stronger_yardstick_never_biases_less(grade, outcome, more):
    weaker, stronger = Strength(grade, outcome), Strength(min(grade * more, 0.95), min(outcome * more, 0.95))
    assert as_strong_as(stronger).factor >= as_strong_as(weaker).factor - 1e-12
    assert as_strong_as(weaker).grade <= 0.99 and as_strong_as(weaker).outcome <= 0.99


def test_e_values(published):
    """VanderWeele & Ding 2017; a ratio below 1 counts from the other side."""
    published("e_value", at_3_9=e_value(3.9), at_1_8=e_value(1.8))
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9)) and e_value(1.0) == 1.0


def test_hammond_pairs(published):
    """Rosenbaum 2002, ch. 4: 122 discordant pairs, 110 of them for an effect; exact tail added up by hand."""
    for gamma in (4, 5, 6):
        share = gamma / (1 + gamma)
        tail = sum(comb(122, k) * share**k * (1 - share) ** (122 - k) for k in range(110, 123))
        published("rosenbaum_bounds", **{f"gamma_{gamma}": pairs_p_value(122, 110, gamma)})
        assert pairs_p_value(122, 110, gamma) == pytest.approx(tail, rel=1e-9)


@QUICK
@given(st.integers(10, 200), st.floats(0.7, 1.0))
def test_gamma_is_where_the_pairs_stop_speaking(pairs, share):
    favourable = round(pairs * share)
    gamma = rosenbaum_gamma(pairs, favourable)
    if 1 < gamma < 1e6:
        assert pairs_p_value(pairs, favourable, gamma) == pytest.approx(0.05, rel=1e-6)
    elif gamma == 1:
        assert pairs_p_value(pairs, favourable, 1.0) >= 0.05
    assert rosenbaum_gamma(pairs, 0) == 1.0


def population(selection: float) -> tuple[Regression, float]:
    """Exact moments of a world without effect whose unrecorded factor is ``selection`` times as related to the grade as
    the recorded one; and the R2 of everything together over that of the regression.

    Recorded w of variance 1, unrecorded v of variance .49, unrelated; outcome w + v + noise of variance .25; grade
    .3 w + .3 selection v + noise of variance 1.
    """
    var_v, rest = 0.49, 0.25
    cov_dw, cov_dv = 0.3, 0.3 * selection * var_v
    var_d = 0.09 + 0.09 * selection**2 * var_v + 1.0
    var_y, cov_dy = 1 + var_v + rest, cov_dw + cov_dv
    moments = np.array([[var_d, cov_dw], [cov_dw, 1.0]])
    cross = np.array([cov_dy, 1.0])
    beta = np.linalg.solve(moments, cross)
    r2 = float(cross @ beta) / var_y
    found = Regression(
        beta[0],
        0.0,
        0.0,
        1,
        r2,
        cov_dy / var_d,
        cov_dy**2 / var_d / var_y,
        var_d,
        var_d - cov_dw**2,
        var_y,
    )
    return found, (var_y - rest) / var_y / r2


@pytest.mark.parametrize("selection", [0.5, 1.0, 1.7])
def test_oster_finds_the_selection_that_made_the_figure(selection):
    """Oster 2019, proposition 3: in exact moments of a world without effect, delta is the selection built in."""
    found, factor = population(selection)
    assert oster_delta(found, factor) == pytest.approx(selection, rel=1e-9)


def test_a_figure_that_controls_do_not_move_needs_infinite_selection():
    found = Regression(1.0, 0.1, 0.1, 98, 1.0, 1.0, 1.0, 0.25, 0.25, 1.0)
    assert oster_delta(found) == inf


def test_partial_shares_agree_with_leaving_columns_out():
    """An independent twin: R2 with and without the columns, by numpy's least squares."""
    rng = np.random.default_rng(1)
    matrix = np.column_stack([np.ones(200), rng.standard_normal((200, 4))])
    matrix[:, 3] += matrix[:, 1]
    target = matrix @ np.array([1.0, 2.0, 0.5, -1.0, 0.0]) + rng.standard_normal(200)
    columns = np.array([1, 3])

    def unexplained(part):
        return float(((target - part @ np.linalg.lstsq(part, target)[0]) ** 2).sum())

    whole, rest = unexplained(matrix), unexplained(np.delete(matrix, columns, axis=1))
    assert Fit.of(matrix, target).partial_r2(columns) == pytest.approx((rest - whole) / rest, rel=1e-10)


def test_recording_the_strongest_factor_twice_does_not_make_it_look_weak():
    import pandas as pd

    rng = np.random.default_rng(2)
    spend, tenure = rng.standard_normal((2, 3_000))
    received = rng.random(3_000) < 1 / (1 + np.exp(-spend - 0.2 * tenure))
    outcome = spend + 0.2 * tenure + rng.standard_normal(3_000)
    once = strongest(Basis.of(pd.DataFrame({"spend": spend, "tenure": tenure})), outcome, received)
    margin = spend + 0.1 * rng.standard_normal(3_000)
    table = pd.DataFrame({"spend": spend, "tenure": tenure, "margin": margin})
    twice = strongest(Basis.of(table), outcome, received)
    assert once.names == ("spend",) and twice.names == ("spend", "margin")
    assert twice.strength.factor == pytest.approx(once.strength.factor, rel=0.05)
