"""Markdown source to blocks, read as JupyterLab reads it, with the faults of Chinese text cured.

HTML in the source is never passed on: tables and pictures are read, everything else is
shown as the characters it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import unquote

from mistune import import_plugin
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from toolkit.reporting.blocks import (
    Block,
    Bullets,
    Cell,
    CodeBlock,
    Definition,
    Divider,
    Heading,
    Item,
    Paragraph,
    Quote,
    Table,
)
from toolkit.reporting.columns import laid_out
from toolkit.reporting.lines import clean, inlines, mend
from toolkit.reporting.nodes import Footnote, Formula, Inline, Text, language, plain
from toolkit.terms import Lang


class Context(Protocol):
    """What a reader of Markdown asks of the document it reads for."""

    lang: Lang

    def anchor(self, text: str) -> str:
        """A new anchor for the heading ``text``."""

    def footnote(self) -> int:
        """The next footnote number."""

    def numbered(self, table: Table) -> Table:
        """The table as one of this document."""

    def picture(self, url: str, alt: str) -> Block | None:
        """A picture of this document; None where ``url`` cannot be embedded."""

    def markup(self, source: str) -> list[Block]:
        """Blocks of the HTML fragment ``source``."""


def read(source: str, context: Context) -> list[Block]:
    """Blocks of ``source``."""
    parser = MarkdownWithMath(
        renderer=None,
        plugins=[import_plugin(name) for name in (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")],
    )
    tokens, _ = parser.parse(mend(source))
    return _Reader(context, tokens).blocks(tokens)


class _Reader:
    def __init__(self, context: Context, tokens: Sequence[dict]) -> None:
        self.context = context
        self.notes = {
            note["attrs"]["key"]: note["children"]
            for token in tokens
            if token["type"] == "footnotes"
            for note in token["children"]
        }

    def blocks(self, tokens: Sequence[dict]) -> list[Block]:
        made: list[Block] = []
        for token in tokens:
            handler = getattr(self, f"_{token['type']}", None)
            if handler is not None:
                made += handler(token)
        return made

    def inlines(self, tokens: Sequence[dict]) -> tuple[Inline, ...]:
        return inlines(tokens, self._footnote)

    def _footnote(self, key: str) -> Footnote:
        number = self.context.footnote()
        words: list[Inline] = []
        for block in self.notes.get(key, []):
            words += self.inlines(block.get("children", []))
        return Footnote(number, tuple(words))

    def _paragraph(self, token: dict) -> list[Block]:
        children = token["children"]
        if len(children) == 1 and children[0]["type"] == "image":
            return self._picture(children[0])
        made: list[Block] = []
        line: list[Inline] = []
        for inline in self.inlines(children):
            if isinstance(inline, Formula) and inline.display:
                made += [*self._words(line), inline]
                line = []
            else:
                line.append(inline)
        return made + self._words(line)

    _block_text = _paragraph

    def _words(self, line: Sequence[Inline]) -> list[Block]:
        """A paragraph of a line, without the blanks that a formula beside it leaves behind."""
        kept = list(line)
        while kept and isinstance(kept[0], Text) and not kept[0].text.strip():
            kept.pop(0)
        text = plain(tuple(kept))
        return [Paragraph(tuple(kept), language(text, self.context.lang))] if text.strip() else []

    def _heading(self, token: dict) -> list[Block]:
        children = self.inlines(token["children"])
        text = plain(children)
        level = token["attrs"]["level"]
        return [Heading(level, self.context.anchor(text), children, language(text, self.context.lang))]

    def _list(self, token: dict) -> list[Block]:
        items = tuple(
            Item(tuple(self.blocks(item["children"])), item.get("attrs", {}).get("checked"))
            for item in token["children"]
        )
        return [Bullets(items, token["attrs"]["ordered"], token["attrs"].get("start", 1))]

    def _block_quote(self, token: dict) -> list[Block]:
        return [Quote(tuple(self.blocks(token["children"])))]

    def _block_code(self, token: dict) -> list[Block]:
        return [CodeBlock(clean(token["raw"]).rstrip("\n"))]

    def _thematic_break(self, token: dict) -> list[Block]:
        return [Divider()]

    def _block_html(self, token: dict) -> list[Block]:
        return self.context.markup(clean(token["raw"]))

    def _def_list(self, token: dict) -> list[Block]:
        made: list[Block] = []
        term: tuple[Inline, ...] = ()
        for child in token["children"]:
            if child["type"] == "def_list_head":
                term = self.inlines(child["children"])
            else:
                made.append(Definition(term, tuple(self.blocks(child["children"]))))
                term = ()
        return made

    def _table(self, token: dict) -> list[Block]:
        head, body = [], []
        for part in token["children"]:
            if part["type"] == "table_head":
                head.append([self._cell(cell) for cell in part["children"]])
            else:
                body += [[self._cell(cell) for cell in row["children"]] for row in part["children"]]
        return [self.context.numbered(laid_out(head, body))]

    def _cell(self, token: dict) -> Cell:
        attrs = token["attrs"]
        return Cell(self.inlines(token["children"]), heading=attrs["head"], align=attrs.get("align"))

    def _picture(self, token: dict) -> list[Block]:
        alt = plain(self.inlines(token["children"]))
        picture = self.context.picture(unquote(token["attrs"]["url"]), alt)
        return [picture] if picture is not None else self._words([Text(alt)])
