"""HTML outputs to nodes: tables of pandas, its Styler and great-tables, and plain fragments.

Only words, spans, alignment, colours and bars are taken over; no tag of the source reaches a
report, so a customer called ``<script>`` stays a name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from tinycss2.color3 import parse_color

from toolkit.reporting.blocks import Align, Cell, Table
from toolkit.reporting.columns import laid_out
from toolkit.reporting.lines import SAFE_LINK
from toolkit.reporting.nodes import HAN, Code, Emphasis, Inline, LineBreak, Link, Raised, Strong, Text, plain

NAMES = """
a abbr article aside audio b blockquote body br button canvas caption center cite code col colgroup dd del details
div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd
label li link main mark meta nav noscript object ol option p pre q s samp script section select small span strong
style sub summary sup svg table tbody td template tfoot th thead time title tr tt u ul var video
"""
ELEMENTS = frozenset(NAMES.split())
OPENING = re.compile(r"""<(?!!)(?:/?([A-Za-z][\w-]*)(?:"[^"]*"|'[^']*'|[^<>"'])*>)?""")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
BY_ID = re.compile(r"^\s*#([\w-]+)\s*$")
GRADIENT = re.compile(r"linear-gradient\(\s*90deg\s*,(.*)\)", re.DOTALL)
STOP = re.compile(r"(transparent|#[0-9a-fA-F]{3,8}|rgba?\([^)]*\)|[a-z]+)\s*([\d.]+)%")
DARK = "#1b2430"
TITLES, NOTES = ("gt_title", "gt_subtitle"), ("gt_sourcenote", "gt_footnote")
GT_ALIGN: dict[str, Align] = {"gt_right": "right", "gt_left": "left", "gt_center": "center"}
PLAIN = {
    "span",
    "div",
    "p",
    "font",
    "small",
    "u",
    "mark",
    "a",
    "center",
    "details",
    "summary",
    "label",
    "li",
    "ul",
}


def parse(source: str) -> BeautifulSoup:
    """A fragment of HTML as a tree; a ``<`` that opens no element of HTML stays a character.

    >>> parse("<td>a<b</td><td><Bob></td>").get_text()
    'a<b<Bob>'
    """

    def kept(match: re.Match[str]) -> str:
        is_element = (match[1] or "").lower() in ELEMENTS
        return match[0] if is_element else "&lt;" + match[0][1:]

    return BeautifulSoup(OPENING.sub(kept, source), "html.parser")


def tables(soup: BeautifulSoup | Tag) -> list[Table]:
    """All outermost tables of a parsed fragment, in order."""
    sheet = _sheet(soup)
    return [_table(table, sheet) for table in soup.find_all("table") if table.find_parent("table") is None]


def _table(table: Tag, sheet: dict[str, str]) -> Table:
    caption = [words(table.caption)] if table.caption else []
    notes: list[str] = []
    head: list[list[Cell]] = []
    body: list[list[Cell]] = []
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        cells = row.find_all(["th", "td"], recursive=False)
        classes = {name for cell in cells for name in cell.get("class", [])}
        if classes.intersection(TITLES):
            caption += [text for cell in cells if (text := words(cell))]
        elif classes.intersection(NOTES):
            notes += [text for cell in cells if (text := words(cell))]
        else:
            made = [_cell(cell, sheet) for cell in cells]
            (head if _is_head(row, cells, body) else body).append(made)
    colon = "：" if HAN.search("".join(caption)) else ": "
    return laid_out(_merge_names(head), body, colon.join(caption), " ".join(notes))


def _is_head(row: Tag, cells: list[Tag], body: list[list[Cell]]) -> bool:
    if row.find_parent("thead") is not None:
        return True
    has_head = row.find_parent("table").find("thead") is not None
    return not has_head and not body and all(cell.name == "th" for cell in cells)


def _merge_names(head: list[list[Cell]]) -> list[list[Cell]]:
    """Fold the row of index names, which pandas adds under the head, into the row above it."""
    if len(head) < 2 or len(head[-1]) != len(head[-2]):
        return head
    above, names = head[-2], head[-1]
    if any(cell.columns > 1 or cell.rows > 1 for cell in above + names):
        return head
    if any(
        plain(a.children).strip() and plain(b.children).strip() for a, b in zip(above, names, strict=True)
    ):
        return head
    merged = [a if plain(a.children).strip() else b for a, b in zip(above, names, strict=True)]
    return [*head[:-2], merged]


def _cell(tag: Tag, sheet: dict[str, str]) -> Cell:
    style = sheet.get(str(tag.get("id", "")), "") + ";" + str(tag.get("style", ""))
    fill = _colour(_declared(style, "background-color"))
    ink = _colour(_declared(style, "color")) or (DARK if fill else None)
    weight = _declared(style, "font-weight")
    return Cell(
        children=inlines(tag),
        heading=tag.name == "th",
        columns=_span(tag, "colspan"),
        rows=_span(tag, "rowspan"),
        align=_align(tag, style),
        fill=fill,
        ink=ink,
        bar=_bar(style),
        strong=weight in ("bold", "bolder", "600", "700", "800", "900"),
    )


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name, "1"))
    return max(int(value), 1) if value.isdigit() else 1


