"""Points that remember what they were asked: while weights and floors turn, every customer keeps rank and points.

A factor is asked about the same values at the same reviews again and again. What was sorted once is given back when
the very same values, bit for bit, are asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

import numpy as np

from toolkit.schemes.factor import Factor
from toolkit.schemes.points import Points, RankPoints
from toolkit.schemes.scheme import Rule

MOST_BYTES = 2 * 1024**3


@dataclass(slots=True, eq=False)
class Shelf:
    """Values asked about, and what came of each; the oldest goes first when there is too much."""

    _kept: list[tuple[object, np.ndarray, Any]] = field(default_factory=list)

    def once(self, what: object, values: np.ndarray, make: Callable[[], Any]) -> Any:
        """What came of ``values`` under ``what`` before, else what ``make`` gives."""
        asked = np.ascontiguousarray(values, dtype=float)
        for known, before, found in self._kept:
            if known == what and _same(before, asked):
                return found
        found = make()
        self._kept.append((what, asked.copy(), found))
        while len(self._kept) > 1 and sum(2 * values.nbytes for _, values, _ in self._kept) > MOST_BYTES:
            self._kept.pop(0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class KeptPoints:
    """Points by rank that remember.

    Attributes
    ----------
    points : RankPoints
    shelf : Shelf
    of_what : tuple
        The column, and what fixed the reference.
    """

    points: RankPoints
    shelf: Shelf
    of_what: tuple

    def freeze(self, reference: np.ndarray) -> KeptPoints:
        """As :meth:`toolkit.schemes.points.RankPoints.freeze`."""
        frozen = self.shelf.once(self.of_what, reference, lambda: self.points.freeze(reference))
        return KeptPoints(frozen, self.shelf, (*self.of_what, id(frozen)))

    def of(self, values: np.ndarray) -> np.ndarray:
        """As :meth:`toolkit.schemes.points.RankPoints.of`; read only."""
        return self.shelf.once(("of", *self.of_what), values, lambda: _read_only(self.points.of(values)))


def remembering(part: Any, shelf: Shelf) -> Any:
    """``part`` of a policy with every rank in it remembered: a scheme, or a block of schemes."""
    if isinstance(part, Factor):
        return replace(part, points=_remembering_points(part.points, shelf, part.column))
    if isinstance(part, tuple):
        return tuple(remembering(one, shelf) for one in part) if _holds_rules(part) else part
    if isinstance(part, Mapping):
        return (
            {name: remembering(one, shelf) for name, one in part.items()}
            if _holds_rules(part.values())
            else part
        )
    if isinstance(part, Rule) and is_dataclass(part):
        inner = {one.name: getattr(part, one.name) for one in fields(part) if one.init}
        changed = {name: remembering(value, shelf) for name, value in inner.items()}
        return replace(part, **{name: value for name, value in changed.items() if value is not inner[name]})
    return part


def _holds_rules(parts: Iterable[Any]) -> bool:
    return any(isinstance(one, Rule | Factor | tuple | Mapping) for one in parts)


def _remembering_points(points: Points, shelf: Shelf, column: str) -> Points:
    return KeptPoints(points, shelf, (column, points.better)) if isinstance(points, RankPoints) else points


def _same(first: np.ndarray, second: np.ndarray) -> bool:
    return first.shape == second.shape and bool((first.view(np.int64) == second.view(np.int64)).all())


def _read_only(found: np.ndarray) -> np.ndarray:
    found.flags.writeable = False
    return found
