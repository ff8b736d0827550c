"""The cost engine: what each line, team, grade and customer costs in a quarter, to the cent.

Method
------
Activity-based: volume × unit cost for every line of every grade (time-driven, Kaplan & Anderson 2004).
People of a pool are whole heads in each team: the team's customers or hours over what one head can
take, rounded up, and what is left is slack. A discount d on spend S that brings u·S of spend more, at
margin m, costs d·S − u·S·(m − d). Every amount is rounded to the cent once, per line and per team, and
shared out to customers in whole cents (largest remainder), so that customers, teams and grades add up.

Does not show
-------------
Whether people could be moved between teams within the quarter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.service.cents import CENTS, share_out, whole_cents
from toolkit.service.line import BEHAVIOURS, Line
from toolkit.service.plan import ServicePlan
from toolkit.service.staffing import load_of, staff
from toolkit.service.volumes import Volumes, delivered
from toolkit.shown import shown
from toolkit.window import Quarter

LINES = ("grade", "cost", "behaviour", "discount", "volume", "hours", "amount")


@shown("quarter", "grades", "total")
@dataclass(frozen=True, slots=True, eq=False)
class Bill:
    """Cost to serve in one quarter.

    Attributes
    ----------
    quarter : Quarter
    grades : tuple of str
        Best first.
    lines : DataFrame, one row per grade and cost that is not paid by a pool
        columns ``grade``, ``cost``, ``behaviour``, ``discount`` (bool), ``volume`` (deliveries, or money of spend),
        ``hours``, ``amount`` (money, to the cent).
    teams : DataFrame, one row per pool and team
        columns ``pool``, ``team``, ``customers``, ``load``, ``heads``, ``leaders``, ``capacity`` (of these heads),
        ``slack`` (capacity less load), ``used`` (share of the capacity, 0..1), ``amount``; load, capacity and slack
        in customers or hours, whatever sizes the pool.
    staffing : DataFrame, one row per pool, team and grade
        columns ``pool``, ``team``, ``grade``, ``customers``, ``load``, ``amount``, ``heads`` (whole, largest remainder).
    customers : DataFrame, index customer_id
        columns ``grade``, ``team``, ``hours``, ``committed``, ``step``, ``variable``, ``total`` (money, to the cent),
        ``at_full_use`` (the same with people priced at practical capacity, so that slack is nobody's; unrounded).
        A committed cost of a grade without customers is in ``lines`` only.
    pooled : DataFrame, index customer_id
        The step cost by pool; money, to the cent.
    """

    quarter: Quarter
    grades: tuple[str, ...]
    lines: pd.DataFrame
    teams: pd.DataFrame
    staffing: pd.DataFrame
    customers: pd.DataFrame
    pooled: pd.DataFrame

    @property
    def by_grade(self) -> pd.DataFrame:
        """Index grade, best first: ``customers``, ``hours``, the three behaviours, ``total``, ``per_customer``."""
        found = self.lines.pivot_table(
            index="grade", columns="behaviour", values="amount", aggfunc="sum", observed=False
        )
        found = found.reindex(index=list(self.grades), columns=list(BEHAVIOURS)).fillna(0.0)
        found["step"] += self.staffing.groupby("grade")["amount"].sum().reindex(self.grades).fillna(0.0)
        found = found.round(2)
        found["total"] = found.sum(axis=1).round(2)
        found.insert(
            0, "customers", self.customers["grade"].value_counts().reindex(self.grades).fillna(0).astype(int)
        )
        found.insert(
            1, "hours", self.customers.groupby("grade")["hours"].sum().reindex(self.grades).fillna(0.0)
        )
        found["per_customer"] = found["total"] / found["customers"].where(found["customers"] > 0)
        return found.rename_axis("grade", axis=0).rename_axis(None, axis=1)

    @property
    def by_team(self) -> pd.DataFrame:
        """Index team: ``customers``, the three behaviours and ``total``."""
        grouped = self.customers.groupby("team")
        sums = grouped[[*BEHAVIOURS, "total"]].sum().round(2)
        sums.insert(0, "customers", grouped.size())
        return sums

    def staff(self, without: Collection[str] = ()) -> np.ndarray:
        """Cost of people of every customer, the pools ``without`` left out; money, shape (customers,)."""
        return (
            self.pooled.drop(columns=[pool for pool in without if pool in self.pooled]).sum(axis=1).to_numpy()
        )

    @property
    def total(self) -> float:
        """Money of the quarter."""
        return round(float(self.lines["amount"].sum() + self.teams["amount"].sum()), 2)


def price(plan: ServicePlan, volumes: Volumes) -> Bill:
    """Price a plan.

    Parameters
    ----------
    plan : ServicePlan
    volumes : Volumes

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> plan = toolkit.service.service_plan(study.baseline.params)
    >>> counted = toolkit.service.volumes(plan, study.registers["vip"], study.panel, study.quarter)
    >>> bill = toolkit.service.price(plan, counted)
    >>> bill
    Bill(2026Q3, grades VIP, basic, total 254,729)
    >>> round(float(bill.total), 2) == round(float(bill.customers["total"].sum()), 2)
    True
    """
    cents = {name: np.zeros(len(volumes.customers), dtype=np.int64) for name in BEHAVIOURS}
    hours, rows = np.zeros(len(volumes.customers)), []
    for line in plan.lines:
        taken = delivered(line, volumes)
        hours += taken * line.hours
        if line.paid_by_pool and not line.each.value:
            continue
        fixed = line.per == "grade"
        amounts = amounts_of(line, volumes)
        whole = whole_cents(line.quantity * line.money if fixed else float(amounts.sum()))
        cents[line.behaviour] += share_out(whole, amounts)
        volume = line.quantity if fixed else float(taken.sum())
        named = line.grade, line.cost, line.behaviour, line.is_discount
        rows.append((*named, volume, float(taken.sum() * line.hours), whole / CENTS))
    teams, staffing, pooled = staff(plan, volumes)
    cents["step"] += pooled.sum(axis=1).to_numpy(np.int64)
    customers = _customers(plan, volumes, cents, hours)
    lines = pd.DataFrame(rows, columns=list(LINES))
    return Bill(volumes.quarter, plan.grades, lines, teams, staffing, customers, pooled / CENTS)


def _customers(
    plan: ServicePlan, volumes: Volumes, cents: Mapping[str, np.ndarray], hours: np.ndarray
) -> pd.DataFrame:
    money = {name: amounts / CENTS for name, amounts in cents.items()}
    used = np.sum([load_of(plan, pool, volumes) * pool.rate for pool in plan.pools.values()], axis=0)
    frame = {"grade": volumes.grade, "team": volumes.team, "hours": hours, **money}
    frame["total"] = sum(cents.values()) / CENTS
    frame["at_full_use"] = money["committed"] + money["variable"] + used
    return pd.DataFrame(frame, index=volumes.customers)


def amounts_of(line: Line, volumes: Volumes) -> np.ndarray:
    """Money of one line for every customer, unrounded, shape (customers,)."""
    mine = volumes.mine(line.grade)
    if line.per == "grade":
        return np.where(mine, line.quantity * line.money / max(mine.sum(), 1), 0.0)
    amounts = delivered(line, volumes) * line.money
    if line.uplift:
        brought = line.quantity * np.where(mine, volumes.of("revenue"), 0.0) * line.uplift
        amounts = amounts - brought * (margin_share(volumes, line.grade) - line.price.value)
    return amounts


def margin_share(volumes: Volumes, grade: str) -> float:
    """Margin of a grade as a share of its spend; 0 where either is not known."""
    mine = volumes.mine(grade)
    spend = volumes.of("revenue")[mine].sum()
    margin = np.nan_to_num(volumes.margin[mine]).sum()
    return float(margin / spend) if spend > 0 else 0.0
