"""Limits of A and B that are computed from the curve of cumulative shares (computed ABC analysis)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEW = 101
COARSE, FINE = 100, 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """Where A and B end.

    Attributes
    ----------
    a : float
        A are the values strictly above.
    b : float
        B are the values from here on, up to ``a``.
    points : tuple of (float, float)
        Share of the customers and of the total at the end of A, at the break-even (or, where
        exchanged, the nearest point), and at the end of B.
    exchanged : bool
        Whether the break-even comes before the point nearest to (0, 1), so that it ends A.
    """

    a: float
    b: float
    points: tuple[tuple[float, float], ...] = ()
    exchanged: bool = False


def computed_limits(values: np.ndarray) -> Limits:
    """Limits of A and B.

    A reaches to the point of the curve that is nearest to (0, 1), or to the break-even, where the
    slope of the curve is 1, whichever comes first. B reaches to the point that is nearest to the
    top of the other one's share of customers.

    Parameters
    ----------
    values : array of float, shape (n,)
        Zero, negative and NaN values count as nothing.

    Notes
    -----
    Ultsch and Lötsch (2015), PLoS ONE 10(6) e0129767. The curve is a cubic spline through the
    shares and the origin, read at steps of a hundredth (up to 100 values) or a thousandth.
    """
    positive = np.sort(np.where(values > 0, values, 0.0))[::-1]
    if len(positive) < 3 or not positive.sum() > 0:
        return Limits(np.inf, np.inf)
    effort, gain = _curve(positive)
    nearest = int(np.argmin(effort**2 + (1 - gain) ** 2))
    even = _break_even(effort, gain)
    first, second = sorted((nearest, even), key=lambda i: effort[i])
    last = int(np.argmin((effort - effort[second]) ** 2 + (1 - gain) ** 2))
    points = tuple((float(effort[i]), float(gain[i])) for i in (first, second, last))
    a, b = (positive[max(round(effort[i] * len(positive)), 1) - 1] for i in (first, last))
    return Limits(float(a), float(b), points, even < nearest)


def _curve(falling: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the customers and of the total along the curve, at even steps."""
    from scipy.interpolate import CubicSpline

    share = np.concatenate(([0.0], np.cumsum(falling) / falling.sum()))
    customers = np.linspace(0, 1, len(share))
    effort = np.linspace(0, 1, (COARSE if len(falling) < FEW else FINE) + 1)
    gain = CubicSpline(customers, share)(effort)
    full = int(np.argmax(gain >= 1)) if (gain >= 1).any() else len(gain)
    return effort, np.where(np.arange(len(gain)) >= full, 1.0, gain)


def _break_even(effort: np.ndarray, gain: np.ndarray) -> int:
    """Position of the step at which the slope is nearest to 1."""
    from scipy.interpolate import CubicSpline

    steps = np.arange(1, len(effort) + 1) / len(effort)
    return int(np.argmin(np.abs(CubicSpline(effort, gain)(steps, 1) - 1)))
