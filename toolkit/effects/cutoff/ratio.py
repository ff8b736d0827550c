"""The jump of the outcome per jump of the grade: what the grade changed for those it reached.

The estimand is the effect at the bar on customers graded by the rule (Hahn, Todd & van der Klaauw
2001), if nobody is graded down for reaching the bar and reaching it matters through the grade alone.
With one column it is the jump itself: what being entitled changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.cutoff.anderson_rubin import AcceptedSet, accepted_set
from toolkit.effects.cutoff.local_polynomial import Jump, gradient


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of jumps.

    Attributes
    ----------
    point : float
        Ratio of the corrected jumps; the middle of the accepted set in the sense of its test.
    std_error : float
        Robust, linearised at the conventional jumps.
    conventional, conventional_error : float
        Without bias correction.
    corrected : float
        Conventional ratio less its linearised bias (the robust estimate of the literature).
    accepted : AcceptedSet
        Values that the data do not refuse: the interval to quote.
    """

    point: float
    std_error: float
    conventional: float
    conventional_error: float
    corrected: float
    accepted: AcceptedSet


def ratio(found: Jump, level: float = 0.95) -> Ratio:
    """The ratio of the first to the second column of ``found``, or its single column."""
    slope = gradient(found.conventional)
    conventional = quotient(found.conventional)
    if len(slope) == 1:
        padded = np.append(found.corrected, 1.0), np.diag(np.append(found.robust_cov.ravel(), 0.0))
        accepted = accepted_set(*padded, level)
    else:
        accepted = accepted_set(found.corrected, found.robust_cov, level)
    return Ratio(
        quotient(found.corrected),
        float(np.sqrt(slope @ found.robust_cov @ slope)),
        conventional,
        float(np.sqrt(slope @ found.conventional_cov @ slope)),
        float(conventional - slope @ (found.conventional - found.corrected)),
        accepted,
    )


def quotient(level: np.ndarray) -> float:
    """First over second, or the first itself."""
    if len(level) == 1:
        return float(level[0])
    return float(level[0] / level[1]) if level[1] else float("nan")


def first_stage_strength(found: Jump) -> float:
    """F statistic of the jump in the grade received; infinite under perfect compliance."""
    if len(found.corrected) == 1:
        return float("inf")
    variance = found.robust_cov[1, 1]
    return float(found.corrected[1] ** 2 / variance) if variance > 0 else float("inf")
