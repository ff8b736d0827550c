"""Where the alternatives stand. Expected values are closed forms of normal laws, hand counts and slow twins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import Drawn
from toolkit.comparison.standing import COLUMNS, adjusted_probabilities, standing

MANY = 200_000
SOME = st.integers(0, 10_000)


def normal(mean, spread, correlation=0.0, seed=1):
    """Draws of alternatives with these means and spreads and one common correlation."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((MANY, 1)), rng.standard_normal((MANY, len(mean)))
    noise = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    return np.array(mean) + noise * np.array(spread)


@pytest.fixture
def stood(parts_of, comparison_of):
    """Standing of alternatives a, b, ... whose net value has these draws."""

    def build(draws, **options):
        parts = [parts_of(chr(97 + k), Drawn(float(d.mean()), d)) for k, d in enumerate(draws.T)]
        return standing(comparison_of(parts, **options), 0.8)

    return build


def test_one_normal_alternative_against_the_baseline(stood):
    """Better = Phi(m/s); perfect information = s phi(m/s) - m Phi(-m/s); worst tenth = m - s phi(z)/0.1."""
    mean, spread = 40.0, 50.0
    result = stood(normal([mean], [spread]))
    row, z = result.frame.loc["a"], mean / spread
    assert row["better"] == pytest.approx(norm.cdf(z), abs=0.004)
    assert row["adjusted"] == pytest.approx(norm.cdf(z), abs=0.005)
    assert row["best"] == pytest.approx(norm.cdf(z), abs=0.004)
    assert result.evpi == pytest.approx(spread * norm.pdf(z) - mean * norm.cdf(-z), rel=0.03)
    assert result.frame.loc["base", "regret"] == pytest.approx(result.evpi + mean, abs=0.4)
    assert row["tail"] == pytest.approx(mean - spread * norm.pdf(norm.ppf(0.1)) / 0.1, abs=0.8)
    for level, tail in ((80, 0.1), (95, 0.025)):
        low, high = mean + spread * norm.ppf([tail, 1 - tail])
        assert (row[f"low{level}"], row[f"high{level}"]) == (
            pytest.approx(low, abs=1),
            pytest.approx(high, abs=1),
        )


@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_two_correlated_normal_alternatives(stood, correlation):
    """Both far above the baseline: the difference is normal, so P(best) = Phi(d/s) and EVPI = s phi - d Phi(-d/s)."""
    mean, spread = [1000.0, 985.0], [30.0, 40.0]
    result = stood(normal(mean, spread, correlation))
    gap = mean[0] - mean[1]
    s = np.sqrt(spread[0] ** 2 + spread[1] ** 2 - 2 * correlation * spread[0] * spread[1])
    assert result.frame["best"].to_list() == pytest.approx(
        [0, norm.cdf(gap / s), norm.cdf(-gap / s)], abs=0.005
    )
    assert result.evpi == pytest.approx(s * norm.pdf(gap / s) - gap * norm.cdf(-gap / s), rel=0.02)
    assert result.frame.loc["b", "regret"] == pytest.approx(result.evpi + gap, abs=0.5)


@pytest.mark.parametrize("number", [1, 3, 8])
def test_adjustment_for_independent_alternatives_is_a_product(number):
    """The largest of k independent standard normals stays below t with probability Phi(t)^k."""
    mean = np.linspace(0.5, 2.5, number)
    found = adjusted_probabilities(normal(mean, np.ones(number)))
    assert found == pytest.approx(norm.cdf(mean) ** number, abs=0.008)


def test_perfectly_correlated_alternatives_need_no_adjustment():
    """They are one comparison."""
    found = adjusted_probabilities(normal([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], correlation=1.0))
    assert found == pytest.approx(norm.cdf([1.0] * 3), abs=0.005)


def test_a_null_reform_is_zero_to_the_last_bit(stood):
    """Alone with the baseline it shares being best with it; nothing else is anything but 0.0."""
    result = stood(np.zeros((500, 1)))
    zeros = result.frame[[c for c in COLUMNS if c != "best"]].to_numpy(dtype=float)
    assert (zeros == 0.0).all()
    assert result.frame["best"].to_list() == [0.5, 0.5]
    assert result.evpi == 0.0 and (result.evpis == 0.0).all()


def test_a_null_reform_beside_a_better_one_is_the_baseline(stood):
    draws = np.column_stack([np.zeros(MANY), normal([20.0], [50.0])[:, 0]])
    result = stood(draws)
    columns = ["net", "better", "adjusted", "low95", "high95", "tail"]
    assert (result.frame.loc["a", columns] == 0.0).all()
    same = ["best", "regret"]
    assert (result.frame.loc["a", same] == result.frame.loc["base", same]).all()
    assert result.frame.loc["b", "adjusted"] == pytest.approx(norm.cdf(0.4), abs=0.005)


def test_certain_alternatives_are_as_certain_as_their_sign():
    assert adjusted_probabilities(np.full((300, 3), [2.0, 0.0, -2.0])).tolist() == [1.0, 0.0, 0.0]


