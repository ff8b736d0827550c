"""What a machine that reads aloud finds in a PDF, and what it would miss. Sources: ISO 14289-1, ISO 32000-1 § 14.8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
from bs4 import BeautifulSoup

PAINTS = {"Tj", "TJ", "'", '"', "Do", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "INLINE IMAGE"}
HEADING = re.compile(r"^/H([1-6])$")
INVISIBLE = re.compile(r"[\s\u200b\u2060\u00ad]+")


def faults(file: Path) -> list[str]:
    """Everything that would keep a reader of the tags from the content of ``file``."""
    with pikepdf.open(file) as pdf:
        nodes = list(_elements(pdf.Root.StructTreeRoot.K))
        return [*_of_document(pdf), *_of_elements(nodes), *_of_links(pdf, nodes), *_untagged(pdf)]


def tables(file: Path) -> list[tuple[int, int]]:
    """Rows and cells of every table, in reading order; repeated heads are no rows of their own."""
    with pikepdf.open(file) as pdf:
        found = [node for node in _elements(pdf.Root.StructTreeRoot.K) if node.S == "/Table"]
        kinds = [[str(one.S) for one in _elements(node.K)] for node in found]
    return [(kind.count("/TR"), kind.count("/TH") + kind.count("/TD")) for kind in kinds]


def tables_of_page(page: str) -> list[list[list[str]]]:
    """Texts of every table of an HTML report, row by row."""
    soup = BeautifulSoup(page, "html.parser")
    return [
        [[squeezed(cell.get_text()) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
        for table in soup.select("main table")
        if not table.find_parent("details")
    ]


def bookmarks(file: Path) -> list[str]:
    """Titles of the outline, squeezed."""

    def flat(items: list) -> Iterator[str]:
        for one in items:
            if isinstance(one, list):
                yield from flat(one)
            else:
                yield squeezed(one.title)

    return list(flat(pypdf.PdfReader(file).outline))


def text(file: Path) -> str:
    """All words of the file, squeezed."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(file).pages))


def squeezed(words: str) -> str:
    """Without blanks and without what typesetting adds."""
    return INVISIBLE.sub("", words).replace("·", "・")


def _elements(node: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from _elements(one)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from _elements(node.get("/K", pikepdf.Array()))


def _of_document(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as about:
        claimed = tuple(about.get(key) for key in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part"))
        if claimed != ("2", "A", "1"):
            yield f"claims {claimed}"
        if not str(about.get("dc:title", "")).strip():
            yield "no title"
    if not str(pdf.Root.get("/Lang", "")) or not pdf.Root.MarkInfo.get("/Marked"):
        yield "no language or not marked"
    if not pdf.Root.ViewerPreferences.get("/DisplayDocTitle"):
        yield "title not shown"
    if any(page.get("/Tabs") != "/S" for page in pdf.pages if "/Annots" in page):
        yield "links are not visited in the order of the text"


def _of_elements(nodes: list[pikepdf.Dictionary]) -> Iterator[str]:
    level = 0
    for node in nodes:
        kind = str(node.S)
        if kind in ("/Figure", "/Formula") and not str(node.get("/Alt", "")).strip():
            yield f"{kind} without words"
        if kind == "/TH" and not any("/Scope" in one for one in _attributes(node)):
            yield "a head of a table without scope"
        if kind == "/Table" and not any(one.S == "/TH" for one in _elements(node.K)):
            yield "a table without heads"
        if found := HEADING.match(kind):
            if int(found[1]) > level + 1:
                yield f"heading of level {found[1]} after level {level}"
            level = int(found[1])


def _attributes(node: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    held = node.get("/A", pikepdf.Array())
    return [
        one
        for one in (held if isinstance(held, pikepdf.Array) else [held])
        if isinstance(one, pikepdf.Dictionary)
    ]


def _of_links(pdf: pikepdf.Pdf, nodes: list[pikepdf.Dictionary]) -> Iterator[str]:
    links = [one for page in pdf.pages for one in page.get("/Annots", []) if one.Subtype == "/Link"]
    yield from ("a link without words" for one in links if not str(one.get("/Contents", "")).strip())
    yield from ("a link outside the structure" for one in links if "/StructParent" not in one)
    if links and not any(node.S == "/Link" for node in nodes):
        yield "links are not tagged"


def _untagged(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Strokes and words that are neither content of an element nor marked as decoration."""
    for number, page in enumerate(pdf.pages, 1):
        depth = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
            elif name == "EMC":
                depth -= 1
            elif name in PAINTS and depth == 0:
                yield f"page {number}: {name} is not tagged ({len(operands)})"
                break
