"""A policy whose weights come from a regression, walked: fitted early, kept, never looking ahead."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import rankdata

from toolkit.errors import HistoryError
from toolkit.measures.cube import Cube
from toolkit.panel import Panel
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy, walk
from toolkit.terms import Label
from toolkit.window import Quarter

FIRST = Quarter.parse("2024Q1")
NAMES = {"spend": Label("消费额", "spend"), "orders": Label("订单数", "orders")}
WORDS = {"zh": "测试", "en": "test"}
SCORE = {
    "kind": "scored",
    "factors": [
        {"measure": "spend", "points": {"by": "rank"}},
        {"measure": "orders", "points": {"by": "rank"}},
    ],
    "weights": {"by": "regression", "on": "spend", "quarters": 2},
    "floors": {"A": 60, "B": "rest"},
}


def panel_of(seed: int = 1, customers: int = 60, quarters: int = 8) -> Panel:
    """Spend of each quarter follows two steady traits, one of them the number of orders."""
    rng = np.random.default_rng(seed)
    size, often = rng.uniform(1, 9, (2, customers, 1))
    gross = 10 * size + 5 * often + rng.uniform(0, 20, (customers, quarters))
    orders = np.repeat(np.ceil(often), quarters, axis=1).astype(np.int32)
    cells = {"gross": gross, "returned": np.zeros_like(gross), "orders": orders, "lines": orders}
    index = pd.Index([f"c{i:03d}" for i in range(customers)], name="customer_id")
    return Panel(Cube(index, tuple(FIRST + i for i in range(quarters)), cells))


def policy_of(scheme: dict, **review: object) -> Policy:
    service = {
        grade: {"package": grade.lower(), "promise": WORDS, "cost_per_quarter": 1.0} for grade in ("A", "B")
    }
    written = {
        "id": "test", "title": WORDS, "status": "proposed", "effective": date(2026, 1, 1), "source": "test", "why": "test",
        "scheme": scheme, "review": {"every_quarters": 1, "window_quarters": 1} | review, "service": service,
    }  # fmt: skip
    return Policy.from_params(PolicyParams.model_validate(written), NAMES)


def changed_from(panel: Panel, place: int) -> Panel:
    """The same panel with other spend from column ``place`` on."""
    gross = panel.cube.cells["gross"].copy()
    gross[:, place:] = np.random.default_rng(9).permutation(gross[:, place:])
    return Panel(Cube(panel.customers, panel.quarters, {**panel.cube.cells, "gross": gross}))


def test_the_weights_are_those_of_a_slow_twin():
    """Ranks of 2024Q1 as points, ranks of the spend of the two quarters after as target; a general optimiser
    finds the least squares with weights that may not be negative."""
    panel = panel_of()
    register = walk(policy_of(SCORE), panel, FIRST + 7)
    assert register.reviews[0] == FIRST + 2
    gross, orders = panel.cube.cells["gross"], panel.cube.cells["orders"]
    points = np.stack([100 * rankdata(x[:, 0], method="average") / len(x) for x in (gross, orders)], axis=1)
    target = rankdata(gross[:, 1] + gross[:, 2]) / len(gross)
    centred, wanted = points - points.mean(axis=0), target - target.mean()
    best = minimize(
        lambda w: 1e4 * ((centred @ w - wanted) ** 2).sum(), [0.005, 0.005], bounds=[(0, None)] * 2, tol=1e-14
    ).x
    weights = register.scheme.weights.to_numpy()
    assert weights == pytest.approx(best / best.sum(), abs=1e-4)
    assert 0 < weights[1] < weights[0]


def test_nothing_after_the_first_graded_review_enters_the_weights():
    """Leakage: other figures from the quarter after it change nothing, of the quarter before they do."""
    panel = panel_of()
    weights = [
        walk(policy_of(SCORE), each, FIRST + 7).scheme.weights.to_numpy()
        for each in (panel, changed_from(panel, 3), changed_from(panel, 2))
    ]
    assert np.array_equal(weights[0], weights[1]) and not np.allclose(weights[0], weights[2])


def test_a_report_of_an_earlier_quarter_has_the_same_weights():
    panel = panel_of()
    early, late = (walk(policy_of(SCORE), panel, FIRST + last) for last in (4, 7))
    assert early.scheme.weights.equals(late.scheme.weights)
    assert np.array_equal(early.earned, late.earned[:, : len(early.quarters)])


def test_customers_who_left_before_the_first_review_are_fitted_on():
    """Leaving them out would choose the customers by what followed."""
    panel = panel_of()
    cells = {name: array.copy() for name, array in panel.cube.cells.items()}
    for array in cells.values():
        array[:20, 1:] = 0
    gone = Panel(Cube(panel.customers, panel.quarters, cells))
    stayed = Panel(Cube(panel.customers[20:], panel.quarters, {n: a[20:] for n, a in cells.items()}))
    one, other = (
        walk(policy_of(SCORE), p, FIRST + 7, active_quarters=1).scheme.weights for p in (gone, stayed)
    )
    assert not np.allclose(one, other)


def test_a_history_too_short_is_refused_with_what_would_supply_it():
    """Annual reviews on a year of history and two quarters of value: the last review would have to lie two
    quarters after a whole window."""
    with pytest.raises(HistoryError) as refused:
        walk(policy_of(SCORE, window_quarters=4), panel_of(quarters=5), FIRST + 4)
    assert (
        "2023Q4" in refused.value.en
        and "从 2023Q4 开始" in refused.value.zh
        and "《测试》" in refused.value.zh
    )
    found = walk(policy_of(SCORE, window_quarters=4), panel_of(quarters=6), FIRST + 5)
    assert found.reviews == (FIRST + 5,)


def test_a_score_inside_another_scheme_is_fitted_as_well():
    gate = {
        "kind": "gate",
        "when": [{"measure": "spend", "at_least": 0}],
        "inside": SCORE,
        "outside": "B",
        "grades": ["A", "B"],
    }
    panel = panel_of()
    inner = walk(policy_of(gate), panel, FIRST + 7).scheme.inside
    assert inner.weights.equals(walk(policy_of(SCORE), panel, FIRST + 7).scheme.weights)


def test_floors_that_keep_a_grade_use_the_same_weights():
    """Closed form: kept floors equal to the earning ones change no grade."""
    panel = panel_of()
    plain, kept = (
        walk(policy_of(SCORE, **more), panel, FIRST + 7) for more in ({}, {"keep_floors": {"A": 60}})
    )
    assert np.array_equal(plain.earned, kept.earned)
