"""A document as one HTML file that asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from toolkit.errors import ReportError
from toolkit.reporting import fonts, formulas, svg, unbroken
from toolkit.reporting.blocks import CodeBlock, Figure, Printed, Source
from toolkit.reporting.brand import TEMPLATE, Brand
from toolkit.reporting.document import Document
from toolkit.reporting.first_page import Evidence
from toolkit.reporting.furniture import furniture, numbered
from toolkit.reporting.logo import Picture
from toolkit.reporting.nodes import Code, language, plain, walk
from toolkit.reporting.pictures import NARROW_PT, natural_size
from toolkit.reporting.table_cells import Colours, placed
from toolkit.reporting.tracing import pieces, unmarked
from toolkit.terms import Lang

TONGUES: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
CONTENTS_DEPTH = 2
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the evidence bar, in per cent of its width."""

    start: float
    width: float
    standing: str


def render(document: Document, brand: Brand) -> str:
    """The whole page; same document, same text.

    Fonts carry only the characters of the page; the policy in the head forbids every
    request, every style and every script but those in the file.

    Raises
    ------
    ReportError
        If the page is larger than mail and phones take.
    """
    colours = Colours()
    equations = formulas.typeset(document.formulas)
    has_source = any(isinstance(node, Source) for node in walk(document.blocks))
    page = _page(document, brand, equations, colours, has_source)
    script = (TEMPLATE / "switch.js").read_text("utf-8").strip() if has_source else ""
    rules = [
        _brand_css(brand),
        _page_css(document, brand),
        (TEMPLATE / "style.css").read_text("utf-8"),
        colours.css(),
        equations.style,
    ]
    sheet = "\n".join([_font_css(document.title + page + "".join(rules), document, equations), *rules])
    whole = (
        _environment()
        .get_template("shell.html.j2")
        .render(
            document=document,
            tongue=TONGUES[document.lang],
            policy=_policy(sheet, script),
            sheet=Markup(sheet),
            script=Markup(script),
            page=Markup(page),
        )
    )
    _refuse_large(whole, document)
    return whole


def _refuse_large(page: str, document: Document) -> None:
    size = len(page.encode())
    if size <= MOST_BYTES:
        return
    figures = [node for node in walk(document.blocks) if isinstance(node, Figure)]
    largest = max(figures, key=lambda figure: len(figure.data), default=None)
    name = (largest.caption or largest.alt) if largest else ""
    pictured = len(largest.data) / 1e6 if largest else 0.0
    raise ReportError(
        zh=f"HTML 报告有 {size / 1e6:.1f} MB，上限为 {MOST_BYTES / 1e6:.0f} MB。共 {len(figures)} 幅图，"
        f"最大的是“{name}”（{pictured:.1f} MB）。请减少图中的点，或改用更小的位图。",
        en=f"The HTML report has {size / 1e6:.1f} MB; the limit is {MOST_BYTES / 1e6:.0f} MB. Of its {len(figures)} "
        f"figure(s) the largest is “{name}” ({pictured:.1f} MB). Draw fewer points or use a smaller bitmap.",
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters.update(plain=plain, unbroken=unbroken.pieces)
    return environment


def _page(
    document: Document, brand: Brand, equations: formulas.Formulas, colours: Colours, has_source: bool
) -> str:
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            document=document,
            words=furniture(document.lang),
            formulas=equations,
            imprint=brand.imprint[document.lang],
            house=brand.name[document.lang],
            logo=brand.logo,
            address=_address,
            contents=[heading for heading in document.headings if heading.level <= CONTENTS_DEPTH],
            has_source=has_source,
            pieces=_pieces(document.front.evidence) if document.front else [],
            placed=lambda table: placed(table, colours),
            picture=_picture,
            is_small=_is_small,
            numbered=lambda kind, number, caption: numbered(kind, number, caption, document.lang),
            tagged=lambda lang: _lang_attribute(lang, document.lang),
            said=lambda text: _lang_attribute(language(unmarked(text), document.lang), document.lang),
            home=document.homes.get,
            nodes=pieces,
        )
    )


