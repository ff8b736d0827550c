"""The blocks of a document: what stands alone, one under the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from toolkit.reporting.nodes import Formula, Inline
from toolkit.terms import Lang

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 is a chapter; ``anchor`` is unique in the document."""

    kind: ClassVar[str] = "heading"
    level: int
    anchor: str
    children: tuple[Inline, ...]
    lang: Lang


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``lang`` is the language of the words, not of the document."""

    kind: ClassVar[str] = "paragraph"
    children: tuple[Inline, ...]
    lang: Lang


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; ``checked`` is None unless it is a task."""

    kind: ClassVar[str] = "item"
    blocks: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, numbered from ``start`` when ``ordered``."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    kind: ClassVar[str] = "definition"
    term: tuple[Inline, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A call-out."""

    kind: ClassVar[str] = "quote"
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code that the text shows on purpose."""

    kind: ClassVar[str] = "code"
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The code of a notebook cell: folded in HTML, absent from the PDF."""

    kind: ClassVar[str] = "source"
    text: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What a cell printed, as it stood on the screen."""

    kind: ClassVar[str] = "printed"
    text: str


@dataclass(frozen=True, slots=True)
class Folded:
    """Outputs a reader may open in HTML; absent from the PDF."""

    kind: ClassVar[str] = "folded"
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A thematic break."""

    kind: ClassVar[str] = "divider"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell.

    Attributes
    ----------
    heading : bool
        Heads its column (in the head) or its row (in the body).
    align : "left", "center", "right" or None
        None follows the column.
    fill, ink : str or None
        Colours ``#rrggbb`` of background and words.
    bar : tuple of (colour, start, end) or None
        A bar behind the figure; start and end are shares 0..1 of the cell's width.
    at : int
        Its first column, counted from 0; set when the table is laid out.
    anchor : str
        Where a link to its row leads; empty for most.
    """

    kind: ClassVar[str] = "cell"
    children: tuple[Inline, ...]
    heading: bool = False
    columns: int = 1
    rows: int = 1
    align: Align | None = None
    fill: str | None = None
    ink: str | None = None
    bar: tuple[str, float, float] | None = None
    strong: bool = False
    at: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the head repeats on every page.

    Attributes
    ----------
    head, body : tuple of rows, each a tuple of Cell
    aligns : tuple of Align, one per column
    widths : tuple of float, one per column
        Natural width in em, estimated.
    caption, note : str
        May be empty. ``number`` counts captioned tables from 1 and is 0 without a caption.
    id, anchor : str
        What the chapter calls it, and where a link to it leads; empty for a table without a name.
    """

    kind: ClassVar[str] = "table"
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    aligns: tuple[Align, ...]
    widths: tuple[float, ...]
    caption: str = ""
    note: str = ""
    number: int = 0
    id: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with the words that stand for it.

    Attributes
    ----------
    mime : str
        ``image/svg+xml``, ``image/png``, ``image/jpeg`` or ``image/gif``.
    data : bytes
    alt : str
        What the picture shows, for those who do not see it.
    number : int
        Counts captioned figures from 1; 0 without a caption.
    """

    kind: ClassVar[str] = "figure"
    mime: str
    data: bytes
    alt: str
    caption: str = ""
    note: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Signatory:
    """A line to sign: who, in which role, answering for what; ``name`` and ``position`` may be empty."""

    kind: ClassVar[str] = "signatory"
    role: str
    duty: str
    name: str
    position: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """Lines to sign; ``heads`` are role, name, signature and date in words."""

    kind: ClassVar[str] = "sign_off"
    heads: tuple[str, ...]
    rows: tuple[Signatory, ...]


Block = (
    Heading
    | Paragraph
    | Bullets
    | Definition
    | Quote
    | CodeBlock
    | Source
    | Printed
    | Folded
    | Divider
    | Formula
    | Table
    | Figure
    | SignOff
)
