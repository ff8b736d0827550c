"""Names inside Markdown: what a company calls its customers and policies is never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from toolkit.terms import Label

MARKS = re.compile(r"[\\`*_{}\[\]<>#!|~$&^:]")
LEADING = re.compile(r"^\s*(?:[-+=]|\d+[.)])")
BLANKS = re.compile(r"\s+")


def quoted(text: str) -> str:
    """``text`` as Markdown that prints exactly these characters, in one line.

    >>> quoted("VIP *gold* $x_1$"), quoted("金牌 1"), quoted("1. <b>")
    ('VIP &#42;gold&#42; &#36;x&#95;1&#36;', '金牌 1', '&#49;&#46; &#60;b&#62;')
    """
    line = BLANKS.sub(" ", text)
    leading = LEADING.match(line)
    end = leading.end() if leading else 0
    return "".join(f"&#{ord(one)};" for one in line[:end].strip()) + escaped(line[end:])


def escaped(text: str) -> str:
    """``text`` within a line of Markdown: every character that could be a mark written as an entity.

    >>> escaped("$x_1$")
    '&#36;x&#95;1&#36;'
    """
    return MARKS.sub(lambda match: f"&#{ord(match[0])};", text)


def quoted_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """Names that fill the places of a sentence, each quoted."""
    return {place: _quoted(name) for place, name in names.items()}


def _quoted(name: Any) -> Any:
    if hasattr(name, "text"):
        return Label(quoted(name.text("zh")), quoted(name.text("en")))
    return quoted(str(name))
