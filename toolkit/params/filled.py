"""Values that a text leaves open and an analyst filled: the comments ``# ours`` of a parameter file, as data.

A comment belongs to the key of its own line; a comment that has a line to itself belongs to the key
below it. What stands in quotes or in a block of text is no comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from toolkit.params.problems import shown
from toolkit.params.reading import Key, Source, read_source

OURS = re.compile(r"\bours\b\s*[:：]?\s*(.*)")
LIMIT = 60


@dataclass(frozen=True, slots=True)
class Filled:
    """One value, or block of values, that is ours.

    Attributes
    ----------
    key : tuple of str and int
        Path of the key in the file.
    line : int
        Line of the comment, counted from 1.
    value : Any
        As read: a scalar, list or dict.
    text : str
        What the comment says after ``ours:``; empty where it says no more.
    """

    key: Key
    line: int
    value: Any
    text: str

    @property
    def path(self) -> str:
        """The key as one text; steps of a list count from 1.

        >>> Filled(("scheme", "rows", 0, "grade"), 3, "A", "").path
        'scheme.rows.1.grade'
        """
        return ".".join(str(step + 1) if isinstance(step, int) else step for step in self.key)

    @property
    def shown(self) -> str:
        """The value as one short text.

        >>> Filled(("when", 0), 3, {"measure": "spend", "at_least": 150000}, "").shown
        '{measure: spend, at_least: 150000}'
        """
        return shown(_compact(self.value), LIMIT)


def filled_values(path: str | Path) -> tuple[Filled, ...]:
    """Every value of the file ``path`` that a comment marks as ours, in the order of the file.

    Raises
    ------
    ParameterError
        As :func:`toolkit.params.reading.read_source`.
    """
    source = read_source(path)
    text = Path(path).read_text("utf-8-sig")
    found = []
    for line, comment, alone in _comments(text):
        said = OURS.search(comment)
        key = _key_at(source.lines, line, alone) if said else None
        if said and key:
            found.append(Filled(key, line, _value(source, key), _closed(said[1])))
    return tuple(found)


def filled_of(files: Iterable[str | Path]) -> dict[str, tuple[Filled, ...]]:
    """Values that are ours in each of ``files``, by the ``id`` that the file gives itself."""
    return {str(read_source(file).data["id"]): filled_values(file) for file in files}


def _comments(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line, comment, and whether the line holds nothing else."""
    tokens = YAML(typ="safe", pure=True).scan(text)
    quoted = [(t.start_mark.index, t.end_mark.index) for t in tokens if hasattr(t, "value")]
    inside = bytearray(len(text))
    for start, end in quoted:
        inside[start:end] = b"\1" * (end - start)
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        for place, sign in enumerate(line):
            before = line[place - 1] if place else " "
            if sign == "#" and before.isspace() and not inside[at + place]:
                yield number, line[place:].strip(), not line[:place].strip()
                break
        at += len(line)


def _key_at(lines: Mapping[Key, int], line: int, alone: bool) -> Key | None:
    """The key that a comment belongs to."""
    if alone:
        below = min((at for at in lines.values() if at > line), default=None)
        return next((key for key, at in lines.items() if at == below), None)
    here = max((at for at in lines.values() if at <= line), default=None)
    found = [key for key, at in lines.items() if at == here]
    whole = [key for key in found if not any(at > line and k[: len(key)] == key for k, at in lines.items())]
    return next(iter(whole or found), None)


def _value(source: Source, key: Key) -> Any:
    node = source.data
    for step in key:
        node = node[step]
    return node


def _compact(value: Any) -> str:
    """A value on one line, nested parts in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_compact(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_compact, value)) + "]"
    return shown(value, LIMIT)


def _closed(text: str) -> str:
    """``text`` without its full stop, and without a bracket that closes what began before it."""
    text = text.rstrip("。 ")
    return text[:-1] if text.endswith("）") and "（" not in text else text
