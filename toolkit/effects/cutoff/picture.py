"""The figures of a cutoff chart: means on both sides, the two lines, the range compared."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.effects.cutoff.local_polynomial import Jump
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.pictures import CutoffPicture

BINS = 16
REACH = 2.0
POINTS = 30


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
