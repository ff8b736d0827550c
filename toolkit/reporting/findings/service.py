"""Facts of cost to serve, part by part, and what the chapter says of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.service.line import BEHAVIOURS
from toolkit.service.plan import ServicePlan
from toolkit.study import Study
from toolkit.terms import Label
from toolkit.window import QUARTERS_A_YEAR

Told = tuple[str, str, dict[str, object]]


def service(study: Study) -> Iterator[Fact]:
    """Behaviour of the baseline's cost, its widest unit cost, the ledger, dependence, neglect and moves.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.service(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    service.committed = ¥0
    service.step = ¥696,000
    service.variable = ¥322,917
    """
    serving, base = study.serving, study.costs[study.baseline.id].bill
    year = base.by_grade[list(BEHAVIOURS)].sum() * QUARTERS_A_YEAR
    for name in BEHAVIOURS:
        yield Fact(f"service.{name}", round(float(year[name]), 2), "money", label(f"service.{name}"))
    yield from _widest(study)
    yield from _ledger(study)
    found, whale = serving.dependence, serving.whale
    for name, value, unit in (
        ("largest", found.largest, "share"),
        ("top_ten", found.top_ten, "share"),
        ("equal_customers", found.equal_customers, "customers"),
        ("peak", whale.peak, "share"),
        ("top_fifth", whale.top_20, "share"),
    ):
        if not np.isnan(value):
            yield Fact(f"service.{name}", float(value), unit, label(f"service.fact.{name}"))
    spent = base.customers["total"].reindex(serving.margin.index)
    losses = int((serving.margin < spent).sum())
    yield Fact("service.loss_makers", losses, "customers", label("service.fact.loss_makers"))
    for policy in study.policies:
        yield from _of_policy(study, policy.id, policy.title)


def service_told(study: Study) -> Iterator[Told]:
    """What the chapter says of the make-up of cost.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.service_told(study)]
    ['service.made_up', 'service.widest_said']
    """
    yield "service.made_up", "", {"policy": study.baseline.title}
    if len(study.serving.sensitivity):
        yield "service.widest_said", "", {"policy": study.baseline.title}


def people_told(study: Study) -> Iterator[Told]:
    """That no people are needed; what people divided by region would mean for the baseline.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.people_told(study)]
    ['service.divided_said']
    """
    if not study.serving.staffed:
        yield "service.nobody", "", {}
    if study.serving.divided is not None and study.serving.more_heads(study.baseline.id) > 0:
        yield "service.divided_said", study.baseline.id, {"policy": study.baseline.title}


def ledger_told(study: Study) -> Iterator[Told]:
    """Whether the plan agrees with the ledger, or that there is none.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.ledger_told(study)]
    ['service.no_ledger']
    """
    found = study.serving.reconciliation
    if found is None:
        yield "service.no_ledger", "", {}
    elif np.isnan(found.share):
        yield "service.empty_ledger", "", {}
    else:
        key = "service.ledger_apart" if found.warned else "service.ledger_agrees"
        yield key, "", {"policy": study.baseline.title}


def neglect_told(study: Study) -> Iterator[Told]:
    """Who receives less under each alternative, and the loss that would undo the saving.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.neglect_told(study)]
    ['service.nobody_loses', 'service.neglect_said', 'service.neglect_said']
    """
    for policy in study.alternatives:
        found = study.serving.neglects[policy.id]
        if not found.losing:
            yield "service.nobody_loses", "", {"policy": policy.title}
        elif np.isnan(found.break_even):
            yield "service.losing_said", policy.id, {"policy": policy.title}
        else:
            yield "service.neglect_said", policy.id, {"policy": policy.title}


def dependence_told(study: Study) -> Iterator[Told]:
    """Dependence on the largest customers, and the profit curve.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.dependence_told(study)]
    ['service.dependence_said', 'service.whale_flat']
    """
    if not np.isnan(study.serving.dependence.hhi):
        yield "service.dependence_said", "", {}
    if not study.serving.profitable:
        yield "service.no_profit", "", {"policy": study.baseline.title}
    else:
        above = study.serving.whale.peak > 1 + 1e-9
        yield ("service.whale_above" if above else "service.whale_flat"), "", {"policy": study.baseline.title}


def unit_cost_name(plan: ServicePlan, cost: str, part: str) -> Label:
    """What one unit cost of a plan is called."""
    title = plan.pools[cost].title if cost in plan.pools else plan.labels[cost]
    which = label(f"service.part.{part}")
    return Label(title.zh + which.zh, f"{title.en} {which.en}")


def _widest(study: Study) -> Iterator[Fact]:
    found = study.serving.sensitivity
    if not len(found):
        return
    row = found.iloc[0]
    words = unit_cost_name(study.serving.plans[study.baseline.id], row["cost"], row["part"])
    yield Fact("service.widest", words.en, "text", label("service.fact.widest"), words=words)
    for end in ("low", "high"):
        change = float(row[end]) * QUARTERS_A_YEAR
        yield Fact(f"service.widest_{end}", change, "money", label(f"service.at_{end}"), signed=True)


def _ledger(study: Study) -> Iterator[Fact]:
    found = study.serving.reconciliation
    if found is None or np.isnan(found.share):
        return
    yield Fact("service.planned", found.engine, "money", label("service.planned"))
    yield Fact("service.recorded", found.ledger, "money", label("service.recorded"))
    yield Fact("service.ledger_share", found.share, "share", label("service.difference"), signed=True)
    span = f"{found.quarters[0]}", f"{found.quarters[-1]}"
    words = Label(f"{span[0]} 至 {span[1]}", f"{span[0]} to {span[1]}")
    yield Fact("service.ledger_span", words.en, "text", label("service.fact.ledger_span"), words=words)


def _of_policy(study: Study, id: str, title: Label) -> Iterator[Fact]:
    def named(key: str) -> Label:
        words = label(key)
        return Label(f"《{title.zh}》{words.zh}", f"“{title.en}”, {words.en}")

    if study.serving.divided is not None:
        rows = study.serving.divided[study.serving.divided["policy"] == id]
        for name, count in (("heads", int(rows["heads"].sum())), ("more", study.serving.more_heads(id))):
            words = Label(f"{count} 人", "1 person" if count == 1 else f"{count} people")
            yield Fact(f"service.divided_{name}.{id}", count, "count", named("service.heads"), words=words)
    found = study.serving.neglects.get(id)
    if found is not None:
        yield Fact(f"service.losing.{id}", found.losing, "customers", named("service.losing"))
        yield Fact(f"service.saving.{id}", found.saving, "money", named("service.fact.saving"))
        if not np.isnan(found.break_even):
            yield Fact(
                f"service.loss_even.{id}",
                found.break_even,
                "share",
                named("service.fact.loss_even"),
                digits=2,
            )
    moves = study.serving.moves
    mine = moves[(moves["policy"] == id) & (moves["move"] == "hand_over")].iloc[0]
    yield Fact(f"service.moves.{id}", round(mine["per_year"]), "count", named("service.moves"))
    if not pd.isna(mine["noise_per_year"]):
        yield Fact(f"service.chance.{id}", round(mine["noise_per_year"]), "count", named("service.by_chance"))
