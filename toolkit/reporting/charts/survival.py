"""Charts of how long customers stay."""

from __future__ import annotations

import numpy as np

from toolkit.outcomes.survival import Survival
from toolkit.reporting.chart import Chart, canvas
from toolkit.reporting.palette import INK, MARKS, grade_colours
from toolkit.reporting.words import word
from toolkit.terms import Lang, figure

MOST_MARKS = 8


def survival(found: Survival, grades: tuple[str, ...], *, lang: Lang) -> Chart:
    """Share still there by grade, quarter by quarter, with 95 % intervals.

    Parameters
    ----------
    grades : tuple of str
        All grades of the policy, best first, so that a grade keeps its colour.
    """
    axes = canvas()
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
    axes.set_xticks(_ticks(found.follow_quarters))
    axes.set(ylim=(0, 102), xlabel=word("chart.survival.x", lang), ylabel=word("chart.survival.y", lang))
    axes.figure.legend(loc="outside upper right", ncols=len(grades), frameon=False, fontsize=9)
    caption = word("chart.survival.caption", lang)
    return Chart(axes, caption, f"{caption}. {word('chart.survival.end', lang)}: {'; '.join(said)}")


def _ticks(follow: int) -> np.ndarray:
    return np.arange(0, follow + 1, max(1, follow // MOST_MARKS))
