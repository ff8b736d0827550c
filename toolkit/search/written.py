"""A shallow rule as a policy file: the rule as scheme, the service of the template."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from toolkit.params.policy import SIMPLE, PolicyParams
from toolkit.params.reading import Source, validate
from toolkit.params.search import SearchParams, Template
from toolkit.search.tree import Node, scheme_of
from toolkit.terms import Label

KEPT_OF_REVIEW = ("every_quarters", "in_quarter", "window_quarters", "whom")


def policy_of(
    asked: SearchParams, template: Template, tree: Node, effective: date, why: Label
) -> PolicyParams:
    """The policy of a tree.

    Grades are decided anew at every review: what the template says of holds, triggers and appeals is left out, so that
    the policy walked gives the grades of the rule.

    Parameters
    ----------
    asked : SearchParams with ``shallow``
    template : Template
    tree : Leaf or Split
    effective : date
    why : Label
        Ends up in ``why`` of the file, in both languages.

    Raises
    ------
    FileProblems
        If the template does not go with the rule.
    """
    wanted = asked.shallow
    said = {
        "id": asked.id,
        "title": {"zh": asked.title.zh, "en": asked.title.en},
        "source": f"由检索 {asked.id} 得到，服务取自 {template.params.id} / Search {asked.id}, service of {template.params.id}",
        "why": f"{why.zh} / {why.en}",
    }
    return with_scheme(template, scheme_of(tree, wanted.grade, wanted.otherwise), effective, said)


def everybody_in(template: Template, grade: str, policy: str, effective: date) -> PolicyParams:
    """A policy that gives one grade of the template to everybody; it prices serving each customer."""
    said = {"id": policy, "source": template.params.id, "why": template.params.id}
    return with_scheme(template, {"kind": "fixed", "grade": grade}, effective, said)


def with_scheme(
    template: Template, scheme: Mapping[str, Any], effective: date, said: Mapping[str, Any]
) -> PolicyParams:
    """The template with another scheme over some of its grades, decided anew at every review."""
    data = deepcopy(dict(template.source.data))
    grades = scheme.get("grades") or [scheme["grade"]]
    data["service"] = {grade: data["service"][grade] for grade in grades}
    data["review"] = {name: data["review"][name] for name in KEPT_OF_REVIEW if name in data["review"]}
    data |= {"scheme": dict(scheme), "status": "proposed", "effective": effective, **said}
    data["ledger"] = _ledger(data)
    kept = {key: value for key, value in data.items() if key not in ("tags", "beside")}
    return validate(Source(template.source.file, kept, template.source.lines), PolicyParams)


def _ledger(data: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """Entries of the ledger that stand for a cost of the grades that are left."""
    used = {item["measure"] for plan in data["service"].values() for item in plan.get("measures") or ()}
    entries = {
        kind: [cost for cost in costs if cost in used or cost in SIMPLE]
        for kind, costs in (data.get("ledger") or {}).items()
    }
    return {kind: costs for kind, costs in entries.items() if costs} or None
