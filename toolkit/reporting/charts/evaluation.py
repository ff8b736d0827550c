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
    """Moves at a review, observed and by noise alone, one line per policy, baseline on top."""
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
    """Somers' D of the grade for next year's margin with its interval, one line per policy."""
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
