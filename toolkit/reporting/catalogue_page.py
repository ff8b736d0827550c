"""Many policies side by side on one page of HTML that can be sorted and filtered without a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from toolkit.reporting import fonts
from toolkit.reporting.brand import TEMPLATE, Brand, load
from toolkit.reporting.tables.evaluation import NOTHING, printed
from toolkit.reporting.words import label
from toolkit.terms import LANGS, Label, Lang

WORDS = ("title", "kind", "source", "of")
FIGURES = ("grades", "unreached", "reviews", "customers", "ungraded", "largest", "evenness", "moves", "trigger_moves",
           "appeal_moves", "noise_moves", "keep_moves", "psi_grades", "spend_best", "kappa", "kappa_equal", "switchers",
           "margin_d", "retention_d", "flip", "marks", "filled")  # fmt: skip
SAID = ("filter", "count", "language", "table", "help", "description", "simulated")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    zh, en : str
        As printed.
    key : str
        What the column is sorted by: an unrounded figure, or empty for words and missing figures.
    parts : tuple of Label
        What a count counts, shown when the reader asks for it.
    mark : Label or None
        Said beside the words.
    """

    zh: str
    en: str
    key: str = ""
    parts: tuple[Label, ...] = ()
    mark: Label | None = None


def catalogue_page(
    rows: Sequence[Mapping[str, Any]],
    title: Label,
    *,
    lang: Lang = "zh",
    simulated: bool = False,
    brand: Brand | None = None,
) -> str:
    """The page; same rows, same text.

    Parameters
    ----------
    rows : sequence of mappings
        As made by :func:`toolkit.reporting.findings.catalogue_rows.catalogue_rows`. What is missing or None is shown
        as a dash; of a tuple of :class:`Label` the length is shown, and the parts on demand.
    title : Label
    lang : "zh" or "en"
        Language in which the page opens; the reader may switch.
    simulated : bool
        Whether the page says that the data are simulated.
    brand : Brand, optional

    Notes
    -----
    The policy in the head of the page forbids every request, and every style and script but those in
    the file, which it names by their hash.
    """
    script = (TEMPLATE / "catalogue.js").read_text("utf-8").strip()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    body = environment.get_template("catalogue.html.j2").render(
        title=title,
        heads=[label(f"evaluation.{name}") for name in (*WORDS, *FIGURES)],
        words=len(WORDS),
        rows=[_cells(row) for row in rows],
        said={name: label(f"catalogue.{name}") for name in SAID},
        simulated=simulated,
        lang=lang,
    )
    rules = _colours(brand or load()) + (TEMPLATE / "catalogue.css").read_text("utf-8")
    sheet = "".join(_face(weight, title.zh + title.en + body) for weight in fonts.WEIGHTS) + rules
    shell = environment.get_template("catalogue_shell.html.j2")
    return shell.render(
        title=title.text(lang),
        tongue="zh-CN" if lang == "zh" else "en",
        lang=lang,
        policy=_policy(sheet, script),
        sheet=Markup(sheet),
        script=Markup(script),
        body=Markup(body),
    )


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    mark = label("catalogue.rule_is_ours") if row.get("rule_is_ours") else None
    title, *words = (_words(row.get(name)) for name in WORDS)
    return [replace(title, mark=mark), *words, *(_figure(name, row.get(name)) for name in FIGURES)]


def _words(value: Label | str | None) -> Cell:
    if isinstance(value, Label):
        return Cell(value.zh, value.en)
    return Cell(str(value), str(value)) if value else Cell(NOTHING, NOTHING)


def _figure(name: str, value: float | tuple[Label, ...] | None) -> Cell:
    if isinstance(value, tuple):
        return Cell(str(len(value)), str(len(value)), str(len(value)), value)
    zh, en = (printed(name, value, lang) for lang in LANGS)
    return Cell(zh, en, "" if zh == NOTHING else repr(float(value)))


def _colours(brand: Brand) -> str:
    named = [(name, getattr(brand, name)) for name in ("accent", "neutral", "ink", "warn")]
    light, dark = (
        ";".join(f"--{name}:{getattr(shade, side)}" for name, shade in named) for side in ("light", "dark")
    )
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _face(weight: int, text: str) -> str:
    data = base64.b64encode(fonts.web_font(text, weight)).decode()
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"@font-face{{font-family:'Report Sans';font-weight:{weight};src:{source}}}\n"


def _policy(sheet: str, script: str) -> str:
    return (
        "default-src 'none'; font-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(sheet)}'; script-src '{_digest(script)}'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
