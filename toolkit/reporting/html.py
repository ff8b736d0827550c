"""A document as one HTML file that asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from toolkit.reporting import fonts, formulas, unbroken
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
SVG_SAFE = " =:/;,?@&$!*+~()'-_.|[]{}"
NOT_ELEMENT = re.compile(r"^\s*(<\?xml.*?\?>|<!DOCTYPE[^>]*>|<!--.*?-->|\s)*", re.DOTALL)
METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)


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
    return (
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
    """The picture as a data address; SVG stays text, which is smaller than base64."""
    if figure.mime != "image/svg+xml":
        return Markup(f"data:{figure.mime};base64,{base64.b64encode(figure.data).decode()}")
    text = METADATA.sub("", NOT_ELEMENT.sub("", figure.data.decode("utf-8"), count=1))
    text = re.sub(r">\s+<", "><", text).strip()
    text = text if "'" in text else text.replace('"', "'")
    address = "data:image/svg+xml," + quote(text.replace("\n", " "), safe=SVG_SAFE)
    return Markup(address.replace("&", "&amp;"))


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
