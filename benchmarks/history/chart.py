"""The figure of the page."""

from __future__ import annotations

from pathlib import Path

from measuring import Measured
from told import FLOORS, FORMULATIONS, OURS


def draw(sizes: dict[int, dict[str, Measured]], path: Path) -> None:
    """Seconds by rows, both by factors of ten, one line per formulation."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import NullFormatter

    mpl.rcParams["svg.hashsalt"] = "gradelab"
    figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
    for name, marker in zip([*FORMULATIONS, *FLOORS], "osvDx+", strict=True):
        known = {
            rows: found[name].typical
            for rows, found in sizes.items()
            if name in found and not found[name].absent
        }
        label = (FORMULATIONS | FLOORS)[name].en
        axis.plot(
            list(known),
            list(known.values()),
            marker=marker,
            label=label,
            linewidth=2.5 if name == OURS else 1,
        )
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("rows of transactions")
    axis.set_ylabel("seconds, whole process")
    axis.set_xticks(list(sizes), [f"{rows / 1e6:g} M" for rows in sizes])
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(alpha=0.3)
    axis.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
