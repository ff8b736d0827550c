"""The catalogue of a study as rows: figures of each policy with what is graded, marks, gaps and values that are ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.outcomes.particulars import TAG, Particulars
from toolkit.params.filled import Filled, filled_of
from toolkit.policy import Policy
from toolkit.register import Unreached
from toolkit.reporting.words import label
from toolkit.study import Study
from toolkit.terms import Label


def catalogue_rows(study: Study) -> list[dict[str, Any]]:
    """One row for each policy that ran, baseline first.

    Returns
    -------
    list of dict
        Rows of :meth:`toolkit.outcomes.evaluation.Evaluation.rows` with ``title``, ``of`` (Label), ``kind``,
        ``source`` (str), ``rule_is_ours`` (bool), ``trigger_moves``, ``appeal_moves`` (per thousand and year, or
        None) and, as tuples of Label, ``unreached``, ``marks`` and ``filled`` (None where the file is not known).

    Examples
    --------
    >>> from dataclasses import replace
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> study = replace(study, files=replace(study.files, catalogue=study.files.alternatives))
    >>> rows = toolkit.findings.catalogue_rows(study)
    >>> [(row["policy"], row["of"].en) for row in rows]
    [('vip', 'customers'), ('lower_bar', 'customers'), ('abc', 'customers'), ('points', 'customers')]
    """
    policies = {policy.id: policy for policy in (study.baseline, *study.catalogue.policies)}
    ours = filled_of(study.files.named)
    found = study.catalogue.particulars
    return [
        row | _about(policies[row["policy"]]) | _counted(row["policy"], found) | _ours(row["policy"], ours)
        for row in study.catalogue.evaluation.rows()
    ]


def _about(policy: Policy) -> dict[str, Any]:
    return {
        "title": policy.title,
        "kind": policy.params.scheme.kind,
        "source": policy.params.source,
        "of": label(f"grades.of.{policy.params.of}"),
        "rule_is_ours": policy.params.rule_is_ours,
    }


def _counted(policy: str, found: Particulars) -> dict[str, Any]:
    rates = found.rates.loc[policy].astype(object).where(found.rates.loc[policy].notna(), None)
    mine = found.marks[found.marks["policy"] == policy]
    tags = [_named("tag", name) for name in mine.loc[mine["kind"] == TAG, "mark"]]
    classes = [_named("class", name) for name in dict.fromkeys(mine.loc[mine["kind"] != TAG, "kind"])]
    return {
        "trigger_moves": rates["trigger"],
        "appeal_moves": rates["appeal"],
        "unreached": _unreached(found.unreached[policy]),
        "marks": (*tags, *classes),
    }


def _unreached(found: Unreached) -> tuple[Label, ...]:
    by_rule = (Label(f"{grade}（{why.zh}）", f"{grade} ({why.en})") for grade, why in found.by_rule.items())
    return (*by_rule, *(Label(grade, grade) for grade in found.by_history))


def _named(kind: str, name: str) -> Label:
    what = label(f"grades.{kind}")
    return Label(f"{what.zh}：{name}", f"{what.en}: {name}")


def _ours(policy: str, ours: Mapping[str, tuple[Filled, ...]]) -> dict[str, Any]:
    mine = ours.get(policy)
    return {"filled": None if mine is None else tuple(map(_filled, mine))}


def _filled(value: Filled) -> Label:
    written = f"{value.path} = {value.shown}"
    return Label(f"{written}（{value.text}）" if value.text else written, written)
