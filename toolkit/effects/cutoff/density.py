"""Were customers moved across the bar? A jump in their number there would say so.

Method
------
Local polynomial density test (Cattaneo, Jansson & Ma 2020, JASA 115:1449), robust bias-corrected.
Rounded scores break it; they are spread evenly over their rounding cells first, cells being laid from
the bar so that none lies across it, and the middle p-value of twenty spreadings is taken.

Does not show
-------------
That nobody was moved: at 5% of near-misses moved, two thirds of such histories pass.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.effects.cutoff.sample import CutoffSample
from toolkit.shown import shown

DRAWS = 20
MASSED = 0.2
ON_GRID = 0.95
HAIR = 1e-9


@shown("statistic", "p_value")
@dataclass(frozen=True, slots=True)
class DensityTest:
    """Answer of a density test; everything is told for the left and then the right of the bar.

    Attributes
    ----------
    statistic, p_value : float
        NaN where they cannot be computed.
    draws : int
        1 for a continuous score.
    reach : tuple of float
        Distance within which rows carry weight.
    rows, near : tuple of int
        All rows, and those within reach.
    """

    statistic: float
    p_value: float
    draws: int = 1
    reach: tuple[float, float] = (float("nan"), float("nan"))
    rows: tuple[int, int] = (0, 0)
    near: tuple[int, int] = (0, 0)


def density_test(sample: CutoffSample, seed: int, draws: int = DRAWS) -> DensityTest:
    """Test whether the density of the score jumps at the bar.

    Rows of one customer at several reviews may be stacked: their dependence is of smaller order than
    what happens within a shrinking neighbourhood of the bar.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> score = rng.uniform(50, 150, 4_000)
    >>> honest = toolkit.CutoffSample(score, 100.0, np.ones(4_000))
    >>> just_below = (score > 70) & (score < 100) & (rng.random(4_000) < 0.4)
    >>> lifted = np.where(just_below, score + 30, score)
    >>> pushed = toolkit.CutoffSample(lifted, 100.0, np.ones(4_000))
    >>> [bool(toolkit.density_test(one, seed=1).p_value > 0.05) for one in (honest, pushed)]
    [True, False]
    """
    step = rounding_step(sample)
    if step is None:
        return _once(sample.x)
    rng = np.random.default_rng(seed)
    found = [_once(spread(sample, step, rng)) for _ in range(draws)]
    p_values = np.array([one.p_value for one in found])
    middle = found[np.argsort(p_values)[draws // 2]]
    return replace(middle, p_value=float(np.median(p_values)), draws=draws)


def central_points_test(sample: CutoffSample, curvature: float = 0.0) -> float:
    """Whether the rounded value at the bar holds more or fewer rows than its two neighbours allow.

    Binomial test of Frandsen (2017, Advances in Econometrics 38): with a density that bends by at most
    ``curvature``, the middle one of three values holds between (1 − k) / (3 − k) and (1 + k) / (3 + k) of
    their rows. NaN where scores are not rounded or the three values hold no rows.
    """
    step = rounding_step(sample)
    if step is None:
        return float("nan")
    cell = _cells(sample, step)
    below, middle, above = (int(np.count_nonzero(cell == place)) for place in (-1, 0, 1))
    total = below + middle + above
    if not total:
        return float("nan")
    few = stats.binom.cdf(middle, total, (1 - curvature) / (3 - curvature))
    many = stats.binom.sf(middle - 1, total, (1 + curvature) / (3 + curvature))
    return float(min(1.0, 2 * min(few, many)))


def rounding_step(sample: CutoffSample) -> float | None:
    """The unit to which scores were rounded, or None where they were not.

    A score counts as rounded when a fifth of the rows repeat another's value and nearly all values lie
    on one regular grid.
    """
    values = np.unique(sample.score)
    if len(values) < 2 or 1 - len(values) / len(sample.score) < MASSED:
        return None
    step = float(np.median(np.diff(values)))
    off = np.abs(np.remainder(sample.score - values[0] + step / 2, step) - step / 2)
    return step if np.mean(off <= 1e-6 * step) >= ON_GRID else None


def spread(sample: CutoffSample, step: float, rng: np.random.Generator) -> np.ndarray:
    """Scores relative to the bar, each spread evenly over the width of its cell.

    The first value on the grid at or above the bar fills the cell that begins at the bar, and so on in
    both directions.
    """
    cell = _cells(sample, step)
    return sample.relative(sample.bar + (cell + rng.random(len(cell))) * step)


def _cells(sample: CutoffSample, step: float) -> np.ndarray:
    """Rounding cell of each row; 0 is the first value at or above its bar."""
    anchor = float(sample.score.min())
    first = anchor + np.ceil((sample.bar - anchor) / step - HAIR) * step
    return np.floor((sample.score - first) / step + HAIR)


def _once(x: np.ndarray) -> DensityTest:
    from diff_diff import RDDensityTest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = RDDensityTest(masspoints="adjust").fit(
                pd.DataFrame({"x": x[np.isfinite(x)]}), running="x"
            )
        except (ValueError, np.linalg.LinAlgError):
            return DensityTest(float("nan"), float("nan"))
    return DensityTest(
        float(found.t_stat),
        float(found.p_value),
        reach=(float(found.h_left), float(found.h_right)),
        rows=(found.n_left, found.n_right),
        near=(found.n_eff_left, found.n_eff_right),
    )
