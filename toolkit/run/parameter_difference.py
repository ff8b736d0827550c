"""Resolved parameters of two runs, where they differ: key, before, after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from toolkit.errors import UsageError
from toolkit.params.problems import shown
from toolkit.run.plan import RESOLVED
from toolkit.run.provenance_difference import Traced
from toolkit.terms import Label

NAMES = ("id", "name")
PARAMETER = Label("参数", "parameter")
LONGEST = 80
ABSENT = object()


def parameter_differences(before: Path, after: Path) -> tuple[Traced, ...]:
    """Parameters of two run folders that differ, in the order of the later run.

    Items of a list that bear a name (policies, scenarios, grades) are compared by it, so that one put in
    between moves no other.

    Raises
    ------
    UsageError
        Where the parameters of a run cannot be read.
    """
    first, last = (dict(_flat(_read(run), "")) for run in (before, after))
    return tuple(
        Traced(PARAMETER, key, _text(first, key), _text(last, key))
        for key in dict.fromkeys([*last, *first])
        if first.get(key, ABSENT) != last.get(key, ABSENT)
    )


def _read(run: Path) -> Any:
    try:
        return YAML(typ="safe", pure=True).load((run / RESOLVED).read_text("utf-8"))
    except (OSError, ValueError, YAMLError):
        raise UsageError(
            zh=f"运行 {run.name} 的 {RESOLVED} 缺失或读不出来，无法比较参数；请恢复该文件，或换一次运行。",
            en=f"{RESOLVED} of run {run.name} is missing or cannot be read, so parameters cannot be compared; restore it "
            "or name another run.",
        ) from None


def _flat(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    inside = list(_inside(value))
    if not inside:
        yield key, value
    for step, part in inside:
        yield from _flat(part, f"{key}.{step}" if key else str(step))


def _inside(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        names = [_name(one) for one in value]
        unique = len(set(names)) == len(names) and None not in names
        yield from zip(names, value, strict=True) if unique else enumerate(value)


def _name(item: Any) -> str | None:
    given = item if isinstance(item, Mapping) else {}
    return next((str(given[name]) for name in NAMES if isinstance(given.get(name), str)), None)


def _text(values: Mapping[str, Any], key: str) -> str | None:
    return shown(values[key], LONGEST) if key in values else None
