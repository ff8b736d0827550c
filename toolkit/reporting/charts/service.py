"""Charts of cost to serve, part by part."""

from __future__ import annotations

import numpy as np

from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.findings.service import unit_cost_name
from toolkit.reporting.palette import ACCENT, GRID, INK, MUTED, WARN
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import Lang, figure, money
from toolkit.window import QUARTERS_A_YEAR

MOST_BARS, MOST_TICKS = 12, 5


def service_tornado(study: Study, *, lang: Lang) -> Chart:
    """How far the baseline's yearly cost moves with every unit cost at the ends of its range, the widest on top.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.service_tornado(study, lang="en")
    >>> print(chart.alt)
    Yearly cost of the policy in force as each unit cost moves within its range. managers (cost per
    head) −¥96,000 … +¥96,000; regular visits (unit cost) −¥10,640 … +¥15,960; basic service (unit cost)
    −¥2,072 … +¥3,108; priority in the call queue (unit cost) −¥1,277 … +¥1,915
    >>> plt.close()
    """
    found = study.serving.sensitivity.head(MOST_BARS)
    ends = found[["low", "high"]] * QUARTERS_A_YEAR
    axes = canvas(height=1.2 + 0.34 * max(len(found), 1))
    plan = study.serving.plans[study.baseline.id]
    names = [unit_cost_name(plan, row.cost, row.part).text(lang) for row in found.itertuples()]
    places = np.arange(len(found))[::-1]
    looks = {"low": {"color": ACCENT}, "high": {"color": WARN, "hatch": "//", "edgecolor": "white"}}
    for end, look in looks.items():
        axes.barh(places, ends[end], height=0.62, **look)
        for place, value in zip(places, ends[end], strict=True):
            printed = money(value, study.currency, lang, signed=True)
            axes.annotate(printed, (value, place), xytext=(4 if value > 0 else -4, 0), textcoords="offset points",
                          ha="left" if value > 0 else "right", va="center", fontsize=8.5, color=INK)  # fmt: skip
        axes.annotate(word(f"service.at_{end}", lang), (ends[end].iloc[0] / 2, places[0] + 0.36), ha="center",
                      va="bottom", fontsize=8.5, color=look["color"])  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1)
    axes.margins(x=0.2)
    axes.set_ylim(-0.6, len(found) - 0.2)
    axes.set_yticks(places, [folded(name) for name in names])
    axes.set(xlabel=word("chart.tornado.x", lang))
    axes.locator_params(axis="x", nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: money(value, study.currency, lang, signed=True))
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    said = "; ".join(
        f"{name} {money(low, study.currency, lang, signed=True)} … {money(high, study.currency, lang, signed=True)}"
        for name, low, high in zip(names, ends["low"], ends["high"], strict=True)
    )
    caption = word("chart.tornado.caption", lang)
    return Chart(axes, caption, f"{caption}. {said}")


def service_whale(study: Study, *, lang: Lang) -> Chart:
    """Cumulative profit after the baseline's cost to serve, most profitable customers first.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.service_whale(study, lang="en")
    >>> print(chart.alt)
    Cumulative profit after cost to serve, most profitable customers first. the curve peaks at 100.0%;
    the most profitable fifth holds 51.6%
    >>> plt.close()
    """
    found = study.serving.whale
    axes = canvas()
    curve = found.curve * 100
    axes.axhline(100, color=GRID, linewidth=1.2)
    axes.plot([0, 100], [0, 100], color=GRID, linewidth=1.2)
    axes.plot(curve["customers_share"], curve["value_share"], color=ACCENT, linewidth=2.2)
    top = curve.loc[curve["value_share"].idxmax()] if curve["value_share"].notna().any() else None
    if top is not None:
        axes.plot(top["customers_share"], top["value_share"], "o", color=INK, markersize=5, clip_on=False)
        peak_said = word("chart.whale.peak", lang).format(peak=figure(found.peak, "share", lang))
        axes.annotate(peak_said, (top["customers_share"], top["value_share"]), xytext=(-8, -13), ha="right",
                      textcoords="offset points", fontsize=8.5, color=INK)  # fmt: skip
    axes.annotate(word("chart.whale.equal", lang), (70, 70), xytext=(8, -9), textcoords="offset points",
                  fontsize=8.5, color=MUTED)  # fmt: skip
    axes.set(xlim=(0, 100), xlabel=word("chart.whale.x", lang), ylabel=word("chart.whale.y", lang))
    axes.set_ylim(bottom=0)
    caption = word("chart.whale.caption", lang)
    peak = figure(found.peak, "share", lang)
    said = f"最高点 {peak}，利润最高的两成客户占 {figure(found.top_20, 'share', lang)}"
    if lang == "en":
        said = f"the curve peaks at {peak}; the most profitable fifth holds {figure(found.top_20, 'share', lang)}"
    return Chart(axes, caption, f"{caption}. {said}")
