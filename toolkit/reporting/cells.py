"""Notebook cells to blocks: tags, languages and the choice among an output's forms."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from toolkit.reporting import first_page, fragments, markdown, sign_off
from toolkit.reporting.blocks import Block, Figure, Folded, Heading, Printed, Source, Table
from toolkit.reporting.first_page import Front
from toolkit.reporting.nodes import walk
from toolkit.terms import LANGS, Lang

REMOVED = {"remove-cell", "parameters", "injected-parameters"}
WITHOUT_SOURCE = {"remove-input", "report-summary"}
WITHOUT_OUTPUT = {"remove-output", "remove-outputs"}
FOLDED = {"hide-output", "hide-outputs", "hide-cell"}
PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif")
WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
DISPLAYED = re.compile(r"\$\\displaystyle\s+(.*)\$", re.DOTALL)
DATA_URL = re.compile(r"^data:(image/[\w.+-]+);base64,(.*)$", re.DOTALL)
NO_ANCHOR = re.compile(r"[^\w.-]+")
UNSLUGGED = re.compile(r"[^\w\u3400-\u9fff-]+")


def slug(text: str) -> str:
    """A heading's anchor before it is made unique.

    >>> slug("1. 谁留下来？"), slug("Who stays?")
    ('1-谁留下来', 'who-stays')
    """
    return UNSLUGGED.sub("-", text.strip().lower()).strip("-") or "section"


class Reader:
    """Reads cells in order and counts figures, tables, footnotes and anchors on the way.

    Attributes
    ----------
    front : Front or None
        The front page in the reader's language, once met.
    facts : dict
        The facts that the outputs quote, as recorded with them.
    """

    def __init__(self, lang: Lang, folder: Path | None = None) -> None:
        self.lang = lang
        self.front: Front | None = None
        self.facts: dict[str, dict[str, Any]] = {}
        self._folder = folder
        self._anchors: set[str] = set()
        self._footnotes = 0
        self._figures = 0
        self._tables = 0
        self._attachments: Mapping[str, Mapping[str, str]] = {}

    def read(self, cells: Iterable[NotebookNode]) -> list[Block]:
        """Blocks of all cells."""
        return [block for cell in cells for block in self._cell(cell)]

    def anchor(self, text: str) -> str:
        """A new anchor for the heading ``text``; equal headings get -2, -3, and so on."""
        return self._unique(slug(text))

    def table_anchor(self, id: str) -> str:
        """A new anchor for the table ``id``; its dot keeps it apart from those of headings."""
        return self._unique(f"table.{NO_ANCHOR.sub('-', id)}")

    def _unique(self, base: str) -> str:
        name, count = base, 1
        while name in self._anchors:
            count += 1
            name = f"{base}-{count}"
        self._anchors.add(name)
        return name

    def footnote(self) -> int:
        """The next footnote number."""
        self._footnotes += 1
        return self._footnotes

    def numbered(self, table: Table) -> Table:
        """The table with its number, where it has a caption."""
        if not table.caption:
            return table
        self._tables += 1
        return replace(table, number=self._tables)

    def picture(self, url: str, alt: str) -> Figure | None:
        """A picture named in Markdown: attached, embedded or beside the notebook; never from the network."""
        if url.startswith("attachment:"):
            forms = self._attachments.get(url.removeprefix("attachment:"), {})
            return next((self._figure(mime, forms[mime], alt) for mime in PICTURES if mime in forms), None)
        if embedded := DATA_URL.match(url):
            mime, data = embedded.groups()
            return self._figure(mime, data, alt) if mime in PICTURES else None
        path = self._beside(url)
        mime = mimetypes.guess_type(url)[0] or ""
        if path is None or mime not in PICTURES:
            return None
        return Figure(mime, path.read_bytes(), alt)

    def markup(self, source: str) -> list[Block]:
        """Blocks of HTML that an author wrote into Markdown."""
        return fragments.read(source, self, literal=True)

    def _beside(self, url: str) -> Path | None:
        if self._folder is None or "://" in url:
            return None
        path = (self._folder / url).resolve()
        return path if path.is_file() and path.is_relative_to(self._folder.resolve()) else None

    def _figure(self, mime: str, data: str | list[str], alt: str) -> Figure:
        text = data if isinstance(data, str) else "".join(data)
        is_text = mime == "image/svg+xml" and text.lstrip().startswith("<")
        return Figure(mime, text.encode() if is_text else base64.b64decode(text), alt)

    def _cell(self, cell: NotebookNode) -> list[Block]:
        tags = {str(tag).replace("_", "-") for tag in cell.metadata.get("tags", ())}
        others = {f"lang-{lang}" for lang in LANGS if lang != self.lang}
        if tags & REMOVED or tags & others:
            return []
        if cell.cell_type == "markdown":
            self._attachments = cell.get("attachments", {})
            return markdown.read(cell.source, self)
        return self._code_cell(cell, tags) if cell.cell_type == "code" else []

    def _code_cell(self, cell: NotebookNode, tags: set[str]) -> list[Block]:
        blocks: list[Block] = []
        if cell.source.strip() and not tags & WITHOUT_SOURCE:
            blocks.append(Source(cell.source.rstrip()))
        if tags & WITHOUT_OUTPUT:
            return blocks
        shown = [block for output in _joined(cell.outputs) for block in self._output(output, cell, tags)]
        hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
        if shown and (tags & FOLDED or hidden):
            anchors = [node.anchor for node in walk(shown) if isinstance(node, Heading)]
            self._anchors.difference_update(anchors)
            shown = [Folded(tuple(block for block in shown if not isinstance(block, Heading)))]
        return blocks + shown

    def _output(self, output: NotebookNode, cell: NotebookNode, tags: set[str]) -> list[Block]:
        if output.output_type == "stream":
            return [] if f"remove-{output.name}" in tags else _printed(output.text)
        if output.output_type == "error":
            return _printed("\n".join(output.traceback))
        about = output.metadata.get("gradelab", {})
        if about.get("lang", self.lang) != self.lang:
            return []
        data = output.data
        self.facts.update(about.get("facts", {}))
        if first_page.MIME in data:
            return self._first_page(data[first_page.MIME])
        if sign_off.MIME in data:
            return [sign_off.read(data[sign_off.MIME])]
        if any(mime in data for mime in WIDGETS):
            return []
        return self._display(data, output, cell)

    def _first_page(self, payload: Any) -> list[Block]:
        front = first_page.read(payload, self.lang)
        if front.lang == self.lang and self.front is None:
            self.front = front
        return []

    def _display(self, data: Mapping[str, Any], output: NotebookNode, cell: NotebookNode) -> list[Block]:
        about = output.metadata.get("gradelab", {})
        markup = _text(data.get("text/html", ""))
        has_table = "<table" in markup
        if "image/svg+xml" in data or (not has_table and any(mime in data for mime in PICTURES)):
            return [self._shown_figure(data, output, cell)]
        if has_table:
            return [_noted(block, about, self) for block in fragments.read(markup, self, literal=False)]
        if "text/markdown" in data:
            return markdown.read(_text(data["text/markdown"]), self)
        if "text/latex" in data:
            return markdown.read(_own_line(_text(data["text/latex"])), self)
        if markup and (blocks := fragments.read(markup, self, literal=False)):
            return blocks
        return _printed(_text(data.get("text/plain", "")))

    def _shown_figure(self, data: Mapping[str, Any], output: NotebookNode, cell: NotebookNode) -> Figure:
        about = output.metadata.get("gradelab", {})
        mime = next(mime for mime in PICTURES if mime in data)
        stated = (about, output.metadata.get(mime, {}), output.metadata, cell.metadata)
        alt = next((str(place["alt"]) for place in stated if place.get("alt")), "")
        caption = str(about.get("caption") or "")
        self._figures += bool(caption)
        return replace(
            self._figure(mime, data[mime], alt),
            caption=caption,
            note=str(about.get("note") or ""),
            number=self._figures if caption else 0,
        )


def _own_line(latex: str) -> str:
    """What IPython writes of a formula, as one that stands on its own line."""
    found = DISPLAYED.fullmatch(latex.strip())
    return f"$$\n{found[1]}\n$$" if found else latex


def _noted(block: Block, about: Mapping[str, Any], reader: Reader) -> Block:
    """A table with the caption and the note that its output states."""
    if not isinstance(block, Table):
        return block
    id = str(about.get("id") or "")
    named = replace(
        block,
        caption=about.get("caption") or block.caption,
        note=about.get("note") or block.note,
        id=id,
        anchor=reader.table_anchor(id) if id else "",
    )
    return named if block.number else reader.numbered(named)


def _joined(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Outputs with neighbouring pieces of one stream put together."""
    made: list[NotebookNode] = []
    for output in outputs:
        last = made[-1] if made else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            made[-1] = NotebookNode({**last, "text": _text(last.text) + _text(output.text)})
        else:
            made.append(output)
    return made


def _printed(text: str) -> list[Block]:
    words = ANSI.sub("", _text(text)).rstrip()
    return [Printed(words)] if words.strip() else []


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)
