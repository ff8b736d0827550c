"""What a chart of a cutoff needs: means on both sides, the two lines, the range compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.effects.local_polynomial import Jump
from toolkit.effects.rows import Rows

BINS = 16
REACH = 2.0
POINTS = 30


@dataclass(frozen=True, slots=True)
class CutoffPicture:
    """Figures of a chart; nothing here is drawn.

    Attributes
    ----------
    bins : DataFrame, one row per bin
        ``side`` ("below" or "above"), ``low``, ``high``, ``middle`` (distance from the bar), ``n`` (rows),
        ``outcome`` (mean; NaN where n is 0), ``received`` (share; absent where not on record).
    lines : DataFrame or None
        ``side``, ``x``, ``outcome``, ``received``: the fitted lines within the bandwidth. None where the
        effect is not identified, since the gap between the lines would be read as one.
    bandwidth : float or None
        Distance from the bar within which rows carry weight.
    scale : str
        "log": distances are log(score / bar); "linear": score − bar.
    """

    bins: pd.DataFrame
    lines: pd.DataFrame | None
    bandwidth: float | None
    scale: str


def draw_up(rows: Rows, found: Jump | None, scale: str, *, with_lines: bool) -> CutoffPicture:
    """Collect the figures of a chart around the bar; bins never lie across it."""
    reach = REACH * found.bandwidth.h if found is not None else float(np.quantile(np.abs(rows.x), 0.5))
    names = ["outcome", "received"][: rows.y.shape[1]]
    bins = pd.concat([_bins(rows, reach, names, side) for side in (0, 1)], ignore_index=True)
    lines = _lines(found, names) if found is not None and with_lines else None
    return CutoffPicture(bins, lines, None if found is None else found.bandwidth.h, scale)


def _bins(rows: Rows, reach: float, names: list[str], side: int) -> pd.DataFrame:
    part = slice(0, rows.split) if side == 0 else slice(rows.split, None)
    x, y = rows.x[part], rows.y[part]
    edge = min(reach, float(np.abs(x).max())) if len(x) else reach
    edges = np.linspace(-edge, 0.0, BINS + 1) if side == 0 else np.linspace(0.0, edge, BINS + 1)
    where = np.where(x == edges[-1], BINS - 1, np.searchsorted(edges, x, side="right") - 1)
    inside = (where >= 0) & (where < BINS)
    n = np.bincount(where[inside], minlength=BINS)
    table = pd.DataFrame(
        {
            "side": "below" if side == 0 else "above",
            "low": edges[:-1],
            "high": edges[1:],
            "middle": (edges[:-1] + edges[1:]) / 2,
            "n": n,
        }
    )
    for name, column in zip(names, y.T, strict=True):
        total = np.bincount(where[inside], column[inside], minlength=BINS)
        table[name] = np.divide(total, n, out=np.full(BINS, np.nan), where=n > 0)
    return table


def _lines(found: Jump, names: list[str]) -> pd.DataFrame:
    h = found.bandwidth.h
    parts = []
    for side, (intercept, slope) in enumerate(found.lines):
        x = np.linspace(-h, 0.0, POINTS) if side == 0 else np.linspace(0.0, h, POINTS)
        fitted = intercept + np.outer(x, slope)
        parts.append(
            pd.DataFrame(
                {"side": "above" if side else "below", "x": x} | dict(zip(names, fitted.T, strict=True))
            )
        )
    return pd.concat(parts, ignore_index=True)
