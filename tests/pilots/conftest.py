"""Open questions on customers whose every figure is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.strict import Words
from toolkit.pilots.proposal import Report
from toolkit.pilots.question import Grouping, OpenQuestion, Score
from toolkit.terms import Label
from toolkit.window import Quarter

BAR = 100.0


def asked(direction: np.ndarray, **other: object) -> OpenQuestion:
    """Customers with a margin of 10 a quarter each, a package that costs 2 a quarter more, retention of .82."""
    n = len(direction)
    fields = {
        "policy": "lower",
        "title": Label("降低门槛", "Lower bar"),
        "package": "vip",
        "otherwise": "standard",
        "definition": "stay",
        "outcome": Label("留存", "retained"),
        "quarters": 4,
        "customers": pd.Index([f"C{i:05d}" for i in range(n)]),
        "held": direction < 0,
        "direction": direction,
        "drawable": np.ones(n, dtype=bool),
        "margin": np.full(n, 10.0),
        "service": np.full(n, 2.0),
        "factor": 4.0,
        "cost": 0.8 * float((direction > 0).sum()),
        "elsewhere": 0.0,
        "retained": 0.82,
        "low": -0.1,
        "high": 0.1,
        "controls": ("spend",),
    }
    return OpenQuestion(**(fields | other))


@pytest.fixture
def ask():
    return asked


@pytest.fixture
def raised():
    """1,800 customers, 1,200 of whom would be raised."""
    return asked(np.repeat([1, 0], [1200, 600]))


@pytest.fixture
def around_a_bar():
    """Spend 50 to 150 around a bar of 100 that is to fall to 90; who is above holds the package."""
    ratio = np.linspace(0.5, 1.5, 3001)
    direction = ((ratio >= 0.9) & (ratio < 1)).astype(int)
    return asked(direction, held=ratio >= 1, score=Score("spend", BAR, 4, ratio))


@pytest.fixture
def in_branches():
    """1,200 switchers in 12 branches of 100, likeness .02."""
    branch = np.repeat([f"b{i}" for i in range(12)], 100).astype(object)
    return asked(np.ones(1200, dtype=int), groupings=(Grouping("region", branch, 0.02),))


@pytest.fixture
def report():
    return Report("demo", Quarter.parse("2026Q3"), 1, 20261122)


@pytest.fixture
def rule() -> DecisionRuleParams:
    return DecisionRuleParams(
        id="rule",
        title=Words(zh="规则", en="rule"),
        adopt_probability=0.9,
        adopt_identified_share=0.8,
        pilot_probability=0.5,
        reject_probability=0.1,
        horizon_quarters=4,
        decided=date(2026, 1, 1),
        source="board",
        quote=Words(zh="原文", en="quote"),
    )
