"""The service plan of a policy as lines: every cost of every grade, written in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.params.policy import PolicyParams
from toolkit.params.service import MeasureParams
from toolkit.params.service_library import service_measures
from toolkit.params.service_people import PoolParams, RangeParams
from toolkit.service.line import DIRECT, DISCOUNT, MANAGERS, MOVES, SIMPLE, ZERO, Line, Pool
from toolkit.shown import shown
from toolkit.terms import Label


@shown("grades", "lines", "pools")
@dataclass(frozen=True, slots=True)
class ServicePlan:
    """The service of a policy.

    Attributes
    ----------
    grades : tuple of str
        Best first.
    lines : tuple of Line
    pools : mapping of id to Pool
    teams_by : str or None
        Column of the customers table that divides people into teams.
    """

    grades: tuple[str, ...]
    lines: tuple[Line, ...]
    pools: Mapping[str, Pool]
    teams_by: str | None = None

    @property
    def labels(self) -> dict[str, Label]:
        """What each cost is called."""
        known = service_measures()
        names = {line.cost for line in self.lines}
        return {**SIMPLE, **{name: known[name].label for name in known if name in names}}

    def counted_per(self, per: str) -> bool:
        """Whether any line is counted per ``per``."""
        return any(line.per == per for line in self.lines)

    def at(self, key: tuple[str, str], end: int) -> ServicePlan:
        """The plan with one unit cost at its low (0) or high (1) end; ``key`` as :attr:`unit_costs`."""
        name, part = key
        if part == "head" or part == "leader":
            pools = {
                id: _pool_at(pool, part, end) if _family(pool) == name else pool
                for id, pool in self.pools.items()
            }
            return replace(self, pools=pools)
        lines = tuple(_line_at(line, part, end) if line.cost == name else line for line in self.lines)
        return replace(self, lines=lines)

    @property
    def unit_costs(self) -> tuple[tuple[str, str], ...]:
        """Every unit cost with a range: (cost, ``unit`` or ``each``) or (pool, ``head`` or ``leader``)."""
        found = [(line.cost, "unit") for line in self.lines if _ranged(line.price)]
        found += [(line.cost, "each") for line in self.lines if _ranged(line.each)]
        found += [
            (_family(pool), "head") for pool in self.pools.values() if pool.price and _ranged(pool.price)
        ]
        found += [
            (_family(pool), "leader") for pool in self.pools.values() if pool.leader and _ranged(pool.leader)
        ]
        return tuple(dict.fromkeys(found))


def service_plan(params: PolicyParams) -> ServicePlan:
    """The service of a policy file, its simple figures and its measures alike.

    Examples
    --------
    >>> import toolkit
    >>> plan = toolkit.service.service_plan(toolkit.example_study().baseline.params)
    >>> plan
    ServicePlan(grades VIP, basic, 5 lines, 1 pool)
    >>> [line.cost for line in plan.lines if line.grade == "VIP"]
    ['discount', 'managers', 'm07_visits', 'm31_queue_priority']
    """
    pools = {name: _pool(name, pool) for name, pool in (params.pools or {}).items()}
    lines: list[Line] = []
    for grade in params.scheme.grades:
        plan = params.service[grade]
        if plan.direct or not plan.measures:
            lines.append(Line(grade, DIRECT, 1.0, "customer", "event", RangeParams(value=plan.direct)))
        if plan.given_share:
            lines.append(_share(grade, plan.given_share))
        if plan.span:
            pool = manager_pool(grade)
            price = _manager_price(params)
            pools[pool] = Pool(pool, SIMPLE[MANAGERS], float(plan.span), None, price, grade=grade)
            lines.append(Line(grade, MANAGERS, 1.0, "customer", "head", pool=pool, paid_by_pool=True))
        lines += [_line(grade, item, params.pools or {}) for item in plan.measures]
        lines += _moves(grade, params)
    return ServicePlan(tuple(params.scheme.grades), tuple(lines), pools, params.teams and params.teams.by)


def manager_pool(grade: str) -> str:
    """Id of the pool of the managers whom a simple ``span`` gives to a grade."""
    return f"{MANAGERS}:{grade}"


def _line(grade: str, item: MeasureParams, pools: Mapping[str, PoolParams]) -> Line:
    pool = pools.get(item.pool) if item.pool else None
    paid = bool(pool and pool.cost_per_head)
    price = RangeParams(**item.unit_cost.model_dump(exclude={"unit"})) if item.unit_cost else ZERO
    return Line(
        grade,
        item.measure,
        item.quantity,
        item.per,
        item.unit_cost.unit if item.unit_cost else "head" if paid else "event",
        price,
        item.cost_each or ZERO,
        item.hours_each,
        item.over_quarters or 1,
        item.uplift,
        item.pool,
        paid,
    )


def _share(grade: str, share: float) -> Line:
    """A discount, or with a share below zero a surcharge."""
    price = RangeParams(value=abs(share))
    return Line(grade, DISCOUNT, 1.0 if share > 0 else -1.0, "revenue", "share", price)


def _moves(grade: str, params: PolicyParams) -> list[Line]:
    found = params.moves
    prices = {name: getattr(found, name) for name in MOVES} if found else {}
    return [Line(grade, name, 1.0, name, "event", price) for name, price in prices.items() if price]


def _pool(name: str, pool: PoolParams) -> Pool:
    return Pool(
        name,
        pool.title.label(),
        pool.span * pool.utilisation if pool.span else None,
        pool.hours_per_head * pool.utilisation if pool.hours_per_head else None,
        pool.cost_per_head,
        pool.heads_per_leader,
        pool.leader_cost,
    )


def _manager_price(params: PolicyParams) -> RangeParams:
    ends = params.manager_cost_between
    known = {"low": ends.low, "high": ends.high} if ends else {}
    return RangeParams(value=params.manager_cost_per_quarter, **known)


def _family(pool: Pool) -> str:
    return MANAGERS if pool.grade else pool.id


def _ranged(price: RangeParams) -> bool:
    return price.ends[0] < price.ends[1]


def _line_at(line: Line, part: str, end: int) -> Line:
    field = "price" if part == "unit" else "each"
    return replace(line, **{field: RangeParams(value=getattr(line, field).ends[end])})


def _pool_at(pool: Pool, part: str, end: int) -> Pool:
    field = "price" if part == "head" else "leader"
    price = getattr(pool, field)
    return replace(pool, **{field: RangeParams(value=price.ends[end])}) if price else pool
