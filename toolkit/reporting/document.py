"""An executed notebook as a document in one language, ready for any renderer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode

from toolkit.errors import ReportError
from toolkit.reporting import cells
from toolkit.reporting.blocks import Block, Figure, Heading, Signatory, Source, Table
from toolkit.reporting.first_page import Front
from toolkit.reporting.fonts import missing_glyphs
from toolkit.reporting.furniture import WORDS
from toolkit.reporting.homes import Home, settled
from toolkit.reporting.nodes import Footnote, Formula, plain, walk
from toolkit.reporting.quotes import Quote, quotes
from toolkit.reporting.tracing import unmarked
from toolkit.terms import Lang

EXCERPT = 24


@dataclass(frozen=True, slots=True)
class Document:
    """A report, or one chapter of it, in one language.

    Attributes
    ----------
    title, subtitle, company, quarter, date, run_id : str
        May be empty, except the title.
    simulated : bool
        Whether the figures come from a simulated company.
    front : Front or None
        Page one.
    blocks : tuple of Block
        Headings start at level 1 and never skip a level.
    homes : mapping of fact id to Home
        Where each quoted figure stands.
    """

    lang: Lang
    title: str
    subtitle: str
    company: str
    quarter: str
    date: str
    run_id: str
    simulated: bool
    front: Front | None
    blocks: tuple[Block, ...]
    homes: Mapping[str, Home] = field(default_factory=dict)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """Every fact that is quoted, page one first."""
        return quotes(self.front, self.blocks, self.title)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All headings in reading order."""
        return tuple(node for node in walk(self.blocks) if isinstance(node, Heading))

    @property
    def footnotes(self) -> tuple[Footnote, ...]:
        """All footnotes in reading order."""
        return tuple(node for node in walk(self.blocks) if isinstance(node, Footnote))

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """All different formulas, in order of their first use."""
        return tuple(dict.fromkeys(node for node in walk(self.blocks) if isinstance(node, Formula)))

    def target(self, href: str) -> str | None:
        """The anchor that an inner link ``#name`` means, None where there is none."""
        wanted = cells.slug(unquote(href.lstrip("#")))
        return wanted if any(heading.anchor == wanted for heading in self.headings) else None


def read(
    notebook: NotebookNode, lang: Lang, *, name: str = "", folder: Path | None = None, strict: bool = False
) -> Document:
    """Read an executed notebook in one language.

    Parameters
    ----------
    notebook : NotebookNode
    lang : "zh" or "en"
    name : str
        Title of last resort, usually the file's name.
    folder : Path or None
        Where pictures named in Markdown are found.
    strict : bool
        Refuse figures without alternative text and characters that the font cannot draw.

    Raises
    ------
    ReportError
        If the front page is malformed, or, when strict, if something would be unreadable.
    """
    about = notebook.metadata.get("gradelab", {})
    reader = cells.Reader(lang, folder)
    blocks = reader.read(notebook.cells)
    stated = _told(about.get("title"), lang) or str(notebook.metadata.get("title", ""))
    title, blocks = _title(blocks, stated, name or WORDS["untitled"].text(lang))
    levelled = _levelled(blocks)
    whole, homes = settled(levelled, quotes(reader.front, levelled, title), reader.facts, lang)
    document = Document(
        lang=lang,
        title=title,
        subtitle=_told(about.get("subtitle"), lang),
        company=_told(about.get("company"), lang),
        quarter=str(about.get("quarter", "")),
        date=str(about.get("date", "")),
        run_id=str(about.get("run_id", "")),
        simulated=bool(about.get("simulated", False)),
        front=reader.front,
        blocks=whole,
        homes=homes,
    )
    if strict:
        _refuse_silent_figures(document)
        _refuse_missing_glyphs(document)
    return replace(document, blocks=_described(document.blocks, lang))


def _told(value: Any, lang: Lang) -> str:
    """A text that may be given in both languages."""
    if isinstance(value, Mapping):
        return str(value.get(lang) or next(iter(value.values()), ""))
    return str(value or "")


def _title(blocks: list[Block], stated: str, name: str) -> tuple[str, list[Block]]:
    """The title, and the blocks without the heading that says it."""
    tops = [block for block in blocks if isinstance(block, Heading) and block.level == 1]
    if len(tops) == 1 and (not stated or plain(tops[0].children).strip() == stated.strip()):
        return plain(tops[0].children), [block for block in blocks if block is not tops[0]]
    return stated or (plain(tops[0].children) if tops else name), blocks


def _levelled(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Headings from level 1 without gaps, as outlines and screen readers expect."""
    levels = [block.level for block in blocks if isinstance(block, Heading)]
    top = min(levels, default=1)
    made, open_levels = [], []
    for block in blocks:
        if isinstance(block, Heading):
            while open_levels and open_levels[-1] >= block.level:
                open_levels.pop()
            if not open_levels and block.level > top:
                open_levels.append(top)
            open_levels.append(block.level)
            block = replace(block, level=len(open_levels))
        made.append(block)
    return tuple(made)


def _described(blocks: tuple[Block, ...], lang: Lang) -> tuple[Block, ...]:
    """Every figure with words: its caption, or the statement that there are none."""
    return tuple(
        replace(block, alt=block.caption or WORDS["no_alt"].text(lang))
        if isinstance(block, Figure) and not block.alt
        else replace(block, blocks=_described(block.blocks, lang))
        if hasattr(block, "blocks")
        else block
        for block in blocks
    )


def _refuse_silent_figures(document: Document) -> None:
    section, silent = document.title, []
    for node in walk(document.blocks):
        if isinstance(node, Heading):
            section = plain(node.children)
        elif isinstance(node, Figure) and not node.alt.strip():
            silent.append(node.caption or section)
    if silent:
        raise ReportError(
            zh=f"有 {len(silent)} 幅图没有替代文字,第一幅在「{silent[0]}」。"
            "读屏的人看不到它说什么;请在输出的 metadata.gradelab.alt 里写一句图意。",
            en=f"{len(silent)} figure(s) have no alternative text, the first at “{silent[0]}”. "
            "Say in metadata.gradelab.alt of the output what the figure shows.",
        )


def _refuse_missing_glyphs(document: Document) -> None:
    front = map(unmarked, document.front.texts) if document.front else ()
    texts = [document.title, document.subtitle, document.company, *front]
    texts += [text for node in walk(document.blocks) for text in _texts(node)]
    missing = missing_glyphs("".join(texts))
    if missing:
        first = next(text for text in texts if missing.intersection(text))
        at = next(i for i, character in enumerate(first) if character in missing)
        excerpt = re.sub(r"\s+", " ", first[max(at - EXCERPT, 0) : at + EXCERPT])
        named = " ".join(f"{character} (U+{ord(character):04X})" for character in sorted(missing))
        raise ReportError(
            zh=f"有 {len(missing)} 个字符字体画不出来:{named}。第一处在「{excerpt}」。请改用别的字符。",
            en=f"The font cannot draw {len(missing)} character(s): {named}. First at “{excerpt}”. "
            "Use other characters.",
        )


def _texts(node: Any) -> tuple[str, ...]:
    if isinstance(node, Signatory):
        return (node.role, node.duty, node.name, node.position)
    if isinstance(node, Figure | Table):
        return (node.caption, node.note, getattr(node, "alt", ""))
    text = getattr(node, "text", "")
    return () if isinstance(node, Source) else (text,)
