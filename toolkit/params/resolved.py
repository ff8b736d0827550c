"""Every parameter of a study with every default filled in: as a tree, and as a flat list by names that last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.params.study_files import StudyFiles

NAMES = ("id", "measure", "factor", "name", "grade")
PARTS = ("study", "baseline", "alternatives", "decision_rule")
ASKED = "study.quarter"


def resolved_parameters(files: StudyFiles, quarter: str) -> dict[str, Any]:
    """Study, policies and rule with every default filled in, as they are written into a run folder."""
    dumped = [policy.model_dump(mode="json") for policy in files.policies]
    return {
        "study": files.study.model_dump(mode="json") | {"quarter": quarter},
        "baseline": dumped[0],
        "alternatives": dumped[1:],
        "decision_rule": files.rule.model_dump(mode="json"),
    }


def flat_parameters(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted key -> value, without the quarter that was asked for.

    Policies and the items of lists go by their own names where they have one, so that one put in between moves no
    other: ``policy.vip_2022.service.VIP.measures.m07_visits.quantity``.

    >>> flat_parameters({"baseline": {"id": "a", "x": [{"id": "b", "y": 1}]}})
    {'policies.baseline': 'a', 'policy.a.x.b.y': 1}
    """
    found: dict[str, Any] = {}
    for part in PARTS:
        told = resolved.get(part)
        for place, one in enumerate(told if isinstance(told, list) else [told] if told else ()):
            name = f"policy.{one['id']}" if part in ("baseline", "alternatives") else part
            if part in ("baseline", "alternatives"):
                found["policies.baseline" if part == "baseline" else f"policies.alternatives.{place}"] = one["id"]
                one = {key: value for key, value in one.items() if key != "id"}
            found |= dict(_leaves(one, name))
    found.pop(ASKED, None)
    return found


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
