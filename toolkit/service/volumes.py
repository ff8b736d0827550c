"""What the cost of service follows: customers, orders, calls, visits, spend and moves of a quarter.

Volumes per customer are means of the last four quarters, fewer where the history is shorter. Calls and
visits are counted from the table ``contacts``, and only when a plan asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.panel import Panel
from toolkit.panel.known import attribute
from toolkit.register import Register
from toolkit.service.line import MOVES, Line
from toolkit.service.plan import ServicePlan
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR, Quarter

MEASURED = {"order": "orders", "call": "calls", "visit": "visits", "revenue": "spend"}
WHOLE, UNKNOWN = "", "?"


@shown("quarter", "customers")
@dataclass(frozen=True, slots=True, eq=False)
class Volumes:
    """Graded customers of one quarter and what each of them calls for.

    Attributes
    ----------
    quarter : Quarter
    customers : Index of customer_id, length n
    grade : array of str, shape (n,)
    team : array of str, shape (n,)
        :data:`WHOLE` where people are not divided, :data:`UNKNOWN` where the customer's team is not recorded.
    per_quarter : mapping of ``order``, ``call``, ``visit``, ``revenue``, ``onboarding``, ``hand_over``,
        ``recovery`` to array of float, shape (n,)
        Only those a plan asked for.
    margin : array of float, shape (n,)
        Per quarter, cost to serve not deducted; NaN where it is not known.
    """

    quarter: Quarter
    customers: pd.Index
    grade: np.ndarray
    team: np.ndarray
    per_quarter: Mapping[str, np.ndarray]
    margin: np.ndarray
    _mine: dict[str, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    def mine(self, grade: str) -> np.ndarray:
        """Whether each customer has ``grade``; array of bool, shape (n,)."""
        if grade not in self._mine:
            self._mine[grade] = self.grade == grade
        return self._mine[grade]

    def of(self, per: str) -> np.ndarray:
        """Units of ``per`` of every customer in a quarter."""
        if per in ("quarter", "customer"):
            return np.ones(len(self.customers))
        if per == "year":
            return np.full(len(self.customers), 1 / QUARTERS_A_YEAR)
        return self.per_quarter[per]

    def with_grades(self, grade: np.ndarray) -> Volumes:
        """The same customers with other grades."""
        return replace(self, grade=grade)


def volumes(plan: ServicePlan, register: Register, panel: Panel, quarter: Quarter) -> Volumes:
    """Volumes of the customers graded at ``quarter``.

    Raises
    ------
    HistoryError
        If the plan counts calls, visits or teams, and the history does not record them.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> plan = toolkit.service.service_plan(study.baseline.params)
    >>> found = toolkit.service.volumes(plan, study.registers["vip"], study.panel, study.quarter)
    >>> found
    Volumes(2026Q3, 503 customers)
    """
    codes = register.codes(quarter)
    rows = np.flatnonzero(codes >= 0)
    grade = np.array(register.scale.grades[::-1], dtype=object)[codes[rows]]
    counted = [name for name in MOVES if plan.counted_per(name)]
    moves = moves_of(register, quarter) if counted else {}
    counts = {name: moves[name][rows] for name in counted}
    return measured(plan, panel, quarter, (rows, grade), counts)


def measured(
    plan: ServicePlan,
    panel: Panel,
    quarter: Quarter,
    graded: tuple[np.ndarray, np.ndarray],
    counts: Mapping[str, np.ndarray],
    window: int = QUARTERS_A_YEAR,
) -> Volumes:
    """Volumes of given customers, ``graded`` their rows of the panel and their grades, over ``window`` quarters."""
    rows, grade = graded
    place = panel.quarters.index(quarter)
    quarters = min(window, place + 1)

    def mean(measure: str) -> np.ndarray:
        return panel.values(measure, window)[rows, place] / quarters

    found = {per: np.nan_to_num(mean(name)) for per, name in MEASURED.items() if plan.counted_per(per)}
    customers = panel.customers[rows]
    margin = mean("margin") if "margin" in panel.cube.cells else np.full(len(rows), np.nan)
    return Volumes(quarter, customers, grade, teams_of(plan, panel, customers), {**found, **counts}, margin)


def teams_of(plan: ServicePlan, panel: Panel, customers: pd.Index) -> np.ndarray:
    """Team of every customer."""
    if plan.teams_by is None:
        return np.full(len(customers), WHOLE, dtype=object)
    known = attribute(panel.tables, plan.teams_by, customers).astype(object)
    return np.where(known.isna(), UNKNOWN, known.astype(str)).astype(object)


def moves_of(register: Register, quarter: Quarter) -> dict[str, np.ndarray]:
    """Moves per quarter of every customer of the register, mean of the last four quarters.

    Returns
    -------
    dict of array, shape (customers,)
        ``onboarding`` (a grade after none, from the second quarter on), ``hand_over`` (another grade than the quarter
        before), ``recovery`` (a worse one).
    """
    last = register.column(quarter)
    codes = register.in_force[:, max(last - QUARTERS_A_YEAR, 0) : last + 1].astype(int)
    before, after = codes[:, :-1], codes[:, 1:]
    spans = max(before.shape[1], 1)
    both = (before >= 0) & (after >= 0)
    running = (before >= 0).any(axis=0)
    found = {
        "onboarding": (before < 0) & (after >= 0) & running,
        "hand_over": both & (before != after),
        "recovery": both & (after < before),
    }
    return {name: moved.sum(axis=1) / spans for name, moved in found.items()}


def delivered(line: Line, volumes: Volumes) -> np.ndarray:
    """Deliveries of a line to every customer in the quarter."""
    mine = volumes.mine(line.grade)
    if line.per == "grade":
        return np.zeros(len(mine))
    return np.where(mine, line.quantity * volumes.of(line.per), 0.0)
