"""A document as PDF: A4, tagged, PDF/A-2a and PDF/UA-1, set by Typst without any system package."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from toolkit.errors import ReportError
from toolkit.reporting import fonts, formulas
from toolkit.reporting.blocks import (
    CodeBlock,
    Figure,
    Folded,
    Heading,
    Paragraph,
    Printed,
    Signatory,
    Source,
    Table,
)
from toolkit.reporting.brand import TEMPLATE, Brand
from toolkit.reporting.columns import em
from toolkit.reporting.document import Document
from toolkit.reporting.first_page import Front
from toolkit.reporting.furniture import furniture, numbered
from toolkit.reporting.nodes import FactLink, Formula, Link, language, walk
from toolkit.reporting.pictures import shown_width
from toolkit.reporting.table_fit import UPRIGHT_PT, set_table
from toolkit.reporting.tracing import pieces, unmarked
from toolkit.reporting.unbroken import SIGNED, UNBROKEN

TOO_LONG = "front page too long"
STANDARDS = ["a-2a", "ua-1"]
LIBRARY_COLOURS = ("accent", "neutral", "ink", "warn")
SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
TALLEST_PT = 600.0
BOX = "□"
PRINTED_EM = 55.0
DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})")


def render(
    document: Document, brand: Brand, timestamp: int | None = None, *, forgiving: bool = False
) -> bytes:
    """The PDF; same document and timestamp, same bytes.

    Parameters
    ----------
    document : Document
    brand : Brand
    timestamp : int or None
        Seconds since 1970 written as creation time. Without it: the document's date, else
        SOURCE_DATE_EPOCH, else 1970.
    forgiving : bool
        Print a box for a character that the font cannot draw, where it would be refused.

    Raises
    ------
    ReportError
        If Typst refuses the document, for example because a picture cannot be read.
    """
    files: dict[str, bytes] = {"main.typ": (TEMPLATE / "report.typ").read_bytes()}
    data = _Writer(document, files).data(brand)
    text = json.dumps(data, ensure_ascii=False)
    files["document.json"] = (_boxed(text) if forgiving else text).encode()
    stamp = _timestamp(document) if timestamp is None else timestamp
    try:
        return _compile(files, stamp)
    except typst.TypstError as error:
        if TOO_LONG in error.message:
            raise ReportError(
                zh="首页内容太多，最小的字号也排不进一页 A4。请缩短判定、规则、未知事项或试点的文字。",
                en="The front page does not fit one sheet of A4 even in the smallest type. "
                "Shorten the sentence, the rule, the unknowns or the pilot.",
            ) from error
        raise ReportError(
            zh=f"PDF 排版失败:{error.message}。{' '.join(error.hints)}",
            en=f"The PDF could not be set: {error.message}. {' '.join(error.hints)}",
        ) from error


def _boxed(text: str) -> str:
    return text.translate({ord(character): BOX for character in fonts.missing_glyphs(text)})


def _compile(files: Mapping[str, bytes], timestamp: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="gradelab-") as scratch:
        for name, data in files.items():
            (Path(scratch) / name).write_bytes(data)
        return typst.compile(
            str(Path(scratch) / "main.typ"),
            root=scratch,
            format="pdf",
            font_paths=[str(fonts.font_files().folder)],
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=timestamp,
        )


def _timestamp(document: Document) -> int:
    if parts := _date(document.date):
        return int(datetime(*parts, tzinfo=UTC).timestamp())
    return int(os.environ.get("SOURCE_DATE_EPOCH") or 0)


def _date(text: str) -> tuple[int, int, int] | None:
    match = DATE.match(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


class _Writer:
    """Turns nodes into JSON and pictures into files."""

    def __init__(self, document: Document, files: dict[str, bytes]) -> None:
        self.document = document
        self.files = files
        self.equations = formulas.typeset(document.formulas)

    def data(self, brand: Brand) -> dict[str, Any]:
        document = self.document
        chapters = sum(heading.level == 1 for heading in document.headings)
        foot = (brand.imprint[document.lang], document.company, document.quarter, document.run_id)
        return {
            "lang": document.lang,
            "title": document.title,
            "subtitle": document.subtitle,
            "company": document.company,
            "quarter": document.quarter,
            "date": document.date,
            "date_parts": _date(document.date),
            "keywords": [word for word in (document.quarter, document.run_id) if word],
            "simulated": document.simulated,
            "foot": " · ".join(part for part in foot if part),
            "words": furniture(document.lang),
            "unbroken": {"everywhere": SIGNED, "in_prose": UNBROKEN},
            "brand": {name: getattr(brand, name).light for name in LIBRARY_COLOURS},
            "mark": self._mark(brand),
            "section_level": 1 if chapters > 1 else 2,
            "chapters_break": document.front is not None and chapters > 1,
            "has_contents": len(document.headings) > 1,
            "front": self._front(document.front, brand) if document.front else None,
            "blocks": self._nodes(document.blocks),
        }

    def _mark(self, brand: Brand) -> dict[str, str | None]:
        """Logo of the house, else its name."""
        path = self._file(brand.logo.light.figure) if brand.logo else None
        return {"path": path, "name": brand.name[self.document.lang]}

    def _front(self, front: Front, brand: Brand) -> dict[str, Any]:
        others = {"lang", "tone", "figures", "evidence", "unknowns"}
        texts = {
            one.name: self._words(getattr(front, one.name)) for one in fields(front) if one.name not in others
        }
        return {
            **texts,
            "colour": brand.tones[front.tone].light,
            "figures": [
                {
                    "label": self._words(one.label),
                    "value": self._words(one.value),
                    "note": self._words(one.note) | {"tables": self._tables(pieces(one.value + one.note))},
                }
                for one in front.figures
            ],
            "evidence": [
                {
                    "label": self._words(one.label),
                    "share": one.share,
                    "percent": self._words(one.percent),
                    "standing": one.standing,
                }
                for one in front.evidence
            ],
            "unknowns": [self._words(one) for one in front.unknowns],
        }

    def _words(self, marked: str) -> dict[str, Any]:
        """A text with its language, and the tables in which its figures stand."""
        nodes, text = pieces(marked), unmarked(marked)
        return {
            "text": text,
            "lang": language(text, self.document.lang),
            "nodes": self._nodes(nodes),
            "tables": self._tables(nodes),
        }

    def _tables(self, nodes: tuple[Any, ...]) -> list[dict[str, str]]:
        """Tables that the figures of ``nodes`` lead to, each once."""
        quoted = (node for node in walk(nodes) if isinstance(node, FactLink) and node.is_figure)
        homes = [self.document.homes[node.id] for node in quoted if node.id in self.document.homes]
        word = furniture(self.document.lang)["table"]
        named = {home.table: f"{word} {home.number}" for home in homes}
        return [{"anchor": anchor, "name": name} for anchor, name in named.items()]

    def _nodes(self, nodes: tuple[Any, ...]) -> list[Any]:
        return [self._node(node) for node in nodes if not isinstance(node, Source | Folded)]

    def _node(self, node: Any) -> Any:
        if isinstance(node, tuple | list):
            return self._nodes(tuple(node))
        if not is_dataclass(node):
            return node
        made = {"kind": node.kind, **{one.name: getattr(node, one.name) for one in fields(node)}}
        made.update(self._extra(node))
        return {name: self._node(value) for name, value in made.items()}

    def _extra(self, node: Any) -> Mapping[str, Any]:
        """What the template needs beside a node's own fields."""
        if isinstance(node, Link):
            return {"target": self.document.target(node.href) if node.href.startswith("#") else None}
        if isinstance(node, FactLink):
            home = self.document.homes.get(node.id) if node.is_figure else None
            return {"target": home.anchor if home else None}
        if isinstance(node, Paragraph):
            return {"tables": self._tables(node.children)}
        if isinstance(node, Formula):
            known = self.equations[node]
            return {"source": known.typst if known else None}
        if isinstance(node, Printed | CodeBlock):
            return {"text": _wrapped(node.text)}
        if isinstance(node, Heading):
            return {"level": min(node.level, 6)}
        if isinstance(node, Figure):
            return {
                "data": None,
                "path": self._file(node),
                "width": shown_width(node, UPRIGHT_PT, TALLEST_PT),
                **self._titles(node, "figure"),
            }
        if isinstance(node, Signatory):
            return {name: self._words(getattr(node, name)) for name in ("name", "position")}
        if isinstance(node, Table):
            return {**self._titles(node, "table"), **set_table(node)}
        return {}

    def _titles(self, node: Figure | Table, kind: str) -> dict[str, Any]:
        caption = numbered(kind, node.number, node.caption, self.document.lang)
        return {
            "caption": self._words(caption) | {"lang": language(node.caption, self.document.lang)},
            "note": self._words(node.note),
        }

    def _file(self, figure: Figure) -> str:
        name = f"figure-{len(self.files)}.{SUFFIXES[figure.mime]}"
        self.files[name] = figure.data
        return name


def _wrapped(text: str) -> str:
    """Printed lines broken at the edge of the paper, as a terminal breaks them."""
    made = []
    for line in text.split("\n"):
        rest = line.expandtabs(4)
        while em(rest) > PRINTED_EM:
            cut = next(i for i in range(1, len(rest) + 1) if em(rest[: i + 1]) > PRINTED_EM)
            made.append(rest[:cut])
            rest = rest[cut:]
        made.append(rest)
    return "\n".join(made)
