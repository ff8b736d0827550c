"""Charts of the describing chapters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns

from toolkit.outcomes.concentration import Concentration
from toolkit.outcomes.hindsight import Hindsight
from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.columns import em
from toolkit.reporting.palette import ACCENT, COSTS, GRID, INK, MARKS, MUTED, WARN, grade_colours
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import Lang, figure, money, number

LINE_EM = 36.0
MOST_TICKS = 5


def customers_by_quarter(table: pd.DataFrame, *, lang: Lang) -> Chart:
    """Customers who bought in each quarter; unfinished quarters are hollow.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.customers_by_quarter(study.quarters, lang="en")
    >>> print(chart.alt)
    Customers who bought in each quarter (hollow bars are unfinished quarters). 2021Q4 500; 2022Q1 502;
    2022Q2 501; 2022Q3 509; 2022Q4 499; 2023Q1 512; 2023Q2 510; 2023Q3 510; 2023Q4 507; 2024Q1 507;
    2024Q2 513; 2024Q3 508; 2024Q4 507; 2025Q1 518; 2025Q2 518; 2025Q3 510; 2025Q4 513; 2026Q1 516;
    2026Q2 510; 2026Q3 503; 2026Q4 387
    >>> plt.close()
    """
    axes = canvas()
    places = np.arange(len(table))
    sns.barplot(
        x=places,
        y=table["active"].to_numpy(),
        ax=axes,
        color=ACCENT,
        edgecolor=ACCENT,
        width=0.65,
        saturation=1,
    )
    for bar, whole in zip(axes.patches, table["complete"], strict=True):
        bar.set_facecolor(ACCENT if whole else "white")
    if len(table) <= 12:
        for place, active in zip(places, table["active"], strict=True):
            axes.annotate(
                f"{active:,}",
                (place, active),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
    step = max(1, len(table) // 10)
    axes.set_xticks(places[::step], table.index[::step])
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
    axes.set(ylabel=word("chart.quarters.y", lang))
    caption = word("chart.quarters.caption", lang)
    said = "; ".join(f"{quarter} {active:,}" for quarter, active in table["active"].items())
    return Chart(axes, caption, f"{caption}. {said}")


def lorenz(result: Concentration, *, lang: Lang) -> Chart:
    """Concentration curve read from the largest customers.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.lorenz(study.whole_history, lang="en")
    >>> print(chart.alt)
    Concentration of spend, largest customers first. the largest tenth hold 48.1%
    >>> plt.close()
    """
    axes = canvas()
    curve = result.curve * 100
    axes.plot([0, 100], [0, 100], color=GRID, linewidth=1.2)
    sns.lineplot(
        curve, x="customers_share", y="value_share", ax=axes, color=ACCENT, linewidth=2.2, errorbar=None
    )
    reached_customers, reached_value = 0.0, 0.0
    for grade, row in list(result.abc.iterrows())[:-1]:
        reached_customers += row["customers_share"] * 100
        reached_value += row["value_share"] * 100
        axes.plot(reached_customers, reached_value, "o", color=INK, markersize=5)
        said = word("chart.lorenz.point", lang).format(
            grade=grade,
            customers=number(row["customers"]),
            share=figure(reached_value / 100, "share", lang, digits=0),
        )
        axes.annotate(said, (reached_customers, reached_value), xytext=(7, -11),
                      textcoords="offset points", fontsize=8.5, color=INK)  # fmt: skip
    axes.annotate(word("chart.lorenz.equal", lang), (70, 70), xytext=(8, -9), textcoords="offset points",
                  fontsize=8.5, color=MUTED)  # fmt: skip
    axes.set(
        xlim=(0, 100), ylim=(0, 102), xlabel=word("chart.lorenz.x", lang), ylabel=word("chart.lorenz.y", lang)
    )
    caption = word("chart.lorenz.caption", lang)
    share = figure(result.top_10, "share", lang)
    said = f"最大一成客户占 {share}" if lang == "zh" else f"the largest tenth hold {share}"
    return Chart(axes, caption, f"{caption}. {said}")


def retention(study: Study, *, lang: Lang) -> Chart:
    """Retention by grade of the baseline, one panel of points per definition, with intervals.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.retention(study, lang="en")
    >>> print(chart.alt)
    Retention by grade (description). still buying a year later VIP 90.4%; bought again next quarter VIP
    97.0%; still buying half a year later VIP 95.0%; still buying a year later basic 75.6%; bought again
    next quarter basic 92.3%; still buying half a year later basic 87.4%
    >>> plt.close()
    """
    pooled = study.retentions[study.baseline.id].pooled
    known = pooled[pooled["observations"] > 0]
    definitions = [d for d in study.definitions if (known["definition"] == d.id).any()]
    axes = canvas()
    grades = study.baseline.scheme.scale.grades
    colours, said = grade_colours(grades), []
    spread = np.linspace(-0.22, 0.22, len(grades)) if len(grades) > 1 else [0.0]
    for offset, grade, mark in zip(spread, grades, MARKS * 3, strict=False):
        mine = known[known["grade"] == grade].set_index("definition")
        for place, definition in enumerate(definitions):
            if definition.id not in mine.index:
                continue
            row = mine.loc[definition.id]
            axes.plot([place + offset] * 2, [row["low"] * 100, row["high"] * 100], color=INK, linewidth=1.2)
            axes.plot(place + offset, row["retained"] * 100, mark, color=colours[grade], markeredgecolor=INK, markersize=8,
                      label=grade if place == 0 else None)  # fmt: skip
            said.append(f"{definition.title.text(lang)} {grade} {figure(row['retained'], 'share', lang)}")
    axes.set_xticks(range(len(definitions)), [folded(d.title.text(lang), 9) for d in definitions])
    axes.set(xlim=(-0.5, len(definitions) - 0.5), ylabel=word("chart.retention.y", lang))
    axes.figure.legend(loc="outside upper right", ncols=len(grades), frameon=False, fontsize=9)
    caption = word("chart.retention.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(said)}")


def cost(study: Study, *, lang: Lang) -> Chart:
    """Yearly cost to serve of each policy, stacked by kind of cost.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.cost(study, lang="en")
    >>> print(chart.alt)
    Cost to serve per year under each policy. Weighted score ¥978,229; ABC grading ¥719,113; Floor
    lowered to 80,000 ¥1.30 million; VIP rules in force ¥1.02 million
    >>> plt.close()
    """
    axes = canvas(height=0.9 + 0.55 * len(study.priced))
    kinds = ("direct", "discount", "managers")
    most = max(study.costs[policy.id].per_year["total_cost"] for policy in study.priced)
    names, said, labelled = [], [], set()
    for place, policy in enumerate(reversed(study.priced)):
        year, left = study.costs[policy.id].per_year, 0.0
        for name, colour in zip(kinds, COSTS, strict=True):
            part, title = (
                year[f"{name}_cost" if name != "managers" else "manager_cost"],
                word(f"cost.{name}", lang),
            )
            label = title if place == 0 else None
            axes.barh(place, part, left=left, color=colour, edgecolor="white", height=0.6, label=label)
            if em(title) <= LINE_EM * part / most:
                axes.text(left + part / 2, place, title, ha="center", va="center", fontsize=8.5,
                          color="white" if colour == ACCENT else INK)  # fmt: skip
                labelled.add(name)
            left += part
        total = money(year["total_cost"], study.currency, lang)
        axes.annotate(
            total, (left, place), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9
        )
        names.append(folded(policy.title.text(lang)))
        said.append(f"{policy.title.text(lang)} {total}")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel=word("chart.cost.y", lang))
    axes.locator_params(axis="x", nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: money(value, study.currency, lang))
    axes.margins(x=0.14)
    axes.grid(axis="y", visible=False)
    if labelled < set(kinds):
        axes.figure.legend(loc="outside lower center", ncols=len(kinds), frameon=False, fontsize=8.5)
    caption = word("chart.cost.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(said)}")


def track(result: Hindsight, grades: tuple[str, ...], *, lang: Lang) -> Chart:
    """Forecast retention against what happened, with the interval given at the time; misses are crossed.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.track(study.track, study.baseline.scheme.scale.grades, lang="en")
    >>> print(chart.alt)
    Forecast and observed retention (bars are the 95% intervals given at the time). 2023Q3 VIP: 90.8% →
    89.8%; 2023Q3 basic: 76.0% → 74.3%; 2024Q3 VIP: 90.2% → 92.4%; 2024Q3 basic: 75.2% → 77.2%; 2025Q3
    VIP: 91.0% → 88.4%; 2025Q3 basic: 75.8% → 75.1%
    >>> plt.close()
    """
    axes = canvas()
    checked = result.checked
    for (grade, colour), mark in zip(grade_colours(grades).items(), MARKS * 3, strict=False):
        mine = checked[checked["grade"] == grade]
        axes.hlines(
            mine["observed"] * 100, mine["low"] * 100, mine["high"] * 100, color=INK, linewidth=1, alpha=0.5
        )
        look = {"color": colour, "edgecolor": INK, "s": 55, "zorder": 3}
        axes.scatter(mine["forecast"] * 100, mine["observed"] * 100, marker=mark, label=grade, **look)
    missed = checked[~checked["inside"].astype(bool)]
    axes.scatter(missed["forecast"] * 100, missed["observed"] * 100, marker="x", color=WARN, s=130, zorder=4)
    ends = [
        100 * checked[["low", "observed"]].min().min() - 2,
        100 * checked[["high", "observed"]].max().max() + 2,
    ]
    axes.plot(ends, ends, color=GRID, linewidth=1.2, zorder=0)
    axes.set(xlabel=word("chart.hindsight.x", lang), ylabel=word("chart.hindsight.y", lang))
    axes.figure.legend(loc="outside upper right", ncols=len(grades), frameon=False, fontsize=9)
    caption = word("chart.hindsight.caption", lang)
    said = "; ".join(
        f"{r.review} {r.grade}: {figure(r.forecast, 'share', lang)} → {figure(r.observed, 'share', lang)}"
        for r in checked.itertuples()
    )
    return Chart(axes, caption, f"{caption}. {said}")
