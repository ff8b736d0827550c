"""What the measured slopes say of sizes that were not measured; said as extrapolation."""

from __future__ import annotations

from measuring import Measured

PAST = (100_000_000, 1_000_000_000)


def planning(measured: dict[int, Measured]) -> str:
    """The section of the page, from the two largest sizes measured.

    Parameters
    ----------
    measured : mapping of rows to Measured
        Ours, at least two sizes.
    """
    small, large = sorted(measured)[-2:]
    seconds = slope(small, large, measured[small].typical, measured[large].typical)
    memory = slope(small, large, measured[small].gigabytes, measured[large].gigabytes)
    rows, longer = large / small, measured[large].typical / measured[small].typical
    lines = [
        "## Planning past one machine 超出一台机器时的打算\n",
        f"Measured: {rows:,.0f} times the rows ({small:,} to {large:,}) take {longer:.1f} times as long. While they are "
        "aggregated, the rows of a large history lie in the spill folder, about 0.3 GB for ten million.\n",
        f"实测：行数从 {small:,} 增至 {large:,}（{rows:,.0f} 倍），用时为 {longer:.1f} 倍。大历史在汇总期间各行暂存于 spill_folder，"
        "每千万行约 0.3 GB。\n",
        "Extrapolation, nothing below was measured: straight lines through the two largest sizes above "
        f"({small:,} and {large:,} rows, ten rows a customer). Each further million rows takes {1e6 * seconds:.2f} s and "
        f"{1e6 * memory:.3f} GB; memory goes by customers and quarters rather than by rows, so the same rows of fewer customers "
        "take less. Where the memory below is more than a machine has, keep the history on a cluster and aggregate it there "
        "(`gradelab[spark]`): what comes back is one row per customer and quarter.\n",
        f"以下为外推，并非实测：取上表最大的两个规模（{small:,} 行与 {large:,} 行）连成直线。每多一百万行约需 {1e6 * seconds:.2f} 秒、"
        f"{1e6 * memory:.3f} GB；内存主要取决于客户数与季度数。内存放不下时，请把历史留在集群上汇总（`gradelab[spark]`），"
        "传回的只有每位客户每季度一行。\n",
        "| rows 行数 | seconds, extrapolated 秒（外推） | GB, extrapolated 内存（外推） |\n|---|---:|---:|",
    ]
    for rows in (size for size in PAST if size > large):
        more = rows - large
        lines.append(
            f"| {rows:,} | about 约 {measured[large].typical + more * seconds:,.0f} | "
            f"about 约 {measured[large].gigabytes + more * memory:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def slope(small: int, large: int, first: float, second: float) -> float:
    """Rise per row; never falling."""
    return max((second - first) / (large - small), 0.0)
