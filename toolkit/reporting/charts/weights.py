"""Chart of the weights of scored policies."""

from __future__ import annotations

from toolkit.outcomes.weight_versions import IN_FORCE
from toolkit.reporting.chart import Chart, canvas, folded
from toolkit.reporting.palette import GRID, MARKS, POLICIES
from toolkit.reporting.words import word
from toolkit.study.weighting import StudyWeights
from toolkit.terms import Lang, figure

NAMES = (IN_FORCE, "expert", "ahp", "entropy", "critic", "regression")


def weights(result: StudyWeights, *, lang: Lang) -> Chart:
    """Weight of every factor in each version: one line per factor, one mark per version.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> study = toolkit.example_study()
    >>> chart = toolkit.charts.weights(study.weights, lang="en")
    >>> print(chart.alt)
    Weight of each factor by version. spend: in force 50%, entropy 34%, CRITIC 35%, regression 100%;
    orders: in force 30%, entropy 33%, CRITIC 29%, regression 0%; tenure: in force 20%, entropy 34%,
    CRITIC 36%, regression 0%
    >>> plt.close()
    """
    lines = [(policy, found, factor) for policy, found in result for factor in found.comparison.weights.index]
    axes = canvas(height=1.5 + 0.38 * len(lines))
    named, said = {}, []
    for place, (_, found, factor) in enumerate(reversed(lines)):
        shares = found.comparison.weights.loc[factor]
        axes.hlines(place, 100 * shares.min(), 100 * shares.max(), color=GRID, linewidth=3, zorder=1)
        for version, share in shares.items():
            mark = NAMES.index(version)
            look = {
                "marker": MARKS[mark],
                "color": POLICIES[mark],
                "s": 80 if version == IN_FORCE else 46,
                "zorder": 3,
            }
            named[version] = axes.scatter(100 * share, place, **look)
        listed = ", ".join(
            f"{_name(v, lang)} {figure(s, 'share', lang, digits=0)}" for v, s in shares.items()
        )
        said.append(f"{found.labels[factor].text(lang)}: {listed}")
    several = len(result.policies) > 1
    titles = [
        f"{policy.title.text(lang)} · {found.labels[f].text(lang)}" if several else found.labels[f].text(lang)
        for policy, found, f in reversed(lines)
    ]
    axes.set_yticks(range(len(lines)), [folded(title) for title in titles])
    axes.set(ylim=(-0.6, len(lines) - 0.4), xlabel=word("chart.weights.x", lang))
    axes.set_xlim(left=-1)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x")
    shown = [version for version in NAMES if version in named]
    axes.figure.legend(
        [named[v] for v in shown],
        [_name(v, lang) for v in shown],
        loc="outside lower center",
        ncols=len(shown),
        frameon=False,
        fontsize=8.5,
    )
    caption = word("chart.weights.caption", lang)
    return Chart(axes, caption, f"{caption}. {'; '.join(reversed(said))}")


def _name(version: str, lang: Lang) -> str:
    return word("chart.weights.in_force" if version == IN_FORCE else f"weights.version.{version}", lang)
