"""Does the figure hold when the rows compared are chosen otherwise?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.cutoff.fitting import Fitting
from toolkit.effects.cutoff.local_polynomial import Jump, covariance, gradient
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.ratio import quotient


@dataclass(frozen=True, slots=True)
class Variant:
    """Another choice of rows: bandwidths times ``factor``, a ``hole`` around the bar left out."""

    id: str
    factor: float = 1.0
    hole: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """How far the figure moves under a variant.

    Attributes
    ----------
    id : str
    figure : float
        The figure found otherwise; NaN where there is no fit.
    errors : float
        Its distance from the main figure, in standard errors of the difference.
    """

    id: str
    figure: float
    errors: float


def move(fitting: Fitting, main: Jump, variant: Variant) -> Move:
    """Compare ``main`` with ``variant``; rows that both use share their errors."""
    try:
        other = fitting.at(variant.factor, variant.hole)
    except DegenerateFit:
        other = None
    if other is None or not other.linked:
        return Move(variant.id, float("nan"), float("nan"))
    difference = np.zeros(fitting.size)
    for found, sign in ((main, -1.0), (other, 1.0)):
        difference[found.positions] += sign * np.einsum(
            "nj,j->n", found.influence, gradient(found.conventional)
        )
    error = float(np.sqrt(covariance(difference[:, None], fitting.cluster)[0, 0]))
    figure = quotient(other.corrected)
    distance = abs(figure - quotient(main.corrected))
    return Move(variant.id, figure, distance / error if error > 0 else float("nan"))