def _align(tag: Tag, style: str) -> Align | None:
    for name in tag.get("class", []):
        if name in GT_ALIGN:
            return GT_ALIGN[name]
    stated = _declared(style, "text-align")
    return stated if stated in ("left", "center", "right") else None


def words(tag: Tag) -> str:
    """The words of a tag on one line."""
    return " ".join(plain(tuple(_inlines(tag))).split())


def inlines(tag: Tag) -> tuple[Inline, ...]:
    """The inline nodes of a tag, without blanks at either end."""
    made = _inlines(tag)
    if made and isinstance(made[0], Text):
        made[0] = Text(made[0].text.lstrip())
    if made and isinstance(made[-1], Text):
        made[-1] = Text(made[-1].text.rstrip())
    return tuple(made)


def _inlines(tag: Tag) -> list[Inline]:
    made: list[Inline] = []
    for child in tag.children:
        if isinstance(child, Comment):
            continue
        if isinstance(child, NavigableString):
            text = re.sub(r"\s+", " ", str(child))
            made += [Text(text)] if text.strip() or (text and made) else []
        elif isinstance(child, Tag):
            made += marked(child)
    return made


def marked(tag: Tag) -> list[Inline]:
    """The nodes of one tag that stands in a line."""
    inner = _inlines(tag)
    if tag.name == "br":
        return [LineBreak()]
    if tag.name in ("b", "strong"):
        return [Strong(tuple(inner))]
    if tag.name in ("i", "em"):
        return [Emphasis(tuple(inner))]
    if tag.name in ("sup", "sub"):
        return [Raised(tuple(inner), tag.name == "sup")]
    if tag.name in ("code", "kbd", "tt"):
        return [Code(plain(tuple(inner)))]
    if tag.name == "img":
        return [Text(str(tag.get("alt", "")))]
    if tag.name == "svg":
        return []
    href = str(tag.get("href", ""))
    if tag.name == "a" and SAFE_LINK.match(href):
        return [Link(href, tuple(inner))]
    return inner if tag.name in PLAIN else [Text(str(tag))]


def _sheet(soup: BeautifulSoup | Tag) -> dict[str, str]:
    """Declarations by id: what the Styler writes into its own style element."""
    declared: dict[str, str] = {}
    for style in soup.find_all("style"):
        for selectors, body in RULE.findall(style.get_text()):
            for selector in selectors.split(","):
                if match := BY_ID.match(selector):
                    declared[match.group(1)] = declared.get(match.group(1), "") + ";" + body
    return declared


def _declared(style: str, name: str) -> str:
    found = re.findall(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", style)
    return found[-1].strip().removesuffix("!important").strip() if found else ""


@lru_cache(maxsize=4096)
def _colour(text: str) -> str | None:
    colour = parse_color(text) if text else None
    if colour is None or isinstance(colour, str) or colour.alpha == 0:
        return None
    mixed = (round(255 * (1 - colour.alpha + colour.alpha * part)) for part in colour[:3])
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _bar(style: str) -> tuple[str, float, float] | None:
    gradient = GRADIENT.search(style)
    if gradient is None:
        return None
    stops = [(_colour(name), float(share) / 100) for name, share in STOP.findall(gradient.group(1))]
    painted = [(colour, share) for colour, share in stops if colour]
    if not painted:
        return None
    shares = [share for _, share in painted]
    return painted[0][0], min(shares) if len(shares) > 1 else 0.0, min(max(shares), 1.0)
