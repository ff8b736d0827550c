"""HTML fragments to blocks: what a cell displayed as HTML, or an author wrote into Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import Comment, NavigableString, Tag

from toolkit.reporting import html_tables
from toolkit.reporting.blocks import (
    Block,
    Bullets,
    CodeBlock,
    Divider,
    Heading,
    Item,
    Paragraph,
    Quote,
    Table,
)
from toolkit.reporting.markdown import Context
from toolkit.reporting.nodes import Inline, Text, language, plain

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
GROUPS = {
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "center",
    "details",
    "figure",
    "body",
    "html",
}
UNSEEN = {"script", "style", "head", "template", "svg", "button", "input", "select"}


def read(source: str, context: Context, *, literal: bool) -> list[Block]:
    """Blocks of an HTML fragment.

    Parameters
    ----------
    source : str
    context : Context
    literal : bool
        Show a script or style as the characters it is (an author's Markdown) instead of
        leaving it out (a library's output).
    """
    soup = html_tables.parse(source)
    tables = iter(html_tables.tables(soup))
    return _blocks(soup, context, tables, literal)


def _blocks(parent: Tag, context: Context, tables: Iterator[Table], literal: bool) -> list[Block]:
    made: list[Block] = []
    line: list[Inline] = []

    def end_line() -> None:
        text = plain(tuple(line))
        if text.strip():
            made.append(Paragraph(tuple(line), language(text, context.lang)))
        line.clear()

    for child in parent.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            text = " ".join(str(child).split())
            line += [Text(text)] if text else []
            continue
        if not isinstance(child, Tag) or (child.name in UNSEEN and not literal):
            continue
        block = _block(child, context, tables, literal)
        if block is None:
            line += html_tables.marked(child)
        else:
            end_line()
            made += block
    end_line()
    return made


def _block(tag: Tag, context: Context, tables: Iterator[Table], literal: bool) -> list[Block] | None:
    """Blocks of a block-level tag, None for one that stands in a line."""
    if tag.name == "table":
        return [context.numbered(next(tables))]
    if tag.name in HEADINGS:
        children = html_tables.inlines(tag)
        text = plain(children)
        return [Heading(int(tag.name[1]), context.anchor(text), children, language(text, context.lang))]
    if tag.name == "p" or tag.name == "summary":
        children = html_tables.inlines(tag)
        text = plain(children)
        return [Paragraph(children, language(text, context.lang))] if text.strip() else []
    if tag.name in ("ul", "ol"):
        items = tag.find_all("li", recursive=False)
        blocks = (Item(tuple(_blocks(item, context, tables, literal))) for item in items)
        return [Bullets(tuple(blocks), tag.name == "ol")]
    if tag.name == "blockquote":
        return [Quote(tuple(_blocks(tag, context, tables, literal)))]
    if tag.name == "pre":
        return [CodeBlock(tag.get_text().strip("\n"))]
    if tag.name == "hr":
        return [Divider()]
    if tag.name == "img":
        picture = context.picture(str(tag.get("src", "")), str(tag.get("alt", "")))
        return [picture] if picture is not None else []
    return _blocks(tag, context, tables, literal) if tag.name in GROUPS else None
