"""Chart of the grades under each policy: customers to the left, their spend to the right."""

from __future__ import annotations

import numpy as np

from toolkit.reporting.chart import Chart, folded, stacked
from toolkit.reporting.palette import INK, MUTED, grade_colours
from toolkit.reporting.words import word
from toolkit.study import Study
from toolkit.terms import Lang, figure

GAP, ROOM = 0.9, 1.34
NAME_EM = 12.0


def grades(study: Study, *, lang: Lang) -> Chart:
    """One pyramid per policy, best grade on top: share of the customers and share of their spend in each grade.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.grades(study, lang="en")
    >>> print(chart.alt)
    The pyramid of grades under each policy: customers on the left, their spend on the right. VIP rules
    in force: VIP 26% / 62%, basic 74% / 38%; Floor lowered to 80,000: VIP 35% / 71%, basic 65% / 29%;
    ABC grading: A 18% / 50%, B 27% / 30%, C 55% / 20%; Weighted score: gold 24% / 53%, silver 42% /
    38%, bronze 34% / 9%
    >>> plt.close()
    """
    lines = [
        (policy, grade, colour, *shares)
        for policy in study.policies
        for (grade, colour), shares in zip(
            grade_colours(policy.scheme.scale.grades).items(), _shares(study, policy), strict=True
        )
    ]
    below = np.cumsum([GAP * (i > 0 and lines[i][0] is not lines[i - 1][0]) + 1 for i in range(len(lines))])
    customers, spend = stacked((1, 1), 1.0 + 0.235 * below[-1], across=True)
    places = -below.astype(float)
    said: dict[str, list[str]] = {}
    for place, (policy, grade, colour, *shares) in zip(places, lines, strict=True):
        for axes, share in zip((customers, spend), shares, strict=True):
            axes.barh(place, 100 * share, height=0.82, color=colour, edgecolor=MUTED, linewidth=0.4)
            axes.annotate(figure(share, "share", lang, digits=0), (100 * share, place), va="center",
                          ha="right" if axes is customers else "left", fontsize=8.5, color=INK,
                          xytext=(-4 if axes is customers else 4, 0), textcoords="offset points")  # fmt: skip
        printed = [figure(share, "share", lang, digits=0) for share in shares]
        said.setdefault(policy.title.text(lang), []).append(f"{grade} {printed[0]} / {printed[1]}")
    most = 100 * max(max(line[3:]) for line in lines)
    _dress((customers, spend), places, [line[1] for line in lines], most * ROOM, lang)
    _name(customers, [line[0].title.text(lang) for line in lines], places)
    caption = word("chart.grades.caption", lang)
    told = "; ".join(f"{title}: {', '.join(parts)}" for title, parts in said.items())
    return Chart(customers, caption, f"{caption}. {told}")


def _shares(study: Study, policy: object) -> list[tuple[float, float]]:
    """Shares of customers and of spend by grade, best first."""
    register = study.registers[policy.id]
    place = study.panel.quarters.index(study.quarter)
    spend = study.panel.values("spend", policy.review.window_quarters)[:, place]
    codes = register.codes(study.quarter)
    heads, total = max(int((codes >= 0).sum()), 1), float(spend[codes >= 0].sum())
    last = len(register.scale) - 1
    mine = [codes == last - position for position in range(last + 1)]
    return [(float(own.sum()) / heads, float(spend[own].sum()) / total if total else 0.0) for own in mine]


def _dress(sides: tuple, places: np.ndarray, grades: list[str], most: float, lang: Lang) -> None:
    customers, spend = sides
    for axes, title in ((customers, "chart.grades.x"), (spend, "chart.grades.spend")):
        axes.grid(visible=False)
        axes.set(xlim=(0, most), xticks=[], ylim=(places[-1] - 0.7, places[0] + 0.7))
        axes.set_title(word(title, lang), fontsize=9, color=INK)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0, labelleft=False)
    customers.invert_xaxis()
    customers.spines["left"].set_visible(False)
    spend.set_yticks(places, [folded(grade, NAME_EM) for grade in grades])
    spend.tick_params(axis="y", labelleft=True, pad=6)
    spend.spines["left"].set_visible(False)


def _name(axes: object, titles: list[str], places: np.ndarray) -> None:
    """The title of each policy at the left, in the middle of its pyramid."""
    for title in dict.fromkeys(titles):
        own = [place for place, one in zip(places, titles, strict=True) if one == title]
        axes.annotate(folded(title, NAME_EM), (0, float(np.mean(own))), xycoords=("axes fraction", "data"), xytext=(-4, 0),
                      textcoords="offset points", ha="right", va="center", fontsize=9, color=INK)  # fmt: skip
