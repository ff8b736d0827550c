"""Facts of who moves, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from toolkit.comparison.movers import RENAMED, Movers
from toolkit.policy import Policy
from toolkit.reporting.facts import Fact
from toolkit.study import Study
from toolkit.terms import Label

Told = Iterator[tuple[str, str, dict[str, Any]]]
Shown = tuple[Movers, tuple[Sequence[str], Sequence[str]], tuple[Label, Label]]


def moves(study: Study) -> Iterator[Fact]:
    """Who is only renamed, and whose grade hangs on the last digit of a weight.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> for fact in list(toolkit.findings.moves(study))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    moves.lower_bar.renamed = 0 customers
    moves.abc.renamed = 460 customers
    moves.points.renamed = 445 customers
    """
    titles = {policy.id: policy.title for policy in study.alternatives}
    for policy, found in study.movers.items():
        zh, en = f"《{titles[policy].zh}》", f"“{titles[policy].en}”, "
        renamed = Label(f"{zh}只改等级名称的客户", f"{en}customers whose grade is renamed only")
        yield Fact(f"moves.{policy}.renamed", int(found.counts[RENAMED]), "customers", renamed)
        if found.last_digit:
            digit = Label(f"{zh}等级取决于权重末位的客户", f"{en}customers whose grade hangs on a last digit")
            yield Fact(f"moves.{policy}.last_digit", found.last_digit.share, "share", digit, better="lower")


def moves_told(study: Study) -> Told:
    """Whom each alternative moves.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [key for key, _, _ in toolkit.findings.moves_told(study)]
    ['moves.told', 'moves.told', 'moves.told', 'moves.last_digit_told']
    """
    for policy in study.alternatives:
        yield "moves.told", policy.id, {"policy": policy.title}
        if study.movers[policy.id].last_digit:
            yield "moves.last_digit_told", policy.id, {"policy": policy.title}


def moves_shown(study: Study) -> dict[str, Shown]:
    """What the figure of who moves needs, of the alternative that leads.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> movers, scales, titles = next(iter(toolkit.findings.moves_shown(study).values()))
    >>> [title.en for title in titles], scales
    (['VIP rules in force', 'ABC grading'], (('VIP', 'basic'), ('A', 'B', 'C')))
    """
    lead = study.recommendation.leading().change.policy
    then = next(policy for policy in study.alternatives if policy.id == lead)
    scales = study.baseline.scheme.scale.grades, then.scheme.scale.grades
    return {lead: (study.movers[lead], scales, (study.baseline.title, then.title))}


def segments_shown(study: Study) -> tuple[Policy, ...]:
    """The alternative that leads, where the study names segments.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [policy.id for policy in toolkit.findings.segments_shown(study)]
    ['abc']
    """
    lead = study.recommendation.leading().change.policy
    return tuple(p for p in study.alternatives if p.id == lead and len(study.movers[lead].segments))
