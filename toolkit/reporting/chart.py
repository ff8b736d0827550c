"""A chart in one language with its caption and its text for those who cannot see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.reporting.palette import GRID, INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 7.2, 3.4


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


def canvas(height: float = HEIGHT, columns: int = 1) -> Axes | list[Axes]:
    """Empty axes in the style of the report, one or several side by side."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, columns, figsize=(WIDTH, height), layout="constrained")
    every = [axes] if columns == 1 else list(axes)
    for one in every:
        for side in ("top", "right"):
            one.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            one.spines[side].set_color(MUTED)
        one.tick_params(colors=MUTED, labelcolor=INK, labelsize=9)
        one.grid(axis="y", color=GRID, linewidth=0.8)
        one.set_axisbelow(True)
        one.title.set_fontsize(10)
        for label in (one.xaxis.label, one.yaxis.label):
            label.set_fontsize(9)
            label.set_color(INK)
    figure.patch.set_facecolor("white")
    return axes if columns == 1 else every
