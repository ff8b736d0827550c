"""Page one: the verdict, the rule behind it, what it rests on and what nobody knows yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import ReportError
from toolkit.terms import LANGS, Lang

MIME = "application/vnd.gradelab.front+json"
TONES = ("adopt", "pilot", "keep", "reject", "unready")
CLASSES = ("identified", "extrapolated", "assumed", "not_identified")
MOST_FIGURES = 6


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One card: a printed figure with its name and a remark."""

    id: str
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A part of what the verdict rests on.

    ``share`` is 0..1, ``standing`` one of ``CLASSES``, ``percent`` the share as printed.
    """

    label: str
    share: float
    standing: str
    percent: str


@dataclass(frozen=True, slots=True)
class Front:
    """All that page one says; ``tone`` is one of ``TONES``; empty strings are not printed.

    Texts carry the marks of the facts that they quote, see ``tracing``.
    ``alarm`` stands above the verdict: the conclusion is another than in the report before.
    """

    lang: Lang
    word: str
    tone: str
    sentence: str
    rule: str = ""
    figures: tuple[KeyFigure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unknowns: tuple[str, ...] = ()
    pilot: str = ""
    caveat: str = ""
    alarm: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that is printed, in reading order."""
        cards = (text for one in self.figures for text in (one.label, one.value, one.note))
        shares = (text for one in self.evidence for text in (one.percent, one.label))
        known = (self.alarm, self.word, self.sentence, *cards, *shares)
        return (*known, *self.unknowns, self.pilot, self.caveat, self.rule)


def read(payload: Mapping[str, Any] | str, lang: Lang) -> Front:
    """A front page out of the payload of a notebook output.

    Parameters
    ----------
    payload : mapping or JSON text
    lang : language where the payload names none

    Raises
    ------
    ReportError
        If the decision is missing, a tone, class or share is unknown, or there are more than six figures.
    """
    data = json.loads(payload) if isinstance(payload, str) else payload
    decision = data.get("decision") or {}
    front = Front(
        lang=data.get("lang") if data.get("lang") in LANGS else lang,
        word=_text(decision.get("word")),
        tone=_text(decision.get("tone")),
        sentence=_text(decision.get("sentence")),
        rule=_text(data.get("rule")),
        figures=tuple(
            KeyFigure(*(_text(one.get(key)) for key in ("id", "label", "value", "note")))
            for one in data.get("figures") or ()
        ),
        evidence=tuple(_evidence(one) for one in data.get("evidence") or ()),
        unknowns=tuple(_text(one) for one in data.get("unknowns") or ()),
        pilot=_text(data.get("pilot")),
        caveat=_text(data.get("caveat")),
        alarm=_text(data.get("alarm")),
    )
    _check(front)
    return front


def _evidence(one: Mapping[str, Any]) -> Evidence:
    share = float(one.get("share", -1))
    percent = _text(one.get("percent")) or f"{share:.0%}"
    return Evidence(_text(one.get("label")), share, _text(one.get("class")), percent)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _check(front: Front) -> None:
    if not front.word or not front.sentence or front.tone not in TONES:
        raise ReportError(
            zh=f"首页没有完整的判定:需要 word、sentence 和 tone({'、'.join(TONES)}),得到 tone={front.tone!r}。"
            "请检查 report-summary 单元格。",
            en="The front page has no complete decision: word, sentence and a tone out of "
            f"{', '.join(TONES)} are needed, got tone={front.tone!r}. Check the report-summary cell.",
        )
    bad = [one for one in front.evidence if one.standing not in CLASSES or not 0 <= one.share <= 1]
    if bad:
        raise ReportError(
            zh=f"首页证据有 {len(bad)} 项不合规,第一项是「{bad[0].label}」:class 应为 {'、'.join(CLASSES)},"
            f"share 应在 0 到 1 之间,得到 {bad[0].standing!r} 和 {bad[0].share}。",
            en=f"{len(bad)} piece(s) of evidence on the front page are not acceptable, first {bad[0].label!r}: "
            f"class must be one of {', '.join(CLASSES)} and share lie in 0..1, "
            f"got {bad[0].standing!r} and {bad[0].share}.",
        )
    if len(front.figures) > MOST_FIGURES:
        raise ReportError(
            zh=f"首页有 {len(front.figures)} 个数字,最多 {MOST_FIGURES} 个。请只留董事会要看的。",
            en=f"The front page has {len(front.figures)} figures, at most {MOST_FIGURES} fit. "
            "Keep those a board needs.",
        )
