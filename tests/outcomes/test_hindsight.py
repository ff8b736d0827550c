"""Forecasts of the past use only what was known then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.outcomes.hindsight import hindsight
from toolkit.outcomes.retention import Retention
from toolkit.params.strict import Words
from toolkit.params.study import RetentionParams

YEAR = RetentionParams(id="year", kind="bought_in", quarters=4, title=Words(zh="一年", en="a year"))
COLUMNS = ["definition", "review", "grade", "customers", "retained"]


def retention(*rows: tuple[str, str, int, float]) -> Retention:
    """Retention with these reviews: review, grade, customers, share retained."""
    frame = pd.DataFrame([("year", *row) for row in rows], columns=COLUMNS)
    return Retention(pooled=frame, by_review=frame, censored=frame[:0], overall=frame[:0])


def sizes(**reviews: int) -> pd.DataFrame:
    return pd.DataFrame({"VIP": reviews})


def test_forecast_and_interval_by_hand():
    """p = .8 learned from 100, forecast for 300: half width 1.96 sqrt(.16 (1/100 + 1/300)) = .090527."""
    found = hindsight(
        retention(("2023Q3", "VIP", 100, 0.8), ("2024Q3", "VIP", 300, 0.9)),
        YEAR,
        sizes(**{"2023Q3": 100, "2024Q3": 300}),
    )
    (row,) = found.forecasts.itertuples()
    assert (row.review, row.forecast, row.observed) == ("2024Q3", 0.8, 0.9)
    assert (row.low, row.high) == pytest.approx((0.8 - 0.090527, 0.8 + 0.090527), abs=1e-5)
    assert row.inside is False or row.inside is np.False_


def test_an_outcome_that_was_still_open_is_not_used():
    """Three quarters after a review its one-year outcome is not known; four quarters after, it is."""
    rows = (("2023Q3", "VIP", 100, 0.8), ("2024Q2", "VIP", 100, 0.5), ("2024Q3", "VIP", 100, 0.6))
    found = hindsight(retention(*rows), YEAR, sizes(**{"2023Q3": 100, "2024Q2": 100, "2024Q3": 100}))
    assert found.forecasts["review"].tolist() == ["2024Q3"]
    assert found.forecasts["forecast"].tolist() == [0.8]


def test_a_review_without_outcome_is_pending():
    found = hindsight(retention(("2023Q3", "VIP", 100, 0.8)), YEAR, sizes(**{"2023Q3": 100, "2024Q3": 90}))
    assert len(found.pending) == 1 and not len(found.checked)
    assert found.pending["forecast"].tolist() == [0.8]


def test_reviews_are_weighted_by_customers():
    rows = (("2021Q3", "VIP", 100, 0.5), ("2022Q3", "VIP", 300, 0.9), ("2023Q3", "VIP", 10, 1.0))
    found = hindsight(retention(*rows), YEAR, sizes(**{"2023Q3": 10}))
    assert found.forecasts["forecast"].tolist() == pytest.approx([(0.5 * 100 + 0.9 * 300) / 400])
