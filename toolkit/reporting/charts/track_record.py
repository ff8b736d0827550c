"""Chart of the track record: what was claimed against what happened."""

from __future__ import annotations

import numpy as np

from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, WARN
from toolkit.reporting.tables.track_record import band_text
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, number
from toolkit.track.calibration import ALL, BANDS, Calibration
from toolkit.track.claim import KINDS

Line = tuple[str, float, float, float, float, int]


def track_record(found: Calibration, *, lang: Lang) -> Chart:
    """Share inside by kind and share that came true by band, with Wilson bars, beside what had been claimed.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> made = toolkit.Quarter.parse("2025Q3")
    >>> said = {"kind": "retained", "made": made, "resolves": made + 4, "unit": "share", "label": toolkit.Label("VIP", "VIP")}
    >>> claims = [toolkit.Claim(id, value=0.8, low=0.7, high=0.9, **said) for id in "abc"]
    >>> found = [toolkit.resolved(claim, toolkit.Observation(seen)) for claim, seen in zip(claims, (0.75, 0.85, 0.6))]
    >>> chart = toolkit.charts.track_record(toolkit.calibrate(found), lang="en")
    >>> print(chart.alt)
    Claims and what happened (bars are 95% intervals of the share, diamonds what was claimed). share
    retained of a grade (3): what happened 66.7% (20.8% – 93.9%), claimed 95.0%; all (3): what happened
    66.7% (20.8% – 93.9%), claimed 95.0%
    >>> plt.close()
    """
    lines = [*_kinds(found, lang), *_bands(found, lang)][::-1]
    axes = canvas(height=1.5 + 0.42 * len(lines))
    share, low, high, claimed = (100 * np.array([line[i] for line in lines]) for i in range(1, 5))
    places = np.arange(len(lines))
    axes.hlines(places, low, high, color=ACCENT, linewidth=2.5)
    axes.plot(share, places, "o", color=ACCENT, markersize=7, label=word("chart.track.seen", lang))
    look = {"facecolor": "white", "edgecolor": WARN, "marker": "D", "s": 48, "zorder": 4}
    axes.scatter(claimed, places, label=word("chart.track.claimed", lang), **look)
    axes.set(xlabel=word("chart.track.x", lang), xlim=(-2, 102))
    axes.set_yticks(places, [f"{line[0]} ({number(line[5])})" for line in lines], color=INK)
    axes.set_ylim(-0.6, len(lines) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    caption = word("chart.track.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(_said(line, lang) for line in lines[::-1])}")


def _kinds(found: Calibration, lang: Lang) -> list[Line]:
    return [
        (
            word("track.all", lang) if kind == ALL else KINDS[kind].text(lang),
            row["share"], row["low"], row["high"], row["level"], int(row["claims"]),
        )
        for kind, row in found.intervals.iterrows()
    ]  # fmt: skip


def _bands(found: Calibration, lang: Lang) -> list[Line]:
    return [
        (
            word("chart.track.band", lang).replace("{band}", band_text(band, lang)),
            row["share"], row["low"], row["high"], row["claimed"], int(row["claims"]),
        )
        for band, (_, row) in zip(BANDS, found.probabilities.iterrows(), strict=True)
        if row["claims"]
    ]  # fmt: skip


def _said(line: Line, lang: Lang) -> str:
    name, share, low, high, claimed, claims = line
    texts = [figure(value, "share", lang) for value in (share, low, high, claimed)]
    names = [word(f"chart.track.{part}", lang) for part in ("seen", "claimed")]
    return (
        f"{name} ({number(claims)}): {names[0]} {texts[0]} ({texts[1]} – {texts[2]}), {names[1]} {texts[3]}"
    )
