"""Names inside Markdown: what a company calls its customers and policies is never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from toolkit.reporting.facts import Facts
from toolkit.terms import Label

MARKUP = re.compile(r"[\\`*_{}\[\]<>#!|~$&^:]|^\s*(?:[-+=]|\d+[.)])")
BLANKS = re.compile(r"\s+")


def quoted(text: str) -> str:
    """``text`` as Markdown that prints exactly these characters, in one line.

    >>> quoted("VIP *gold* $x_1$"), quoted("金牌 1"), quoted("1. <b>")
    ('VIP &#42;gold&#42; &#36;x&#95;1&#36;', '金牌 1', '&#49;&#46; &#60;b&#62;')
    """
    return MARKUP.sub(
        lambda match: "".join(f"&#{ord(one)};" for one in match[0].strip()), BLANKS.sub(" ", text)
    )


def quoted_names(names: Mapping[str, Any]) -> dict[str, Any]:
    """Names that fill the places of a sentence, each quoted."""
    return {place: _quoted(name) for place, name in names.items()}


def quoted_facts(facts: Facts) -> Facts:
    """The same facts, those that are words quoted."""
    made = Facts(facts.currency)
    made.extend(replace(fact, words=_quoted(fact.words)) if fact.words else fact for fact in facts)
    return made


def _quoted(name: Any) -> Any:
    if hasattr(name, "text"):
        return Label(quoted(name.text("zh")), quoted(name.text("en")))
    return quoted(str(name))
