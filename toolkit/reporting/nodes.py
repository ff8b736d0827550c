"""The words of a document: what a chapter is made of, whatever paper it is printed on.

Every node is a frozen dataclass with a ``kind``; here are those that stand in a line, in
``blocks`` those that stand alone. ``markdown`` and ``html_tables`` make them, ``document``
puts them in order, ``html`` and ``pdf`` draw them; none of them knows the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

from toolkit.terms import Lang

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]")
LATIN = re.compile("[A-Za-zÀ-ÿ]")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain characters; never markup."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold."""

    kind: ClassVar[str] = "strong"
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A change of colour: the typeface has no italics, and Chinese never had."""

    kind: ClassVar[str] = "emphasis"
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    """Struck out."""

    kind: ClassVar[str] = "strike"
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """Superscript (``up``) or subscript."""

    kind: ClassVar[str] = "raised"
    children: tuple[Inline, ...]
    up: bool


@dataclass(frozen=True, slots=True)
class Code:
    """A few words of code within a line."""

    kind: ClassVar[str] = "inline_code"
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is a web or mail address, or ``#anchor`` of this document."""

    kind: ClassVar[str] = "link"
    href: str
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class FactLink:
    """A figure (``is_figure``) or words that the fact ``id`` of the registry holds."""

    kind: ClassVar[str] = "fact"
    id: str
    children: tuple[Inline, ...]
    is_figure: bool = True


@dataclass(frozen=True, slots=True)
class Formula:
    """TeX; ``display`` stands on its own line."""

    kind: ClassVar[str] = "formula"
    tex: str
    display: bool = False


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced new line."""

    kind: ClassVar[str] = "line_break"


@dataclass(frozen=True, slots=True)
class SoftBreak:
    """A place where a line may break inside a long name."""

    kind: ClassVar[str] = "soft_break"


@dataclass(frozen=True, slots=True)
class Footnote:
    """A remark at the foot; ``number`` counts through the document."""

    kind: ClassVar[str] = "footnote"
    number: int
    children: tuple[Inline, ...]


Inline = (
    Text
    | Strong
    | Emphasis
    | Strike
    | Raised
    | Code
    | Link
    | FactLink
    | Formula
    | LineBreak
    | SoftBreak
    | Footnote
)


def walk(node: Any) -> Iterable[Any]:
    """``node`` (or every node of a tuple) and all nodes inside, in reading order."""
    if isinstance(node, tuple | list):
        for one in node:
            yield from walk(one)
    elif is_dataclass(node):
        yield node
        for field in fields(node):
            yield from walk(getattr(node, field.name))


def plain(nodes: Any) -> str:
    """The words of ``nodes`` without marks, as a reader would say them aloud.

    >>> plain((Text("A "), Strong((Text("B"),)), Formula("x_1")))
    'A Bx_1'
    """
    parts = []
    for node in walk(nodes):
        if isinstance(getattr(node, "text", None), str):
            parts.append(node.text)
        elif isinstance(node, Formula):
            parts.append(node.tex)
        elif isinstance(node, LineBreak):
            parts.append("\n")
    return "".join(parts)


def language(text: str, document: Lang) -> Lang:
    """The language of a run of words inside a document.

    A run without Han is English where it has Latin letters; a Chinese name inside an
    English sentence does not make it Chinese.

    >>> language("grade 金 keeps", "en"), language("金牌", "en"), language("n/a", "zh"), language("12%", "zh")
    ('en', 'zh', 'en', 'zh')
    """
    han, latin = len(HAN.findall(text)), len(LATIN.findall(text))
    if not han:
        return "en" if latin else document
    if document == "en" and latin > han:
        return "en"
    return "zh"
