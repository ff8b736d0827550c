"""Cox with late entry: published examples, and the fault of statsmodels that the guard is for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.outcomes.cox import fit_cox


@pytest.fixture(scope="module")
def heart(data_folder) -> pd.DataFrame:
    """Stanford heart transplants in spells."""
    return pd.read_csv(data_folder / "validation" / "stanford_heart.csv")


def test_immortal_time_of_heart_transplants(heart, published):
    ever = heart.groupby("id").agg(until=("stop", "max"), died=("event", "max"), had=("transplant", "max"))
    naive = fit_cox(ever[["had"]], ever["until"], ever["died"])
    dated = fit_cox(heart[["transplant"]], heart["stop"], heart["event"], heart["start"])
    full = fit_cox(
        heart[["transplant", "age", "year", "surgery"]], heart["stop"], heart["event"], heart["start"]
    )
    assert (len(ever), ever["had"].sum(), ever["died"].sum()) == (103, 69, 75)
    published(
        "stanford_heart",
        naive=naive.values[0],
        naive_error=naive.errors[0],
        naive_ratio=np.exp(naive.values[0]),
        dependent=dated.values[0],
        dependent_error=dated.errors[0],
        dependent_ratio=np.exp(dated.values[0]),
        adjusted=full.values[0],
        adjusted_error=full.errors[0],
    )


def test_statsmodels_still_needs_the_guard(heart):
    """Without it .0828 comes out (evidence 0.9). When this fails, the fault is mended and the guard can go."""
    from statsmodels.duration.hazard_regression import PHReg

    plain = PHReg(heart["stop"].to_numpy(float), heart[["transplant"]].to_numpy(float), heart["event"].to_numpy(),
                  entry=heart["start"].to_numpy(float), ties="efron").fit(disp=0)  # fmt: skip
    assert plain.params[0] == pytest.approx(0.0828, abs=5e-5)


def test_recidivism(data_folder, published):
    rossi = pd.read_csv(data_folder / "validation" / "rossi.csv")
    names = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
    found = fit_cox(rossi[names], rossi["week"], rossi["arrest"])
    fitted = dict(zip(names, found.values, strict=True))
    risk = rossi[names].to_numpy() @ found.values
    time, arrest = rossi["week"].to_numpy(), rossi["arrest"].to_numpy(bool)
    later = (time[None, :] > time[:, None]) | ((time[None, :] == time[:, None]) & ~arrest[None, :])
    pairs = later & arrest[:, None]
    won = (risk[:, None] > risk[None, :]) + 0.5 * (risk[:, None] == risk[None, :])
    published(
        "rossi",
        fin=fitted["fin"],
        age=fitted["age"],
        prio=fitted["prio"],
        log_likelihood=found.log_likelihood,
        likelihood_ratio=2 * (found.log_likelihood - found.null_log_likelihood),
        concordance=won[pairs].mean(),
    )