def test_slow_twin(stood):
    """The same figures counted draw by draw."""
    draws = np.random.default_rng(5).normal([3, 1, -2], [9, 6, 4], size=(400, 3)).round()
    result = stood(draws)
    names = ["base", "a", "b", "c"]
    best, regret = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for row in draws:
        values = dict(zip(names, [0.0, *row], strict=True))
        top = max(values.values())
        winners = [name for name, value in values.items() if value == top]
        for name, value in values.items():
            best[name] += (name in winners) / len(winners) / len(draws)
            regret[name] += (top - value) / len(draws)
    z = (draws - draws.mean(axis=0)) / draws.std(axis=0)
    for k, name in enumerate("abc"):
        reached = sum(max(one) >= draws[:, k].mean() / draws[:, k].std() for one in z) / len(draws)
        expected = min(1 - reached, sum(draws[:, k] > 0) / len(draws))
        assert result.frame.loc[name, "adjusted"] == pytest.approx(expected)
        assert result.frame.loc[name, "tail"] == pytest.approx(np.mean(sorted(draws[:, k])[:40]))
    assert result.frame["best"].to_dict() == pytest.approx(best)
    assert result.frame["regret"].to_dict() == pytest.approx(regret)
    assert result.evpi == pytest.approx(min(regret.values()))
    assert result.comparisons == 3


@settings(max_examples=25, deadline=None)
@given(SOME, st.integers(2, 6), st.integers(100, 300))
def test_promises(seed, number, size):
    """More alternatives never raise anybody's adjusted probability, a gift never lowers the adjusted one of its receiver."""
    rng = np.random.default_rng(seed)
    draws = rng.normal(rng.normal(0, 2, number), rng.gamma(2.0, 1.0, number), size=(size, number))
    all_of_them, fewer = adjusted_probabilities(draws), adjusted_probabilities(draws[:, :-1])
    assert (all_of_them[:-1] <= fewer).all()
    gift = np.zeros(number)
    gift[0] = 1.5
    assert adjusted_probabilities(draws + gift)[0] >= all_of_them[0] - 1e-12


@settings(max_examples=15, deadline=None)
@given(SOME)
def test_probabilities_sum_to_one_and_the_least_regret_is_the_worth_of_knowing(parts_of, comparison_of, seed):
    rng = np.random.default_rng(seed)
    draws = rng.normal(0, 3, size=(200, 3)).round()
    parts = [parts_of(name, Drawn(float(d.mean()), d)) for name, d in zip("abc", draws.T, strict=True)]
    result = standing(comparison_of(parts), 0.8)
    frame = result.frame
    assert frame["best"].sum() == pytest.approx(1.0)
    assert (frame["adjusted"] <= frame["better"]).all()
    assert (frame["regret"] >= 0).all() and result.evpi == frame["regret"].min()
    assert result.evpi == pytest.approx(
        np.maximum(draws.max(axis=1), 0).mean() - max(0.0, *draws.mean(axis=0))
    )


def test_lowest_over_definitions_and_lines(parts_of, comparison_of):
    """One definition and one line spoil it: 0.9 of draws above zero everywhere but in (next, hazard_ratio)."""
    high = Drawn(8.0, np.r_[np.full(90, 10.0), np.full(10, -10.0)])
    low = Drawn(2.0, np.r_[np.full(60, 10.0), np.full(40, -10.0)])
    spoiled = {LINES[0]: high, LINES[1]: low, LINES[2]: high}
    result = standing(comparison_of([parts_of("a", high), parts_of("a", spoiled, "next")]), 0.8)
    lowest = result.lowest.loc["a"]
    assert (lowest["better"], lowest["net"]) == (0.6, 2.0)
    assert (lowest["definition"], lowest["line"]) == ("next", LINES[1])
    assert (
        result.frame.loc["a", "adjusted"]
        == lowest["adjusted"]
        == result.readings["adjusted"].xs("a", level=2).min()
    )
    assert result.frame.loc["a", "better"] == 0.9
    assert len(result.readings) == 2 * len(LINES) * 2 and len(result.evpis) == 2 * len(LINES)


def test_what_cannot_be_ranked_has_no_figure(stood):
    """Too little identified, or excluded: no figure, and no part in anybody's adjustment."""
    draws = normal([20.0, 900.0, 900.0], [50.0, 1.0, 1.0])
    alone = stood(draws[:, :1])
    result = stood(draws, identified={"b": 0.7}, excluded={"c": None})
    assert result.frame["rankable"].to_list() == [True, True, False, False]
    assert result.frame.loc[["b", "c"], list(COLUMNS)].isna().all(axis=None)
    pd.testing.assert_frame_equal(result.frame.loc[["base", "a"]], alone.frame)
    assert pd.isna(result.lowest.loc["b", "line"])


def test_nothing_rankable(comparison_of):
    """The baseline is best; the rest is well-formed and empty."""
    result = standing(comparison_of([], without_value=["a", "b"]), 0.8)
    assert list(result.frame.index) == ["base", "a", "b"] and list(result.lowest.index) == ["base", "a", "b"]
    assert result.frame.loc["base", "best"] == 1.0 and (result.evpi, result.comparisons) == (0.0, 0)
    assert result.readings.empty and result.evpis.empty
    assert list(result.readings.index.names) == ["definition", "line", "policy"]


def test_an_alternative_without_evidence_under_the_headline_has_no_figure_there(parts_of, comparison_of):
    """b is known under the second definition alone: it is rankable, and its lowest figures come from there."""
    high, low = Drawn(8.0, np.full(100, 8.0)), Drawn(2.0, np.full(100, 2.0))
    parts = [parts_of("b", low, "next"), parts_of("a", high), parts_of("a", high, "next")]
    result = standing(comparison_of(parts), 0.8)
    assert list(result.evpis.index.unique("definition")) == ["stay", "next"]
    assert result.frame.loc["b", "rankable"] and np.isnan(result.frame.loc["b", "net"])
    assert result.lowest.loc["b", ["net", "definition"]].to_list() == [2.0, "next"]
    assert result.comparisons == 3
