"""Where every policy puts the customers of a study, and what is at stake for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.comparison import Position, Stakes
from toolkit.outcomes.cost import customer_costs, simple_spans
from toolkit.outcomes.packages import package_changes
from toolkit.params.schemes.needs import MeasureNeed, Need
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.study.study import Study


def stakes_of(study: Study) -> Stakes:
    """Margin of every customer compared, and where the programme's bar is from them."""
    rows = study.panel.customers.get_indexer(study.customers)
    place = study.panel.quarters.index(study.quarter)
    quarters = min(QUARTERS_A_YEAR, place + 1)
    margin = np.nan_to_num(study.panel.values("margin", QUARTERS_A_YEAR)[rows, place]) / quarters
    programme = study.params.programme
    if programme is None:
        return Stakes(study.customers, margin)
    score = study.panel.values(programme.measure, programme.window_quarters)[rows, place]
    distance = np.log(np.maximum(score, 1e-9) / programme.bar)
    return Stakes(
        study.customers,
        margin,
        distance,
        programme.measure,
        programme.window_quarters,
        programme.package,
        programme.otherwise,
    )


def position_of(study: Study, policy: Policy) -> Position:
    """Grade, package and cost of every customer compared under one policy."""
    register = study.registers[policy.id]
    graded = register.at(study.quarter).loc[study.customers]
    costs = customer_costs(policy, register, study.panel, study.quarter).loc[study.customers]
    return Position(
        policy=policy.id,
        title=policy.title,
        grade=graded["grade"].astype(object).to_numpy(),
        package=register.packages(study.quarter).loc[study.customers].astype(object).to_numpy(),
        direction=_direction(study, register),
        cost=costs.sum(axis=1).to_numpy() * QUARTERS_A_YEAR,
        spans=simple_spans(policy),
        manager_cost=policy.params.manager_cost_per_quarter * QUARTERS_A_YEAR,
        along=tuple(_axis(need, policy.review.window_quarters) for need in policy.scheme.needs),
        window_quarters=policy.review.window_quarters,
        staff=study.costs[policy.id].heads_besides(simple_spans(policy)),
    )


def _direction(study: Study, register: Register) -> np.ndarray:
    """Whether each customer's package is better (+1), worse (-1) or the same (0) as under the baseline."""
    base = study.registers[study.baseline.id]
    rows = study.panel.customers.get_indexer(study.customers)
    before, after = base.codes(study.quarter)[rows], register.codes(study.quarter)[rows]
    return package_changes(base, register).direction[before, after]


def _axis(need: Need, window: int) -> str:
    """What a policy grades along: the measure's name over the review's window, else the whole need."""
    plain = isinstance(need, MeasureNeed) and need.window in (None, window) and need.per is None
    return need.measure if plain else need.column
