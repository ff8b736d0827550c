"""Contracts forecast from a panel whose customers leave as the model says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.forecasts.contracts import cohorts_at, forecast_contracts
from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.window import Quarter

FIRST = Quarter.containing(date(2022, 1, 1))


def paying(lengths: np.ndarray, start: np.ndarray, quarters: int) -> Panel:
    """Customers who pay every quarter from ``start`` on, so many quarters in all."""
    place = np.arange(quarters)
    lines = (place >= start[:, None]) & (place < (start + lengths)[:, None])
    customers = pd.Index([f"c{i:05d}" for i in range(len(start))], name="customer_id")
    return Panel(
        Cube(customers, tuple(FIRST + i for i in range(quarters)), {"lines": lines.astype(np.int32)})
    )


def test_cohorts_by_hand():
    """Two customers of the second quarter, one of the third; the first quarter's are left out, the last's too."""
    panel = paying(np.array([9, 1, 3, 2, 1]), np.array([0, 1, 1, 2, 4]), 5)
    cohorts = cohorts_at(panel, FIRST, FIRST + 4)
    assert [cohort.tolist() for cohort in cohorts] == [[2, 1, 1, 0], [1, 1, 0]]


def test_the_parameters_and_the_held_back_quarters_come_back():
    rng = np.random.default_rng(20261122)
    start = rng.integers(1, 10, 9000)
    leave = rng.beta(1.2, 6.0, 9000)
    panel = paying(rng.geometric(leave), start, 14)
    found = forecast_contracts(panel, (FIRST, FIRST + 13), 4, 3, 0.1)
    gap = np.abs(found.parameters["fitted"] - [1.2, 6.0])
    assert (gap < 3 * found.parameters["error"]).all() and found.settled
    held = found.holdout
    assert held.asof == FIRST + 10 and held.error == pytest.approx(0, abs=0.02)
    assert held.actual < held.customers and 0 < found.lifetime < 40
    assert found.ahead["expected"].is_monotonic_decreasing and found.customers is None


def test_too_few_new_customers_make_no_forecast():
    panel = paying(np.full(50, 2), np.ones(50, int), 6)
    assert forecast_contracts(panel, (FIRST, FIRST + 5), 4, 2, 0.1) is None
