"""Jumps at a cutoff against published figures, a second implementation and closed forms."""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.effects.cutoff.bandwidth import choose
from toolkit.effects.cutoff.coarse import difference_of_means
from toolkit.effects.cutoff.local_polynomial import Bandwidth, Recipe, jump
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.rows import Rows

NEAREST = Recipe(variance="nn")


def reference(y, x, **options):
    """rdrobust, with what it prints kept quiet."""
    from rdrobust import rdrobust

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return rdrobust(y, x, **options)


def errors(found):
    return np.sqrt(found.conventional_cov[0, 0]), np.sqrt(found.robust_cov[0, 0])


SENATE = {
    "senate_rd": (NEAREST, "mse"),
    "senate_rd_uniform": (Recipe("uniform", "nn"), "mse"),
    "senate_rd_cer": (NEAREST, "cer"),
}
NORMAL = 1.959964


def figures(rows, bandwidth, recipe):
    """Everything that the papers print of one fit."""
    found = jump(rows, bandwidth, recipe)
    plain, wide = errors(found)
    value, corrected = found.conventional[0], found.corrected[0]
    return {
        "h": bandwidth.h, "b": bandwidth.b, "conventional": value, "conventional_error": plain,
        "conventional_low": value - NORMAL * plain, "conventional_high": value + NORMAL * plain,
        "corrected": corrected, "robust_error": wide, "robust_z": corrected / wide,
        "robust_low": corrected - NORMAL * wide, "robust_high": corrected + NORMAL * wide,
        "rows_left": found.n_left, "rows_right": found.n_right,
    }  # fmt: skip


def printed(group, found):
    """The part of ``found`` that was published."""
    return {name: found[name] for name in PRINTED[group]}


SHORT = ("h", "conventional", "robust_low", "robust_high")
FIT = ("conventional", "conventional_error", "corrected", "robust_error", "robust_low", "robust_high")
PRINTED = {
    "senate_rd": (*FIT, "h", "b", "conventional_low", "conventional_high", "robust_z", "rows_left", "rows_right"),
    "senate_rd_uniform": SHORT, "senate_rd_cer": SHORT, "senate_rd_2014": FIT,
}  # fmt: skip


@pytest.mark.parametrize("group", SENATE)
def test_senate_elections_are_reproduced_with_our_own_bandwidth(senate, group, published):
    recipe, goal = SENATE[group]
    rows = Rows.of(*senate)
    published(group, **printed(group, figures(rows, choose(rows, recipe, goal), recipe)))


def test_senate_elections_at_the_bandwidth_of_the_first_paper(senate, published):
    rows = Rows.of(*senate)
    found = figures(rows, Bandwidth(16.79369, 27.43745), NEAREST)
    published("senate_rd_2014", **printed("senate_rd_2014", found))


def test_senate_rows_at_a_given_bandwidth(senate_with_terms, published):
    """Rows within 10 of the bar whose vote, terms and population are all on record."""
    rows = Rows.of(senate_with_terms["margin"].to_numpy(), senate_with_terms["vote"].to_numpy())
    found = jump(rows, Bandwidth(10, 20), NEAREST)
    published("senate_rd", rows_left_at_10=found.n_left, rows_right_at_10=found.n_right)


@pytest.mark.parametrize("cutoff", [33, 66])
def test_each_of_two_cutoffs(data_folder, cutoff, published):
    table = pd.read_csv(data_folder / "validation" / "simdata_multic.csv").query("c == @cutoff")
    rows = Rows.of((table["x"] - cutoff).to_numpy(), table["y"].to_numpy())
    found = figures(rows, choose(rows, NEAREST), NEAREST)
    names = {"at": "conventional", "h": "h", "rows_left": "rows_left", "rows_right": "rows_right"}
    published("two_cutoffs", **{f"{theirs}_{cutoff}": found[ours] for theirs, ours in names.items()})


