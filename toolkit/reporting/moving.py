"""How a fact that moved is printed: what it was, what it is, by how much, for better or worse."""

from __future__ import annotations

import math
import re
from typing import Any

from toolkit.reporting.difference import BETTER, IN_WORDS, WORSE, Moved
from toolkit.terms import LANGS, UNITS, Label, Lang, figure, number

DECIMALS = re.compile(r"\d\.(\d+)")
MOST_DIGITS = 6
CHANGES_OF = {"share": "points_share"}
DIRECTIONS = {
    BETTER: Label("变好", "better"),
    WORSE: Label("变差", "worse"),
}
NOTHING = Label("–", "–")


def side_text(side: dict[str, Any] | None) -> Label:
    """One side of a fact as it was printed; a dash where there is none.

    >>> side_text({"value": 0.5, "text": {"zh": "50%", "en": "50 %"}}).en
    '50 %'
    """
    if side is None:
        return NOTHING
    text = side.get(IN_WORDS)
    if isinstance(text, dict) and set(LANGS) <= set(text):
        return Label(str(text["zh"]), str(text["en"]))
    value = str(side.get("value", NOTHING.en))
    return Label(value, value)


def change_text(moved: Moved, currency: str) -> Label:
    """By how much it moved, with sign and unit; empty for words and where the value stayed.

    A change too small for the digits that the fact is printed with shows as many as it takes.
    """
    if not moved.change or not math.isfinite(moved.change):
        return Label("", "")
    return Label(*(_change(moved, lang, currency) for lang in LANGS))


def direction_text(moved: Moved) -> Label:
    """Better or worse in words; empty where the fact knows no direction."""
    return DIRECTIONS.get(moved.direction or "", Label("", ""))


def _change(moved: Moved, lang: Lang, currency: str) -> str:
    unit = CHANGES_OF.get(moved.unit, moved.unit)
    if unit not in UNITS:
        return number(moved.change, _enough(moved.change, 2), signed=True)
    if unit == "money":
        return figure(moved.change, unit, lang, currency=currency, signed=True)
    scale = 100 if unit == "points_share" else 1
    digits = _enough(moved.change * scale, _digits(moved))
    return figure(moved.change, unit, lang, digits=digits, signed=True)


def _digits(moved: Moved) -> int:
    """Decimals that the fact is printed with."""
    sides = (moved.before, moved.after)
    if any(IN_WORDS not in (side or {}) for side in sides):
        return UNITS[moved.unit].digits
    found = [match for side in sides for match in DECIMALS.findall(side_text(side).en)]
    return max(map(len, found), default=0)


def _enough(change: float, digits: int) -> int:
    """``digits``, or as many more as show that something changed."""
    while digits < MOST_DIGITS and not round(change, digits):
        digits += 1
    return digits
