"""Sampling error where rows of one cluster are not independent.

Method
------
CR2 (Bell & McCaffrey 2002): residuals of a cluster are multiplied by (I − H_g)^(-1/2), H_g its block of the
hat matrix. The root is taken in the space of the columns, so a cluster may have any number of rows. Beyond
:data:`MANY` numbers the correction no longer matters, and G / (G − 1) takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MANY = 4_000_000
FLAT = 1e-9


@dataclass(frozen=True, slots=True)
class Fitted:
    """A weighted least-squares fit and the linear reading taken from it.

    Attributes
    ----------
    x, residual : ndarray, shapes (n, columns) and (n, m)
        Design and residuals, both times the root of the weight.
    reading : ndarray, shape (columns,)
        The figure is ``reading`` times the coefficients.
    cluster : ndarray of int, shape (n,)
    """

    x: np.ndarray
    residual: np.ndarray
    reading: np.ndarray
    cluster: np.ndarray


def cluster_scores(fitted: Fitted, clusters: int) -> np.ndarray:
    """What each cluster adds to the error of the reading, shape (clusters, m)."""
    values, vectors = np.linalg.eigh(fitted.x.T @ fitted.x)
    inverse = np.where(values > FLAT * values[-1], 1 / np.sqrt(np.maximum(values, 1e-300)), 0.0)
    root = (vectors * inverse) @ vectors.T
    order = np.argsort(fitted.cluster, kind="stable")
    present, starts = np.unique(fitted.cluster[order], return_index=True)
    z, reading = (fitted.x @ root)[order], root @ fitted.reading
    sums = _sums(z[:, :, None] * fitted.residual[order][:, None, :], starts)
    scores = np.zeros((clusters, fitted.residual.shape[1]))
    if clusters * z.shape[1] ** 2 > MANY:
        scores[present] = np.einsum("k,gkm->gm", reading, sums) * np.sqrt(clusters / (clusters - 1))
        return scores
    blocks = np.stack([_sums(z * z[:, [j]], starts) for j in range(z.shape[1])], axis=1)
    leverage, directions = np.linalg.eigh(blocks)
    rest = 1 - leverage
    stretch = np.where(rest > FLAT, 1 / np.sqrt(np.maximum(rest, FLAT)), 1.0)
    turned = np.einsum("k,gkj->gj", reading, directions) * stretch
    scores[present] = np.einsum("gj,gkj,gkm->gm", turned, directions, sums)
    return scores


def _sums(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.add.reduceat(rows, starts, axis=0)
