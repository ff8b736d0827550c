"""A chart in one language with its caption and its text for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.reporting.palette import GRID, INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 7.2, 3.4
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
    """Empty axes in the style of the report."""
    import matplotlib.pyplot as plt
    import seaborn as sns

    with sns.axes_style("ticks", rc=STYLE):
        _, axes = plt.subplots(figsize=(WIDTH, height), layout="constrained")
    sns.despine(ax=axes)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, labelcolor=INK)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_fontsize(9)
    return axes
