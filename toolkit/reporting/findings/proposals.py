"""Facts of the pilots that a report proposes, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toolkit.policy import Policy
from toolkit.recommendation.verdict import Verdict
from toolkit.reporting.facts import Fact
from toolkit.reporting.findings.pilots import pilot_states, pilot_states_told
from toolkit.reporting.tables.pilots import design_name
from toolkit.study import Study
from toolkit.terms import Label

Told = Iterator[tuple[str, str, dict[str, Any]]]


def proposals(study: Study) -> Iterator[Fact]:
    """How far earlier pilots have come; customers, weeks, error, what it would find and cost, of every proposed one.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.proposals(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    pilots.points.customers = 58 customers
    pilots.points.weeks = 65
    pilots.points.error = 11.1 pp
    """
    yield from pilot_states(study)
    for one in study.pilots:
        name, design = f"pilots.{one.question.policy}", one.chosen.design
        zh, en = f"《{one.question.title.zh}》试点", f"pilot of “{one.question.title.en}”, "
        drawn = Label(f"{zh}抽签客户", f"{en}customers who draw")
        yield Fact(f"{name}.customers", design.customers, "customers", drawn)
        yield Fact(f"{name}.weeks", design.weeks, "count", Label(f"{zh}周数", f"{en}weeks to the answer"))
        error = Label(f"{zh}预计标准误", f"{en}expected standard error")
        yield Fact(f"{name}.error", design.expected_error, "points_share", error, better="lower")
        found = Label(f"{zh}可检出的变化", f"{en}change it would find")
        yield Fact(f"{name}.detectable", design.detectable, "points_share", found, better="lower")
        cost = Label(f"{zh}净增服务成本", f"{en}extra cost to serve")
        yield Fact(f"{name}.cost", design.cost, "money", cost, signed=True, better="lower")
        adopt = Label(f"{zh}高于此值则采用", f"{en}adopted above")
        yield Fact(f"{name}.adopt_above", one.thresholds.adopt_above, "points_share", adopt, signed=True)
        reject = Label(f"{zh}低于此值则否决", f"{en}rejected below")
        yield Fact(f"{name}.reject_below", one.thresholds.reject_below, "points_share", reject, signed=True)
        starts = Label(f"{zh}开始", f"{en}first day")
        yield Fact(f"{name}.starts_on", one.params.starts_on.isoformat(), "text", starts)
        words = Label(design_name(design, "zh"), design_name(design, "en"))
        yield Fact.prose(f"{name}.design", words, Label(f"{zh}办法", f"{en}design"))
        yield Fact.prose(f"{name}.shown", one.text, Label(f"{zh}能看出什么", f"{en}what it can show"))


def proposals_told(study: Study) -> Told:
    """Earlier pilots; each proposed one, what its outcomes would decide, and where its files are.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.proposals_told(study)]
    ['pilots.told', 'pilots.outcomes', 'pilots.files']
    """
    yield from pilot_states_told(study)
    for one in study.pilots:
        yield "pilots.told", one.question.policy, {"policy": one.question.title}
        yield "pilots.outcomes", one.question.policy, {}
    if study.pilots:
        yield "pilots.files", "", {}
    elif study.recommendation.verdict is Verdict.UNREADY:
        yield "pilots.unready", "", {}
    elif not any(state.open for state in study.pilot_states):
        yield "pilots.none", "", {}


def proposals_shown(study: Study) -> tuple[Policy, ...]:
    """The alternatives for which a pilot is proposed.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [policy.id for policy in toolkit.findings.proposals_shown(study)]
    ['points']
    """
    asked = {one.question.policy for one in study.pilots}
    return tuple(policy for policy in study.alternatives if policy.id in asked)
