"""Laying one parameter file over another: what is written above wins, and every value remembers where it stands.

Mappings merge key by key. A mapping that names another ``kind`` or ``design`` than the one below replaces it.
Lists merge where every item has a name of its own, which is its ``id``, its ``name``, or for caps the resource
(``pool``, ``counts``, ``package``, ``since``); other lists, an empty one too, and all values replace. ``{remove: true}`` drops a key,
``remove: true`` beside its name an item of a list; ``replace: true`` inside a mapping replaces all that is below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.params.problems import Problem, suggested
from toolkit.params.reading import Key, Source

REMOVE, REPLACE = "remove", "replace"
KINDS = ("kind", "design")
NAMES = ("id", "name")
RESOURCE = ("pool", "counts", "package", "since")


class _Nothing:
    def __repr__(self) -> str:
        return "–"


NOTHING: Any = _Nothing()


@dataclass(frozen=True, slots=True)
class Change:
    """One key that a file sets otherwise than what is below it.

    Attributes
    ----------
    key : tuple of str and int
        In the merged parameters; where something was dropped from a list, in what was below.
    before, after : Any
        :data:`NOTHING` where there was or is none.
    file : str
    line : int
        Where ``after`` is written.
    """

    key: Key
    before: Any
    after: Any
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Merged:
    """Two files as one.

    Attributes
    ----------
    source : Source
    changes : tuple of Change
        In the order of the upper file; a value that is written again unchanged is no change.
    problems : tuple of Problem
    """

    source: Source
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def merge(below: Source, above: Source) -> Merged:
    """Lay ``above`` over ``below``; both hold a mapping."""
    work = _Merge(below, above)
    data = work.mappings(below.data, above.data, _At())
    source = Source(below.file, data, work.lines, work.files)
    return Merged(source, tuple(work.changes), tuple(work.problems))


def part_of(source: Source, key: Key) -> Source:
    """What stands below ``key``, as a source of its own."""
    data = source.data
    for step in key:
        data = data[step]
    inside = {one[len(key) :]: line for one, line in source.lines.items() if one[: len(key)] == key}
    files = {one: source.origin((*key, *one))[0] for one in inside}
    return Source(source.origin(key)[0], data, inside, files)


@dataclass(frozen=True, slots=True)
class _At:
    """One place: its key below, above and in what becomes of them."""

    below: Key = ()
    above: Key = ()
    here: Key = ()

    def step(self, below: str | int, above: str | int, here: str | int) -> _At:
        return _At((*self.below, below), (*self.above, above), (*self.here, here))


class _Merge:
    def __init__(self, below: Source, above: Source) -> None:
        self._below, self._above = below, above
        self.lines: dict[Key, int] = {}
        self.files: dict[Key, str] = {}
        self.changes: list[Change] = []
        self.problems: list[Problem] = []

    def mappings(self, below: Mapping[str, Any], above: Mapping[str, Any], at: _At) -> dict[str, Any]:
        names = list(above) if set(below) <= set(above) else [*below, *(n for n in above if n not in below)]
        merged = {}
        for name in names:
            here = at.step(name, name, name)
            if name not in above:
                merged[name] = self._copied(self._below, below[name], here.below, here.here)
            elif _is_removal(above[name]):
                self._removed(name, below, here)
            elif name not in below:
                merged[name] = self._added(above[name], here)
            else:
                merged[name] = self._either(below[name], above[name], here)
        return merged

    def _either(self, below: Any, above: Any, at: _At) -> Any:
        if isinstance(above, dict) and above.get(REPLACE) is True:
            above = {name: value for name, value in above.items() if name != REPLACE}
        elif isinstance(below, dict) and isinstance(above, dict) and not _other_kind(below, above):
            self._place(self._below, at.below, at.here)
            return self.mappings(below, above, at)
        if _named(below) and _named(above):
            self._place(self._above, at.above, at.here)
            return self._lists(below, above, at)
        if below != above:
            self._note(at, below, above)
        return self._copied(self._above, above, at.above, at.here)

    def _lists(self, below: Sequence[dict], above: Sequence[dict], at: _At) -> list[Any]:
        told = {_name(item): place for place, item in enumerate(above)}
        known = [_name(item) for item in below]
        merged: list[Any] = []
        for place, item in enumerate(below):
            over = told.get(known[place])
            here = at.step(place, over if over is not None else place, len(merged))
            if over is None:
                merged.append(self._copied(self._below, item, here.below, here.here))
            elif above[over].get(REMOVE) is True:
                self._note(here, item, NOTHING, here.below)
            else:
                self._place(self._below, here.below, here.here)
                merged.append(self.mappings(item, above[over], here))
        for place, item in enumerate(above):
            here = at.step(place, place, len(merged))
            if _name(item) in known:
                continue
            if item.get(REMOVE) is True:
                self._cannot_remove(here.above, _shown(item), [_shown(one) for one in below])
            else:
                merged.append(self._added(item, here))
        return merged

    def _added(self, value: Any, at: _At) -> Any:
        self._note(at, NOTHING, value)
        return self._copied(self._above, value, at.above, at.here)

    def _removed(self, name: str, below: Mapping[str, Any], at: _At) -> None:
        if name in below:
            self._note(at, below[name], NOTHING)
        else:
            self._cannot_remove(at.above, name, list(below))

    def _cannot_remove(self, key: Key, name: str, known: list[str]) -> None:
        zh, en = suggested(name, known)
        self.problems.append(
            self._above.problem(
                key, name, f"没有可以去掉的 {name}{zh}", f"there is no {name} to be removed{en}"
            )
        )

    def _note(self, at: _At, before: Any, after: Any, key: Key | None = None) -> None:
        self.changes.append(Change(key or at.here, before, after, *self._above.origin(at.above)))

    def _place(self, source: Source, key: Key, here: Key) -> None:
        if key in source.lines:
            file, self.lines[here] = source.origin(key)
            if file != self._below.file:
                self.files[here] = file

    def _copied(self, source: Source, value: Any, key: Key, here: Key) -> Any:
        """``value`` with the origin of all that is in it."""
        self._place(source, key, here)
        if isinstance(value, dict):
            return {k: self._copied(source, v, (*key, k), (*here, k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self._copied(source, v, (*key, i), (*here, i)) for i, v in enumerate(value)]
        return value


def _is_removal(value: Any) -> bool:
    return isinstance(value, dict) and value == {REMOVE: True}


def _other_kind(below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    return any(kind in above and kind in below and above[kind] != below[kind] for kind in KINDS)


def _named(items: Any) -> bool:
    """Whether ``items`` is a list of mappings each of which has another name."""
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        return False
    names = [_name(item) for item in items]
    return None not in names and len(set(names)) == len(names)


def _name(item: Mapping[str, Any]) -> tuple[Any, ...] | None:
    for key in NAMES:
        if isinstance(item.get(key), str):
            return key, item[key]
    resource = tuple(item.get(key) for key in RESOURCE)
    wanted = resource[:2]
    fits = all(isinstance(one, str) for one in wanted) and all(
        isinstance(one, str | None) for one in resource
    )
    return resource if fits else None


def _shown(item: Mapping[str, Any]) -> str:
    return " ".join(str(part) for part in (_name(item) or ()) if part and part not in NAMES)
