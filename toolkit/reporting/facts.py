"""Facts: the figures that a report may print, each with unit and names in both languages.

Prose never types a figure. It names a fact, and the fact knows how it is printed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from toolkit.errors import ReportError
from toolkit.estimate import Estimate
from toolkit.reporting.fact_tables import table_of
from toolkit.reporting.tracing import figure_mark, words_mark
from toolkit.terms import LANGS, Label, Lang, figure, without_gaps

TEXT, PROSE = "text", "prose"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure.

    Attributes
    ----------
    id : str
        Dotted name, unique in a run.
    value : float, int, str or None
        As stored: shares 0..1, money in the study's currency. None where there is no figure.
    unit : str
        A key of :data:`toolkit.terms.UNITS`.
    label : Label
    low, high : float or None
        95 % interval.
    words : Label or None
        For a fact that is a word (a verdict, a date), its text in both languages.
    signed : bool
        Print a plus sign.
    digits : int or None
        Decimals; None for the unit's own.
    better : "higher", "lower" or None
    table : str
        The display table in which the figure stands; empty for that of ``fact_tables.yaml``.
    """

    id: str
    value: float | int | str | None
    unit: str
    label: Label
    low: float | None = None
    high: float | None = None
    words: Label | None = None
    signed: bool = False
    digits: int | None = None
    better: Literal["higher", "lower"] | None = None
    table: str = ""

    @classmethod
    def prose(cls, id: str, words: Label, label: Label) -> Fact:
        """Words made from a result, such as the reason of a refusal; no figure to compare, and no verdict."""
        return cls(id, words.en, PROSE, label, words=words)

    @classmethod
    def of(cls, id: str, estimate: Estimate, label: Label, **printed: Any) -> Fact:
        """A fact with the interval of ``estimate``."""
        return cls(id, estimate.value, estimate.unit, label, estimate.low, estimate.high, **printed)

    def text(self, lang: Lang, currency: str) -> str:
        """The figure as printed, without its interval."""
        if self.words:
            return self.words.text(lang)
        return figure(self.value, self.unit, lang, currency=currency, digits=self.digits, signed=self.signed)

    def interval(self, lang: Lang, currency: str) -> str:
        """The interval as printed; empty where there is none."""
        if self.low is None or self.high is None:
            return ""
        low, high = (
            figure(x, self.unit, lang, currency=currency, digits=self.digits, signed=self.signed)
            for x in (self.low, self.high)
        )
        return without_gaps(f"95% 区间 {low} 至 {high}") if lang == "zh" else f"95% interval {low} to {high}"

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure that a table can hold: no prose, no bare word."""
        if self.unit != TEXT:
            return self.unit != PROSE
        words = (self.words.zh, self.words.en) if self.words else (str(self.value),)
        return any(character.isdigit() for text in words for character in text)

    def record(self, currency: str) -> dict[str, Any]:
        """The fact as written to ``facts.json``."""
        entry: dict[str, Any] = {
            "value": _finite(self.value),
            "unit": self.unit,
            "zh": self.label.zh,
            "en": self.label.en,
            "text": {"zh": self.text("zh", currency), "en": self.text("en", currency)},
        }
        if self.unit == "money":
            entry["currency"] = currency
        if self.low is not None:
            entry |= {"low": _finite(self.low), "high": _finite(self.high)}
            if self.interval("en", currency):
                entry["interval"] = {lang: self.interval(lang, currency) for lang in LANGS}
        if self.better:
            entry["better"] = self.better
        if table := self.table or table_of(self.id):
            entry["table"] = table
        return entry


class Facts:
    """The facts of one chapter, by id, in the order they were recorded.

    >>> facts = Facts("CNY")
    >>> facts.put(Fact("customers", 4338, "customers", Label("客户数", "customers")))
    >>> facts.text("customers", "en")
    '4,338 customers'
    """

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._facts: dict[str, Fact] = {}

    def put(self, *facts: Fact) -> None:
        """Record facts; an id may be recorded twice only with the same value."""
        for fact in facts:
            known = self._facts.get(fact.id)
            if known is not None and known.value != fact.value:
                raise ReportError(
                    zh=f"数据要点 {fact.id} 记了两个不同的值：{known.value} 与 {fact.value}。",
                    en=f"Fact {fact.id} was recorded with two values, {known.value} and {fact.value}.",
                )
            self._facts[fact.id] = fact

    def extend(self, facts: Iterable[Fact]) -> None:
        """Record several facts."""
        self.put(*facts)

    def __getitem__(self, id: str) -> Fact:
        if id not in self._facts:
            raise ReportError(
                zh=f"文字引用了没有记录的数据要点 {id}；已记录的有：{'、'.join(self._facts) or '无'}。",
                en=f"The text names the fact {id}, which was not recorded; known are: {', '.join(self._facts) or 'none'}.",
            )
        return self._facts[id]

    def __contains__(self, id: str) -> bool:
        return id in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def text(self, id: str, lang: Lang) -> str:
        """The figure ``id`` as printed."""
        return self[id].text(lang, self.currency)

    def marked(self, id: str, lang: Lang, *, interval: bool = False, bold: bool = False) -> str:
        """The figure ``id`` with its mark, and on demand with its interval, for prose that is traced."""
        fact = self[id]
        text, range_ = fact.text(lang, self.currency), fact.interval(lang, self.currency) if interval else ""
        made = figure_mark(id, text, bold=bold) if fact.is_figure else words_mark(id, text)
        left, right = ("（", "）") if lang == "zh" else (" (", ")")
        return made + (left + words_mark(id, range_) + right if range_ else "")

    def records(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The facts ``ids`` as ``facts.json`` holds them."""
        return {id: self[id].record(self.currency) for id in ids}

    def write(self, path: Path, ids: Iterable[str]) -> None:
        """Write the facts ``ids`` as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.records(ids), ensure_ascii=False, indent=1) + "\n", "utf-8")


def _finite(value: Any) -> Any:
    """JSON has no infinities: an open end is written as a word."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "unbounded"
    return value.item() if hasattr(value, "item") else value
