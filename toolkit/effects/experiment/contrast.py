"""Difference of two arms, with or without adjustment, and its sampling error.

Method
------
Each arm is fitted by itself: cell means by stratum and common slopes inside the arm; the fits are read at
the strata shares and covariate means of all rows. Without strata this is the fully interacted regression of
Lin (2013, Ann. Appl. Stat. 7:295), without covariates the post-stratified difference in means. Errors: HC2;
with clusters CR2 (Bell & McCaffrey 2002), whose correction is dropped where clusters are too many for it to
matter; where a stratum holds a single unit of an arm (pairs), the spread of the strata's own differences,
which errs on the safe side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.effects.experiment.clusters import Fitted, cluster_scores
from toolkit.estimate import Estimate

SIGN = {0: -1, 1: 1}


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows of an experiment as numbers.

    Attributes
    ----------
    arm : ndarray of int, shape (n,)
        1 treatment, 0 control, −1 another arm (counts for the averages only).
    stratum : ndarray of int, shape (n,)
        0, 1, ...; all 0 without strata.
    weight : ndarray, shape (n,)
        1 / propensity of the arm given; ones where it does not vary inside strata.
    x : ndarray, shape (n, covariates)
    cluster : ndarray of int or None, shape (n,)
    """

    arm: np.ndarray
    stratum: np.ndarray
    weight: np.ndarray
    x: np.ndarray
    cluster: np.ndarray | None

    def without_covariates(self) -> Layout:
        """The same rows, nothing to adjust for."""
        return Layout(self.arm, self.stratum, self.weight, np.empty((len(self.arm), 0)), self.cluster)


@dataclass(frozen=True, slots=True)
class Contrast:
    """Differences of m outcomes, treatment minus control.

    Attributes
    ----------
    value : ndarray, shape (m,)
    cov : ndarray, shape (m, m)
    df : float
        Degrees of freedom of the intervals.
    means : ndarray, shape (2, m)
        Fitted mean of the control and of the treatment.
    """

    value: np.ndarray
    cov: np.ndarray
    df: float
    means: np.ndarray

    @property
    def std_error(self) -> float:
        """Of the first outcome."""
        return float(np.sqrt(self.cov[0, 0]))

    @property
    def p_value(self) -> float:
        """Two-sided, of no difference in the first outcome."""
        if self.std_error == 0:
            return float(self.value[0] == 0)
        return float(2 * stats.t.sf(abs(self.value[0]) / self.std_error, self.df))

    def estimate(self, unit: str, level: float, which: int = 0) -> Estimate:
        """The difference of one outcome with its interval."""
        half = float(stats.t.ppf((1 + level) / 2, self.df) * np.sqrt(self.cov[which, which]))
        value = float(self.value[which])
        return Estimate(value, value - half, value + half, unit, level)


@dataclass(frozen=True, slots=True)
class _ArmFit:
    """One arm: rows, share of each row in the fitted mean, residuals, leverages, design of the fit."""

    rows: np.ndarray
    share: np.ndarray
    residual: np.ndarray
    leverage: np.ndarray
    mean: np.ndarray
    by_stratum: np.ndarray


def contrast(y: np.ndarray, layout: Layout) -> Contrast:
    """Compare arm 1 with arm 0 on the outcomes ``y``, shape (n, m); strata lacking an arm are left out."""
    y, layout = _keep(y, layout, in_both_arms(layout))
    fits = {arm: _fit_arm(y, layout, arm) for arm in (0, 1)}
    cov, df = _sampling(layout, fits)
    means = np.array([fits[0].mean, fits[1].mean])
    return Contrast(means[1] - means[0], cov, df, means)


def mean_of_arm(y: np.ndarray, layout: Layout) -> Contrast:
    """Mean of arm 1 by itself, as its part of the contrast, with its sampling error."""
    y, layout = _keep(y, layout, np.bincount(layout.stratum, layout.arm == 1) > 0)
    fit = _fit_arm(y, layout, 1)
    cov, df = _sampling(layout, {1: fit})
    return Contrast(fit.mean, cov, df, fit.mean[None, :])


def _keep(y: np.ndarray, layout: Layout, strata: np.ndarray) -> tuple[np.ndarray, Layout]:
    """The rows in the strata marked, strata counted anew."""
    rows = strata[layout.stratum]
    _, stratum = np.unique(layout.stratum[rows], return_inverse=True)
    cluster = None if layout.cluster is None else layout.cluster[rows]
    return y[rows], Layout(layout.arm[rows], stratum, layout.weight[rows], layout.x[rows], cluster)


