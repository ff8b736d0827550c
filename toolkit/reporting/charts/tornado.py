"""Charts of what the net value of an alternative hangs on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toolkit.comparison.tornado import DEFINITION, LINE, Input, Tornado, TwoWay
from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, MUTED, WARN
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, money, number

MOST_TICKS = 5
LOSS, GAIN = "#c46a1b", "#1f4e79"


def value_tornado(
    result: Tornado, title: Label, definitions: Mapping[str, Label], currency: str, *, lang: Lang
) -> Chart:
    """One bar per input from the net value at its low end to that at its high end, widest on top.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> found, title = study.weighing.tornado["abc"], study.policies[2].title
    >>> chart = toolkit.charts.value_tornado(found, title, study.definition_titles, "CNY", lang="en")
    >>> print(chart.alt)
    What the net value of “ABC grading” hangs on: one input at a time, from its tenth to its ninetieth
    percentile (orange where the sign turns; dashed line: base). effect of the grade: 10% quantile
    +¥519,056, 90% quantile +¥159,100; horizon: × 0.76 +¥326,767, × 1.24 +¥343,702; margin: × 0.95
    +¥333,639, × 1.02 +¥336,206; line of extrapolation: the same everywhere as at the bar +¥335,336, the
    same everywhere as at the bar +¥335,336; definition of retention: still buying a year later
    +¥335,336, still buying a year later +¥335,336
    >>> plt.close()
    """
    bars = result.bars[::-1]
    axes = canvas(height=1.1 + 0.42 * len(bars))
    names, said = [], []
    for place, (name, bar) in enumerate(bars.iterrows()):
        low, high = sorted((bar["low"], bar["high"]))
        turns = {"color": WARN, "hatch": "//", "edgecolor": "white"}
        axes.barh(place, high - low, left=low, height=0.56, **(turns if bar["flips"] else {"color": ACCENT}))
        for end, align in ((low, "right"), (high, "left")):
            axes.annotate(money(end, currency, lang, signed=True), (end, place), va="center", ha=align,
                          xytext=(-4 if align == "right" else 4, 0), textcoords="offset points",
                          fontsize=8.5, color=INK)  # fmt: skip
        names.append(word(f"input.{name}", lang))
        ends = [end_of(name, bar[at], definitions, lang) for at in ("at_low", "at_high")]
        amounts = [money(bar[at], currency, lang, signed=True) for at in ("low", "high")]
        said.append(f"{names[-1]}: {ends[0]} {amounts[0]}, {ends[1]} {amounts[1]}")
    axes.axvline(result.base, color=MUTED, linewidth=1, linestyle="--")
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(range(len(names)), names)
    axes.use_sticky_edges = False
    axes.margins(x=0.24)
    axes.locator_params(axis="x", nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: money(value, currency, lang))
    axes.set(xlabel=word("chart.net.x", lang))
    axes.grid(axis="y", visible=False)
    caption = word("chart.value_tornado.caption", lang).format(policy=title.text(lang))
    return Chart(axes, caption, f"{caption}. {'; '.join(reversed(said))}")


def end_of(name: str, at: object, definitions: Mapping[str, Label], lang: Lang) -> str:
    """What an input is at one end of its bar, in words: a multiple, a quantile, a line or a definition."""
    if name == DEFINITION:
        return definitions[str(at)].text(lang)
    if name == LINE:
        return word(f"line.{at}", lang)
    if name == "effect":
        return word("input.quantile", lang).format(share=f"{float(at):.0%}")
    return f"× {number(float(at), 2)}"


def two_way(result: TwoWay, title: Label, currency: str, *, lang: Lang) -> Chart:
    """Net value over two inputs: loss and gain in two colours, the break-even line between them.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.two_way(study.weighing.two_way, study.policies[2].title, "CNY", lang="en")
    >>> print(chart.alt)
    Net value per year of “ABC grading” over the two widest inputs (break-even lies outside this range).
    +¥466,186, +¥570,681, +¥193,029, +¥125,970
    >>> plt.close()
    """
    axes = canvas(height=3.8)
    across, down = result.grid.columns.to_numpy(float), result.grid.index.to_numpy(float)
    values = result.grid.to_numpy(float)
    most = max(float(np.abs(values).max()), 1e-9)
    shown = axes.contourf(across, down, values, levels=np.linspace(-most, most, 21), cmap=_scale())
    bar = axes.figure.colorbar(shown, ax=axes, format=lambda v, _: money(v, currency, lang))
    bar.ax.tick_params(labelsize=8, labelcolor=INK)
    bar.set_ticks(np.linspace(-most, most, MOST_TICKS))
    if len(result.break_even):
        axes.contour(across, down, values, levels=[0.0], colors=[INK], linewidths=1.6)
    axes.set(xlabel=_name(result.second, lang), ylabel=_name(result.first, lang))
    axes.grid(visible=False)
    crosses = values.min() < 0 < values.max()
    caption = word("chart.two_way.caption" if crosses else "chart.two_way.one_side", lang).format(
        policy=title.text(lang)
    )
    corners = (money(values[i, j], currency, lang, signed=True) for i in (0, -1) for j in (0, -1))
    return Chart(axes, caption, f"{caption}. {', '.join(corners)}")


def _name(one: Input, lang: Lang) -> str:
    mark = "quantile_axis" if one.name == "effect" else "multiple_axis"
    return word(f"input.{mark}", lang).format(input=word(f"input.{one.name}", lang))


def _scale() -> object:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("value", [LOSS, "#f6efe6", "#ffffff", "#e4edf5", GAIN])
