"""Marks by which prose remembers the facts it quotes.

``[+¥52.6 万](#fact:change.abc.net)`` is a figure, ``<span data-fact="hotline.promises">...</span>`` are words that a
fact holds. Both are Markdown that any reader of notebooks shows as text; a report makes links of the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from toolkit.reporting.nodes import FactLink, Inline, Text
from toolkit.reporting.quoting import escaped
from toolkit.terms import HAN

SCHEME = "#fact:"
SPAN = re.compile(r'^<span data-fact="([^"]+)">$')
MARK = re.compile(
    r"\[(?P<figure>[^\[\]]*)\]\(#fact:(?P<link>[^)\s]+)\)"
    r'|<span data-fact="(?P<span>[^"]+)">(?P<words>.*?)</span>',
    re.DOTALL,
)
GAP = re.compile(
    rf"(?<=[{HAN}])((?:\*\*)?(?:\]\(#fact:[^)\s]*\)|</span>)?(?:\*\*)?)\s+"
    rf'((?:\*\*)?(?:\[|<span data-fact="[^"]*">)?(?:\*\*)?)(?=[{HAN}])'
)


def figure_mark(id: str, text: str, *, bold: bool = False) -> str:
    """The figure ``text`` of the fact ``id``.

    The stars of bold type stand inside, where CommonMark finds them also between Chinese characters; what would
    be a mark of Markdown in the text itself is written as an entity.

    >>> figure_mark("rows", "12 行", bold=True), figure_mark("net", "$5")
    ('[**12 行**](#fact:rows)', '[&#36;5](#fact:net)')
    """
    stars = "**" if bold else ""
    return f"[{stars}{escaped(text)}{stars}]({SCHEME}{quote(id)})"


def words_mark(id: str, text: str) -> str:
    """Words of the fact ``id``: an interval, a reason, a date."""
    return f'<span data-fact="{quote(id)}">{escaped(text)}</span>'


def fact_of(href: str) -> str | None:
    """The fact that a link of Markdown quotes, None for any other link."""
    return unquote(href.removeprefix(SCHEME)) if href.startswith(SCHEME) else None


def fact_of_span(tag: str) -> str | None:
    """The fact that an opening tag quotes, None for any other tag."""
    match = SPAN.match(tag)
    return unquote(match[1]) if match else None


def without_mark_gaps(text: str) -> str:
    """Marked Chinese text without the blanks that fillings leave between its characters.

    >>> without_mark_gaps("[12 位客户](#fact:n) 参与")
    '[12 位客户](#fact:n)参与'
    """
    return GAP.sub(r"\1\2", text)


def pieces(text: str) -> tuple[Inline, ...]:
    """Marked plain text, such as that of page one, as nodes."""
    made: list[Inline] = []
    _read(text, lambda plain: made.append(Text(plain)), lambda *fact: made.append(_node(*fact)))
    return tuple(made)


def unmarked(text: str) -> str:
    """The words alone.

    >>> unmarked("net [+¥5](#fact:net) a year")
    'net +¥5 a year'
    """
    said: list[str] = []
    _read(text, said.append, lambda _, words, __: said.append(words))
    return "".join(said)


def unlinked(text: str) -> str:
    """The Markdown without its marks, bold type and entities kept.

    >>> unlinked("net [**&#36;5**](#fact:net) a year")
    'net **&#36;5** a year'
    """
    return MARK.sub(lambda match: match["figure"] or match["words"] or "", text)


def quoted_in(text: str) -> tuple[str, ...]:
    """The facts that a marked text quotes, each once."""
    return tuple(dict.fromkeys(unquote(match["link"] or match["span"]) for match in MARK.finditer(text)))


def _node(id: str, words: str, is_figure: bool) -> FactLink:
    return FactLink(id, (Text(words),), is_figure)


def _read(text: str, plain: Callable[[str], Any], fact: Callable[[str, str, bool], Any]) -> None:
    end = 0
    for match in MARK.finditer(text):
        if match.start() > end:
            plain(text[end : match.start()])
        end = match.end()
        if match["link"]:
            words = match["figure"].removeprefix("**").removesuffix("**")
            fact(unquote(match["link"]), unescape(words), True)
        else:
            fact(unquote(match["span"]), unescape(match["words"]), False)
    if end < len(text):
        plain(text[end:])
