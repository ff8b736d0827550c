"""Facts of what a register says besides the grades."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from toolkit.outcomes.particulars import CAUSES, FILED, TAG, Particulars, particulars
from toolkit.policy import Policy
from toolkit.reporting.facts import Fact
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label

Told = tuple[str, str, dict[str, Label]]


def particulars_of(study: Study) -> Particulars:
    """Particulars of the study's policies at the report's quarter.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.findings.particulars_of(study).moved.loc["vip"]
             review  trigger  appeal  hold
    quarter
    2023Q3       51        0       0     0
    2024Q3       57        0       0     0
    2025Q3       70        0       0     0
    2026Q3       65        0       0     0
    """
    return particulars(study.policies, study.registers, study.quarter)


def beside(study: Study, found: Particulars) -> Iterator[Fact]:
    """Moves by cause, appeals, and marks of every policy that has any.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.findings.particulars_of(study)
    >>> for fact in list(toolkit.findings.beside(study, found))[:3]:
    ...     print(fact.id, "=", fact.text("en", study.currency))
    moved.quarters.vip = 4 quarters
    moved.review.vip = 243
    moved.trigger.vip = 0
    """
    for policy in study.policies:
        yield from _counted("moved", found.moved, CAUSES, policy)
        yield from _counted("appeals", found.appeals, FILED, policy)
        if found.marks_of(policy.id):
            name = _named(policy, Label("标签与并列分类", "tags and classes beside the grade"))
            yield Fact(f"marks.{policy.id}", found.marks_of(policy.id), "count", name)
        if _sensitive(found, policy):
            name = _named(policy, Label("敏感标签", "sensitive tags"))
            yield Fact(f"marks.sensitive.{policy.id}", _sensitive(found, policy), "count", name)


def beside_told(study: Study, found: Particulars) -> Iterator[Told]:
    """Sentences on what there is; nothing on what there is not.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.findings.particulars_of(study)
    >>> [key for key, _, _ in toolkit.findings.beside_told(study, found)]
    ['schemes.moved_at_reviews', 'schemes.moved_at_reviews', 'schemes.moved_at_reviews',
    'schemes.moved_at_reviews']
    """
    for policy in study.policies:
        name = policy.id, {"policy": policy.title}
        if name[0] in found.moved.index.get_level_values("policy"):
            is_mixed = policy.id in found.mixed.index.get_level_values("policy")
            yield ("schemes.moved" if is_mixed else "schemes.moved_at_reviews", *name)
        if name[0] in found.appeals.index.get_level_values("policy"):
            yield ("schemes.appeals", *name)
        if found.unreached[policy.id]:
            said = {"policy": policy.title, "unreached": found.unreached[policy.id].label()}
            yield "schemes.unreached", policy.id, said
        if found.marks_of(policy.id):
            yield ("schemes.marks", *name)
        if _sensitive(found, policy):
            yield ("schemes.sensitive", *name)


def _counted(kind: str, counts: pd.DataFrame, columns: tuple[str, ...], policy: Policy) -> Iterator[Fact]:
    """Sums over the quarters shown; what is pending is that of the last one."""
    if policy.id not in counts.index.get_level_values("policy"):
        return
    mine = counts.loc[policy.id]
    quarters = label(f"grades.{kind}_quarters")
    yield Fact(f"{kind}.quarters.{policy.id}", len(mine), "quarters", _named(policy, quarters), digits=0)
    for column in columns:
        value = mine[column].iloc[-1] if column == "pending" else mine[column].sum()
        name = _named(policy, label(f"grades.{kind}_{column}"))
        yield Fact(f"{kind}.{column}.{policy.id}", int(value), "count", name)


def _sensitive(found: Particulars, policy: Policy) -> int:
    marks = found.marks
    return int(
        ((marks["policy"] == policy.id) & (marks["kind"] == TAG) & marks["sensitive"].astype(bool)).sum()
    )


def _named(policy: Policy, what: Label) -> Label:
    return Label(f"《{policy.title.zh}》{what.zh}", f"“{policy.title.en}”, {what.en}")
