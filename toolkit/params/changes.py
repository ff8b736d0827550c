"""Where two sets of parameters differ: key by key, items of a list by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.params.fields import Step
from toolkit.params.labels import name_of
from toolkit.params.merging import NOTHING

Key = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One key whose value is not the same on both sides.

    Attributes
    ----------
    before_key, after_key : tuple of str and int
        Where it stands on either side; an item of a list may have moved. Of a side that has none, where it would.
    before, after : Any
        :data:`toolkit.params.merging.NOTHING` where there was or is none.
    """

    before_key: Key
    after_key: Key
    before: Any
    after: Any


def changes(before: Any, after: Any) -> Iterator[Changed]:
    """Every difference, in the order of ``after``; what is there on one side only is one difference."""
    return _changes(before, after, (), ())


def _changes(before: Any, after: Any, before_key: Key, after_key: Key) -> Iterator[Changed]:
    pairs = _paired(before, after)
    if pairs is None:
        if before != after:
            yield Changed(before_key, after_key, before, after)
        return
    for (one_step, one), (other_step, other) in pairs:
        keys = (*before_key, one_step), (*after_key, other_step)
        if one is NOTHING or other is NOTHING:
            yield Changed(*keys, one, other)
        else:
            yield from _changes(one, other, *keys)


Place = tuple[Step, Any]


def _paired(before: Any, after: Any) -> list[tuple[Place, Place]] | None:
    """Parts of two values that belong together; None where they are compared as a whole."""
    first, last = _parts(before), _parts(after)
    if first is None or last is None:
        return None
    names = dict.fromkeys([*last, *first])
    return [
        (
            first.get(name, (last.get(name, (name,))[0], NOTHING)),
            last.get(name, (first.get(name, (name,))[0], NOTHING)),
        )
        for name in names
    ]


def _parts(value: Any) -> dict[Step, Place] | None:
    """Parts by name; None where ``value`` has none, or they have no names of their own."""
    if isinstance(value, Mapping):
        return {name: (name, part) for name, part in value.items()} or None
    if not isinstance(value, list):
        return None
    names = [name_of(item) for item in value]
    if not names or "" in names or len(set(names)) < len(names):
        return None
    return {name: (place, item) for place, (name, item) in enumerate(zip(names, value, strict=True))}
