"""Every parameter of a study with every default filled in: as a tree, and as a flat list by names that last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.params.service_people import RangeParams
from toolkit.params.strict import Strict
from toolkit.params.study_files import StudyFiles
from toolkit.terms import Label

NAMES = ("id", "measure", "factor", "name", "grade")
POLICIES = "policies"
NO_RESULT = ("study.sign_off", "study.hooks")
ASKED = "study.quarter"


def resolved_parameters(files: StudyFiles, quarter: str) -> dict[str, Any]:
    """Study, policies and rule with every default filled in, as they are written into a run folder.

    Examples
    --------
    >>> import toolkit
    >>> found = toolkit.resolved_parameters(toolkit.example_study().files, "2026Q3")
    >>> list(found), found["baseline"]["review"]["hold_quarters"], found["decision_rule"]["adopt_probability"]
    (['study', 'baseline', 'alternatives', 'decision_rule'], 0, 0.9)
    """
    dumped = [policy.model_dump(mode="json") for policy in files.policies]
    return {
        "study": files.study.model_dump(mode="json") | {"quarter": quarter},
        "baseline": dumped[0],
        "alternatives": dumped[1:],
        "decision_rule": files.rule.model_dump(mode="json"),
    }


def flat_parameters(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted key -> value, without the quarter that was asked for and what changes no result: hooks, names of signatories.

    Policies and the items of lists go by their own names where they have one, so that one put in between moves no
    other: ``policy.vip_2022.service.VIP.measures.m07_visits.quantity``.

    >>> flat = flat_parameters({"baseline": {"id": "a", "x": [{"id": "b", "y": 1}]}})
    >>> flat["policies"], flat["policy.a.x.b.y"]
    ('a', 1)
    """
    policies = [one for one in (resolved.get("baseline"), *resolved.get("alternatives", ())) if one]
    found: dict[str, Any] = {POLICIES: ", ".join(one["id"] for one in policies)}
    for policy in policies:
        found |= dict(_leaves(policy, f"policy.{policy['id']}"))
    for part in ("study", "decision_rule"):
        found |= dict(_leaves(resolved.get(part), part))
    return {key: value for key, value in found.items() if key != ASKED and not key.startswith(NO_RESULT)}


def _leaves(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    inside = list(_inside(value))
    if not inside:
        yield key, value
    for step, part in inside:
        yield from _leaves(part, f"{key}.{step}")


def _inside(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        names = [_name(one) for one in value]
        lasting = None not in names and len(set(names)) == len(names)
        yield from zip(names, value, strict=True) if lasting else enumerate(value)


def _name(item: Any) -> str | None:
    given = item if isinstance(item, Mapping) else {}
    return next((str(given[name]) for name in NAMES if isinstance(given.get(name), str)), None)


def described_parameters(files: StudyFiles) -> dict[str, Label]:
    """What each key of :func:`flat_parameters` means, for those that ``files`` set or leave at their default."""
    parts = [
        ("study", files.study),
        *((f"policy.{one.id}", one) for one in files.policies),
        ("decision_rule", files.rule),
    ]
    found: dict[str, Label] = {}
    for name, model in parts:
        found |= dict(_described(model, name, Label("", "")))
    return found


def _described(value: Any, key: str, label: Label) -> Iterator[tuple[str, Label]]:
    """The same walk as :func:`_leaves`, over models."""
    if isinstance(value, Strict):
        for name, field in type(value).model_fields.items():
            zh = (field.json_schema_extra or {}).get("zh", "")
            own = _short(zh, field.description or "")
            whole = (
                Label(f"{label.zh}：{own.zh}", f"{label.en}: {own.en}")
                if isinstance(value, RangeParams)
                else own
            )
            yield from _described(getattr(value, name), f"{key}.{name}", whole)
    elif isinstance(value, Mapping) and value:
        for name, one in value.items():
            yield from _described(one, f"{key}.{name}", label)
    elif isinstance(value, tuple | list) and value:
        dumped = [one.model_dump(mode="json") if isinstance(one, Strict) else one for one in value]
        for (name, _), one in zip(_inside(dumped), value, strict=True):
            yield from _described(one, f"{key}.{name}", label)
    else:
        yield key, label


def _short(zh: str, en: str) -> Label:
    """The first clause of what a field means."""
    return Label(re.split("[；：（]", zh)[0], re.split("[;:(]", en)[0].strip())
