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
    """Intervals by kind of claim.

    Examples
    --------
    >>> import toolkit
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> said = {"kind": "retained", "made": made, "resolves": made + 4, "unit": "share", "label": toolkit.Label("VIP", "VIP")}
    >>> claims = [toolkit.Claim(id, value=0.8, low=0.7, high=0.9, **said) for id in "abc"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (0.75, 0.85, 0.6))]
    >>> table = toolkit.tables.track_kinds(toolkit.calibrate(found), lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    kind | claims | agreed | share (95% interval) | promised | verdict
    >>> print(*table.rows[0], sep=" | ")
    share retained of a grade | 3 | 2 | 66.7% (20.8% – 93.9%) | 95% | too few to say
    """
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
    """Probabilities by band.

    Examples
    --------
    >>> import toolkit
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> label = toolkit.Label("更优", "better than the baseline")
    >>> said = {"kind": "better", "made": made, "resolves": made + 4, "unit": "money", "label": label}
    >>> claims = [toolkit.Claim(id, value=1.0, probability=0.95, **said) for id in "abcd"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (5.0, 2.0, 1.0, -1.0))]
    >>> table = toolkit.tables.track_bands(toolkit.calibrate(found), lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    probability claimed | claims | mean claimed | came true | share (95% interval) | verdict
    >>> print(*table.rows[-1], sep=" | ")
    90% – 100% | 4 | 95.0% | 3 | 75.0% (30.1% – 95.4%) | too few to say
    """
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
    """Claims whose interval what happened did not agree with, oldest first.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.record import TrackRecord
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> said = {"kind": "retained", "made": made, "resolves": made + 4, "unit": "share", "label": toolkit.Label("VIP", "VIP")}
    >>> claims = [toolkit.Claim(id, value=0.8, low=0.7, high=0.9, **said) for id in "abc"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (0.75, 0.85, 0.6))]
    >>> record = TrackRecord((), tuple(found), (made,), ())
    >>> table = toolkit.tables.track_misses(record, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    claim | made in | claimed (interval) | what happened | where it was seen
    >>> print(*table.rows[0], sep=" | ")
    share retained of a grade: VIP | 2025Q3 | 80.0% (70.0% – 90.0%) | 60.0% | —
    """
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
    """Why claims are not counted, and how many each time.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.track.record import TrackRecord
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> claim = toolkit.Claim("heads", "heads", made, made + 1, 3.0, "count", toolkit.Label("人数", "heads"))
    >>> record = TrackRecord((), (toolkit.resolved(claim, toolkit.Observation(4.0)),), (made,), ())
    >>> table = toolkit.tables.track_unscored(record, lang="en", currency="CNY")
    >>> print(*table.heads, sep=" | ")
    reason | claims
    >>> print(*table.rows[0], sep=" | ")
    claimed without an interval, so not scored | 1
    """
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
