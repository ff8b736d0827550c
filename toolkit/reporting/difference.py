"""What moved between the facts of two runs: which, by how much, for better or worse, and whether an answer flipped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.terms import LANGS, Label, Lang

PARTS = ("value", "low", "high")
MOVED, ADDED, REMOVED = "moved", "added", "removed"
BETTER, WORSE = "better", "worse"
WORDS = "words"
UNIT = "unit"
IN_WORDS = "text"
NONE = "–"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a number may move and still count as the same.

    Attributes
    ----------
    absolute : float
        In the unit of the fact.
    relative : float
        As a share of the larger of the two.
    """

    absolute: float = 0.0
    relative: float = 0.0

    def allows(self, before: float, after: float) -> bool:
        """Whether the two count as the same."""
        return before == after or math.isclose(before, after, rel_tol=self.relative, abs_tol=self.absolute)


EXACT = Tolerance()


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Tolerances of facts: that of its id, else that of its unit, else the general one.

    Attributes
    ----------
    general : Tolerance
    units, ids : mapping of str to Tolerance
    """

    general: Tolerance = EXACT
    units: Mapping[str, Tolerance] = field(default_factory=dict)
    ids: Mapping[str, Tolerance] = field(default_factory=dict)

    def of(self, id: str, unit: str) -> Tolerance:
        """The tolerance of one fact."""
        return self.ids.get(id) or self.units.get(unit) or self.general


@dataclass(frozen=True, slots=True)
class Moved:
    """One fact that is not what it was.

    Attributes
    ----------
    id : str
    kind : "moved", "added" or "removed"
    label : Label
    unit : str
    before, after : dict or None
        ``value``, ``low``, ``high`` and ``text`` as recorded; None where there is no such fact.
    parts : tuple of str
        Of ``value``, ``low``, ``high``, ``words``, ``unit``, those that moved.
    change : float or None
        After minus before, in the unit of the fact; None for words.
    direction : "better", "worse" or None
        None where the fact knows no direction or its value did not move.
    flip : bool
        Whether the answer is another: other words, another sign, or an interval that no longer, or only now,
        excludes zero.
    """

    id: str
    kind: str
    label: Label
    unit: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    parts: tuple[str, ...]
    change: float | None
    direction: str | None
    flip: bool

    def line(self, lang: Lang) -> str:
        """The fact with what it was and what it is."""
        before, after = (_printed(side, lang) for side in (self.before, self.after))
        if before == after:
            before, after = (_exactly(side) for side in (self.before, self.after))
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.id} {self.label.text(lang)}{unit}: {before} → {after}"

    def as_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "id": self.id,
            "kind": self.kind,
            "zh": self.label.zh,
            "en": self.label.en,
            "unit": self.unit,
            "before": self.before,
            "after": self.after,
            "parts": list(self.parts),
            "change": self.change,
            "direction": self.direction,
            "flip": self.flip,
        }


@dataclass(frozen=True, slots=True)
class Differences:
    """What moved between two sets of facts.

    Attributes
    ----------
    moved : tuple of Moved
        In the order of the later facts, then those that are gone.
    same : int
        Number of facts that did not move.
    """

    moved: tuple[Moved, ...]
    same: int

    @property
    def flips(self) -> tuple[Moved, ...]:
        """Facts whose answer is another."""
        return tuple(one for one in self.moved if one.flip)


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], tolerances: Tolerances = Tolerances()
) -> Differences:
    """Compare two contents of ``facts.json``.

    Parameters
    ----------
    before, after : mapping
        Fact id -> record with ``value``, ``unit``, ``zh``, ``en`` and perhaps ``low``, ``high``, ``text``, ``better``.
    tolerances : Tolerances
        Without it every digit counts.
    """
    ids = [*after, *(id for id in before if id not in after)]
    compared = [_compared(id, before.get(id), after.get(id), tolerances) for id in ids]
    moved = tuple(one for one in compared if one)
    return Differences(moved, len(ids) - len(moved))


def _compared(
    id: str, before: dict[str, Any] | None, after: dict[str, Any] | None, tolerances: Tolerances
) -> Moved | None:
    known = after or before or {}
    label, unit = Label(str(known.get("zh", "")), str(known.get("en", ""))), str(known.get(UNIT, ""))
    if before is None or after is None:
        kind = ADDED if before is None else REMOVED
        return Moved(id, kind, label, unit, _side(before), _side(after), (), None, None, False)
    parts = _parts(before, after, tolerances.of(id, unit))
    if not parts:
        return None
    change = _change(before, after)
    flip = WORDS in parts or _flips(before, after)
    direction = _direction(known, change) if "value" in parts else None
    return Moved(id, MOVED, label, unit, _side(before), _side(after), parts, change, direction, flip)


def _parts(before: dict[str, Any], after: dict[str, Any], tolerance: Tolerance) -> tuple[str, ...]:
    found = [part for part in PARTS if not _alike(before.get(part), after.get(part), tolerance)]
    if before.get(UNIT) != after.get(UNIT):
        found.append(UNIT)
    in_words = after.get(UNIT) == IN_WORDS
    if in_words and (found or before.get(IN_WORDS) != after.get(IN_WORDS)):
        found = [WORDS]
    return tuple(found)


def _alike(before: Any, after: Any, tolerance: Tolerance) -> bool:
    if _is_number(before) and _is_number(after):
        return tolerance.allows(before, after)
    return before == after


def _change(before: dict[str, Any], after: dict[str, Any]) -> float | None:
    first, last = before.get("value"), after.get("value")
    return last - first if _is_number(first) and _is_number(last) else None


def _direction(fact: dict[str, Any], change: float | None) -> str | None:
    wanted = fact.get("better")
    if not wanted or not change:
        return None
    return BETTER if (change > 0) == (wanted == "higher") else WORSE


def _flips(before: dict[str, Any], after: dict[str, Any]) -> bool:
    first, last = before.get("value"), after.get("value")
    turned = _is_number(first) and _is_number(last) and first * last < 0
    return turned or _excludes_zero(before) != _excludes_zero(after)


def _excludes_zero(fact: dict[str, Any]) -> bool | None:
    low, high = fact.get("low"), fact.get("high")
    return low * high > 0 if _is_number(low) and _is_number(high) else None


def _side(fact: dict[str, Any] | None) -> dict[str, Any] | None:
    return {part: fact[part] for part in (*PARTS, IN_WORDS) if part in fact} if fact else None


def _printed(side: dict[str, Any] | None, lang: Lang) -> str:
    if side is None:
        return NONE
    text = side.get(IN_WORDS)
    told = text.get(lang) if isinstance(text, dict) and set(LANGS) <= set(text) else None
    return str(told if told is not None else side.get("value", NONE))


def _exactly(side: dict[str, Any] | None) -> str:
    """Every digit, with the interval: for what is printed the same."""
    found = side or {}
    inside = f" [{found.get('low')}, {found.get('high')}]" if "low" in found else ""
    return f"{found.get('value', NONE)}{inside}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
