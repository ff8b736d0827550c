"""BG/NBD and gamma-gamma held to the figures that were published for CDNOW."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.forecasts.bg_nbd import BgNbd, fit_bg_nbd
from toolkit.forecasts.buyers import Buyers
from toolkit.forecasts.gamma_gamma import GammaGamma, fit_gamma_gamma
from toolkit.forecasts.likelihood import Fitted

CALIBRATED_TO = pd.Timestamp("1997-09-30")
ONE = Buyers(np.array([2.0]), np.array([30.43]), np.array([38.86]))


@pytest.fixture(scope="module")
def buyers(cdnow_days) -> Buyers:
    days = cdnow_days[cdnow_days["day"] <= CALIBRATED_TO].groupby("customer")["day"]
    recency, age = ((days.max() - days.min()).dt.days / 7, (CALIBRATED_TO - days.min()).dt.days / 7)
    return Buyers(days.size().to_numpy(float) - 1, recency.to_numpy(), age.to_numpy())


@pytest.fixture(scope="module")
def fitted(buyers) -> Fitted:
    return fit_bg_nbd(buyers)


def test_published_fit(fitted, published):
    """Alpha and b to four digits are those of a search that ends at the flat bottom (gradient below 1e-6)."""
    model = BgNbd(*fitted.values)
    found = {
        "r": model.r,
        "alpha": model.alpha,
        "a": model.a,
        "b": model.b,
        "log_likelihood": fitted.log_likelihood,
        "expected_next_39": model.expected(ONE, 39.0)[0],
        "expected_52": model.expected_of_new(52.0),
    }
    published("bgnbd", **found, alive=model.alive(ONE)[0])
    published("bgnbd_precise", **found)


def test_the_holdout_of_39_weeks(buyers, fitted, cdnow_days):
    """1,653 expected against 1,882 seen (evidence, CDNOW holdout)."""
    seen = (cdnow_days["day"] > CALIBRATED_TO).sum()
    expected = BgNbd(*fitted.values).expected(buyers, 39.0).sum()
    assert (len(buyers.age), seen, round(expected)) == (2357, 1882, 1653)


def test_gamma_gamma(cdnow_days, published):
    """Repeat purchases only, as in the note."""
    known = cdnow_days[cdnow_days["day"] <= CALIBRATED_TO]
    repeat = known[known["day"] > known.groupby("customer")["day"].transform("min")]
    spend = repeat.groupby("customer")["dollars"].agg(["size", "mean"])
    fitted = fit_gamma_gamma(spend["size"].to_numpy(float), spend["mean"].to_numpy())
    p, q, gamma = fitted.values
    correlation = spend["size"].corr(spend["mean"])
    published("gamma_gamma", p=p, q=q, gamma=gamma, customers=len(spend), correlation=correlation,
              mean=GammaGamma(*fitted.values).population_mean)  # fmt: skip


def test_the_whole_log(data_folder, cdnow_days, published):
    """The counts of the data notes."""
    log = pd.read_csv(data_folder / "cdnow" / "CDNOW_master.txt.gz", sep=r"\s+", header=None)
    sample = pd.read_csv(data_folder / "cdnow" / "CDNOW_sample.txt.gz", sep=r"\s+", header=None)
    published("cdnow_log", rows=len(log), customers=log[0].nunique(), units=log[2].sum(), dollars=log[3].sum(),
              sample_rows=len(sample), sample_customers=sample[1].nunique(), sample_days=len(cdnow_days))  # fmt: skip
