"""What stands in a line of Markdown: mistune's inline tokens to nodes.

Cured here: bold that closes after full-width punctuation, line ends between Chinese
characters, dollar signs of money, and HTML marks, of which a few are understood and the
rest shown as the characters they are.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote

from toolkit.reporting.nodes import (
    Code,
    Emphasis,
    FactLink,
    Footnote,
    Formula,
    Inline,
    LineBreak,
    Link,
    Raised,
    Strike,
    Strong,
    Text,
    plain,
)
from toolkit.reporting.tracing import fact_of, fact_of_span

JOINER = "\u3164"
STARS = re.compile(r"(?<=(.))(\*{1,3})(?=(.))")
MARKS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "b": Strong,
    "strong": Strong,
    "i": Emphasis,
    "em": Emphasis,
    "s": Strike,
    "del": Strike,
    "sub": lambda children: Raised(children, False),
    "sup": lambda children: Raised(children, True),
}
PAIRED = {*MARKS, "span"}
SILENT = {"font", "small", "u", "center", "mark", "a", "p", "div", "kbd"}
TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^>]*>$", re.DOTALL)
SAFE_LINK = re.compile(r"^(https?://|mailto:|#)", re.IGNORECASE)
AMBIGUOUS = "“”‘’—…"


def mend(source: str) -> str:
    """Let CommonMark see the bold of Chinese text (its flanking rule expects blanks around words).

    An invisible letter is put between the stars and a full-width mark; ``clean`` takes it out again.

    >>> mend("**甲：**说明") == "**甲：\\u3164**说明"
    True
    """

    def joined(match: re.Match[str]) -> str:
        before, stars, after = match.group(1), match.group(2), match.group(3)
        if not any(_is_wide(character) or character in AMBIGUOUS for character in (before, after)):
            return stars
        if _is_mark(before) and _is_word(after):
            return JOINER + stars
        if _is_mark(after) and _is_word(before):
            return stars + JOINER
        return stars

    return STARS.sub(joined, source)


def clean(raw: str) -> str:
    """``raw`` without what ``mend`` put in."""
    return raw.replace(JOINER, "")


def inlines(tokens: Sequence[dict], footnote: Callable[[str], Footnote]) -> tuple[Inline, ...]:
    """Inline nodes of mistune ``tokens``; ``footnote`` makes the note of a key."""
    parts = [part for token in tokens for part in _inline(token, footnote)]
    return _join_lines(_pair_marks(parts))


def _inline(token: dict, footnote: Callable[[str], Footnote]) -> list[Any]:
    kind, raw = token["type"], clean(token.get("raw", ""))
    if kind == "text":
        return [Text(html.unescape(raw))]
    if kind == "codespan":
        return [Code(html.unescape(raw))]
    if kind == "softbreak":
        return ["\n"]
    if kind == "linebreak":
        return [LineBreak()]
    if kind == "inline_html":
        return [_Mark(raw)]
    if kind == "footnote_ref":
        return [footnote(raw)]
    if "children" in token:
        return _wrapped(token, inlines(token["children"], footnote))
    return _formula(token, raw)


def _wrapped(token: dict, children: tuple[Inline, ...]) -> list[Inline]:
    kind = token["type"]
    if kind in ("strong", "emphasis", "strikethrough"):
        return [{"strong": Strong, "emphasis": Emphasis, "strikethrough": Strike}[kind](children)]
    if kind == "link" and (fact := fact_of(token["attrs"]["url"])):
        return [FactLink(fact, children)]
    if kind == "link" and SAFE_LINK.match(token["attrs"]["url"]):
        url = token["attrs"]["url"]
        return [Link(unquote(url) if url.startswith("#") else url, children)]
    return [Text(plain(children))] if kind == "image" else list(children)


def _formula(token: dict, raw: str) -> list[Inline]:
    kind = token["type"]
    if kind == "inline_math":
        is_money = raw != raw.strip()
        return [Text(f"${raw}$")] if is_money else [Formula(raw)]
    if kind == "block_math":
        return [Formula(raw.strip(), True)]
    if kind == "latex_environment":
        name, body = token["attrs"]["name"], clean(token["attrs"]["body"])
        return [Formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)]
    return [Text(raw)]


class _Mark:
    """An HTML tag standing in a line."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        match = TAG.match(raw)
        self.name = match.group(2).lower() if match else ""
        self.closes = bool(match and match.group(1))
        self.fact = fact_of_span(raw)

    def around(self, children: tuple[Inline, ...]) -> list[Inline]:
        """What the tag makes of the nodes that it holds."""
        if self.name in MARKS:
            return [MARKS[self.name](children)]
        return [FactLink(self.fact, children, is_figure=False)] if self.fact else list(children)


def _pair_marks(parts: list[Any]) -> list[Any]:
    """Known marks become nodes, ``<br>`` a line break, comments nothing, all other tags their characters."""
    made: list[Any] = []
    open_at: list[tuple[_Mark, int]] = []
    for part in parts:
        if not isinstance(part, _Mark):
            made.append(part)
        elif part.name == "br":
            made.append(LineBreak())
        elif part.name in PAIRED and not part.closes:
            open_at.append((part, len(made)))
        elif part.name in PAIRED:
            if open_at and open_at[-1][0].name == part.name:
                opened, start = open_at.pop()
                made[start:] = opened.around(_join_lines(made[start:]))
        elif part.name not in SILENT and not part.raw.startswith("<!--"):
            made.append(Text(part.raw))
    return made


def _join_lines(parts: list[Any]) -> tuple[Inline, ...]:
    """Line ends become blanks, but not beside a Chinese character."""
    made: list[Inline] = []
    for i, part in enumerate(parts):
        if part != "\n":
            made.append(part)
            continue
        before, after = (plain(tuple(p for p in side if p != "\n")) for side in (parts[:i], parts[i + 1 :]))
        edges = before.rstrip(AMBIGUOUS)[-1:] + after.lstrip(AMBIGUOUS)[:1]
        if not any(map(_is_wide, edges)):
            made.append(Text(" "))
    return tuple(made)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _is_mark(character: str) -> bool:
    return character != "*" and unicodedata.category(character)[0] in "PS"


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"
