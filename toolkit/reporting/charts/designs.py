"""One chart for each design that a manager understands without its name."""

from __future__ import annotations

import numpy as np

from toolkit.effects.effect import Effect
from toolkit.effects.pictures import ArmsPicture, EventPicture, OverlapPicture, Picture
from toolkit.effects.pilot import SHARES
from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, MUTED, WARN
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, number


def design(effect: Effect, title: Label, *, lang: Lang) -> Chart:
    """The figures behind one design: arms, event time, or overlap.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.design(*toolkit.findings.designs_drawn(study)["mailing"], lang="en")
    >>> print(chart.alt)
    Magazine sent by lot: what became of each arm of the draw. drawn against it 77.7% (n = 112), drawn
    for it 83.7% (n = 86); +7.8 pp (95% interval −2.8 pp to +18.4 pp)
    >>> plt.close()
    """
    picture = effect.picture
    if isinstance(picture, EventPicture):
        axes, caption = _event(picture, effect, lang), word("chart.event.caption", lang)
    elif isinstance(picture, ArmsPicture):
        axes, caption = _arms(picture, effect, lang), word("chart.arms.caption", lang)
    else:
        axes, caption = _overlap(picture, lang), word("chart.overlap.caption", lang)
    said = effect.estimate.text(lang, signed=True) if effect.estimate else word("effect.no_number", lang)
    full = f"{title.text(lang)}{'：' if lang == 'zh' else ': '}{caption}"
    seen = _seen(picture, effect, lang)
    return Chart(axes, full, f"{full}. {seen}; {said}")


def _seen(picture: Picture, effect: Effect, lang: Lang) -> str:
    """What the picture shows, in figures."""
    if isinstance(picture, EventPicture):
        scale, digits = _scale(effect), 1 if _scale(effect) > 1 else 3
        return ", ".join(
            f"{number(place, signed=place > 0)}: {number(line['value'] * scale, digits, signed=True)}"
            for place, line in picture.periods.iterrows()
        )
    if isinstance(picture, ArmsPicture):
        return ", ".join(
            f"{_arm(name, lang)} {figure(line['mean'], 'share', lang)} (n = {number(line['n'])})"
            for name, line in picture.arms.iterrows()
        )
    held = picture.bins[(picture.bins["received"] > 0) | (picture.bins["others"] > 0)]
    names = [word(f"chart.overlap.{column}", lang) for column in ("received", "others")]
    return ", ".join(
        f"{figure(row.low, 'share', lang, digits=0)}–{figure(row.high, 'share', lang, digits=0)}: "
        f"{names[0]} {number(row.received)}, {names[1]} {number(row.others)}"
        for row in held.itertuples()
    )


def _scale(effect: Effect) -> float:
    return 100.0 if effect.estimate is None or effect.estimate.unit in SHARES else 1.0


def _event(picture: EventPicture, effect: Effect, lang: Lang):
    axes = canvas()
    periods = picture.periods
    scale = _scale(effect) if effect.estimate else 1.0
    for place, line in periods.iterrows():
        colour = ACCENT if place >= 0 else MUTED
        axes.plot([place, place], [line["low"] * scale, line["high"] * scale], color=colour, linewidth=2)
        axes.plot(place, line["value"] * scale, "o", color=colour, markersize=5)
    axes.plot(picture.base, 0, "s", color=INK, markersize=5)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.axvline(-0.5, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(word("chart.event.start", lang), (-0.5, 1), xycoords=("data", "axes fraction"), xytext=(4, -2),
                  textcoords="offset points", va="top", fontsize=8.5, color=INK)  # fmt: skip
    axes.set(xlabel=word("chart.event.x", lang), ylabel=effect.question.outcome.text(lang))
    return axes


def _arms(picture: ArmsPicture, effect: Effect, lang: Lang):
    arms = picture.arms
    axes = canvas(height=1.1 + 0.6 * len(arms))
    for place, (name, line) in enumerate(arms.iloc[::-1].iterrows()):
        colour = MUTED if name in (False, "control") else ACCENT
        axes.plot([line["low"] * 100, line["high"] * 100], [place, place], color=colour, linewidth=2.5)
        axes.plot(line["mean"] * 100, place, "o", color=colour, markersize=8)
        axes.annotate(f"{figure(line['mean'], 'share', lang)}  (n = {int(line['n']):,})",
                      (line["mean"] * 100, place), xytext=(0, 9), textcoords="offset points", ha="center",
                      fontsize=9, color=colour)  # fmt: skip
    axes.set_yticks(range(len(arms)), [_arm(name, lang) for name in arms.index[::-1]])
    axes.set(ylim=(-0.6, len(arms) - 0.2), xlabel=f"{effect.question.outcome.text(lang)} (%)")
    axes.grid(axis="y", visible=False)
    return axes


def _arm(name: object, lang: Lang) -> str:
    words = {True: "chart.arms.treated", False: "chart.arms.control"}
    return word(words[name], lang) if name in words else str(name)


def _overlap(picture: OverlapPicture, lang: Lang):
    axes = canvas()
    bins = picture.bins
    middle, width = (bins["low"] + bins["high"]) / 2 * 100, (bins["high"] - bins["low"]) * 95
    for column, colour, sign in (("received", ACCENT, 1), ("others", WARN, -1)):
        share = bins[column] / max(bins[column].sum(), 1) * 100
        axes.bar(middle, sign * share, width=width, color=colour, label=word(f"chart.overlap.{column}", lang))
    axes.set_ylim(-100, 100)
    ticks = np.arange(-100, 101, 50)
    axes.set_yticks(ticks, [f"{abs(t):g}" for t in ticks])
    axes.axhline(0, color=INK, linewidth=0.8)
    inside = np.flatnonzero((bins["received"] > 0) | (bins["others"] > 0))
    if len(inside):
        axes.set_xlim(bins["low"].iloc[inside[0]] * 100, bins["high"].iloc[inside[-1]] * 100)
    axes.legend(frameon=False, fontsize=9)
    axes.set(xlabel=word("chart.overlap.x", lang), ylabel=word("chart.overlap.y", lang))
    return axes
