"""Cost to serve: what a policy's service plan takes at one quarter.

Method
------
Per grade: customers × direct cost per quarter; discount share × spend per quarter (mean of the last
four quarters, fewer where the history is shorter), below zero where the grade pays a surcharge; managers as whole heads,
customers / span rounded up. Amounts are rounded to the cent per grade, so that totals add up.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

QUARTERS_A_YEAR = 4
AMOUNTS = ("direct_cost", "discount_cost", "manager_cost", "total_cost")
COUNTS = ("customers", "managers", "places_free")


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost to serve under one policy in one quarter.

    Attributes
    ----------
    quarter : Quarter
    by_grade : DataFrame, index grade best first
        columns ``customers``, ``managers`` (whole heads), ``places_free`` (customers whom these
        managers could still take), ``direct_cost``, ``discount_cost``, ``manager_cost``,
        ``total_cost`` (money per quarter, to the cent), ``per_customer`` (money per quarter; NaN where
        a grade is empty).
    """

    quarter: Quarter
    by_grade: pd.DataFrame

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


def customer_costs(policy: Policy, register: Register, panel: Panel, quarter: Quarter) -> pd.DataFrame:
    """Direct cost and discount of every graded customer, managers left out.

    Returns
    -------
    DataFrame, index customer_id
        columns ``direct``, ``discount`` (money per quarter; a surcharge is a discount below zero).
    """
    codes = register.codes(quarter)
    rows = np.flatnonzero(codes >= 0)
    plans = [policy.service[grade] for grade in reversed(register.scale.grades)]
    direct = np.array([plan.cost_per_quarter for plan in plans])
    discount = np.array([plan.given_share for plan in plans])
    spend = quarterly_spend(panel, quarter)[rows]
    return pd.DataFrame(
        {"direct": direct[codes[rows]], "discount": discount[codes[rows]] * spend},
        index=register.customers[rows],
    )


def quarterly_spend(panel: Panel, quarter: Quarter) -> np.ndarray:
    """Spend per quarter over the last four quarters, shape (customers,)."""
    place = panel.cube.quarters.index(quarter)
    return panel.values("spend", QUARTERS_A_YEAR)[:, place] / min(QUARTERS_A_YEAR, place + 1)


def cost_to_serve(policy: Policy, register: Register, panel: Panel, quarter: Quarter) -> Cost:
    """Cost to serve by grade.

    Parameters
    ----------
    policy : Policy
    register : Register
        The policy walked through ``panel``.
    panel : Panel
    quarter : Quarter
    """
    counts = register.counts(quarter)
    codes = register.codes(quarter)
    amounts = customer_costs(policy, register, panel, quarter)
    own = codes[codes >= 0]
    direct, discount = (
        np.bincount(own, amounts[column], minlength=len(counts))[::-1].round(2)
        for column in ("direct", "discount")
    )
    plans = [policy.service[grade] for grade in register.scale.grades]
    heads = np.array([ceil(n / p.span) if p.span else 0 for n, p in zip(counts, plans, strict=True)])
    places = np.array([h * p.span if p.span else n for h, n, p in zip(heads, counts, plans, strict=True)])
    frame = pd.DataFrame(
        {
            "customers": counts,
            "managers": heads,
            "places_free": places - counts,
            "direct_cost": direct,
            "discount_cost": discount,
            "manager_cost": (heads * policy.params.manager_cost_per_quarter).round(2),
        }
    )
    frame["total_cost"] = frame[list(AMOUNTS[:3])].sum(axis=1).round(2)
    frame["per_customer"] = frame["total_cost"] / frame["customers"].where(frame["customers"] > 0)
    return Cost(quarter, frame)
