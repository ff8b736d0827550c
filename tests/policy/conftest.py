"""Small panels and policies whose reviews, events and appeals can be worked by hand."""

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
from toolkit.register import Register
from toolkit.terms import Label
from toolkit.window import Quarter

FIRST = Quarter.parse("2025Q1")
NAMES = {"spend": Label("消费额", "spend")}
BY_SPEND = {"kind": "thresholds", "measure": "spend", "floors": {"A": 100, "B": 50, "C": "rest"}}


def panel_of(spend: object, **tables: pd.DataFrame) -> Panel:
    """One row per customer, one column per quarter; spending is buying."""
    gross = np.array(spend, dtype=float)
    customers = pd.Index([f"c{i}" for i in range(len(gross))], name="customer_id")
    cells = {"gross": gross, "returned": np.zeros_like(gross), "lines": (gross > 0).astype(np.int32)}
    quarters = tuple(FIRST + i for i in range(gross.shape[1]))
    return Panel(Cube(customers, quarters, cells), tables)


def params_of(scheme: dict | None = None, **review: object) -> PolicyParams:
    """Reviewed yearly at the end of the first quarter on one quarter of spend, unless said otherwise."""
    words, scheme = {"zh": "测试", "en": "test"}, scheme or BY_SPEND
    rules = {"every_quarters": 4, "in_quarter": 1, "window_quarters": 1} | review
    written = {
        "id": "test",
        "title": words,
        "status": "proposed",
        "effective": date(2026, 1, 1),
        "source": "test",
        "why": "test",
        "scheme": scheme,
        "review": rules,
        "service": {
            grade: {"package": "p", "promise": words, "cost_per_quarter": 1.0}
            for grade in scheme.get("grades") or scheme["floors"]
        },
    }
    return PolicyParams.model_validate(written)


def policy_of(scheme: dict | None = None, **review: object) -> Policy:
    """The policy of :func:`params_of`."""
    return Policy.from_params(params_of(scheme, **review), NAMES)


def letters(register: Register, customer: int = 0) -> str:
    """Grades in force of one customer, one letter per quarter; - where there is none."""
    return "".join("CBA-"[code] for code in register.in_force[customer])


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Panel]:
    """Factory of panels from spend by customer and quarter."""
    return panel_of


@pytest.fixture(scope="session")
def make_params() -> Callable[..., PolicyParams]:
    """Factory of policy parameters."""
    return params_of


@pytest.fixture(scope="session")
def make_policy() -> Callable[..., Policy]:
    """Factory of policies."""
    return policy_of


@pytest.fixture(scope="session")
def grades() -> Callable[..., str]:
    """Grades in force as letters."""
    return letters
