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
from toolkit.terms import Label, Lang, figure


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
        return f"95% 区间 {low} 至 {high}" if lang == "zh" else f"95% interval {low} to {high}"

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
        if self.better:
            entry["better"] = self.better
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

    def interval(self, id: str, lang: Lang) -> str:
        """The interval of the figure ``id`` as printed; empty where there is none."""
        return self[id].interval(lang, self.currency)

    def with_interval(self, id: str, lang: Lang) -> str:
        """The figure ``id`` with its interval."""
        interval = self.interval(id, lang)
        left, right = ("（", "）") if lang == "zh" else (" (", ")")
        return self.text(id, lang) + (f"{left}{interval}{right}" if interval else "")

    def write(self, path: Path, ids: Iterable[str]) -> None:
        """Write the facts ``ids`` as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = {id: self[id].record(self.currency) for id in ids}
        path.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _finite(value: Any) -> Any:
    """JSON has no infinities: an open end is written as a word."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "unbounded"
    return value.item() if hasattr(value, "item") else value
