"""The caps of a study against what each policy needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.outcomes.capacity import Capacity, Resource, Use
from toolkit.outcomes.cost import Cost
from toolkit.params.capacity import HOTLINE, MANAGERS, CapParams
from toolkit.policy import Policy
from toolkit.study.hotline import StudyHotline
from toolkit.window import Quarter


def study_capacity(
    caps: Sequence[CapParams],
    policies: Sequence[Policy],
    costs: Mapping[str, Cost],
    hotline: StudyHotline | None,
    quarter: Quarter,
    *,
    fiscal_start_month: int = 1,
) -> Capacity:
    """What every policy needs against the caps of the quarter in which it would start.

    A policy starts in the quarter of its date, but not before the report's ``quarter``.
    """
    uses = []
    for policy in policies:
        start = max(quarter, Quarter.containing(policy.params.effective, fiscal_start_month))
        for cap in caps_in_force(caps, start):
            resource = Resource(cap.title.label(), cap.counts, cap.most, cap.source)
            need = (
                _seats(cap, policy, hotline)
                if cap.pool == HOTLINE
                else _people(cap, policy, costs[policy.id])
            )
            uses.append(Use(policy.id, resource, need))
    return Capacity(policies[0].id, tuple(uses))


def caps_in_force(caps: Sequence[CapParams], quarter: Quarter) -> list[CapParams]:
    """The latest cap on each resource that holds in ``quarter``, in the order of first mention."""
    latest: dict[tuple[str, str, str | None], CapParams] = {}
    for cap in sorted(caps, key=lambda one: one.since or ""):
        if cap.since is None or Quarter.parse(cap.since) <= quarter:
            latest[cap.resource] = cap
    order = dict.fromkeys(cap.resource for cap in caps)
    return [latest[resource] for resource in order if resource in latest]


def _people(cap: CapParams, policy: Policy, cost: Cost) -> float:
    if cap.pool == MANAGERS:
        heads = cost.by_grade["managers"]
        return int(sum(heads[g] for g, plan in policy.service.items() if cap.package in (None, plan.package)))
    teams = cost.bill.teams
    return float(teams.loc[teams["pool"] == cap.pool, "heads" if cap.counts == "heads" else "load"].sum())


def _seats(cap: CapParams, policy: Policy, hotline: StudyHotline | None) -> float | None:
    if hotline is None:
        return None
    plan = hotline.plans[policy.id, hotline.in_charge]
    return {"seats": plan.peak, "heads": plan.heads, "hours": hotline.hours_per_quarter(policy.id)}[
        cap.counts
    ]
