"""A chart in one language with its caption and its text for those who cannot see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.reporting.columns import em
from toolkit.reporting.fonts import use_fonts
from toolkit.reporting.palette import GRID, INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 7.2, 3.1
LINE_EM = 15.0
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
HAN = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
PIECES = re.compile(rf"[{HAN}][，。；：！？、）》”’]*|[^\s{HAN}]+\s*|\s+")
STYLE = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure.

    Attributes
    ----------
    axes : Axes
        Its figure holds the drawing.
    caption, alt : str
    """

    axes: Axes
    caption: str
    alt: str


def canvas(height: float = HEIGHT) -> Axes:
    """Empty axes in the style of the report.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, toolkit
    >>> axes = toolkit.canvas(height=2.0)
    >>> _ = axes.bar(["VIP", "basic"], [133, 370])
    >>> axes.figure.get_size_inches().tolist(), len(axes.patches)
    ([7.2, 2.0], 2)
    >>> plt.close()
    """
    return stacked((1.0,), height)[0]


def stacked(shares: Sequence[float], height: float, *, across: bool = False) -> list[Axes]:
    """Empty axes one below the other (or ``across``: side by side) that share what lies along them, ready for Chinese."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    use_fonts()
    along = {"nrows": 1, "ncols": len(shares), "sharey": True, "width_ratios": shares}
    below = {"nrows": len(shares), "ncols": 1, "sharex": True, "height_ratios": shares}
    with sns.axes_style("ticks", rc=STYLE):
        figure, made = plt.subplots(
            figsize=(WIDTH, height), layout="constrained", squeeze=False, **(along if across else below)
        )
    sns.despine(fig=figure)
    for axes in made.flat:
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.tick_params(labelsize=9, labelcolor=INK)
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_fontsize(9)
    return list(made.flat)


def folded(text: str, most: float = LINE_EM) -> str:
    """``text`` in lines of at most ``most`` em, broken at blanks or beside Chinese characters.

    >>> folded("Weighted multi-factor score", 9).splitlines(), folded("多因子加权评分办法", 5).splitlines()
    (['Weighted', 'multi-factor', 'score'], ['多因子加权', '评分办法'])
    """
    lines = [""]
    for piece in PIECES.findall(" ".join(text.split())):
        if em(lines[-1] + piece.rstrip()) > most and lines[-1]:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
        while em(lines[-1]) > 2 * most:
            lines[-1:] = [lines[-1][: int(2 * most)], lines[-1][int(2 * most) :]]
    return "\n".join(line.strip() for line in lines)
