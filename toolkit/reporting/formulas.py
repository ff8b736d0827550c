"""TeX formulas to Typst mathematics and to MathML, by one and the same front end."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

import tex2typst
import typst

from toolkit.reporting.nodes import Formula

log = logging.getLogger(__name__)

MATH = re.compile(r"<math.*?</math>", re.DOTALL)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
WORD = re.compile(r"\\mathrm\s*\{([A-Za-z]{2,})\}")
NAMED = re.compile(r"\\(arg)(min|max)(?![A-Za-z])")
OPERATOR = re.compile(r"(\\operatorname\*?\s*\{)([^{}]*)(\})")
DROPPED = re.compile(r"\\(?:tag|label)\*?\s*\{[^{}]*\}|\\(?:hline|nonumber|notag)(?![A-Za-z])")
SYNONYMS = {"overline": "bar", "stackrel": "overset"}
SYNONYM = re.compile(rf"\\({'|'.join(SYNONYMS)})(?![A-Za-z])")
LOSSY = ("underline(", "overline(", "cancel(", "augment:")
INLINE_STYLE = re.compile(r' style="[^"]*"')
ACCENT = re.compile("<mo([^>]*)>([\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u20d7])</mo>")
SPACING = dict(zip("\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u20d7", "^~¯˘˙¨ˇ→", strict=True))
SPACES = re.compile(r"\\[,;:! ]|~")


@dataclass(frozen=True, slots=True)
class Typeset:
    """One formula, ready for either paper; ``mathml`` is empty where the page would lose a stroke."""

    typst: str
    mathml: str


@dataclass(frozen=True, slots=True)
class Formulas:
    """All formulas of a document.

    Attributes
    ----------
    known : dict of Formula to Typeset
        A formula that could not be set is absent and is shown as its TeX source.
    style : str
        The style rules that the MathML counts on.
    """

    known: dict[Formula, Typeset]
    style: str

    def __getitem__(self, formula: Formula) -> Typeset | None:
        return self.known.get(formula)


def typeset(formulas: Sequence[Formula]) -> Formulas:
    """Set ``formulas``; those beyond the converter are left out with a logged warning."""
    converted = {formula: source for formula in formulas if (source := _convert(formula.tex)) is not None}
    if not converted:
        return Formulas({}, "")
    try:
        pages = _mathml(converted)
    except typst.TypstError:
        converted = {formula: source for formula, source in converted.items() if _sets(formula, source)}
        pages = _mathml(converted) if converted else ([], "")
    found, style = pages
    known = {
        formula: Typeset(source, "" if any(sign in source for sign in LOSSY) else markup)
        for (formula, source), markup in zip(converted.items(), found, strict=True)
    }
    return Formulas(known, style)


def _convert(tex: str) -> str | None:
    tex = DROPPED.sub("", tex)
    tex = SYNONYM.sub(lambda match: "\\" + SYNONYMS[match[1]], tex)
    tex = NAMED.sub(r"\\operatorname*{\1 \2}", tex)
    tex = WORD.sub(r"\\operatorname{\1}", tex)
    tex = OPERATOR.sub(lambda match: match[1] + SPACES.sub(" ", match[2]) + match[3], tex)
    try:
        return tex2typst.tex2typst(tex)
    except Exception as error:
        log.warning("formula shown as its source, %s: %s", type(error).__name__, tex)
        return None


def _sets(formula: Formula, source: str) -> bool:
    try:
        return len(_mathml({formula: source})[0]) == 1
    except typst.TypstError as error:
        log.warning("formula shown as its source, %s: %s", error.message, formula.tex)
        return False


def _mathml(converted: dict[Formula, str]) -> tuple[list[str], str]:
    """MathML of every formula in order, and the style sheet of the page they came on."""
    rows = [{"source": source, "display": formula.display} for formula, source in converted.items()]
    page = (
        '#set document(title: "formulas")\n'
        '#for row in json("rows.json") { math.equation(block: row.display, eval(row.source, mode: "math")); parbreak() }'
    )
    files = {"main.typ": page.encode(), "rows.json": json.dumps(rows).encode()}
    made = typst.compile(files, format="html", ignore_system_fonts=True).decode()
    found = [_portable(markup) for markup in MATH.findall(made)]
    if len(found) != len(rows):
        raise typst.TypstError(f"{len(rows)} formulas gave {len(found)} pieces", "")
    style = STYLE.search(made)
    return found, style.group(1) if style else ""


def _portable(markup: str) -> str:
    """Without style attributes, and with accents that sit right in any font."""
    markup = INLINE_STYLE.sub("", markup)
    return ACCENT.sub(lambda match: f"<mo{match[1]}>{SPACING[match[2]]}</mo>", markup)
