"""Who moves between the grades of two policies, as bands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.movers import Movers
from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.palette import INK, grade_colours
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ("grade_now", "grade_then")
BAR, GAP, LABEL_FROM = 0.06, 0.02, 0.03
LEFT, RIGHT = 0.0, 1.0
TITLE_EM = 22.0
CURVE = np.linspace(0, 1, 40)
SMOOTH = 3 * CURVE**2 - 2 * CURVE**3


def alluvial(
    movers: Movers, scales: tuple[Sequence[str], Sequence[str]], titles: tuple[Label, Label], *, lang: Lang
) -> Chart:
    """Customers by grade under the baseline (left) and under the alternative (right).

    Parameters
    ----------
    movers : Movers
    scales : (grades, grades)
        Of the baseline and of the alternative, best first.
    titles : (Label, Label)

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> shown = next(iter(toolkit.findings.moves_shown(study).values()))
    >>> chart = toolkit.charts.alluvial(*shown, lang="en")
    >>> print(chart.alt)
    Who moves: grades in force on the left, grades of the alternative on the right (customers). basic →
    C: 276; basic → B: 94; VIP → A: 90; VIP → B: 43
    >>> plt.close()
    """
    axes = canvas(height=3.6)
    flows = movers.flows
    total = max(float(flows["customers"].sum()), 1.0)
    tops = [_tops(flows, column, grades, total) for column, grades in zip(COLUMNS, scales, strict=True)]
    _ribbons(axes, flows, scales, tops, total)
    for place, (column, grades) in enumerate(zip(COLUMNS, scales, strict=True)):
        _stack(axes, flows.groupby(column)["customers"].sum(), grades, tops[place], (place, total))
        axes.text(place, 1.04, folded(titles[place].text(lang), TITLE_EM), ha=("left", "right")[place], va="bottom",
                  fontsize=9.5, color=INK)  # fmt: skip
    lowest = min(min(side.values()) for side in tops)
    axes.set(xlim=(LEFT - BAR, RIGHT + BAR), ylim=(min(lowest, 0.0) - GAP * len(flows), 1.14))
    axes.axis("off")
    caption = word("chart.moves.caption", lang)
    return Chart(axes, caption, f"{caption}. {_said(flows)}")


def _tops(flows: pd.DataFrame, column: str, grades: Sequence[str], total: float) -> dict[str, float]:
    """Upper end of each grade's bar, best grade on top."""
    counts, top, found = flows.groupby(column)["customers"].sum(), 1.0, {}
    for grade in grades:
        found[grade] = top
        top -= float(counts.get(grade, 0)) / total + GAP
    return found


def _ribbons(
    axes: Axes,
    flows: pd.DataFrame,
    scales: Sequence[Sequence[str]],
    tops: list[dict[str, float]],
    total: float,
) -> None:
    """One band per pair of grades, coloured by the grade under the baseline; those who move stand out."""
    used = [dict(side) for side in tops]
    colours = grade_colours(tuple(scales[0]))
    found = {(row.grade_now, row.grade_then): row.customers for row in flows.itertuples()}
    for now in scales[0]:
        for then in scales[1]:
            height = found.get((now, then), 0) / total
            if not height:
                continue
            left, right = used[0][now], used[1][then]
            upper = left + (right - left) * SMOOTH
            across = LEFT + BAR / 2 + (RIGHT - LEFT - BAR) * CURVE
            stays = _place(now, scales[0]) == _place(then, scales[1])
            axes.fill_between(across, upper - height, upper, color=colours[now], alpha=0.3 if stays else 0.62,
                              linewidth=0)  # fmt: skip
            used[0][now] -= height
            used[1][then] -= height


def _stack(
    axes: Axes, counts: pd.Series, grades: Sequence[str], tops: dict[str, float], at: tuple[int, float]
) -> None:
    place, total = at
    for grade, colour in grade_colours(tuple(grades)).items():
        count = int(counts.get(grade, 0))
        height = count / total
        axes.bar(place, height, BAR, bottom=tops[grade] - height, color=colour, linewidth=0)
        if height >= LABEL_FROM:
            inside = (1, -1)[place] * BAR * 0.75
            axes.text(place + inside, tops[grade] - height / 2, f"{grade}  {number(count)}", va="center",
                      ha=("left", "right")[place], fontsize=9, color=INK)  # fmt: skip


def _place(grade: str, grades: Sequence[str]) -> float:
    return list(grades).index(grade) / max(len(grades) - 1, 1)


def _said(flows: pd.DataFrame) -> str:
    rows = flows.sort_values("customers", ascending=False, kind="stable")
    return "; ".join(f"{r.grade_now} → {r.grade_then}: {number(r.customers)}" for r in rows.itertuples())
