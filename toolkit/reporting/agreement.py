"""Whether what a document says of facts is what the facts say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import ReportError
from toolkit.reporting.furniture import WORDS
from toolkit.reporting.quotes import Quote
from toolkit.terms import UNITS, Lang

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact that is said otherwise than it was recorded.

    Attributes
    ----------
    quote : Quote
    expected : str
        The figure as recorded; empty where no chapter recorded the fact.
    """

    quote: Quote
    expected: str

    def line(self, lang: Lang) -> str:
        """Chapter, fact, what is said and what was recorded."""
        where = self.quote.chapter or WORDS["page_one"].text(lang)
        if lang == "zh":
            right = f"应为「{self.expected}」" if self.expected else "没有章节记录过它"
            return f"{where}：{self.quote.id} 写作「{self.quote.said}」，{right}"
        right = f"the fact is “{self.expected}”" if self.expected else "no chapter recorded it"
        return f"{where}: {self.quote.id} says “{self.quote.said}”, {right}"


def printings(fact: Mapping[str, Any], lang: Lang) -> tuple[str, ...]:
    """The forms in which a document may print a fact: with its unit, its interval, the number alone.

    >>> printings({"unit": "customers", "text": {"en": "796 customers"}}, "en")
    ('796 customers', '', '796')
    """
    text = str(fact.get("text", {}).get(lang, fact.get("value", "")))
    interval = str(fact.get("interval", {}).get(lang, ""))
    unit = UNITS.get(str(fact.get("unit")))
    return text, interval, text.removesuffix(unit.label.text(lang) if unit else "").rstrip()


def contradictions(
    quotes: Iterable[Quote], facts: Mapping[str, Mapping[str, Any]], lang: Lang
) -> list[Contradiction]:
    """Every quote that differs from its fact, blanks apart.

    Parameters
    ----------
    quotes : iterable of Quote
        Of a document, or read from a finished file.
    facts : mapping of id to record
        The content of ``facts.json``.
    lang : "zh" or "en"
    """
    found = []
    for quote in quotes:
        known = facts.get(quote.id)
        allowed = printings(known, lang) if known else ()
        if squeezed(quote.said) not in map(squeezed, filter(None, allowed)):
            found.append(Contradiction(quote, allowed[0] if allowed else ""))
    return found


def refuse_contradictions(
    quotes: Iterable[Quote], facts: Mapping[str, Mapping[str, Any]], lang: Lang
) -> None:
    """Let no report out whose figures are not those of its facts.

    Raises
    ------
    ReportError
        With the number of contradictions and the first of them.
    """
    found = contradictions(quotes, facts, lang)
    if not found:
        return
    zh, en = ("\n".join(f"  {one.line(way)}" for one in found[:MOST_SHOWN]) for way in ("zh", "en"))
    raise ReportError(
        zh=f"报告中有 {len(found)} 处数字与数据要点（facts.json）不符，未生成：\n{zh}\n"
        "多半是已执行的笔记本被改过，或章节出自另一次运行；请用 gradelab run --force all 重跑。",
        en=f"{len(found)} figure(s) of the report contradict the facts (facts.json), so it was not made:\n{en}\n"
        "Most likely an executed notebook was edited, or a chapter comes from another run; run again with --force all.",
    )


def squeezed(text: str) -> str:
    """The text without blanks, and without the joiners that keep a figure on its line."""
    return re.sub(r"[\s\u2060]+", "", text)
