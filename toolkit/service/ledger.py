"""The plan against the ledger: what the engine says service cost, and what the table ``service`` recorded.

Customers who bought in a quarter are priced at the grade recorded for them at its end, those without one
at the lowest grade; spend, orders, calls and visits are those of the quarter. Costs of moves are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.panel import Panel
from toolkit.service.bill import price
from toolkit.service.line import MOVES
from toolkit.service.plan import ServicePlan
from toolkit.service.volumes import Volumes, measured
from toolkit.shown import shown
from toolkit.window import Quarter

WARNED_ABOVE = 0.05
UNASSIGNED = ""


@shown("quarters", "engine", "ledger", "share")
@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Engine against ledger over some quarters.

    Attributes
    ----------
    quarters : tuple of Quarter
    rows : DataFrame, one row per grade and kind of the ledger
        columns ``grade``, ``kind`` (:data:`UNASSIGNED` for costs that no kind stands for), ``engine``, ``ledger``,
        ``difference`` (engine less ledger; money), ``share`` (of the ledger; NaN where it has nothing), ``warned`` (bool).
    by_grade : DataFrame, index grade
        The same sums for each grade.
    engine, ledger : float
        Money in all.
    """

    quarters: tuple[Quarter, ...]
    rows: pd.DataFrame
    by_grade: pd.DataFrame
    engine: float
    ledger: float

    @property
    def share(self) -> float:
        """Difference of the whole as a share of the ledger; NaN without one."""
        return (self.engine - self.ledger) / self.ledger if self.ledger else np.nan

    @property
    def warned(self) -> bool:
        """Whether the whole differs by more than one twentieth."""
        return bool(abs(self.share) > WARNED_ABOVE)


def reconcile(
    plan: ServicePlan, kinds: Mapping[str, Sequence[str]], panel: Panel, quarters: Sequence[Quarter]
) -> Reconciliation:
    """Compare a plan with the table ``service``.

    Parameters
    ----------
    plan : ServicePlan
    kinds : mapping of kind in the ledger to costs of the plan
    panel : Panel
        With the tables ``service`` (needs ``cost``) and, if kept, ``grades``.
    quarters : sequence of Quarter

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> plan = toolkit.service.service_plan(study.baseline.params)
    >>> holder = study.panel.tables["grades"]["customer_id"].iloc[:1]
    >>> row = {"customer_id": holder, "delivered_on": "2026-08-14", "kind": "visit", "cost": 100.0}
    >>> panel = toolkit.Panel(study.panel.cube, {**study.panel.tables, "service": pd.DataFrame(row)})
    >>> found = toolkit.service.reconcile(plan, {"visit": ["m07_visits"]}, panel, [study.quarter])
    >>> found.ledger, found.warned
    (100.0, True)
    """
    still = replace(plan, lines=tuple(line for line in plan.lines if line.cost not in MOVES))
    kind_of = {cost: kind for kind, costs in kinds.items() for cost in costs}
    priced = [_priced(still, served(still, panel, quarter), kind_of) for quarter in quarters]
    engine = pd.concat(priced).groupby(["grade", "kind"])["amount"].sum()
    ledger = recorded(panel, quarters, plan.grades[-1])
    both = pd.concat({"engine": engine, "ledger": ledger}, axis=1).fillna(0.0).round(2)
    both = both[(both != 0).any(axis=1)]
    order = {grade: place for place, grade in enumerate(plan.grades)}
    rows = both.reset_index().sort_values(
        ["grade", "kind"],
        key=lambda column: column.map(order).fillna(len(order)) if column.name == "grade" else column,
    )
    totals = both.groupby(level="grade").sum()
    totals = totals.reindex(sorted(totals.index, key=lambda grade: order.get(grade, len(order))))
    engine_all, ledger_all = (round(float(both[name].sum()), 2) for name in ("engine", "ledger"))
    return Reconciliation(
        tuple(quarters), _compared(rows.reset_index(drop=True)), _compared(totals), engine_all, ledger_all
    )


def served(plan: ServicePlan, panel: Panel, quarter: Quarter) -> Volumes:
    """Customers who bought in a quarter, at the grade recorded for them, and what they called for in it."""
    rows = np.flatnonzero(panel.active(quarter, 1))
    known = grades_on_record(panel, quarter).reindex(panel.customers[rows])
    grade = known.where(known.isin(plan.grades), plan.grades[-1]).to_numpy(object)
    return measured(plan, panel, quarter, (rows, grade), {}, window=1)


def grades_on_record(panel: Panel, quarter: Quarter) -> pd.Series:
    """Grade of each customer at the end of ``quarter`` by the table ``grades``; empty where there is none."""
    table = panel.tables.get("grades")
    if table is None:
        return pd.Series(dtype=object)
    end = pd.Timestamp(quarter.end(panel.cube.fiscal_start_month))
    upto = table[pd.to_datetime(table["from_on"]) < end].sort_values("from_on", kind="stable")
    return upto.drop_duplicates("customer_id", keep="last").set_index("customer_id")["grade"].astype(object)


def recorded(panel: Panel, quarters: Sequence[Quarter], lowest: str) -> pd.Series:
    """Recorded cost by grade and kind over ``quarters``; a row without a grade counts for the grade on record."""
    table, month = panel.tables["service"], panel.cube.fiscal_start_month
    days = pd.to_datetime(table["delivered_on"])
    parts = []
    for quarter in quarters:
        inside = (days >= pd.Timestamp(quarter.start(month))) & (days < pd.Timestamp(quarter.end(month)))
        rows = table[inside]
        held = rows["customer_id"].map(grades_on_record(panel, quarter))
        grade = rows["grade"].astype(object).where(rows["grade"].notna(), held) if "grade" in rows else held
        cost = pd.to_numeric(rows["cost"]).fillna(0.0).astype(float)
        parts.append(
            pd.DataFrame({"grade": grade.fillna(lowest), "kind": rows["kind"].astype(object), "amount": cost})
        )
    return pd.concat(parts).groupby(["grade", "kind"])["amount"].sum()


def _priced(plan: ServicePlan, found: Volumes, kind_of: Mapping[str, str]) -> pd.DataFrame:
    """Cost of a quarter by grade and kind."""
    bill = price(plan, found)
    people = bill.staffing.assign(cost=[_paid_as(plan, pool, grade) for pool, grade in zip(bill.staffing["pool"], bill.staffing["grade"], strict=True)])  # fmt: skip
    both = pd.concat([bill.lines[["grade", "cost", "amount"]], people[["grade", "cost", "amount"]]])
    return both.assign(kind=both["cost"].map(kind_of).fillna(UNASSIGNED))


def _paid_as(plan: ServicePlan, pool: str, grade: str) -> str:
    """The first cost of a grade that a pool pays for."""
    mine = [line.cost for line in plan.lines if line.pool == pool]
    own = [line.cost for line in plan.lines if line.pool == pool and line.grade == grade]
    return (own or mine)[0]


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.assign(difference=(frame["engine"] - frame["ledger"]).round(2))
    share = frame["difference"] / frame["ledger"].where(frame["ledger"] != 0)
    return frame.assign(
        share=share, warned=(share.abs() > WARNED_ABOVE) | (frame["ledger"].eq(0) & frame["engine"].ne(0))
    )
