"""What chance drew: rows, or clusters that lie in one arm whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toolkit.effects.experiment.contrast import Layout
from toolkit.effects.experiment.sample import ExperimentSample


def positions(values: np.ndarray | None, n: int) -> np.ndarray:
    """Values as 0, 1, ...; all 0 where there are none."""
    return np.zeros(n, dtype=int) if values is None else np.unique(values, return_inverse=True)[1]


def drawn_whole(cluster: np.ndarray | None, codes: np.ndarray) -> bool:
    """Whether every cluster lies in one arm."""
    if cluster is None:
        return False
    _, first, inverse = np.unique(cluster, return_index=True, return_inverse=True)
    return bool((codes[first][inverse] == codes).all())


def one_per_unit(sample: ExperimentSample) -> np.ndarray:
    """Positions of the rows that stand for a unit of the draw; all rows where rows were drawn."""
    if drawn_whole(sample.groups, sample.codes):
        return np.unique(sample.groups, return_index=True)[1]
    return np.arange(len(sample.outcome))


def covariate_matrix(covariates: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Standardised covariates, shape (n, columns); unknown values at the mean, with a column that says so."""
    columns = []
    for values in covariates.values():
        column = np.asarray(values, dtype=float)
        known = np.isfinite(column)
        if not known.any():
            continue
        filled = np.where(known, column, column[known].mean())
        columns += [filled] if known.all() else [filled, known.astype(float)]
    x = np.column_stack(columns) if columns else np.empty((n, 0))
    if not n or not x.shape[1]:
        return x
    spread = x.std(axis=0)
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(x).max(axis=0))
    return (x[:, varies] - x[:, varies].mean(axis=0)) / spread[varies]


def layout(sample: ExperimentSample, treatment: object) -> Layout:
    """The rows as numbers: ``treatment`` against control, other arms kept for the averages."""
    n, codes, table = len(sample.outcome), sample.codes, sample.propensities
    arm = np.select(
        [codes == sample.arms.index(treatment), codes == sample.arms.index(sample.control)], [1, 0], -1
    )
    stratum = positions(sample.stratum, n)
    groups = sample.groups
    return Layout(
        arm,
        stratum,
        _weights(table[np.arange(n), codes], codes, stratum),
        covariate_matrix(sample.covariates, n),
        None if groups is None else positions(groups, n),
    )


def _weights(propensity: np.ndarray, codes: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """1 / propensity; ones where it is the same for all rows of an arm in a stratum."""
    cell = positions(codes + (codes.max(initial=0) + 1) * stratum, len(codes))
    size = np.bincount(cell)
    away = propensity - (np.bincount(cell, propensity) / size)[cell]
    return np.ones(len(codes)) if np.abs(away).max(initial=0.0) < 1e-9 else 1 / propensity
