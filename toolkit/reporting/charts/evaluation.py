"""Charts of the evaluation of policies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from toolkit.outcomes.evaluation import Evaluation
from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.palette import ACCENT, GRID, INK, WARN
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, number


def moves_and_noise(result: Evaluation, titles: Mapping[str, Label], *, lang: Lang) -> Chart:
    """Moves at a review, observed and by noise alone, one line per policy, baseline on top.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter)
    >>> found = toolkit.evaluate(study.policies, study.registers, basis)
    >>> titles = toolkit.findings.policy_titles(study)
    >>> chart = toolkit.charts.moves_and_noise(found, titles, lang="en")
    >>> print(chart.alt)
    Moves at a review: observed, and by noise alone. VIP rules in force: observed 151, by noise alone
    148; Floor lowered to 80,000: observed 175, by noise alone 165; ABC grading: observed 285, by noise
    alone 286; Weighted score: observed 416, by noise alone 360
    >>> plt.close()
    """
    frame = result.frame[result.frame["moves"].notna()].iloc[::-1]
    axes = canvas(height=1.3 + 0.45 * len(frame))
    places = np.arange(len(frame))
    both = frame["noise_moves"].notna().to_numpy()
    axes.hlines(places[both], frame["noise_moves"][both], frame["moves"][both], color=GRID, linewidth=3)
    observed, noise = (word(f"chart.evaluation_moves.{name}", lang) for name in ("observed", "noise"))
    axes.scatter(frame["moves"], places, color=ACCENT, s=55, zorder=3, label=observed)
    axes.scatter(
        frame["noise_moves"],
        places,
        facecolor="white",
        edgecolor=WARN,
        marker="D",
        s=45,
        zorder=3,
        label=noise,
    )
    axes.set_xlim(left=0)
    axes.set(xlabel=word("chart.evaluation_moves.x", lang))
    said = [
        f"{titles[row.policy].text(lang)}: {observed} {number(row.moves)}"
        + ("" if pd.isna(row.noise_moves) else f", {noise} {number(row.noise_moves)}")
        for row in frame.iloc[::-1].itertuples()
    ]
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    return _finished(axes, frame, titles, ("evaluation_moves", said), lang)


def foresight(result: Evaluation, titles: Mapping[str, Label], *, lang: Lang) -> Chart:
    """Somers' D of the grade for next year's margin with its interval, one line per policy.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter)
    >>> found = toolkit.evaluate(study.policies, study.registers, basis)
    >>> titles = toolkit.findings.policy_titles(study)
    >>> chart = toolkit.charts.foresight(found, titles, lang="en")
    >>> print(chart.alt)
    Foresight of next year's margin (bars are 95% intervals; description). VIP rules in force: 0.27
    (0.23 – 0.32); Floor lowered to 80,000: 0.32 (0.28 – 0.36); ABC grading: 0.43 (0.39 – 0.47);
    Weighted score: 0.39 (0.34 – 0.43)
    >>> plt.close()
    """
    frame = result.frame[result.frame["margin_d"].notna()].iloc[::-1]
    axes = canvas(height=1.1 + 0.45 * len(frame))
    places = np.arange(len(frame))
    axes.hlines(places, frame["margin_low"], frame["margin_high"], color=ACCENT, linewidth=2.5)
    axes.plot(frame["margin_d"], places, "o", color=ACCENT, markersize=7)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set(xlabel=word("chart.evaluation_foresight.x", lang))
    said = [
        f"{titles[row.policy].text(lang)}: {number(row.margin_d, 2)} "
        f"({number(row.margin_low, 2)} – {number(row.margin_high, 2)})"
        for row in frame.iloc[::-1].itertuples()
    ]
    return _finished(axes, frame, titles, ("evaluation_foresight", said), lang)


def _finished(
    axes: object, frame: pd.DataFrame, titles: Mapping[str, Label], text: tuple[str, list[str]], lang: Lang
) -> Chart:
    axes.set_yticks(range(len(frame)), [folded(titles[policy].text(lang)) for policy in frame["policy"]])
    axes.set_ylim(-0.6, len(frame) - 0.4)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    caption = word(f"chart.{text[0]}.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(text[1])}")
