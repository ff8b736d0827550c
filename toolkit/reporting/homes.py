"""Where each quoted figure stands: the table that shows it, or the closing table made for those that none shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from toolkit.reporting.blocks import Block, Cell, Heading, SignOff, Table
from toolkit.reporting.columns import laid_out
from toolkit.reporting.furniture import WORDS
from toolkit.reporting.nodes import Inline, LineBreak, SoftBreak, Text
from toolkit.reporting.quotes import Quote
from toolkit.terms import Lang

CLOSING = "quoted"
COLUMNS = ("quoted_name", "quoted_figure", "quoted_id")


@dataclass(frozen=True, slots=True)
class Home:
    """A table, or a row of one, that shows a fact.

    Attributes
    ----------
    anchor : str
        Where a link leads.
    table : str
        Anchor of the whole table.
    number : int
        Number of the table.
    """

    anchor: str
    table: str
    number: int


def settled(
    blocks: Sequence[Block], quoted: Sequence[Quote], facts: Mapping[str, Mapping[str, Any]], lang: Lang
) -> tuple[tuple[Block, ...], dict[str, Home]]:
    """The blocks with a closing table where one is needed, and the home of every quoted figure.

    Parameters
    ----------
    blocks : sequence of Block
        Tables that a reader must open first are no home.
    quoted : sequence of Quote
    facts : mapping of id to record
        What is known of the quoted facts; one of which nothing is known stands with what is said of it.
    lang : "zh" or "en"
    """
    shown = {block.id: block for block in reversed(blocks) if isinstance(block, Table) and block.anchor}
    first: dict[str, Quote] = {}
    for quote in quoted:
        if quote.is_figure:
            first.setdefault(quote.id, quote)
    homes, homeless = {}, []
    for quote in first.values():
        table = shown.get(str(facts.get(quote.id, {}).get("table", "")))
        if table:
            homes[quote.id] = Home(table.anchor, table.anchor, table.number)
        else:
            homeless.append(quote)
    if not homeless:
        return tuple(blocks), homes
    number = 1 + max((block.number for block in blocks if isinstance(block, Table)), default=0)
    closing = _closing(homeless, facts, lang, number)
    homes |= {quote.id: Home(_anchor(quote.id), closing.anchor, number) for quote in homeless}
    heading = Heading(1, f"table.{CLOSING}.heading", (Text(WORDS["quoted"].text(lang)),), lang)
    end = _end(blocks)
    return (*blocks[:end], heading, closing, *blocks[end:]), homes


def _end(blocks: Sequence[Block]) -> int:
    """Where the closing table goes: to the end, but before the section in which the report is signed."""
    tops = [place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 1]
    last = tops[-1] if tops else len(blocks)
    signed = any(isinstance(block, SignOff) for block in blocks[last:])
    return last if signed else len(blocks)


def _closing(
    homeless: Sequence[Quote], facts: Mapping[str, Mapping[str, Any]], lang: Lang, number: int
) -> Table:
    head = [Cell((Text(WORDS[name].text(lang)),), heading=True) for name in COLUMNS]
    body: list[list[Cell]] = []
    for chapter, quoted in groupby(homeless, key=lambda quote: quote.chapter):
        title = chapter or WORDS["page_one"].text(lang)
        body.append([Cell((Text(title),), heading=True, columns=len(COLUMNS))])
        body += [_row(quote, facts.get(quote.id, {}), lang) for quote in quoted]
    made = laid_out([head], body, WORDS["quoted_caption"].text(lang), WORDS["quoted_note"].text(lang))
    return Table(
        made.head,
        made.body,
        made.aligns,
        made.widths,
        made.caption,
        made.note,
        number,
        CLOSING,
        f"table.{CLOSING}",
    )


def _row(quote: Quote, fact: Mapping[str, Any], lang: Lang) -> list[Cell]:
    figure: list[Inline] = [Text(fact.get("text", {}).get(lang) or quote.said)]
    if interval := fact.get("interval", {}).get(lang):
        figure += [LineBreak(), Text(interval)]
    return [
        Cell((Text(str(fact.get(lang) or quote.id)),), heading=True, anchor=_anchor(quote.id)),
        Cell(tuple(figure), align="right"),
        Cell(_breakable(quote.id)),
    ]


def _breakable(id: str) -> tuple[Inline, ...]:
    """An id that may break after its dots."""
    parts = re.split(r"(?<=\.)", id)
    made: list[Inline] = [node for part in parts for node in (Text(part), SoftBreak())]
    return tuple(made[:-1])


def _anchor(id: str) -> str:
    return f"fact.{id}"
