"""Whether the files of a run say what its facts say: every figure of both HTML files and both PDF files.

``python tests/proof.py reports/demo/2026Q3/RUN`` prints what was compared and every contradiction.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from toolkit.reporting.agreement import contradictions, printings, squeezed
from toolkit.reporting.blocks import Bullets, Definition, Paragraph, Table
from toolkit.reporting.blocks import Quote as CallOut
from toolkit.reporting.document import Document, read
from toolkit.reporting.furniture import WORDS
from toolkit.reporting.homes import Home
from toolkit.reporting.merge import merge_chapters
from toolkit.reporting.methods import methods
from toolkit.reporting.nodes import Code, FactLink, Formula, Text, plain
from toolkit.reporting.quotes import Quote
from toolkit.reporting.tracing import pieces
from toolkit.reporting.typed import typed
from toolkit.run.merged import merged_notebook, stamps
from toolkit.terms import LANGS, Lang

TOP_MM, BOTTOM_MM, PT_PER_MM = 24, 21, 72 / 25.4
NUMBER = r"[+−]?\d(?:[\d,]*\d)?(?:\.\d+)?%?"
NOT_PROSE = (
    "[data-fact], .table, pre, code, math, figure, nav, svg, script, style, .stamp, .kicker, .colophon"
)


@dataclass
class Proof:
    """What was compared, and what is wrong."""

    compared: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def prove(run: Path) -> Proof:
    """Hold the report files in the folder ``run`` to its facts."""
    facts, proof = json.loads((run / "facts.json").read_text("utf-8")), Proof()
    names = [one.source for one in methods().values()]
    names += named(YAML(typ="safe").load((run / "params.resolved.yaml").read_text("utf-8")))
    for lang in LANGS:
        document = executed(run, lang)
        for kind, look in (("html", in_html), ("pdf", in_pdf)):
            file = f"report.{lang}.{kind}"
            if not (run / file).is_file():
                continue
            said, lost = look(run / file, document, names)
            proof.compared[file] = len(said)
            proof.wrong += [f"{file}: {one}" for one in lost]
            proof.wrong += [f"{file}: {one.line('en')}" for one in contradictions(said, facts, lang)]
    return proof


def executed(run: Path, lang: Lang) -> Document:
    """The executed chapters of a run as one document."""
    manifest, report = json.loads((run / "manifest.json").read_text("utf-8")), f"report.{lang}.html"
    return read(merged_notebook(run, manifest, merge_chapters, stamps(manifest, [report])[report]), lang)


def named(value: Any) -> list[str]:
    """Every text of the parameters that holds a figure, longest first: names, quotes, sources, dates."""
    if isinstance(value, dict):
        found = [name for one in value.values() for name in named(one)]
    elif isinstance(value, list):
        found = [name for one in value for name in named(one)]
    else:
        is_number = isinstance(value, int | float)
        found = [] if is_number or not any(typed(str(value), lang) for lang in LANGS) else [str(value)]
    return sorted(set(found), key=len, reverse=True)


def in_html(path: Path, document: Document, names: list[str]) -> tuple[list[Quote], list[str]]:
    """The figures of a page by their ``data-fact``; what is missing, leads nowhere or is no fact."""
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    said = [
        Quote(tag["data-fact"], tag.get_text(), "", tag.name == "a") for tag in soup.select("[data-fact]")
    ]
    anchors = {tag["id"] for tag in soup.select("[id]")}
    lost = [
        f"{tag['data-fact']} leads to {tag['href']}, which is nowhere"
        for tag in soup.select("a.fact")
        if tag["href"].removeprefix("#") not in anchors
    ]
    lost += missing((quote.id for quote in document.quotes), (quote.id for quote in said))
    for tag in soup.select(NOT_PROSE):
        tag.replace_with(" ")
    for tag in soup.select("main p, main li, main dd, .front p, .front li, .front blockquote"):
        lost += strays(tag.get_text(), names, document.lang)
    return said, lost


def in_pdf(path: Path, document: Document, names: list[str]) -> tuple[list[Quote], list[str]]:
    """The figures of a PDF where the document has them, line by line; lines that are not there."""
    pages = [body(page) for page in pypdf.PdfReader(path).pages]
    said, lost = lines_of(pages[0], [pieces(text) for text in in_print(document)], document)
    rest = "".join(pages[1:] if document.front else pages)
    written = [paragraph.children for paragraph in paragraphs(document.blocks)]
    more, gone = lines_of(rest, written, document)
    for line in written:
        lost += strays("".join(plain((node,)) for node in outside(line)), names, document.lang)
    said, lost = [*said, *more], [*lost, *gone]
    return said, lost + missing((quote.id for quote in document.quotes), (quote.id for quote in said))


def in_print(document: Document) -> Iterator[str]:
    """The texts of page one with figures, in the order in which the PDF has them: the cards row by row."""
    front = document.front
    if front is None:
        return
    yield from filter(None, (front.alarm, front.word, front.sentence))
    for cards in batched(front.figures, across(len(front.figures))):
        for row in ("value", "note"):
            yield from (getattr(card, row) for card in cards)
    yield from (one.percent for one in front.evidence)
    yield from (*front.unknowns, front.pilot)


def across(cards: int) -> int:
    """How many cards of page one stand side by side on paper."""
    return 2 if cards == 4 else max(1, min(cards, 3))


def batched(cards: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The cards of one row after the other."""
    yield from (cards[start : start + size] for start in range(0, len(cards), size))


