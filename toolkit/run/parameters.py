"""``gradelab params``: the parameters as all files of a study leave them, where each was set, what each file changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.params.origins import Difference, differences_of_layers, resolved_origins
from toolkit.params.problems import shown
from toolkit.run.files import Places
from toolkit.run.plan import Plan

HEAD = "参数与出处 Parameters and where they are set"
CHANGES = "各文件的改动 What each file changes"
NO_CHANGES = "没有叠加文件 No file is laid over the study"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Parameters:
    """Merged parameters of one study.

    Attributes
    ----------
    values : dict of str to Any
        By dotted key.
    origins : dict of str to str
        ``file:line``, ``default`` or ``--quarter``; the same keys.
    differences : list of Difference
    """

    values: dict[str, Any]
    origins: dict[str, str]
    differences: list[Difference]

    def lines(self) -> list[str]:
        """What to print."""
        listed = [
            f"{key} = {shown(value, LONGEST)}  ({self.origins[key]})" for key, value in self.values.items()
        ]
        return [HEAD, "", *listed, "", *self._changes()]

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "parameters": {
                key: {"value": value, "origin": self.origins[key]} for key, value in self.values.items()
            },
            "changes": [one.as_json() for one in self.differences],
        }

    def _changes(self) -> Iterator[str]:
        yield CHANGES if self.differences else NO_CHANGES
        layer = None
        for one in self.differences:
            if one.layer != layer:
                layer = one.layer
                yield f"\n{layer}"
            before, after = (shown(value, LONGEST) for value in (one.before, one.after))
            yield f"  {one.key}: {before} → {after}  ({one.origin})"


def parameters_of(plan: Plan) -> Parameters:
    """The parameters of ``plan``; files are named relative to the project."""
    name, resolved = Places(plan.root).name, plan.resolved()
    origins = resolved_origins(plan.files, resolved, name)
    flat = dict(_flat(resolved, ""))
    return Parameters({key: flat[key] for key in origins}, origins, differences_of_layers(plan.files, name))


def _flat(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inside = list(steps)
    if not inside:
        yield key, value
    for step, part in inside:
        yield from _flat(part, f"{key}.{step}" if key else str(step))
