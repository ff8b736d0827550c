"""Charts of where the alternatives stand: what more customers cost."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.comparison.frontier import Frontier
from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.palette import ACCENT, INK, MARKS, MUTED
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure, money, number

MOST_TICKS = 5


def frontier(result: Frontier, titles: Mapping[str, Label], currency: str, *, lang: Lang) -> Chart:
    """Customers retained against the change in cost; policies on the frontier are joined and dark.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> titles = toolkit.findings.policy_titles(study)
    >>> chart = toolkit.charts.frontier(study.weighing.frontier, titles, "CNY", lang="en")
    >>> print(chart.alt)
    What more customers cost (in brackets the probability of being on the frontier, which is the line).
    VIP rules in force: 0, ¥0, 39%; ABC grading: +1, −¥299,803, 100%
    >>> plt.close()
    """
    axes = canvas()
    frame = result.frame[result.frame["rankable"]]
    best = frame[frame["efficient"]].sort_values("cost")
    axes.plot(best["cost"], best["retained"], color=ACCENT, linewidth=1.2, zorder=1)
    said = []
    for place, (policy, row) in enumerate(frame.iterrows()):
        colour = ACCENT if row["efficient"] else MUTED
        axes.plot(row["cost"], row["retained"], MARKS[place % len(MARKS)], color=colour, markersize=8)
        title = titles[policy].text(lang)
        chance = figure(row["probability"], "share", lang, digits=0)
        axes.annotate(f"{folded(title)} ({chance})", (row["cost"], row["retained"]), xytext=(8, -4),
                      textcoords="offset points", fontsize=8.5, va="top", color=colour)  # fmt: skip
        cost = money(row["cost"], currency, lang, signed=True)
        said.append(f"{title}: {number(row['retained'], signed=True)}, {cost}, {chance}")
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.margins(x=0.22, y=0.2)
    axes.locator_params(nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: money(value, currency, lang))
    axes.set(xlabel=word("chart.frontier.x", lang), ylabel=word("chart.frontier.y", lang))
    caption = word("chart.frontier.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(said)}")
