"""Tables of the track record."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.reporting.table import Table
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, number
from toolkit.track.calibration import ALL, BANDS, Calibration
from toolkit.track.claim import KINDS
from toolkit.track.record import TrackRecord
from toolkit.track.resolution import Resolution

NONE = "—"


def track_kinds(found: Calibration, *, lang: Lang, currency: str) -> Table:
    """Intervals by kind of claim."""
    rows = [
        (
            word("track.all", lang) if kind == ALL else KINDS[kind].text(lang),
            number(row["claims"]),
            number(row["inside"]),
            _share(row, lang),
            figure(row["level"], "share", lang, digits=0),
            word(f"track.{row['said']}", lang),
        )
        for kind, row in found.intervals.iterrows()
    ]
    heads = [word(f"track.{name}", lang) for name in ("kind", "count", "agreed", "share", "level", "verdict")]
    return Table(word("track.kinds", lang), heads, rows, found.intervals.reset_index(), words=frozenset({5}))


def track_bands(found: Calibration, *, lang: Lang, currency: str) -> Table:
    """Probabilities by band."""
    rows = [
        (
            band_text(band, lang),
            number(row["claims"]),
            figure(row["claimed"], "share", lang),
            number(row["came_true"]),
            _share(row, lang) if row["claims"] else NONE,
            word(f"track.{row['said']}", lang),
        )
        for band, (_, row) in zip(BANDS, found.probabilities.iterrows(), strict=True)
    ]
    heads = [
        word(f"track.{name}", lang) for name in ("band", "count", "claimed", "came_true", "share", "verdict")
    ]
    return Table(
        word("track.bands", lang), heads, rows, found.probabilities.reset_index(), words=frozenset({5})
    )


def track_misses(record: TrackRecord, *, lang: Lang, currency: str) -> Table:
    """Claims whose interval what happened did not agree with, oldest first."""
    rows = [
        (
            f"{KINDS[miss.claim.kind].text(lang)}{'：' if lang == 'zh' else ': '}{miss.claim.label.text(lang)}",
            str(miss.claim.made),
            _with_ends(miss.claim.value, (miss.claim.low, miss.claim.high), miss, lang, currency),
            _with_ends(miss.seen.value, (miss.seen.low, miss.seen.high), miss, lang, currency),
            NONE if miss.seen.source is None else miss.seen.source.text(lang),
        )
        for miss in record.misses
    ]
    heads = [word(f"track.{name}", lang) for name in ("claim", "made_in", "said_then", "seen", "source")]
    numbers = pd.DataFrame(
        [
            (m.claim.id, str(m.claim.made), m.claim.value, m.claim.low, m.claim.high, m.seen.value)
            for m in record.misses
        ],
        columns=["claim", "made", "value", "low", "high", "observed"],
    )
    return Table(word("track.misses", lang), heads, rows, numbers, words=frozenset({1, 4}))


def track_unscored(record: TrackRecord, *, lang: Lang, currency: str) -> Table:
    """Why claims are not counted, and how many each time."""
    rows = [(reason.text(lang), number(count)) for reason, count in record.unscored]
    numbers = pd.DataFrame(
        [(reason.zh, reason.en, count) for reason, count in record.unscored], columns=["zh", "en", "claims"]
    )
    heads = [word("track.reason", lang), word("track.count", lang)]
    return Table(word("track.unscored", lang), heads, rows, numbers)


def band_text(band: tuple[float, float], lang: Lang) -> str:
    """A band of probabilities as printed."""
    return " – ".join(figure(end, "share", lang, digits=0) for end in band)


def _share(row: pd.Series, lang: Lang) -> str:
    low, high = (figure(row[end], "share", lang) for end in ("low", "high"))
    return f"{figure(row['share'], 'share', lang)} ({low} – {high})"


def _with_ends(
    value: float, ends: tuple[float | None, float | None], found: Resolution, lang: Lang, currency: str
) -> str:
    unit = found.claim.unit
    said = figure(value, unit, lang, currency=currency)
    if ends[0] is None or ends[1] is None or not all(map(math.isfinite, ends)):
        return said
    low, high = (figure(end, unit, lang, currency=currency) for end in ends)
    return f"{said} ({low} – {high})"
