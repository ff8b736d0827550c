"""Charts of the comparison of policies."""

from __future__ import annotations

from toolkit.comparison.change import Change
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import EVIDENCE
from toolkit.reporting.chart import PAPER, Chart, canvas, folded
from toolkit.reporting.palette import ACCENT, EVIDENCE_COLOURS, INK, MUTED, NO_EVIDENCE_HATCH
from toolkit.reporting.words import word
from toolkit.terms import Lang, money

MOST_TICKS = 5
LABEL_FROM = 0.2


def net_value(comparison: Comparison, currency: str, *, lang: Lang) -> Chart:
    """Net value per year of each alternative with its interval, or its change in cost where value is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.net_value(study.comparison, "CNY", lang="en")
    >>> print(chart.alt)
    Net value per year of each alternative (squares show the change in cost alone). Floor lowered to
    80,000 (Not ranked): −¥312,288 (95% interval −¥550,298 to −¥66,554); ABC grading: +¥335,336 (95%
    interval +¥40,611 to +¥625,695); Weighted score: −¥40,688 (95% interval −¥279,096 to −¥20,035)
    >>> plt.close()
    """
    rows = [
        (_name(c, comparison, lang), c.values[0].net if c.values else c.cost, bool(c.values))
        for c in comparison.changes
    ]
    axes = canvas(height=0.9 + 0.62 * len(rows))
    for place, (_, estimate, valued) in enumerate(reversed(rows)):
        colour = ACCENT if valued else MUTED
        axes.plot([estimate.low, estimate.high], [place, place], color=colour, linewidth=2.5)
        axes.plot(estimate.value, place, "o" if valued else "s", color=colour, markersize=7)
        kind = "" if valued else f"{word('chart.net.cost_only', lang)} "
        axes.annotate(kind + money(estimate.value, currency, lang, signed=True), (estimate.value, place),
                      xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8.5, color=colour)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)])
    axes.set(ylim=(-0.6, len(rows) - 0.2), xlabel=word("chart.net.x", lang))
    axes.locator_params(axis="x", nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _: money(value, currency, lang))
    axes.grid(axis="y", visible=False)
    caption = word("chart.net.caption", lang)
    said = "; ".join(f"{name}: {e.text(lang, currency=currency, signed=True)}" for name, e, _ in rows)
    return Chart(axes, caption, f"{caption}. {said}".replace("\n", " "))


def _name(change: Change, comparison: Comparison, lang: Lang) -> str:
    """Title of an alternative; one that is not ranked says so."""
    out = change.policy in comparison.excluded
    return folded(change.title.text(lang)) + (f"\n({word('verdict.excluded', lang)})" if out else "")


def evidence(comparison: Comparison, *, lang: Lang) -> Chart:
    """Share of the switchers' margin by class of evidence, one bar per alternative.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.evidence(study.comparison, lang="en")
    >>> print(chart.alt)
    How much of the switchers' margin rests on evidence. Weighted score: identified 0%, extrapolated 0%,
    assumed 0%, not identified 100%; ABC grading: identified 100%, extrapolated 0%, assumed 0%, not
    identified 0%; Floor lowered to 80,000: identified 100%, extrapolated 0%, assumed 0%, not identified
    0%
    >>> plt.close()
    """
    axes = canvas(height=0.9 + 0.5 * len(comparison.changes))
    names, said = [], []
    for place, change in enumerate(reversed(comparison.changes)):
        left = 0.0
        for kind in EVIDENCE:
            share = change.share(kind)
            axes.barh(place, share * 100, left=left, height=0.55, **_look(kind))
            said_here = word(f"evidence.{kind}", lang)
            if share >= LABEL_FROM:
                axes.text(left + share * 50, place, f"{said_here} {share:.0%}", ha="center", va="center",
                          fontsize=8.5, color="white" if kind == "identified" else INK,
                          bbox=PAPER if kind == "not_identified" else None)  # fmt: skip
            left += share * 100
        names.append(folded(change.title.text(lang)))
        shares = ", ".join(f"{word(f'evidence.{k}', lang)} {change.share(k):.0%}" for k in EVIDENCE)
        said.append(f"{names[-1]}: {shares}")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlim=(0, 100), xlabel=word("chart.evidence.x", lang))
    axes.grid(axis="y", visible=False)
    small = {
        kind for change in comparison.changes for kind in EVIDENCE if 0 < change.share(kind) < LABEL_FROM
    }
    if small:
        handles = [axes.barh(0, 0, label=word(f"evidence.{kind}", lang), **_look(kind)) for kind in EVIDENCE]
        axes.figure.legend(
            handles=handles, loc="outside lower center", ncols=len(EVIDENCE), frameon=False, fontsize=8.5
        )
    caption = word("chart.evidence.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(said)}".replace("\n", " "))


def _look(kind: str) -> dict[str, str | None]:
    """Colour of a class of evidence; hatched where there is none, as on page one."""
    nothing = kind == "not_identified"
    return {
        "color": EVIDENCE_COLOURS[kind],
        "edgecolor": MUTED if nothing else "white",
        "hatch": NO_EVIDENCE_HATCH if nothing else None,
        "linewidth": 0.0 if nothing else 1.0,
    }
