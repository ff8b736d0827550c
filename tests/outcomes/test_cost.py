from __future__ import annotations

import numpy as np
import pytest

from toolkit.outcomes.cost import cost_to_serve, customer_costs
from toolkit.policy import walk


def test_a_cost_worked_by_hand(make_panel, make_policy, first_quarter):
    """Two quarters of history. A: three customers with 60, 60 a quarter: 3 x 300; discount 10% of
    60 x 3 = 18; ceil(3 / 2) = 2 managers at 40,000.55. B: one customer with 20, 30: 99.99; discount
    3.3% of 25 = 0.825, 0.82 or 0.83 to the cent. C: two customers: 0.70."""
    panel = make_panel([[60, 60]] * 3 + [[20, 30], [1, 1], [0, 2]])
    policy = make_policy()
    cost = cost_to_serve(policy, walk(policy, panel, first_quarter + 1), panel, first_quarter + 1)
    table = cost.by_grade
    assert table["customers"].tolist() == [3, 1, 2] and table["managers"].tolist() == [2, 0, 0]
    assert table["places_free"].tolist() == [1, 0, 0]
    assert table["direct_cost"].tolist() == [900, 99.99, 0.70]
    assert table["discount_cost"].tolist() == pytest.approx([18, 0.825, 0], abs=0.0051)
    assert table["manager_cost"].tolist() == [80_001.10, 0, 0]
    assert table.loc["A", "per_customer"] == pytest.approx(80_919.10 / 3)
    assert cost.total["customers"] == 6 and cost.total["managers"] == 2
    year = cost.per_year
    assert year["total_cost"] == pytest.approx(4 * cost.total["total_cost"], abs=0.001)
    assert year["customers"] == 6 and year["managers"] == 2


@pytest.mark.parametrize("seed", range(5))
def test_costs_add_up_to_the_cent(make_random_panel, make_policy, first_quarter, seed):
    panel, quarter = make_random_panel(seed, customers=97), first_quarter + 9
    policy = make_policy(hold_quarters=1)
    register = walk(policy, panel, quarter)
    cost = cost_to_serve(policy, register, panel, quarter)
    parts = ["direct_cost", "discount_cost", "manager_cost"]

    def cents(amounts) -> int:
        whole = np.round(np.asarray(amounts) * 100)
        assert np.asarray(amounts) * 100 == pytest.approx(whole, abs=1e-4)  # no part of a cent anywhere
        return int(whole.sum())

    assert (
        cents(cost.by_grade[parts]) == cents(cost.by_grade["total_cost"]) == cents(cost.total["total_cost"])
    )
    assert [cents(cost.by_grade[p]) for p in parts] == [cents(cost.total[p]) for p in parts]
    assert cost.by_grade["customers"].tolist() == register.counts(quarter).tolist()
    each = customer_costs(policy, register, panel, quarter)
    assert len(each) == cost.total["customers"]
    assert each["direct"].sum() == pytest.approx(cost.total["direct_cost"], abs=0.02)
    assert each["discount"].sum() == pytest.approx(cost.total["discount_cost"], abs=0.02)


def test_discounts_are_of_the_spend_of_a_year_per_quarter(make_panel, make_policy, first_quarter):
    """Spend 10, 20, 30, 400, 0 by quarter: the last four make 450 / 4 a quarter, the first two 15."""
    panel = make_panel([[10, 20, 30, 400, 0]])
    policy = make_policy({"A": 1, "B": 0.5, "C": "rest"})
    register = walk(policy, panel, first_quarter + 4)
    late = customer_costs(policy, register, panel, first_quarter + 4)
    early = customer_costs(policy, register, panel, first_quarter + 1)
    assert late["discount"].tolist() == pytest.approx([0.1 * 450 / 4])
    assert early["discount"].tolist() == pytest.approx([0.1 * 15])


def test_an_empty_grade_needs_nobody(make_panel, make_policy, first_quarter):
    panel = make_panel([[1, 1]])
    policy = make_policy()
    cost = cost_to_serve(policy, walk(policy, panel, first_quarter + 1), panel, first_quarter + 1)
    assert cost.by_grade.loc["A", ["customers", "managers", "total_cost"]].tolist() == [0, 0, 0]
    assert np.isnan(cost.by_grade.loc["A", "per_customer"])


@pytest.mark.parametrize(("customers", "heads"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_managers_are_whole_people(make_panel, make_policy, first_quarter, customers, heads):
    """Two customers per manager; half a manager cannot be hired."""
    panel, policy = make_panel([[60, 60]] * customers), make_policy()
    cost = cost_to_serve(policy, walk(policy, panel, first_quarter + 1), panel, first_quarter + 1)
    assert cost.total["managers"] == heads and cost.total["places_free"] == 2 * heads - customers


def test_a_surcharge_is_a_discount_below_zero(make_panel, make_policy, first_quarter):
    """By hand: 100 a quarter at a surcharge of 5 % brings 5 in; what is served costs 7."""
    plan = {
        "A": {"package": "gold", "cost_per_quarter": 7.0, "surcharge_share": 0.05},
        "B": {"package": "basic", "cost_per_quarter": 1.0, "discount_share": 0.1},
    }
    policy = make_policy({"A": 100, "B": "rest"}, plan, window_quarters=1)
    panel = make_panel([[100], [10]])
    cost = cost_to_serve(policy, walk(policy, panel, first_quarter), panel, first_quarter).by_grade
    assert cost["discount_cost"].tolist() == [-5, 1] and cost["total_cost"].tolist() == [2, 2]
    with pytest.raises(ValueError, match="cannot both be above 0"):
        make_policy({"A": 100, "B": "rest"}, plan | {"A": plan["A"] | {"discount_share": 0.1}})
