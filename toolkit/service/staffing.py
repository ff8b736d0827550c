"""People of every pool and team: whole heads, what they could still take, and who pays for them."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd

from toolkit.service.cents import CENTS, share_out, whole_cents
from toolkit.service.line import Pool
from toolkit.service.plan import ServicePlan
from toolkit.service.volumes import Volumes, delivered


def staff(plan: ServicePlan, volumes: Volumes) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """People of every pool and team, what each grade takes of them, and the cents of every customer by pool."""
    rows, shares = [], []
    pooled = {name: np.zeros(len(volumes.customers), dtype=np.int64) for name in plan.pools}
    for pool in plan.pools.values():
        load = load_of(plan, pool, volumes)
        for team in sorted(set(volumes.team)):
            mine = (volumes.team == team) & (load > 0)
            if not mine.any():
                continue
            staffed = _team(pool, load[mine])
            rows.append({"pool": pool.id, "team": team, "customers": int(mine.sum()), **staffed})
            given = share_out(whole_cents(staffed["amount"]), load[mine])
            pooled[pool.id][mine] = given
            shares += _by_grade(plan, pool, team, staffed["heads"], (volumes.grade[mine], load[mine], given))
    columns = ["pool", "team", "customers", "load", "heads", "leaders", "capacity", "slack", "used", "amount"]
    parts = ["pool", "team", "grade", "customers", "load", "amount", "heads"]
    numbers = dict.fromkeys(("load", "amount"), float) | {"customers": int, "heads": int}
    staffing = pd.DataFrame(shares, columns=parts).astype(numbers)
    teams = pd.DataFrame(rows, columns=columns).astype(
        numbers | dict.fromkeys(("slack", "capacity", "used"), float)
    )
    return teams, staffing, pd.DataFrame(pooled, index=volumes.customers)


def load_of(plan: ServicePlan, pool: Pool, volumes: Volumes) -> np.ndarray:
    """Places or hours that every customer takes of a pool."""
    load = np.zeros(len(volumes.customers))
    for line in plan.lines:
        if line.pool == pool.id:
            load += delivered(line, volumes) * (1.0 if pool.hours is None else line.hours)
    return load


def _team(pool: Pool, load: np.ndarray) -> dict[str, float]:
    total = float(load.sum())
    heads = heads_needed(total, pool)
    leaders = ceil(heads / pool.heads_per_leader) if pool.heads_per_leader else 0
    amount = heads * (pool.price.value if pool.price else 0.0)
    amount += leaders * (pool.leader.value if pool.leader else 0.0)
    capacity = heads * pool.capacity
    return {
        "load": total,
        "heads": heads,
        "leaders": leaders,
        "capacity": capacity,
        "slack": capacity - total,
        "used": total / capacity,
        "amount": whole_cents(amount) / CENTS,
    }


def _by_grade(
    plan: ServicePlan, pool: Pool, team: str, heads: int, found: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> list[tuple]:
    """What each grade takes of a team."""
    grade, load, given = found
    loads = np.array([load[grade == g].sum() for g in plan.grades])
    whole = share_out(heads, loads)
    return [
        (pool.id, team, g, int((grade == g).sum()), loads[i], given[grade == g].sum() / CENTS, int(whole[i]))
        for i, g in enumerate(plan.grades)
        if loads[i] > 0
    ]


def heads_needed(load: float, pool: Pool) -> int:
    """Whole heads for a load of customers or hours.

    Examples
    --------
    >>> from toolkit import Label
    >>> from toolkit.service import Pool, heads_needed
    >>> managers = Pool("managers", Label("客户经理", "managers"), places=50.0, hours=None, price=None)
    >>> heads_needed(50.0, managers), heads_needed(51.0, managers)
    (1, 2)
    """
    return max(ceil(round(load / pool.capacity, 9)), 1) if load > 0 else 0
