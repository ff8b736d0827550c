"""Tests that a valid cutoff passes: facts from before the review, and bars that do not exist.

Each family is adjusted by Holm's method, so that its size does not grow with the number of its members.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import stats

from toolkit.effects.cutoff.bandwidth import choose
from toolkit.effects.cutoff.local_polynomial import Recipe, jump
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.family import holm

PLACEBO_SHARES = (1 / 3, 2 / 3)
LEAST = 100


def jump_p_value(rows: Rows, recipe: Recipe) -> float:
    """Two-sided robust p-value of the first column's jump at its own bandwidth.

    NaN where there is no fit, or fewer than :data:`LEAST` rows on a side of it: a p-value from a handful of
    rows is no evidence of anything.
    """
    first = rows.columns(0)
    if not len(first.x) or np.ptp(first.y) == 0:
        return float("nan")
    try:
        found = jump(first, choose(first, recipe), recipe)
    except DegenerateFit:
        return float("nan")
    if min(found.n_left, found.n_right) < LEAST:
        return float("nan")
    error = np.sqrt(found.robust_cov[0, 0])
    return float(2 * stats.norm.sf(abs(found.corrected[0]) / error)) if error > 0 else float("nan")


def covariate_p_values(rows: Rows, covariates: Mapping[str, np.ndarray], recipe: Recipe) -> dict[str, float]:
    """Adjusted p-value of the jump in each covariate (arrays in the order of ``rows``)."""
    raw = []
    for column in covariates.values():
        known = np.isfinite(column)
        part = Rows(rows.x, column[:, None], rows.cluster, rows.split).part(known)
        raw.append(jump_p_value(part, recipe))
    return dict(zip(covariates, holm(np.array(raw)).tolist(), strict=True))


def placebo_p_values(rows: Rows, recipe: Recipe) -> dict[str, float]:
    """Adjusted p-values of the outcome's jump at four bars that do not exist, two on each side.

    Each is tested on rows of its own side alone, so that the true jump cannot leak in. Names are the
    distances from the bar.
    """
    found = {}
    for keep in (np.arange(len(rows.x)) < rows.split, np.arange(len(rows.x)) >= rows.split):
        side = rows.part(keep)
        for share in PLACEBO_SHARES:
            bar = float(np.quantile(side.x, share, method="inverted_cdf"))
            found[f"{bar:+.3f}"] = jump_p_value(side.moved(bar), recipe)
    return dict(zip(found, holm(np.array(list(found.values()))).tolist(), strict=True))
