"""The chart of a search along one number."""

from __future__ import annotations

import numpy as np

from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, MUTED
from toolkit.reporting.tables.search import FIXED
from toolkit.reporting.words import word
from toolkit.search.searched import Searched
from toolkit.terms import Lang, money, number

MOST_TICKS = 5


def candidates(result: Searched, currency: str, *, lang: Lang) -> Chart:
    """Net value of each candidate over the number that was varied; hollow where it could not be ranked.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.candidates(study.searched[0], "CNY", lang="en")
    >>> print(chart.alt)
    “Where to set the bar of the VIP grade”: net value per year of each candidate (hollow: not rankable,
    or beyond a limit). 80,000.00: −¥312,288; 100,000.00: ¥0; 120,000.00: +¥64,288; 140,000.00:
    +¥360,004
    >>> plt.close()
    """
    frame = result.candidates
    knob = next(name for name in frame.columns if name not in FIXED)
    frame = frame.sort_values(knob)
    axes = canvas()
    ranked = (frame["rankable"] & frame["feasible"]).to_numpy()
    axes.plot(frame[knob], frame["net"], color=MUTED, linewidth=1, zorder=1)
    axes.scatter(frame[knob], frame["net"], s=46, zorder=2, edgecolors=ACCENT,
                 facecolors=np.where(ranked, ACCENT, "white"))  # fmt: skip
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.locator_params(axis="y", nbins=MOST_TICKS)
    axes.yaxis.set_major_formatter(lambda value, _: money(value, currency, lang))
    axes.xaxis.set_major_formatter(lambda value, _: number(value, 0 if float(value).is_integer() else 2))
    axes.set(xlabel=_knob(knob, lang), ylabel=word("chart.net.x", lang))
    caption = word("chart.candidates.caption", lang).format(search=result.title.text(lang))
    said = "; ".join(f"{number(x, 2)}: {money(y, currency, lang, signed=True)}"
                     for x, y in zip(frame[knob], frame["net"], strict=True) if y == y)  # fmt: skip
    return Chart(axes, caption, f"{caption}. {said}")


def _knob(key: str, lang: Lang) -> str:
    """What was varied, in words: the floor of a grade, or the parameter as its file calls it."""
    before, _, last = key.rpartition(".")
    if before.endswith("floors"):
        return word("chart.candidates.floor", lang).format(grade=last)
    return word("chart.candidates.knob", lang).format(knob=key)
