"""Where every policy puts the customers of a study, and what is at stake for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.errors import ParameterError
from toolkit.outcomes.cost import customer_costs, simple_spans
from toolkit.outcomes.packages import package_changes
from toolkit.panel.known import attribute
from toolkit.params.schemes.needs import MeasureNeed, Need
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.service.line import MOVES
from toolkit.service.volumes import moves_of
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.study.study import Study

SHOWN = 8


def stakes_of(study: Study) -> Stakes:
    """Margin of every customer compared, over the horizon of the rule, and how customers are drawn."""
    rows = study.panel.customers.get_indexer(study.customers)
    place = study.panel.quarters.index(study.quarter)
    quarters = min(QUARTERS_A_YEAR, place + 1)
    margin = np.nan_to_num(study.panel.values("margin", QUARTERS_A_YEAR)[rows, place]) / quarters
    rule, names = study.files.rule, cluster_names(study, study.customers)
    return Stakes(
        study.customers,
        margin,
        Horizon(rule.horizon_quarters, rule.discount_per_year),
        None if names is None else np.unique(names, return_inverse=True)[1],
        tuple(d.id for d in study.definitions if d.kind != "spend_kept"),
    )


def cluster_names(study: Study, customers: pd.Index) -> np.ndarray | None:
    """Cluster of each customer, shape (n,); None where every customer is drawn by himself.

    A customer whose attribute is not recorded is a cluster of his own.

    Raises
    ------
    ParameterError
        If the table customers has no such attribute.
    """
    name, tables = study.params.bootstrap.cluster, study.panel.tables
    if name is None:
        return None
    columns = [c for c in tables["customers"].columns if c != "customer_id"] if "customers" in tables else []
    if name not in columns:
        known = columns[:SHOWN]
        raise ParameterError(
            zh=f"{study.files.path} 的 bootstrap.cluster：customers 表中没有“{name}”这一属性；"
            f"可用的有：{'、'.join(known) or '无'}。请改用其中之一，或删去这一项（逐个客户抽样）。",
            en=f"{study.files.path}, bootstrap.cluster: the table customers has no attribute '{name}'; "
            f"it has {', '.join(known) or 'none'}. Name one of these, or leave the key out to draw each customer.",
        )
    found = attribute(tables, name, customers)
    own = np.array([f"\0{customer}" for customer in customers], dtype=object)
    return np.where(found.isna(), own, found.astype(str)).astype(str)


def position_of(study: Study, policy: Policy) -> Position:
    """Grade, package and cost of every customer compared under one policy."""
    register = study.registers[policy.id]
    graded = register.at(study.quarter).loc[study.customers]
    costs = customer_costs(policy, register, study.panel, study.quarter).loc[study.customers]
    moves = _moves(study, policy, register)
    return Position(
        policy=policy.id,
        title=policy.title,
        grade=graded["grade"].astype(object).to_numpy(),
        package=register.packages(study.quarter).loc[study.customers].astype(object).to_numpy(),
        direction=_direction(study, register),
        cost=costs.sum(axis=1).to_numpy() * QUARTERS_A_YEAR - moves,
        spans=simple_spans(policy),
        manager_cost=policy.params.manager_cost_per_quarter * QUARTERS_A_YEAR,
        along=tuple(_axis(need, policy.review.window_quarters) for need in policy.scheme.needs),
        window_quarters=policy.review.window_quarters,
        staff=study.costs[policy.id].heads_besides(simple_spans(policy)),
        moves=moves,
    )


def _moves(study: Study, policy: Policy, register: Register) -> np.ndarray:
    """Cost of each customer's changes of grade, per year; zeros where the policy prices none.

    The service plan counts the same cost in the direct cost of a customer, from where it is taken out.
    """
    asked = policy.params.moves
    prices = {name: getattr(asked, name) for name in MOVES} if asked else {}
    rows = study.panel.customers.get_indexer(study.customers)
    found = moves_of(register, study.quarter)
    priced = [found[name][rows] * price.value for name, price in prices.items() if price]
    return np.sum(priced, axis=0) * QUARTERS_A_YEAR if priced else np.zeros(len(rows))


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
