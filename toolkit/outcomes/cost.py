"""Cost to serve: what a policy's service plan takes at one quarter.

Method
------
The plan is priced by :mod:`toolkit.service`: per grade customers × direct cost per quarter and the
service measures; discount share × spend per quarter (mean of the last four quarters, fewer where the
history is shorter), below zero where the grade pays a surcharge; people as whole heads in each team.
Amounts are rounded to the cent, so that totals add up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.service.bill import Bill, amounts_of, price
from toolkit.service.plan import manager_pool, service_plan
from toolkit.service.volumes import volumes
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR, Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

AMOUNTS = ("direct_cost", "discount_cost", "manager_cost", "total_cost")
COUNTS = ("customers", "managers", "places_free")


@shown("quarter", "bill.total")
@dataclass(frozen=True, slots=True)
class Cost:
    """Cost to serve under one policy in one quarter.

    Attributes
    ----------
    quarter : Quarter
    by_grade : DataFrame, index grade best first
        columns ``customers``, ``managers`` (whole heads; those of a pool that serves several grades by
        largest remainder), ``places_free`` (customers whom the managers of a simple span could still take),
        ``direct_cost`` (measures included), ``discount_cost``, ``manager_cost`` (pools included),
        ``total_cost`` (money per quarter, to the cent), ``per_customer`` (money per quarter; NaN where
        a grade is empty).
    bill : Bill
        The same cost by line, team and customer.
    """

    quarter: Quarter
    by_grade: pd.DataFrame
    bill: Bill

    def heads_besides(self, spans: Collection[str]) -> int:
        """Whole heads that are not managers of a simple span of the grades ``spans``."""
        apart = [manager_pool(grade) for grade in spans]
        teams = self.bill.teams
        return int(teams.loc[~teams["pool"].isin(apart), "heads"].sum())

    @property
    def total(self) -> pd.Series:
        """The same columns for all grades together, per quarter."""
        sums = self.by_grade[[*COUNTS, *AMOUNTS]].sum().astype(float)
        sums[list(AMOUNTS)] = sums[list(AMOUNTS)].round(2)
        per_customer = sums["total_cost"] / sums["customers"] if sums["customers"] else np.nan
        return pd.concat([sums, pd.Series({"per_customer": per_customer})])

    @property
    def per_year(self) -> pd.Series:
        """The total with amounts for four such quarters; heads and customers are not multiplied."""
        year = self.total
        amounts = [*AMOUNTS, "per_customer"]
        year[amounts] = (year[amounts] * QUARTERS_A_YEAR).round(2)
        return year


def simple_spans(policy: Policy) -> dict[str, int]:
    """Customers per manager of each grade whose managers follow its customers alone: a span, and no teams."""
    if policy.params.teams:
        return {}
    return {grade: plan.span for grade, plan in policy.service.items() if plan.span}


def customer_costs(policy: Policy, register: Register, panel: Panel, quarter: Quarter) -> pd.DataFrame:
    """Cost of every graded customer, unrounded; managers of a simple span without teams left out.

    Returns
    -------
    DataFrame, index customer_id
        columns ``direct``, ``discount``, ``staff`` (money per quarter; a surcharge is a discount below zero).
    """
    plan = service_plan(policy.params)
    found = volumes(plan, register, panel, quarter)
    direct, discount = np.zeros(len(found.customers)), np.zeros(len(found.customers))
    for line in plan.lines:
        if line.is_discount:
            discount += amounts_of(line, found)
        elif not line.paid_by_pool or line.each.value:
            direct += amounts_of(line, found)
    apart = [manager_pool(grade) for grade in simple_spans(policy)]
    staff = price(plan, found).staff(without=apart)
    return pd.DataFrame({"direct": direct, "discount": discount, "staff": staff}, index=found.customers)


def cost_to_serve(policy: Policy, register: Register, panel: Panel, quarter: Quarter) -> Cost:
    """Cost to serve by grade.

    Parameters
    ----------
    policy : Policy
    register : Register
        The policy walked through ``panel``.
    panel : Panel
    quarter : Quarter

    Raises
    ------
    HistoryError
        If the plan counts calls, visits or teams, and the history does not record them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> policy = study.baseline
    >>> found = toolkit.cost_to_serve(policy, study.registers["vip"], study.panel, study.quarter)
    >>> found.by_grade.loc["VIP", ["customers", "managers", "manager_cost"]].tolist()
    [133.0, 3.0, 174000.0]
    >>> policy.params.manager_cost_per_quarter
    58000.0
    """
    plan = service_plan(policy.params)
    bill = price(plan, volumes(plan, register, panel, quarter))
    counts = register.counts(quarter)
    grades = list(counts.index)
    given = bill.lines["discount"]

    def amounts(rows: pd.DataFrame) -> np.ndarray:
        return rows.groupby("grade")["amount"].sum().reindex(grades).fillna(0.0).to_numpy(float).round(2)

    heads = bill.staffing.groupby("grade")["heads"].sum().reindex(grades).fillna(0).astype(int).to_numpy()
    frame = pd.DataFrame(
        {
            "customers": counts,
            "managers": heads,
            "places_free": [_places_free(bill, grade) for grade in grades],
            "direct_cost": amounts(bill.lines[~given]),
            "discount_cost": amounts(bill.lines[given]),
            "manager_cost": amounts(bill.staffing),
        }
    )
    frame["total_cost"] = frame[list(AMOUNTS[:3])].sum(axis=1).round(2)
    frame["per_customer"] = frame["total_cost"] / frame["customers"].where(frame["customers"] > 0)
    return Cost(quarter, frame, bill)


def _places_free(bill: Bill, grade: str) -> int:
    teams = bill.teams
    return int(teams.loc[teams["pool"] == manager_pool(grade), "slack"].sum())
