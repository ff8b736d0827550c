"""The facts that a document quotes: what it says of each, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.reporting.blocks import Block, Heading
from toolkit.reporting.first_page import Front
from toolkit.reporting.nodes import FactLink, plain, walk
from toolkit.reporting.tracing import pieces


@dataclass(frozen=True, slots=True)
class Quote:
    """A fact as a document says it.

    Attributes
    ----------
    id : str
        The fact.
    said : str
        The figure or the words as printed.
    chapter : str
        Title of the chapter; empty on page one.
    is_figure : bool
        Whether it is a figure that leads to its table, and not an interval or prose.
    """

    id: str
    said: str
    chapter: str
    is_figure: bool


def quotes(front: Front | None, blocks: Iterable[Block], title: str) -> tuple[Quote, ...]:
    """Every quoted fact: those of page one, then the others in reading order.

    What stands before the heading of a chapter belongs to one called ``title``.
    """
    return (*_on_page_one(front), *_in_chapters(blocks, title))


def _on_page_one(front: Front | None) -> Iterator[Quote]:
    for text in front.texts if front else ():
        yield from (_quote(node, "") for node in pieces(text) if isinstance(node, FactLink))


def _in_chapters(blocks: Iterable[Block], chapter: str) -> Iterator[Quote]:
    for node in walk(tuple(blocks)):
        if isinstance(node, Heading) and node.level == 1:
            chapter = plain(node.children).strip()
        elif isinstance(node, FactLink):
            yield _quote(node, chapter)


def _quote(node: Any, chapter: str) -> Quote:
    return Quote(node.id, plain(node.children), chapter, node.is_figure)
