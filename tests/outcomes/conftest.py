"""Small panels and policies whose outcomes can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy
from toolkit.terms import Label
from toolkit.window import Quarter

FIRST = Quarter.parse("2024Q1")
PLAN = {
    "A": {"package": "gold", "cost_per_quarter": 300.0, "discount_share": 0.1, "span": 2},
    "B": {"package": "silver", "cost_per_quarter": 99.99, "discount_share": 0.033},
    "C": {"package": "basic", "cost_per_quarter": 0.35},
}


def panel_of(spend: object) -> Panel:
    """A panel of one row per customer and one column per quarter; the margin is 30% of spend, to the cent."""
    gross = np.asarray(spend, dtype=float)
    nothing = np.zeros_like(gross)
    customers = pd.Index([f"c{i:03d}" for i in range(len(gross))], name="customer_id")
    cells = {
        "gross": gross,
        "returned": nothing,
        "margin": np.round(0.3 * gross, 2),
        "returned_margin": nothing,
        "lines": (gross > 0).astype(np.int32),
    }
    return Panel(Cube(customers, tuple(FIRST + i for i in range(gross.shape[1])), cells))


def random_panel(seed: int, customers: int = 40, quarters: int = 10) -> Panel:
    """Spending of a fixed size per customer, with luck, in about six of ten quarters."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(3.5, 0.9, customers)[:, None]
    spend = np.round(size * rng.lognormal(0, 0.4, (customers, quarters)), 2)
    return panel_of(spend * (rng.random((customers, quarters)) < 0.6))


def policy_of(
    floors: dict[str, object] | None = None,
    service: dict[str, dict[str, object]] | None = None,
    **review: object,
) -> Policy:
    """Floors on the spend of two quarters, reviewed every quarter, unless said otherwise."""
    words = {"zh": "测试", "en": "test"}
    floors = floors or {"A": 100, "B": 40, "C": "rest"}
    plan = {grade: {"promise": words, **item} for grade, item in (service or PLAN).items()}
    params = PolicyParams.model_validate(
        {
            "id": "test",
            "title": words,
            "status": "current",
            "effective": date(2026, 1, 1),
            "source": "test",
            "why": "test",
            "scheme": {"kind": "thresholds", "measure": "spend", "floors": floors},
            "review": {"every_quarters": 1, "window_quarters": 2} | review,
            "manager_cost_per_quarter": 40_000.55,
            "service": plan,
        }
    )
    return Policy.from_params(params, {"spend": Label("消费额", "spend")})


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Panel]:
    """Factory of panels from spend by customer and quarter."""
    return panel_of


@pytest.fixture(scope="session")
def make_random_panel() -> Callable[..., Panel]:
    """Factory of random panels by seed."""
    return random_panel


@pytest.fixture(scope="session")
def make_policy() -> Callable[..., Policy]:
    """Factory of policies with floors on spend."""
    return policy_of


@pytest.fixture(scope="session")
def first_quarter() -> Quarter:
    """The first quarter of the panels."""
    return FIRST
