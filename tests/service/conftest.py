"""Small histories and policies whose cost can be worked by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy, walk
from toolkit.register import Register
from toolkit.service.bill import Bill, price
from toolkit.service.plan import ServicePlan, service_plan
from toolkit.service.volumes import Volumes, volumes
from toolkit.terms import Label
from toolkit.window import Quarter

FIRST = Quarter.parse("2024Q1")
WORDS = {"zh": "测试", "en": "test"}


def panel_of(spend: Any, tables: Mapping[str, pd.DataFrame] | None = None, orders: Any = None) -> Panel:
    """One row per customer, one column per quarter; margin 30 % of spend; one order a quarter unless said."""
    gross = np.asarray(spend, dtype=float)
    nothing = np.zeros_like(gross)
    cells = {
        "gross": gross,
        "returned": nothing,
        "margin": 0.3 * gross,
        "returned_margin": nothing,
        "lines": (gross > 0).astype(np.int32),
        "orders": np.asarray(orders if orders is not None else gross > 0, dtype=np.int32),
    }
    customers = pd.Index([f"c{i:03d}" for i in range(len(gross))], name="customer_id")
    quarters = tuple(FIRST + i for i in range(gross.shape[1]))
    return Panel(Cube(customers, quarters, cells), tables or {})


def params_of(
    service: Mapping[str, Mapping[str, Any]], floors: Mapping[str, Any] | None = None, **more: Any
) -> PolicyParams:
    """Floors on the spend of one quarter, reviewed every quarter."""
    floors = floors or {"A": 100, "B": "rest"}
    plan = {grade: {"package": "p", "promise": WORDS, **item} for grade, item in service.items()}
    return PolicyParams.model_validate(
        {
            "id": "test",
            "title": WORDS,
            "status": "current",
            "effective": date(2026, 1, 1),
            "source": "test",
            "why": "test",
            "scheme": {"kind": "thresholds", "measure": "spend", "floors": dict(floors)},
            "review": {"every_quarters": 1, "window_quarters": 1},
            "service": plan,
            **more,
        }
    )


class Priced:
    """A policy priced on a panel at its last quarter."""

    def __init__(self, params: PolicyParams, panel: Panel) -> None:
        self.policy = Policy.from_params(params, {"spend": Label("消费额", "spend")})
        self.panel, self.quarter = panel, panel.quarters[-1]
        self.register: Register = walk(self.policy, panel, self.quarter)
        self.plan: ServicePlan = service_plan(params)
        self.volumes: Volumes = volumes(self.plan, self.register, panel, self.quarter)
        self.bill: Bill = price(self.plan, self.volumes)


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Panel]:
    """Factory of panels from spend by customer and quarter."""
    return panel_of


@pytest.fixture(scope="session")
def make_params() -> Callable[..., PolicyParams]:
    """Factory of policy files with a service plan."""
    return params_of


@pytest.fixture(scope="session")
def priced() -> Callable[[PolicyParams, Panel], Priced]:
    """A policy priced on a panel."""
    return Priced
