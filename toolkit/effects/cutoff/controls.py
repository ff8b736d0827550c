"""Facts from before the review that sharpen a jump without moving it.

Method
------
Slopes common to both sides, from the same weighted polynomials, are taken out of the columns before the
jump is read (Calonico, Cattaneo, Farrell & Titiunik 2019, Review of Economics and Statistics 101:442).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from toolkit.effects.cutoff.polynomial import Kernel, Polynomial, products
from toolkit.effects.cutoff.rows import Rows, window


def control_slopes(parts: Sequence[tuple[Polynomial, np.ndarray, np.ndarray]]) -> np.ndarray:
    """Slopes of every column in every control, given the polynomial of each part.

    Parameters
    ----------
    parts : sequence of (polynomial, columns of shape (n, c), controls of shape (n, k))
        Parts share their slopes, not their polynomials.

    Returns
    -------
    ndarray, shape (k, c)
    """
    own, cross = (sum(sums) for sums in zip(*(_net(*part) for part in parts), strict=True))
    return np.linalg.pinv(own) @ cross


def without_controls(rows: Rows, reach: float, order: int, kernel: Kernel) -> Rows:
    """The rows with what their controls explain within ``reach`` taken out of every column."""
    if rows.controls is None:
        return rows
    near = [window(rows, reach, kernel, side) for side in (0, 1)]
    parts = [
        (Polynomial.of(rows.x[one], reach, order, kernel), rows.y[one], rows.controls[one]) for one in near
    ]
    return replace(rows, y=rows.y - rows.controls @ control_slopes(parts), controls=None)


def _net(fit: Polynomial, columns: np.ndarray, controls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products of the controls with themselves and with the columns, net of the polynomial."""
    weighted = controls.T * fit.weighted[0]
    along = products(fit.weighted, controls.T)
    level = along.T @ fit.inverse
    own = products(weighted, controls.T) - level @ along
    return own, products(weighted, columns.T) - level @ products(fit.weighted, columns.T)