def in_both_arms(layout: Layout) -> np.ndarray:
    """Which strata hold rows of the treatment and of the control, shape (strata,)."""
    size = layout.stratum.max(initial=0) + 1
    return np.all([np.bincount(layout.stratum[layout.arm == arm], minlength=size) > 0 for arm in (0, 1)], 0)


def _fit_arm(y: np.ndarray, layout: Layout, arm: int) -> _ArmFit:
    rows = np.flatnonzero(layout.arm == arm)
    stratum, weight = layout.stratum[rows], layout.weight[rows]
    everyone = _cell_means(layout.x, layout.stratum, np.ones(len(layout.x)))
    shares = np.bincount(layout.stratum) / len(layout.stratum)
    mass = np.bincount(stratum, weight)
    x_cells, y_cells = (_cell_means(z[rows], stratum, weight) for z in (layout.x, y))
    x, residual = layout.x[rows] - x_cells[stratum], y[rows] - y_cells[stratum]
    inverse = np.linalg.pinv((x * weight[:, None]).T @ x, rcond=1e-10, hermitian=True)
    slopes = inverse @ (x.T @ (weight[:, None] * residual))
    gap = everyone - x_cells
    spread = x @ inverse
    return _ArmFit(
        rows,
        weight * (shares[stratum] / mass[stratum] + spread @ (shares @ gap)),
        residual - x @ slopes,
        weight * (1 / mass[stratum] + np.einsum("ij,ij->i", spread, x)),
        shares @ (y_cells + gap @ slopes),
        y_cells + gap @ slopes,
    )


def _cell_means(z: np.ndarray, stratum: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted means of the columns of ``z`` by stratum, shape (strata, columns)."""
    size = int(stratum.max()) + 1
    mass = np.bincount(stratum, weight, size)
    sums = [np.bincount(stratum, weight * column, size) for column in z.T]
    return np.array(sums).reshape(z.shape[1], size).T / mass[:, None]


def _sampling(layout: Layout, fits: dict[int, _ArmFit]) -> tuple[np.ndarray, float]:
    """Covariance of the differences (of arm 1 less arm 0) and its degrees of freedom."""
    strata = int(layout.stratum.max()) + 1
    if strata > 1 and any(_single_units(layout, arm) for arm in fits):
        return _between_strata(layout, fits), strata - 1.0
    if layout.cluster is not None:
        groups, cluster = np.unique(layout.cluster, return_inverse=True)
        scores = sum(
            SIGN[arm] * cluster_scores(_fitted(fit, layout, cluster), len(groups))
            for arm, fit in fits.items()
        )
        return scores.T @ scores, float(max(len(groups) - len(fits), 1))
    cov = sum(_hc2(fit) for fit in fits.values())
    used = sum(len(fit.rows) - strata - layout.x.shape[1] for fit in fits.values())
    return cov, float(max(used, 1))


def _hc2(fit: _ArmFit) -> np.ndarray:
    errors = fit.share[:, None] * fit.residual
    return errors.T @ (errors / np.maximum(1 - fit.leverage, 1e-12)[:, None])


def _fitted(fit: _ArmFit, layout: Layout, cluster: np.ndarray) -> Fitted:
    rows, strata = fit.rows, np.arange(len(fit.by_stratum))
    root = np.sqrt(layout.weight[rows])[:, None]
    design = np.column_stack([layout.stratum[rows][:, None] == strata, layout.x[rows]])
    shares = np.bincount(layout.stratum) / len(layout.stratum)
    everyone = _cell_means(layout.x, layout.stratum, np.ones(len(layout.x)))
    return Fitted(design * root, fit.residual * root, np.append(shares, shares @ everyone), cluster[rows])


def _single_units(layout: Layout, arm: int) -> bool:
    """Whether some stratum holds one row of the arm, or one cluster where clusters do not cross strata."""
    rows = layout.arm == arm
    units = layout.stratum[rows]
    if layout.cluster is not None:
        pairs = np.unique(np.column_stack([layout.cluster[rows], units]), axis=0)
        if len(np.unique(pairs[:, 0])) < len(pairs):
            return False
        units = pairs[:, 1]
    return bool(np.bincount(units).min() < 2)


def _between_strata(layout: Layout, fits: dict[int, _ArmFit]) -> np.ndarray:
    shares = np.bincount(layout.stratum) / len(layout.stratum)
    strata = len(shares)
    parts = strata * shares[:, None] * sum(SIGN[arm] * fit.by_stratum for arm, fit in fits.items())
    away = parts - parts.mean(axis=0)
    return away.T @ away / (strata * (strata - 1))
