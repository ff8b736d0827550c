"""Where every resolved parameter was set, and what each file of a study changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.params.edits import EDIT
from toolkit.params.merging import NOTHING, Change
from toolkit.params.reading import Key, Source
from toolkit.params.study_files import StudyFiles

DEFAULT = "default"
ASKED = "--quarter"


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that a file of a study sets otherwise than what is below it.

    Attributes
    ----------
    layer : str
        The file, or ``file#member``.
    key : str
        Dotted path; that of a policy or decision rule begins with its id.
    before, after : Any
        :data:`toolkit.params.merging.NOTHING` where there was or is none.
    origin : str
        ``file:line`` of ``after``.
    """

    layer: str
    key: str
    before: Any
    after: Any
    origin: str

    def as_json(self) -> dict[str, Any]:
        """The difference for a program; what there was or is not is left out."""
        sides = {"before": self.before, "after": self.after}
        told = {name: value for name, value in sides.items() if value is not NOTHING}
        return {"layer": self.layer, "key": self.key, **told, "origin": self.origin}


def resolved_origins(
    files: StudyFiles, resolved: Mapping[str, Any], name: Callable[[Path], str] = str
) -> dict[str, str]:
    """Origin of every resolved parameter, by dotted key: ``file:line``, or ``default``.

    Parameters
    ----------
    files : StudyFiles
    resolved : mapping
        As :meth:`toolkit.run.plan.Plan.resolved` makes it.
    name : callable (Path) -> str
        How a file is named.
    """
    edits = files.edits
    parts: list[tuple[str, Source, Any]] = [
        ("study", files.stack.source, resolved["study"]),
        ("baseline", edits.sources[files.baseline.id], resolved["baseline"]),
    ]
    parts += [
        (f"alternatives.{place}", edits.sources[policy.id], resolved["alternatives"][place])
        for place, policy in enumerate(files.alternatives)
    ]
    parts.append(("decision_rule", edits.sources[files.rule.id], resolved["decision_rule"]))
    found = {
        f"{part}.{'.'.join(map(str, key))}": _origin(source, key, name)
        for part, source, dumped in parts
        for key in _leaves(dumped, ())
    }
    if resolved["study"]["quarter"] != files.study.quarter:
        found["study.quarter"] = ASKED
    return found


def differences_of_layers(files: StudyFiles, name: Callable[[Path], str] = str) -> list[Difference]:
    """What each file changes against what is below it, from the lowest up; then what the study changes in others."""
    found = [
        _difference(layer.name, "", change, name)
        for layer in files.stack.layers
        for change in layer.changes
        if change.key[0] != EDIT
    ]
    edited = [(id, change) for id, changes in files.edits.changes.items() for change in changes]
    return found + [_difference(change.file, id, change, name) for id, change in edited]


def _difference(layer: str, prefix: str, change: Change, name: Callable[[Path], str]) -> Difference:
    key = ".".join(map(str, ([prefix] if prefix else []) + list(change.key)))
    file, mark, member = layer.partition("#")
    origin = f"{name(Path(change.file))}:{change.line}"
    return Difference(f"{name(Path(file))}{mark}{member}", key, change.before, change.after, origin)


def _leaves(value: Any, key: Key) -> Iterator[Key]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inside = list(steps)
    if not inside:
        yield key
    for step, part in inside:
        yield from _leaves(part, (*key, step))


def _origin(source: Source, key: Key, name: Callable[[Path], str]) -> str:
    if not _is_written(source.data, key):
        return DEFAULT
    file, line = source.origin(key)
    return f"{name(Path(file))}:{line}"


def _is_written(data: Any, key: Key) -> bool:
    """Whether a file says ``key``, or a preset that it names does."""
    for step in key:
        steps = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
        if step not in steps:
            return data is not None and not isinstance(data, dict | list)
        data = data[step]
    return True