def test_two_cutoffs_together(data_folder, published):
    """Weighted by the rows within the bandwidths, and all rows around a common bar."""
    table = pd.read_csv(data_folder / "validation" / "simdata_multic.csv")
    values, weights = [], []
    for cutoff, part in table.groupby("c"):
        rows = Rows.of((part["x"] - cutoff).to_numpy(), part["y"].to_numpy())
        found = jump(rows, choose(rows, NEAREST), NEAREST)
        values.append(found.conventional[0])
        weights.append(found.n_left + found.n_right)
    rows = Rows.of((table["x"] - table["c"]).to_numpy(), table["y"].to_numpy())
    bandwidth = choose(rows, NEAREST)
    pooled = jump(rows, bandwidth, NEAREST).conventional[0]
    published(
        "two_cutoffs", weighted=np.average(values, weights=weights), pooled=pooled, h_pooled=bandwidth.h
    )


@pytest.mark.parametrize("cutoff", [33, 66])
def test_cumulative_cutoffs_on_their_default_range(data_folder, cutoff, published):
    table = pd.read_csv(data_folder / "validation" / "simdata_cumul.csv")
    rows = Rows.of((table["x"] - cutoff).to_numpy(), table["y"].to_numpy())
    found = figures(rows, choose(rows, NEAREST), NEAREST)
    names = {"at": "conventional", "low": "robust_low", "high": "robust_high"}
    published("cumulative_cutoffs", **{f"{theirs}_{cutoff}": found[ours] for theirs, ours in names.items()})


def test_intervals_of_the_lee_design(published):
    """1,000 draws of 500 rows: coverage of three intervals, and what honesty costs in length."""
    rng = np.random.default_rng(20261121)
    covered, lengths = [], []
    for _ in range(1000):
        x = 2 * rng.beta(2, 4, 500) - 1
        left = 0.48 + 1.27 * x + 7.18 * x**2 + 20.21 * x**3 + 21.54 * x**4 + 7.33 * x**5
        right = 0.52 + 0.84 * x - 3.00 * x**2 + 7.99 * x**3 - 9.01 * x**4 + 3.56 * x**5
        rows = Rows.of(x, np.where(x >= 0, right, left) + 0.1295 * rng.standard_normal(500))
        found = jump(rows, choose(rows, NEAREST), NEAREST)
        plain, wide = NORMAL * np.array(errors(found))
        away = abs(np.array([found.conventional[0], found.corrected[0], found.corrected[0]]) - 0.04)
        covered.append(away <= [plain, plain, wide])
        lengths.append((2 * plain, 2 * wide))
    conventional, corrected, robust = np.mean(covered, axis=0)
    length, robust_length = np.mean(lengths, axis=0)
    published(
        "lee_coverage", conventional=conventional, corrected=corrected, robust=robust,
        length=length, robust_length=robust_length,
    )  # fmt: skip


def test_close_elections(data_folder, published):
    """Score of those who won minus those who lost with .48 to .52 of the vote before (a difference of means)."""
    table = pd.read_csv(data_folder / "rd_reference" / "close_elections_lmb.csv.gz")
    near = table[table["lagdemvoteshare"].between(0.48, 0.52, inclusive="neither")]
    rows = Rows.of((near["lagdemvoteshare"] - 0.5).to_numpy(), near["score"].to_numpy())
    found = difference_of_means(rows, slice(0, rows.split), slice(rows.split, len(rows.x)))
    published("close_elections", jump=found.conventional[0], rows=found.n_left + found.n_right)


CONTROLS = ["termshouse", "termssenate", "population"]


@pytest.fixture(scope="module")
def senate_with_terms(data_folder):
    table = pd.read_csv(data_folder / "rd_reference" / "rdrobust_senate.csv")
    return table[["margin", "vote", *CONTROLS]].dropna()


def test_senate_bandwidths_with_covariates(senate_with_terms, published):
    table = senate_with_terms
    rows = Rows.of(table["margin"].to_numpy(), table["vote"].to_numpy(), controls=table[CONTROLS].to_numpy())
    bandwidth = choose(rows, Recipe())
    published("senate_rd_covariates", h=bandwidth.h, b=bandwidth.b)


@pytest.mark.parametrize("variance", ["hc1", "nn"])
def test_covariates_agree_with_rdrobust(senate_with_terms, variance):
    """Second implementation: rdrobust 2.1.1 with the same three covariates."""
    table = senate_with_terms
    x, y, facts = table["margin"].to_numpy(), table["vote"].to_numpy(), table[CONTROLS].to_numpy()
    theirs = reference(y, x, covs=facts, vce=variance)
    recipe, rows = Recipe(variance=variance), Rows.of(x, y, controls=facts)
    found = jump(rows, choose(rows, recipe), recipe)
    assert [found.bandwidth.h, found.bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-8)
    assert found.conventional[0] == pytest.approx(theirs.coef.to_numpy()[0, 0], rel=1e-8)
    assert found.corrected[0] == pytest.approx(theirs.coef.to_numpy()[2, 0], rel=1e-8)
    assert errors(found) == pytest.approx(theirs.se.to_numpy()[[0, 2], 0], rel=1e-8)


