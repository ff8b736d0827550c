"""Active quarters forecast from a panel whose customers buy and leave as the model says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.forecasts.active_quarters import forecast_active_quarters, periods_at
from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.window import Quarter

FIRST = Quarter.containing(date(2022, 1, 1))


def panel_of(days: np.ndarray) -> Panel:
    """So many days with a purchase by customer and quarter."""
    customers = pd.Index([f"c{i:05d}" for i in range(len(days))], name="customer_id")
    quarters = tuple(FIRST + i for i in range(days.shape[1]))
    return Panel(Cube(customers, quarters, {"active_days": days.astype(np.int32)}))


def drawn(customers: int, quarters: int, seed: int) -> np.ndarray:
    """Quarters with a purchase: chance of buying beta(1.2, 0.8), of leaving beta(0.7, 2.8)."""
    rng = np.random.default_rng(seed)
    buys, leaves = rng.beta(1.2, 0.8, customers), rng.beta(0.7, 2.8, customers)
    entered = rng.integers(0, quarters - 4, customers)
    since = np.arange(quarters) - entered[:, None]
    there = since < rng.geometric(np.maximum(leaves, 1e-12))[:, None]
    return (since == 0) | ((since > 0) & there & (rng.random((customers, quarters)) < buys[:, None]))


def test_periods_by_hand():
    """The quarter of the first purchase opens the count; who bought only later is not known yet."""
    days = np.array([[2, 0, 1, 0, 0], [0, 3, 0, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0, 4], [1, 1, 1, 1, 0]])
    known, rows = periods_at(panel_of(days), FIRST + 3)
    assert rows.tolist() == [0, 1, 2, 4]
    assert (known.active.tolist(), known.last.tolist(), known.seen.tolist()) == (
        [1, 0, 0, 3],
        [2, 0, 0, 3],
        [3, 2, 0, 3],
    )


def test_the_parameters_and_the_held_back_quarters_come_back():
    """Every parameter within three of its own standard errors; the check within a twentieth."""
    found = forecast_active_quarters(panel_of(drawn(6000, 16, 20261122)), FIRST + 15, 4, hold_back=4)
    gap = np.abs(found.parameters["fitted"] - [1.2, 0.8, 0.7, 2.8])
    assert (gap < 3 * found.parameters["error"]).all() and found.settled and found.model == "bg_bb"
    assert found.holdout.asof == FIRST + 11 and found.holdout.error == pytest.approx(0, abs=0.05)
    assert found.ahead["expected"].is_monotonic_increasing
    assert found.customers["purchases"].sum() == pytest.approx(found.ahead["expected"].iloc[-1])
    assert found.customers["alive"].between(0, 1).all() and found.label.en.startswith("forecast")


def test_nothing_after_the_quarter_is_seen():
    days = drawn(600, 12, 7)
    whole, cut = (
        forecast_active_quarters(panel_of(part), FIRST + 8, 2, hold_back=2) for part in (days, days[:, :9])
    )
    assert whole.ahead.equals(cut.ahead) and whole.holdout == cut.holdout


def test_too_few_who_came_back_make_no_forecast():
    assert forecast_active_quarters(panel_of(drawn(120, 8, 3)), FIRST + 7, 4, hold_back=0) is None
