"""Figures that no line may break: a sign keeps its currency, a number its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.terms import CURRENCY_SIGNS, UNITS

SCALES = ("万", "亿", "million", "billion")
SIGNS = "|".join(re.escape(sign) for sign in sorted(CURRENCY_SIGNS.values(), key=len, reverse=True))
WORDS = {word for unit in UNITS.values() for word in (unit.label.zh, unit.label.en) if word}
UNIT = "|".join(re.escape(word) for word in sorted({*WORDS, *SCALES}, key=len, reverse=True))
NUMBER = r"\d[\d,]*(?:\.\d+)?"
SIGNED = rf"[+−±](?:{SIGNS}){NUMBER}"
UNBROKEN = rf"[+−±]?(?:{SIGNS})?{NUMBER} (?:{UNIT})|{SIGNED}"

_FIGURE = re.compile(UNBROKEN)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a figure that must not break.

    >>> list(pieces("净值 +¥52.6 万，概率 99%"))
    [('净值 ', False), ('+¥52.6 万', True), ('，概率 99%', False)]
    """
    end = 0
    for match in _FIGURE.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(text):
        yield text[end:], False