def simulated(seed, digits):
    """Rows with exceptions in both directions; ``digits`` 1 makes about 70 distinct scores."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(0, 1, 1500), digits)
    received = (rng.random(1500) < 0.1 + 0.7 * (x >= 0)).astype(float)
    y = 0.3 * received + np.sin(x) + rng.normal(size=1500)
    return x, received, y, rng.integers(0, 300, 1500)


@pytest.mark.parametrize("digits", [9, 2, 1])
@pytest.mark.parametrize("kernel", ["triangular", "uniform", "epanechnikov"])
@pytest.mark.parametrize("variance", ["nn", "hc0", "hc1"])
def test_sharp_design_agrees_with_rdrobust_at_its_and_at_our_bandwidth(digits, kernel, variance):
    """Second implementation: rdrobust 2.1.1; relative 1e-9 (measured: about 1e-12)."""
    x, _, y, _ = simulated(digits, digits)
    theirs = reference(y, x, kernel=kernel, vce=variance)
    recipe, rows = Recipe(kernel, variance), Rows.of(x, y)
    bandwidth = choose(rows, recipe)
    found = jump(rows, bandwidth, recipe)
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert found.conventional[0] == pytest.approx(theirs.coef.to_numpy()[0, 0], rel=1e-9)
    assert found.corrected[0] == pytest.approx(theirs.coef.to_numpy()[2, 0], rel=1e-9)
    assert errors(found) == pytest.approx(theirs.se.to_numpy()[[0, 2], 0], rel=1e-9)


@pytest.mark.parametrize("digits", [9, 1])
@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("given_bandwidth", [None, (0.5, 0.8), (0.8, 0.5)])
def test_fuzzy_design_agrees_with_rdrobust(digits, clustered, given_bandwidth):
    """Ratio of jumps with its linearised error; rdrobust adds up clusters on each side alone, so customers
    are given another id on the other side here."""
    x, received, y, customer = simulated(7 + digits, digits)
    customer = 2 * customer + (x >= 0)
    options = {"h": given_bandwidth[0], "b": given_bandwidth[1]} if given_bandwidth else {}
    theirs = reference(
        y, x, fuzzy=received, **({"cluster": customer} if clustered else {"vce": "hc1"}), **options
    )
    rows = Rows.of(x, y, received, cluster=customer if clustered else None)
    bandwidth = Bandwidth(*given_bandwidth) if given_bandwidth else choose(rows)
    found = jump(rows, bandwidth)
    ours = ratio(found)
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert ours.conventional == pytest.approx(theirs.coef.to_numpy()[0, 0], rel=1e-9)
    assert ours.corrected == pytest.approx(theirs.coef.to_numpy()[2, 0], rel=1e-9)
    assert [ours.conventional_error, ours.std_error] == pytest.approx(
        theirs.se.to_numpy()[[0, 2], 0], rel=1e-9
    )
    assert found.corrected[1] == pytest.approx(float(np.ravel(theirs.tau_T)[1]), rel=1e-9)
    assert np.sqrt(found.robust_cov[1, 1]) == pytest.approx(float(np.ravel(theirs.se_T)[-1]), rel=1e-9)


def test_exceptions_in_one_direction_take_the_bandwidth_of_the_jump():
    """Nobody below the bar served: the ratio has no slope there, so the outcome alone decides (rdrobust)."""
    x, received, y, _ = simulated(11, 9)
    received = received * (x >= 0)
    theirs = reference(y, x, fuzzy=received, vce="hc1")
    bandwidth = choose(Rows.of(x, y, received))
    assert [bandwidth.h, bandwidth.b] == pytest.approx(theirs.bws.to_numpy()[:, 0], rel=1e-9)
    assert bandwidth == choose(Rows.of(x, y))


def test_rows_of_one_customer_on_both_sides_are_added_up():
    """Each customer has one row on each side with the same noise, which the difference of levels sheds:
    the clustered error must fall well below the error that takes rows for strangers."""
    rng = np.random.default_rng(20261121)
    noise = rng.normal(size=2000)
    distance = rng.random(2000)
    x, y = np.concatenate([-distance, distance]), np.concatenate([noise, noise])
    customer = np.tile(np.arange(2000), 2)
    own = jump(Rows.of(x, y, cluster=customer), Bandwidth(0.8, 0.8))
    strangers = jump(Rows.of(x, y), Bandwidth(0.8, 0.8))
    assert errors(own)[0] < 0.05 * errors(strangers)[0]
    assert errors(own)[1] < 0.05 * errors(strangers)[1]


def test_covariance_gives_the_error_of_any_mixture_of_columns():
    """Linearity: the jump of (outcome − 0.3 grade) has the variance that the covariance matrix says."""
    x, received, y, customer = simulated(3, 9)
    both = jump(Rows.of(x, y, received, cluster=customer), Bandwidth(0.7, 0.9))
    mixed = jump(Rows.of(x, y - 0.3 * received, cluster=customer), Bandwidth(0.7, 0.9))
    mix = np.array([1, -0.3])
    assert mix @ both.corrected == pytest.approx(mixed.corrected[0], rel=1e-10)
    assert mix @ both.robust_cov @ mix == pytest.approx(mixed.robust_cov[0, 0], rel=1e-10)


def test_a_parabola_on_each_side_is_corrected_without_remainder():
    """y = x + 3x² left, 2 + x − 5x² right: the line is biased, the correction is exact, nothing is noise."""
    x = np.linspace(-1, 1, 401)
    y = np.where(x < 0, x + 3 * x**2, 2 + x - 5 * x**2)
    found = jump(Rows.of(x, y), Bandwidth(0.7, 0.7))
    assert abs(found.conventional[0] - 2) > 0.1
    assert found.corrected[0] == pytest.approx(2, abs=1e-10)
    assert errors(found)[1] == pytest.approx(0, abs=1e-10)


def test_too_few_distinct_scores_are_refused():
    x = np.repeat([-2.0, -1.0, 1.0, 2.0, 3.0], 30)
    with pytest.raises(DegenerateFit):
        jump(Rows.of(x, np.arange(150.0)), Bandwidth(5, 5))
    with pytest.raises(DegenerateFit):
        choose(Rows.of(np.abs(x), np.arange(150.0)))


scores = st.integers(0, 2**31)


@settings(max_examples=15, deadline=None)
@given(scores)
def test_promises_of_the_jump(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=300), rng.normal(size=300)
    customer = rng.integers(0, 80, 300)
    rows = Rows.of(x, y, cluster=customer)
    bandwidth = choose(rows)
    found = jump(rows, bandwidth)
    # swapping the sides turns the sign and nothing else
    mirrored = Rows.of(-x, y, cluster=customer)
    assert choose(mirrored).h == pytest.approx(bandwidth.h, rel=1e-7)
    assert jump(mirrored, bandwidth).corrected[0] == pytest.approx(-found.corrected[0], rel=1e-7, abs=1e-9)
    assert errors(jump(mirrored, bandwidth)) == pytest.approx(errors(found), rel=1e-7)
    # a constant added to the outcome changes nothing
    shifted = Rows.of(x, y + 50, cluster=customer)
    assert choose(shifted).h == pytest.approx(bandwidth.h, rel=1e-6)
    assert jump(shifted, bandwidth).corrected[0] == pytest.approx(found.corrected[0], rel=1e-6, abs=1e-8)
    # the order of the rows decides nothing
    order = rng.permutation(300)
    shuffled = Rows.of(x[order], y[order], cluster=customer[order])
    assert jump(shuffled, bandwidth).robust_cov == pytest.approx(found.robust_cov, rel=1e-10)
    # the unit of the score changes the bandwidth and nothing else
    scaled = Rows.of(1000 * x, y, cluster=customer)
    assert choose(scaled).h == pytest.approx(1000 * bandwidth.h, rel=1e-8)
    assert jump(scaled, bandwidth.scaled(1000)).corrected[0] == pytest.approx(found.corrected[0], rel=1e-8)
