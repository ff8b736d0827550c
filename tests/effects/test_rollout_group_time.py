"""Effects by group and time against published figures, a plain-means twin and a world of known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.effects.rollout.group_time import NoComparison, group_time_effects
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample
from toolkit.effects.rollout.staggered import estimate_rollout


@pytest.fixture(scope="module")
def counties(data_folder: Path) -> RolloutSample:
    """County teen employment 2003 to 2007, minimum wage raised in 2004 to 2007 (R package did, mpdta)."""
    table = pd.read_csv(data_folder / "validation" / "mpdta.csv")
    wide = table.pivot(index="countyreal", columns="year", values="lemp")
    county = table.groupby("countyreal")[["first.treat", "lpop"]].first()
    start = np.where(county["first.treat"] > 0, county["first.treat"] - 2003, np.nan)
    return RolloutSample(wide.to_numpy(), start, covariates={"lpop": county["lpop"].to_numpy()})


@pytest.fixture(scope="module")
def villages(data_folder: Path) -> tuple[pd.DataFrame, RolloutSample]:
    """1,500 units in 40 states over 31 years; effects differ by group and grow (df_het of did2s)."""
    table = pd.read_csv(data_folder / "validation" / "df_het.csv.gz")
    wide = table.pivot(index="unit", columns="year", values="dep_var")
    unit = table.groupby("unit")[["g", "state"]].first()
    start = unit["g"].replace(0, np.nan) - 1990
    return table, RolloutSample(wide.to_numpy(), start.to_numpy(), cluster=unit["state"].to_numpy())


def without_covariates(sample: RolloutSample) -> RolloutSample:
    return RolloutSample(sample.outcome, sample.start)


def cell(found, group: int, period: int) -> tuple[float, float]:
    row = found.cells.set_index(["group", "period"]).loc[(group - 2003, period - 2003)]
    return row["value"], row["error"]


def test_county_employment_as_printed(counties, published):
    """Vignette of the R package did (evidence, V14): never-treated controls, no covariate."""
    found = group_time_effects(without_covariates(counties), "never")
    first, last = cell(found, 2004, 2004), cell(found, 2007, 2007)
    published("county_employment", simple=found.value, simple_error=found.error, dynamic=found.dynamic)
    published("county_employment", group=found.by_group)
    published("county_employment", **{f"event_{e}": value for e, value in found.after["value"].items()})
    published("county_employment", att_2004_2004=first[0], att_2004_2004_error=first[1])
    published("county_employment", att_2007_2007=last[0], att_2007_2007_error=last[1])
    assert found.after["value"] @ found.after["weight"] == pytest.approx(found.value, abs=1e-12)


def test_county_employment_among_like_counties(counties):
    """Help of the Stata command csdid: covariate log population, never-treated controls, -.0418 (.0115)."""
    found = group_time_effects(counties, "never")
    assert (found.value, found.error) == (pytest.approx(-0.0418, abs=5e-5), pytest.approx(0.0115, abs=5e-5))
    assert cell(found, 2004, 2004) == (pytest.approx(-0.0145, abs=5e-5), pytest.approx(0.0221, abs=5e-5))


def plain_effect(sample: RolloutSample, group: int, period: int, controls: str) -> float:
    """Difference of mean changes, one unit at a time."""
    treated, others = [], []
    for outcome, start in zip(sample.outcome, sample.start, strict=True):
        change = outcome[period] - outcome[group - 1]
        if start == group:
            treated.append(change)
        elif np.isnan(start) or (controls == "not_yet" and start > max(period, group - 1)):
            others.append(change)
    return np.nanmean(treated) - np.nanmean(others)


@pytest.mark.parametrize("controls", ["not_yet", "never"])
def test_every_group_and_time_is_a_difference_of_mean_changes(controls):
    """Independent slow twin: plain means, also before the start and with values missing."""
    rng = np.random.default_rng(3)
    outcome = rng.normal(size=(300, 7))
    outcome[rng.random(outcome.shape) < 0.05] = np.nan
    sample = RolloutSample(outcome, rng.choice([2.0, 4.0, 5.0, np.nan], 300))
    cells = group_time_effects(sample, controls).cells
    assert len(cells) == 3 * 6
    for row in cells.itertuples():
        assert row.value == pytest.approx(plain_effect(sample, row.group, row.period, controls), abs=1e-12)


def test_the_quoted_average_is_that_of_the_truth_not_of_dummies(villages, question, published):
    """Evidence, V15: mean effect of treated cells 2.2202; regression on state and year dummies 2.135."""
    table, sample = villages
    effect = estimate_rollout(sample, RolloutDesign(question))
    truth = (table["te"] + table["te_dynamic"])[table["treat"].astype(bool)].mean()
    published("staggered_panel", truth=truth)
    assert effect.status == "identified" and effect.codes == ()
    assert effect.estimate.low < truth < effect.estimate.high
    dummies = np.column_stack(
        [
            table["treat"].astype(float),
            pd.get_dummies(table["state"]),
            pd.get_dummies(table["year"]).iloc[:, 1:],
        ]
    ).astype(float)
    of_dummies = np.linalg.lstsq(dummies, table["dep_var"].to_numpy(), rcond=None)[0][0]
    assert of_dummies == pytest.approx(2.135, abs=5e-4)
    assert abs(effect.estimate.value - truth) < abs(of_dummies - truth) / 2


def test_without_anybody_waiting_there_is_nothing_to_compare():
    outcome = np.random.default_rng(0).normal(size=(60, 4))
    with pytest.raises(NoComparison):
        group_time_effects(RolloutSample(outcome, np.full(60, 2.0)))
