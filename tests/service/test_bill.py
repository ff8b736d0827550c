"""The cost engine against figures worked by hand, and sums to the cent."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import HistoryError
from toolkit.service.cents import share_out
from toolkit.service.line import BEHAVIOURS

HOUR = {"value": 100, "low": 80, "high": 150, "unit": "hour"}
VISIT = {"measure": "m07_visits", "quantity": 4, "per": "year", "hours": 1.5, "travel_hours": 0.5, "unit_cost": HOUR, "cost_each": {"value": 60, "low": 40, "high": 90}}  # fmt: skip
GIFT = {
    "measure": "m29_birthday_offer",
    "quantity": 1,
    "per": "quarter",
    "unit_cost": {"value": 3, "unit": "event"},
}


def lines(bill) -> dict[tuple[str, str], float]:
    return {(row.grade, row.cost): row.amount for row in bill.lines.itertuples()}


def test_a_visit_costs_time_travel_and_the_way(make_panel, make_params, priced):
    """By hand: a visit a quarter takes 1.5 + 0.5 hours at 100 and 60 for the way: 260; three customers 780."""
    found = priced(
        make_params({"A": {"measures": [VISIT]}, "B": {"cost_per_quarter": 1}}),
        make_panel([[100]] * 3 + [[5]]),
    )
    assert lines(found.bill) == {("A", "m07_visits"): 780, ("B", "direct"): 1}
    assert found.bill.by_grade.loc["A", ["hours", "variable", "step", "committed"]].tolist() == [6, 780, 0, 0]
    assert found.bill.total == 781


def test_simple_figures_and_measures_add_up(make_panel, make_params, priced):
    """By hand, per customer: 10 directly, 3 for a gift, 5 % of 200 of spend; a manager of 1,000 for two customers."""
    plan = {"cost_per_quarter": 10, "discount_share": 0.05, "span": 2, "measures": [GIFT]}
    params = make_params({"A": plan, "B": {"cost_per_quarter": 0}}, manager_cost_per_quarter=1000)
    bill = priced(params, make_panel([[200]] * 3)).bill
    assert lines(bill)["A", "direct"] == 30 and lines(bill)["A", "m29_birthday_offer"] == 9
    assert lines(bill)["A", "discount"] == 30
    assert bill.by_grade.loc["A", ["step", "total"]].tolist() == [2000, 2069]
    assert bill.teams.iloc[0][["heads", "capacity", "slack"]].tolist() == [2, 4, 1]


def test_committed_cost_does_not_follow_customers(make_panel, make_params, priced):
    """A platform of 120,000 over 12 quarters is 10,000 a quarter for one customer and for nine, and for nobody."""
    platform = {"measure": "m49_agent_desktop", "quantity": 1, "per": "grade", "over_quarters": 12, "unit_cost": {"value": 120_000, "unit": "once"}}  # fmt: skip
    params = make_params({"A": {"measures": [platform]}, "B": {"cost_per_quarter": 0}})
    for customers in (1, 9):
        bill = priced(params, make_panel([[100]] * customers)).bill
        assert bill.by_grade.loc["A", "committed"] == 10_000 == bill.customers["committed"].sum().round(2)
    assert priced(params, make_panel([[5]])).bill.by_grade.loc["A", "total"] == 10_000


@pytest.mark.parametrize(
    ("regions", "heads"),
    [(["e"] * 5, 2), (["e"] * 4 + ["w"], 2), (["e"] * 3 + ["w", "n"], 3), (["e", "e", None, None, "w"], 3)],
)
def test_nobody_serves_two_teams(make_panel, make_params, priced, regions, heads):
    """Four customers per head: ceil in each region, customers without a region in a team of their own."""
    file = pd.DataFrame({"customer_id": [f"c{i:03d}" for i in range(5)], "region": regions})
    params = make_params(
        {"A": {"cost_per_quarter": 0, "span": 4}, "B": {"cost_per_quarter": 0}},
        manager_cost_per_quarter=1000,
        teams={"by": "region"},
    )
    bill = priced(params, make_panel([[100]] * 5, {"customers": file})).bill
    named = pd.Series(regions, dtype=object).fillna("?").value_counts()
    assert bill.teams["heads"].sum() == heads == sum(ceil(n / 4) for n in named)
    assert bill.teams.set_index("team")["slack"].to_dict() == {
        t: 4 * ceil(n / 4) - n for t, n in named.items()
    }
    assert bill.by_team["total"].sum() == 1000 * heads


def test_a_team_without_its_column_is_refused(make_panel, make_params, priced):
    params = make_params({"A": {"cost_per_quarter": 0}, "B": {"cost_per_quarter": 0}}, teams={"by": "region"})
    with pytest.raises(HistoryError, match="customers"):
        priced(params, make_panel([[100]]))


def test_hours_fill_heads_at_their_utilisation(make_panel, make_params, priced):
    """By hand: 7 customers x 3 hours = 21; a head has 20 x 0.8 = 16, so 2 heads, 11 hours of slack, and of two
    heads one leader each: 2 x 500 + 1 x 70. At full use an hour costs (500 + 70 / 2) / 16."""
    item = {"measure": "m03_own_team", "quantity": 3, "per": "quarter", "hours": 1, "pool": "team"}
    pool = {"title": {"zh": "队", "en": "t"}, "hours_per_head": 20.0, "utilisation": 0.8, "cost_per_head": {"value": 500}, "heads_per_leader": 2, "leader_cost": {"value": 70}}  # fmt: skip
    params = make_params({"A": {"measures": [item]}, "B": {"cost_per_quarter": 0}}, pools={"team": pool})
    bill = priced(params, make_panel([[100]] * 7)).bill
    row = bill.teams.iloc[0]
    assert row[["load", "heads", "leaders", "capacity", "slack", "amount"]].tolist() == [
        21,
        2,
        1,
        32,
        11,
        1070,
    ]
    assert bill.total == bill.by_grade.loc["A", "step"] == 1070
    assert bill.customers["at_full_use"].tolist() == pytest.approx([3 * (500 + 35) / 16] * 7)


def test_a_pool_without_a_price_only_counts_heads(make_panel, make_params, priced):
    """Hours at 100 are paid by the hour; the pool says how many people that takes and costs nothing more."""
    pool = {"title": {"zh": "队", "en": "t"}, "hours_per_head": 5.0}
    params = make_params(
        {"A": {"measures": [{**VISIT, "pool": "team"}]}, "B": {"cost_per_quarter": 0}}, pools={"team": pool}
    )
    bill = priced(params, make_panel([[100]] * 4)).bill
    assert (bill.teams["heads"].tolist(), bill.teams["amount"].tolist()) == ([2], [0])
    assert bill.total == 4 * 260


def test_a_pool_of_two_grades_is_hired_once(make_panel, make_params, priced):
    """Three customers of A and one of B at four per head are one person, not two; the cents are shared by load."""
    item = {"measure": "m02_manager_pool", "quantity": 1, "per": "customer", "pool": "team"}
    pool = {"title": {"zh": "队", "en": "t"}, "span": 4, "cost_per_head": {"value": 100.01}}
    params = make_params({"A": {"measures": [item]}, "B": {"measures": [item]}}, pools={"team": pool})
    bill = priced(params, make_panel([[100]] * 3 + [[5]])).bill
    assert bill.teams["heads"].tolist() == [1] and bill.staffing["heads"].sum() == 1
    assert bill.by_grade["step"].sum().round(2) == 100.01 and bill.by_grade.loc["B", "step"] == 25.00


def test_moves_are_priced_where_they_happened(make_panel, make_params, priced):
    """Quarters B B A B, one review each: up once, down once, over three changes; a newcomer in the third quarter.
    Per quarter: hand-over 2 x 9 / 3 = 6, recovery 1 x 30 / 3 = 10, onboarding 1 x 3 / 3 = 1."""
    moves = {"onboarding": {"value": 3}, "hand_over": {"value": 9}, "recovery": {"value": 30}}
    params = make_params({"A": {"cost_per_quarter": 0}, "B": {"cost_per_quarter": 0}}, moves=moves)
    bill = priced(params, make_panel([[5, 5, 100, 5], [0, 0, 5, 5]])).bill
    assert {cost: amount for (grade, cost), amount in lines(bill).items() if grade == "B" and amount} == {
        "onboarding": 1, "hand_over": 6, "recovery": 10}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_customers_grades_and_teams_add_up_to_the_cent(make_panel, make_params, priced, seed):
    rng = np.random.default_rng(seed)
    spend = np.round(rng.lognormal(4.3, 0.8, (83, 5)), 2)
    regions = rng.choice(["e", "w", "n"], 83)
    file = pd.DataFrame({"customer_id": [f"c{i:03d}" for i in range(83)], "region": regions})
    rebate = {"measure": "m23_card_discount", "quantity": 1, "per": "revenue", "uplift": 0.07, "unit_cost": {"value": 0.033, "unit": "share"}}  # fmt: skip
    platform = {"measure": "m49_agent_desktop", "quantity": 1, "per": "grade", "over_quarters": 7, "unit_cost": {"value": 100, "unit": "once"}}  # fmt: skip
    params = make_params(
        {"A": {"cost_per_quarter": 0.333, "span": 3, "measures": [VISIT, rebate, platform]}, "B": {"cost_per_quarter": 1.005, "surcharge_share": 0.011}},
        manager_cost_per_quarter=333.33,
        teams={"by": "region"},
        moves={"hand_over": {"value": 1.27}},
    )  # fmt: skip
    bill = priced(params, make_panel(spend, {"customers": file})).bill

    def cents(amounts) -> int:
        whole = np.round(np.asarray(amounts, dtype=float) * 100)
        assert np.asarray(amounts, dtype=float) * 100 == pytest.approx(whole, abs=1e-4)
        return int(whole.sum())

    everything = cents([bill.total])
    assert (
        everything
        == cents(bill.by_grade["total"])
        == cents(bill.by_team["total"])
        == cents(bill.customers["total"])
    )
    assert everything == cents(bill.by_grade[list(BEHAVIOURS)]) == cents(bill.customers[list(BEHAVIOURS)])
    assert everything == cents(bill.lines["amount"]) + cents(bill.teams["amount"])
    assert bill.customers.groupby("grade")["total"].sum().round(2).to_dict() == pytest.approx(
        bill.by_grade["total"].to_dict()
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(-10_000, 10_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=12))
def test_cents_are_shared_out_whole(cents, weights):
    """Every share within one cent of its exact part, and the sum exact."""
    shares, weights = share_out(cents, np.array(weights)), np.array(weights)
    if weights.sum():
        assert shares.sum() == cents
        assert np.abs(shares - cents * (weights / weights.sum())).max() <= 1
    else:
        assert not shares.any()
