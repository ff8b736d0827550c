"""The plan against the ledger: the simulated company at its true rates, and sums worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.params.service_people import RangeParams
from toolkit.service.ledger import UNASSIGNED, reconcile
from toolkit.service.line import Line
from toolkit.service.plan import ServicePlan, service_plan
from toolkit.synthetic.company import simulate
from toolkit.synthetic.service import GRADES, KINDS, true_rates


@pytest.fixture(scope="module")
def company(make_panel):
    """The simulated company as a panel: net spend by customer and quarter, its grades and its service table."""
    tables = simulate(customers=6000).tables
    sales = tables["transactions"]
    quarter = pd.to_datetime(sales["paid_at"]).dt.to_period("Q")
    spend = sales.groupby(["customer_id", quarter])["amount"].sum().unstack(fill_value=0.0)
    spend = spend.loc[:, "2024Q1":"2026Q3"].clip(lower=0)
    panel = make_panel(spend.to_numpy(), {name: tables[name] for name in ("grades", "service")})
    cube = panel.cube
    object.__setattr__(cube, "customers", pd.Index(spend.index, name="customer_id"))
    return panel


def true_plan(factor: float = 1.0) -> ServicePlan:
    """The true rates as lines: deliveries per quarter, hours, cost per hour and per delivery, share of spend."""
    lines = []
    for rate in true_rates():
        price = rate["spend_share"] or rate["cost_per_hour"]
        lines.append(
            Line(
                rate["grade"],
                rate["kind"],
                rate["per_quarter"],
                "revenue" if rate["spend_share"] else "quarter",
                "share" if rate["spend_share"] else "hour",
                RangeParams(value=price * factor),
                RangeParams(value=rate["cost_per_delivery"] * factor),
                rate["hours"],
            )
        )
    return ServicePlan(GRADES, tuple(lines), {})


def test_the_engine_reproduces_what_the_company_recorded(company):
    """Oracle: toolkit.synthetic.service.true_rates. Recorded cost of eleven quarters within 1 %, both grades within
    2 %; each kind within four standard errors of a Poisson number of deliveries whose hours are gamma with shape 4."""
    found = reconcile(true_plan(), {kind: [kind] for kind in KINDS}, company, company.quarters)
    assert abs(found.share) < 0.01 and not found.warned
    assert (found.by_grade["share"].abs() < 0.02).all() and not found.rows["kind"].eq(UNASSIGNED).any()
    service = company.tables["service"]
    shown = service[pd.to_datetime(service["delivered_on"]) >= pd.Timestamp(company.quarters[0].start())]
    deliveries = shown.groupby(["grade", "kind"]).size()
    for row in found.rows.itertuples():
        assert abs(row.share) < 4 * np.sqrt(1.25 / deliveries[row.grade, row.kind]) + 0.005, row


def test_rates_that_are_too_low_are_warned_of(company):
    """At nine tenths of the true rates the difference is ten per cent."""
    found = reconcile(true_plan(0.9), {kind: [kind] for kind in KINDS}, company, company.quarters[-4:])
    assert found.warned and found.share == pytest.approx(-0.1, abs=0.02)
    assert found.rows["warned"].sum() >= 6


def test_a_reconciliation_worked_by_hand(make_panel, make_params):
    """Two quarters. c000 is A by record, c001 has no record and counts as B, c002 bought in the first quarter only.
    Plan: gifts 5 a quarter for A, 2 directly for B, a manager of 100 for A. Engine: gifts 10, managers 200 under
    their kind, a hundredth of the spend of each quarter 1 + 3, direct 2 x 2 + 2 = 6 without a kind. Ledger: gift 12 of A, one of B without a grade, one outside."""
    grades = pd.DataFrame(
        {"customer_id": ["c000"], "from_on": pd.to_datetime(["2024-02-01"]), "grade": ["A"]}
    )
    service = pd.DataFrame(
        {
            "customer_id": ["c000", "c001", "c000"],
            "delivered_on": pd.to_datetime(["2024-03-31", "2024-04-01", "2023-12-31"]),
            "kind": ["gift", "gift", "gift"],
            "grade": ["A", None, "A"],
            "cost": [12.0, 3.0, 99.0],
        }
    )
    panel = make_panel([[100, 300], [5, 5], [5, 0]], {"grades": grades, "service": service})
    gift = {
        "measure": "m29_birthday_offer",
        "quantity": 1,
        "per": "quarter",
        "unit_cost": {"value": 5, "unit": "event"},
    }
    params = make_params(
        {"A": {"measures": [gift], "span": 3, "discount_share": 0.01}, "B": {"cost_per_quarter": 2}},
        manager_cost_per_quarter=100,
        moves={"hand_over": {"value": 1000}},
    )
    kinds = {"gift": ["m29_birthday_offer"], "staff": ["managers"], "rebate": ["discount"]}
    found = reconcile(service_plan(params), kinds, panel, panel.quarters)
    rows = {(row.grade, row.kind): (row.engine, row.ledger, row.warned) for row in found.rows.itertuples()}
    assert rows == {
        ("A", "gift"): (10, 12, True),
        ("A", "rebate"): (4, 0, True),
        ("A", "staff"): (200, 0, True),
        ("B", "gift"): (0, 3, True),
        ("B", UNASSIGNED): (6, 0, True),
    }
    assert (found.engine, found.ledger) == (220, 15) and found.share == pytest.approx(205 / 15)
