"""Charts of how long customers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.outcomes.survival import Survival
from toolkit.reporting.chart import PAPER, Chart, folded, stacked
from toolkit.reporting.palette import INK, MARKS, grade_colours
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_MARKS = 8
NAME_APART, NAME_EM = 7.0, 9.0


def survival(found: Survival, grades: tuple[str, ...], *, lang: Lang) -> Chart:
    """Share still there by grade, quarter by quarter, with 95 % intervals.

    Parameters
    ----------
    grades : tuple of str
        All grades of the policy, best first, so that a grade keeps its colour.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.survival(study.staying.survival, study.baseline.scheme.scale.grades, lang="en")
    >>> print(chart.alt)
    Share of customers still there after the review, by the grade they had at it (shaded 95% intervals).
    still there at the end: VIP 69.7%; basic 40.5%
    >>> plt.close()
    """
    rows = found.curves["grade"].nunique()
    axes, risk = stacked((3.0, 0.35 + 0.26 * rows), 2.9 + 0.2 * rows)
    said, colours = [], grade_colours(grades)
    for mark, grade in zip(MARKS * 3, grades, strict=False):
        curve = found.curves[found.curves["grade"] == grade]
        if not len(curve):
            continue
        quarters = curve["quarters"].to_numpy()
        low, staying, high = (curve[name].to_numpy() * 100 for name in ("low", "staying", "high"))
        axes.fill_between(quarters, low, high, color=colours[grade], alpha=0.35, linewidth=0)
        axes.plot(quarters, staying, color=INK, linewidth=0.8)
        axes.plot(quarters, staying, mark, color=colours[grade], markeredgecolor=INK, markersize=6, label=grade,
                  markevery=max(1, len(quarters) // MOST_MARKS))  # fmt: skip
        end = curve.iloc[-1]
        said.append(f"{grade} {figure(end['staying'], 'share', lang)}")
    axes.set(ylim=(0, 105), ylabel=word("chart.survival.y", lang))
    shown = [grade for grade in grades if (found.curves["grade"] == grade).any()]
    _name_ends(axes, found, shown)
    _at_risk(risk, found, shown, lang)
    caption = word("chart.survival.caption", lang)
    return Chart(axes, caption, f"{caption}. {word('chart.survival.end', lang)}: {'; '.join(said)}")


def _name_ends(axes: Axes, found: Survival, grades: list[str]) -> None:
    """Every grade's name at the end of its curve, moved apart where two curves end close to each other."""
    ends = {grade: 100 * found.curves[found.curves["grade"] == grade]["staying"].iloc[-1] for grade in grades}
    last = -NAME_APART
    for grade in sorted(grades, key=ends.__getitem__):
        last = max(ends[grade], last + NAME_APART)
        axes.annotate(folded(grade, NAME_EM), (1, last), xycoords=("axes fraction", "data"), xytext=(8, 0),
                      textcoords="offset points", va="center", fontsize=9, color=INK, bbox=PAPER)  # fmt: skip


def _at_risk(axes: Axes, found: Survival, grades: list[str], lang: Lang) -> None:
    """How many customers of each grade are still followed, below the curves."""
    ticks = _ticks(found.follow_quarters)
    for place, grade in enumerate(grades):
        counts = found.curves[found.curves["grade"] == grade].set_index("quarters")["at_risk"]
        for quarter in ticks:
            axes.text(quarter, -place, number(counts.get(quarter, 0)), ha="center", va="center", fontsize=8.5)
    axes.set_yticks([-place for place in range(len(grades))], [folded(grade, NAME_EM) for grade in grades])
    axes.set(ylim=(0.5 - len(grades), 0.5), xticks=ticks, xlabel=word("chart.survival.x", lang))
    axes.set_title(word("chart.survival.at_risk", lang), fontsize=9, color=INK, loc="left")
    axes.grid(visible=False)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _ticks(follow: int) -> np.ndarray:
    return np.arange(0, follow + 1, max(1, follow // MOST_MARKS))