def _lang_attribute(lang: Lang, document: Lang) -> Markup:
    return Markup("") if lang == document else Markup(f' lang="{TONGUES[lang]}"')


def _pieces(evidence: tuple[Evidence, ...]) -> list[Piece]:
    total = sum(one.share for one in evidence) or 1.0
    made, start = [], 0.0
    for one in (one for one in evidence if one.share > 0):
        width = 100 * one.share / total
        gap = 0.25 if start + width < 99.9 else 0.0
        made.append(Piece(round(start, 3), round(max(width - gap, 0), 3), one.standing))
        start += width
    return made


def _picture(figure: Figure) -> Markup:
    """The picture as a data address."""
    if figure.mime == "image/svg+xml":
        return svg.address(figure.data)
    return Markup(f"data:{figure.mime};base64,{base64.b64encode(figure.data).decode()}")


def _address(picture: Picture) -> str:
    """The picture as a data address without blanks, so that it may stand in ``srcset``."""
    return f"data:{picture.mime};base64,{base64.b64encode(picture.data).decode()}"


def _is_small(figure: Figure) -> bool:
    size = natural_size(figure)
    return figure.mime != "image/svg+xml" or (size is not None and size[0] < NARROW_PT)


def _brand_css(brand: Brand) -> str:
    named = [(name, getattr(brand, name)) for name in ("accent", "neutral", "ink", "warn")]
    tones = brand.tones.items()
    light = ";".join(f"--{name}:{shade.light}" for name, shade in named)
    dark = ";".join(f"--{name}:{shade.dark}" for name, shade in named)
    rules = [f":root{{{light}}}"]
    rules += [f".tone-{tone}{{--tone:{shade.light}}}" for tone, shade in tones]
    rules.append("@media screen and (prefers-color-scheme:dark){" + f":root{{{dark}}}")
    rules += [f".tone-{tone}{{--tone:{shade.dark}}}" for tone, shade in tones]
    return "".join(rules) + "}"


def _page_css(document: Document, brand: Brand) -> str:
    """Page numbers, and on simulated data its name, in the margins of a print from the browser."""
    style = f"font:7.5pt 'Report Sans';color:{brand.neutral.light}"
    name = furniture(document.lang)["simulated"]
    top = f"@top-right{{content:'{name}';{style}}}" if document.simulated else ""
    return f"@page{{{top}@bottom-right{{content:counter(page) ' / ' counter(pages);{style}}}}}\n"


def _font_css(text: str, document: Document, equations: formulas.Formulas) -> str:
    """Font faces for the characters of the page.

    Chinese within code has a face of its own, first in its stack: browsers may not repaint
    text for which an embedded font is only a fallback.
    """
    faces = [_face("Report Sans", weight, fonts.web_font(text, weight)) for weight in fonts.WEIGHTS]
    code = (node for node in walk(document.blocks) if isinstance(node, Code | CodeBlock | Printed | Source))
    letters = "".join(character for node in code for character in node.text if not character.isascii())
    if letters:
        faces.append(_face("Report Code", 400, fonts.web_font(letters, 400), "unicode-range:U+80-10FFFF;"))
    if equations.known:
        letters = "".join(one.mathml for one in equations.known.values())
        faces.append(_face("Report Math", 400, fonts.web_math_font(letters)))
    return "".join(faces)


def _face(family: str, weight: int, data: bytes, reach: str = "") -> str:
    source = f"url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2')"
    return f"@font-face{{font-family:'{family}';font-weight:{weight};{reach}src:{source}}}\n"


def _policy(sheet: str, script: str) -> str:
    return (
        "default-src 'none'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(sheet)}'; script-src '{_digest(script)}'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