def lines_of(
    text: str, lines: Iterable[tuple[Any, ...]], document: Document
) -> tuple[list[Quote], list[str]]:
    """What ``text`` says at the facts of each line, one after the other."""
    said, lost, start = [], [], 0
    for line in lines:
        quotes, end = found(text, start, line, document)
        if end < 0:
            lost.append(f"not found: {plain(line)[:80]}")
        said, start = [*said, *quotes], max(start, end)
    return said, lost


def body(page: pypdf.PageObject) -> str:
    """The words of a page between its running head and its foot, without blanks."""
    low, high = BOTTOM_MM * PT_PER_MM, float(page.mediabox.height) - TOP_MM * PT_PER_MM
    kept: list[str] = []

    def keep(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if low - 2 <= pypdf.mult(tm, cm)[5] <= high + 2:
            kept.append(text)

    page.extract_text(visitor_text=keep)
    return squeezed("".join(kept))


def paragraphs(blocks: Iterable[Any]) -> Iterator[Paragraph]:
    """Every paragraph that is printed, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from paragraphs(item.blocks)
        elif isinstance(block, CallOut | Definition):
            yield from paragraphs(block.blocks)


def found(text: str, start: int, line: tuple[Any, ...], document: Document) -> tuple[list[Quote], int]:
    """What ``text`` says at each fact of a line, and where the line ends; -1 where it is not there.

    The line is looked for as it ought to read; only where it is not there, with anything in place of its figures.
    """
    nodes = list(flat(line))
    facts = [node for node in nodes if isinstance(node, FactLink)]
    homes = [document.homes[node.id] for node in facts if node.is_figure and node.id in document.homes]
    word = WORDS["table"].text(document.lang)
    tables = re.escape("·".join(dict.fromkeys(squeezed(f"{word}{home.number}") for home in homes)))
    for strict in (True, False):
        parts = [reading(node, strict) for node in nodes]
        if match := re.compile("".join(parts) + f"(?:{tables})?").search(text, start):
            quotes = [Quote(one.id, match[i], "", one.is_figure) for i, one in enumerate(facts, 1)]
            return quotes, match.end()
    return [], -1


def reading(node: Any, strict: bool) -> str:
    """The pattern of one piece of a line."""
    said = squeezed(plain((node,)))
    if not isinstance(node, FactLink):
        return re.escape(said)
    return f"({re.escape(said)})" if strict else f"(.{{1,{len(said) + 12}}}?)"


def flat(nodes: Iterable[Any]) -> Iterator[Any]:
    """Facts and the pieces between them, whatever holds them."""
    for node in nodes:
        if isinstance(node, FactLink | Text | Code | Formula):
            yield node
        else:
            yield from flat(getattr(node, "children", ()))


def outside(nodes: Iterable[Any]) -> Iterator[Any]:
    """The words of a line that are no fact, no code and no formula."""
    return (node if isinstance(node, Text) else Text(" ") for node in flat(nodes))


def strays(text: str, names: list[str], lang: Lang) -> list[str]:
    """Figures of a text that are neither a fact nor part of a name that the parameters give."""
    for name in names:
        text = re.sub(r"\s*".join(map(re.escape, squeezed(name))), " ", text)
    return [f"“{one}” is no fact: {text.strip()[:120]}" for one in typed(text, lang)]


def shows(run: Path, document: Document, home: Home, fact: dict[str, Any]) -> bool:
    """Whether the table ``home`` shows the figure of ``fact``: every number of it as printed, or its value unrounded."""
    table = next(one for one in document.blocks if isinstance(one, Table) and one.anchor == home.table)
    lines = (line for row in table.body for cell in row for line in plain(cell.children).split("\n"))
    cells = [squeezed(line) for line in lines]
    printed = printings(fact, document.lang)[2]
    in_parts = fact["unit"] == "text" and squeezed(printed) not in cells
    parts = re.findall(NUMBER, printed) if in_parts else [squeezed(printed)]
    if parts and all(any(whole(part, cell) for cell in cells) for part in parts):
        return True
    numbers = run / "tables" / f"{table.id}.parquet"
    if not numbers.is_file() or not isinstance(fact["value"], int | float):
        return False
    columns = (pd.to_numeric(column, errors="coerce") for _, column in pd.read_parquet(numbers).items())
    return any(
        ((column - fact["value"]).abs() <= 1e-9 * max(1, abs(fact["value"]))).any() for column in columns
    )


def whole(figure: str, cell: str) -> bool:
    """Whether a cell holds a figure and not merely its digits inside a longer one."""
    return bool(re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", cell))


def missing(wanted: Iterable[str], said: Iterable[str]) -> list[str]:
    """Facts that the executed chapters quote and a file does not."""
    return [f"{id} is not said" for id in sorted(set(wanted) - set(said))]


if __name__ == "__main__":
    done = prove(Path(sys.argv[1]))
    for name, count in done.compared.items():
        print(f"{name}: {count} figures compared with facts.json")
    print("\n".join(done.wrong) or "no contradiction")
    sys.exit(1 if done.wrong else 0)
