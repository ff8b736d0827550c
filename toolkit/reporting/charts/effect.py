"""Charts of what a grade caused."""

from __future__ import annotations

import numpy as np
import seaborn as sns

from toolkit.effects.effect import Effect
from toolkit.estimate import Estimate
from toolkit.reporting.chart import PAPER, Chart, canvas
from toolkit.reporting.palette import ACCENT, INK, MUTED, WARN
from toolkit.reporting.words import word
from toolkit.terms import Label, Lang, figure

SMALLEST_BIN = 5
SIZES = (14, 104)
SHARES_OF_BAR = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0)


def cutoff(effect: Effect, bar: str, *, lang: Lang) -> Chart:
    """Means of the outcome on both sides of the bar, with the fitted lines where the effect is identified.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.cutoff(study.effects["still_buying"], "100,000", lang="en")
    >>> print(chart.alt)
    Retention on both sides of the bar. −2.5 pp (95% interval −22.4 pp to +16.6 pp)
    >>> plt.close()
    """
    picture = effect.picture
    axes = canvas()
    bins = picture.bins[picture.bins["n"] >= SMALLEST_BIN]
    bins = bins.assign(outcome=bins["outcome"] * 100)
    look = {"color": MUTED, "alpha": 0.75, "linewidth": 0, "legend": False}
    sns.scatterplot(
        bins, x="middle", y="outcome", size="n", sizes=SIZES, size_norm=(0, bins["n"].max()), ax=axes, **look
    )
    if picture.lines is not None:
        lines = picture.lines.assign(outcome=picture.lines["outcome"] * 100)
        sns.lineplot(
            lines, x="x", y="outcome", units="side", estimator=None, ax=axes, color=ACCENT, linewidth=2.2
        )
    axes.axvline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    said = word("chart.cutoff.bar", lang).format(bar=bar)
    axes.annotate(said, (0, 1), xycoords=("data", "axes fraction"), xytext=(4, -2), textcoords="offset points",
                  va="top", fontsize=8.5, color=INK)  # fmt: skip
    axes.set_xlim(bins["low"].min(), bins["high"].max())
    if picture.scale == "log":
        ticks = [share for share in SHARES_OF_BAR if bins["low"].min() <= np.log(share) <= bins["high"].max()]
        axes.set_xticks(np.log(ticks), [figure(share, "share", lang, digits=0) for share in ticks])
    axes.set(xlabel=word("chart.cutoff.x", lang), ylabel=f"{effect.question.outcome.text(lang)} (%)")
    caption = word("chart.cutoff.caption", lang)
    return Chart(axes, caption, f"{caption}. {_reading(effect, lang)}")


def gap_and_effect(effect: Effect, gap: Estimate, truth: float | None, *, lang: Lang) -> Chart:
    """The raw gap beside the effect by design, and the truth where the company is simulated; the gap alone where
    nothing is identified.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> effect, truth = study.effects["still_buying"], toolkit.findings.truth_at_the_bar(study)
    >>> chart = toolkit.charts.gap_and_effect(effect, study.programme_gap, truth, lang="en")
    >>> print(chart.alt)
    The raw gap and the estimate by design. raw gap (description): +15.2 pp (95% interval +11.7 pp to
    +18.6 pp); cutoff design (effect): −2.5 pp (95% interval −22.4 pp to +16.6 pp)
    >>> plt.close()
    """
    rows = [(word("chart.gap.raw", lang), gap, MUTED)]
    if effect.estimate is not None:
        rows.append((word("chart.gap.design", lang), effect.estimate, ACCENT))
    axes = canvas(height=1.1 + 0.55 * len(rows))
    for place, (_, estimate, colour) in enumerate(reversed(rows)):
        axes.plot([estimate.low * 100, estimate.high * 100], [place, place], color=colour, linewidth=2.5)
        axes.plot(estimate.value * 100, place, "o", color=colour, markersize=8)
        axes.annotate(figure(estimate.value, "points_share", lang, signed=True), (estimate.value * 100, place),
                      xytext=(0, 9), textcoords="offset points", ha="center", fontsize=9, color=colour,
                      bbox=PAPER, zorder=4)  # fmt: skip
    if truth is not None and effect.estimate is not None:
        axes.axvline(truth * 100, color=WARN, linewidth=1.6, linestyle="--")
        axes.annotate(word("chart.gap.truth", lang), (truth * 100, len(rows) - 0.45), xytext=(4, 0),
                      textcoords="offset points", fontsize=8.5, color=WARN)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)])
    axes.set(ylim=(-0.6, len(rows) - 0.2), xlabel=word("unit.points_share", lang))
    axes.grid(axis="y", visible=False)
    caption = word("chart.gap.caption" if effect.estimate is not None else "chart.gap.alone", lang)
    said = "; ".join(f"{name}: {estimate.text(lang, signed=True)}" for name, estimate, _ in rows)
    return Chart(axes, caption, f"{caption}. {said}")


def _reading(effect: Effect, lang: Lang) -> str:
    if effect.estimate is None:
        return Label("本数据无法识别", "Not identified on this data").text(lang)
    return effect.estimate.text(lang, signed=True)
