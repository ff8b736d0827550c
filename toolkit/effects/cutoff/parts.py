"""The effect at a bar on parts of the customers, with the bandwidth of the whole.

The checks of the design are those of the whole sample; a part is not put through them again. Nothing of a customer
outside a part enters its figure but the bandwidth, which all parts share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from toolkit.effects.cutoff.coarse import comparable_cells, difference_of_means
from toolkit.effects.cutoff.fitting import Fitting, fit
from toolkit.effects.cutoff.local_polynomial import Jump
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.ratio import ratio
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.estimate import Estimate


def estimate_parts(
    sample: CutoffSample,
    design: CutoffDesign,
    parts: Sequence[np.ndarray],
    before: CutoffSample | None = None,
    by_cells: bool = False,
) -> tuple[Estimate | None, ...]:
    """The effect among the customers of each part.

    Parameters
    ----------
    sample, design, before
        As for :func:`toolkit.effects.cutoff.single_bar.estimate_cutoff`, of everybody; ``customer`` is needed.
    parts : sequence of array
        Customers of each part, as in ``sample.customer``.
    by_cells : bool
        Whether the whole was estimated from the cells next to the bar.

    Returns
    -------
    tuple of Estimate or None
        In the order of ``parts``; None where a part has too few rows, no first stage or an unbounded interval.
    """
    whole = fit(sample, design, before)
    return tuple(_estimate(_part(whole, part), whole, design, by_cells) for part in parts)


def _part(whole: Fitting, customers: np.ndarray) -> Fitting:
    mine = np.isin(whole.sample.customer, customers)
    sample, rows = whole.sample.where(mine), whole.rows.part(mine)
    if whole.before is None:
        return replace(whole, sample=sample, rows=rows, cluster=rows.cluster)
    then = np.isin(whole.before.sample.customer, customers)
    earlier = replace(whole.before, sample=whole.before.sample.where(then), rows=whole.before.rows.part(then))
    cluster = None if whole.cluster is None else whole.cluster[np.concatenate([mine, then])]
    return replace(whole, sample=sample, rows=rows, before=earlier, cluster=cluster)


def _estimate(part: Fitting, whole: Fitting, design: CutoffDesign, by_cells: bool) -> Estimate | None:
    try:
        found = _cells(part.rows, whole) if by_cells else part.at()
    except DegenerateFit:
        return None
    if found is None or not found.linked or not np.isfinite(found.robust_cov).all():
        return None
    level = ratio(found, design.level)
    if not level.accepted.bounded:
        return None
    return Estimate(level.point, level.accepted.low, level.accepted.high, design.unit, design.level)


def _cells(rows: Rows, whole: Fitting) -> Jump | None:
    """Difference of means between the cells of the whole sample; None where the part has none of them."""
    cells = comparable_cells(whole.rows, whole.sample.covariates)
    if cells is None:
        return None
    first = int(np.searchsorted(rows.x, whole.rows.x[cells.left.start], side="left"))
    last = int(np.searchsorted(rows.x, whole.rows.x[cells.right.stop - 1], side="right"))
    if not first < rows.split < last:
        return None
    return difference_of_means(rows, slice(first, rows.split), slice(rows.split, last))
