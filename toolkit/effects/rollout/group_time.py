"""Effects by group and time, and their averages.

A group is the units that start together. Its effect at a time is the change of its mean outcome since the
last period before its start, minus the same change of units that had not started (Callaway & Sant'Anna 2021,
J. Econometrics 225:200). With covariates the change is compared among like units, doubly robust. No
regression on unit and period dummies is run: with effects that grow, it counts some of them negatively
(Goodman-Bacon 2021).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.effects.rollout.sample import Controls, RolloutSample

BASE = -1
COVARIATE = "covariate_"


@dataclass(frozen=True, slots=True)
class GroupTime:
    """All effects of one fit.

    Attributes
    ----------
    value, error : float
        Mean of the effects after the start, weighted by the units of each group, and its standard error.
    dynamic, by_group : float
        Plain mean over horizons; mean over groups of their own means.
    cells : DataFrame
        ``group`` (first period under the programme), ``period``, ``value``, ``error``, ``treated``,
        ``controls``.
    horizons : DataFrame, index horizon (0: first period under the programme; -1, the base, is absent)
        ``value``, ``error``, ``n`` (units started that stand behind it), ``weight`` (share of the headline, 0
        before the start).
    cov : ndarray, shape (horizons, horizons)
        Covariance of ``horizons["value"]``.
    clusters : int or None
        Clusters behind the errors; None where units are independent.
    """

    value: float
    error: float
    dynamic: float
    by_group: float
    cells: pd.DataFrame
    horizons: pd.DataFrame
    cov: np.ndarray
    clusters: int | None

    @property
    def before(self) -> pd.DataFrame:
        """Horizons before the base period."""
        return self.horizons[self.horizons.index < BASE]

    @property
    def after(self) -> pd.DataFrame:
        """Horizons from the start on."""
        return self.horizons[self.horizons.index >= 0]

    @property
    def started(self) -> int:
        """Units that started and stand behind the headline."""
        return int(self._compared.groupby("group")["treated"].max().sum())

    @property
    def most_controls(self) -> int:
        """Units that had not started, where there were most of them."""
        return int(self._compared["controls"].max())

    @property
    def freedom(self) -> float:
        """Degrees of freedom of the errors."""
        return np.inf if self.clusters is None else self.clusters - 1

    @property
    def _compared(self) -> pd.DataFrame:
        return self.cells[self.cells["period"] >= self.cells["group"]]


class NoComparison(Exception):
    """No group can be compared with units that had not started."""


def group_time_effects(sample: RolloutSample, controls: Controls = "not_yet") -> GroupTime:
    """Effects of every group at every time.

    Units under the programme from the first period on are left out by the caller. Units without a value in
    the base period or in the period compared do not enter that comparison.

    Raises
    ------
    NoComparison
        Where no effect after the start can be computed.
    """
    fitted, events, groups = _fit(sample, controls)
    cells = _cells(fitted)
    if not np.isfinite([fitted.overall_att, fitted.overall_se]).all():
        raise NoComparison
    index = np.asarray(events.vcov_index, dtype=int)
    at = {int(e): k for k, e in enumerate(events.event_time)}
    rows = [at[e] for e in index]
    horizons = pd.DataFrame(
        {
            "value": np.asarray(events.att, float)[rows],
            "error": np.asarray(events.se, float)[rows],
        },
        index=pd.Index(index, name="horizon"),
    )
    reach = cells["period"] - cells["group"]
    size = cells["treated"].groupby(reach).sum()
    horizons["n"] = size.reindex(index).fillna(0).astype(int)
    total = size[size.index >= 0].sum()
    horizons["weight"] = np.where(index >= 0, horizons["n"] / total, 0.0)
    return GroupTime(
        float(fitted.overall_att),
        float(fitted.overall_se),
        float(horizons.loc[index >= 0, "value"].mean()),
        _by_group(groups, sample),
        cells,
        horizons,
        np.asarray(events.vcov, dtype=float),
        None if sample.cluster is None else len(np.unique(sample.cluster)),
    )


def _fit(sample: RolloutSample, controls: Controls) -> tuple[Any, Any, Any]:
    from diff_diff import CallawaySantAnna

    method = CallawaySantAnna(
        control_group="not_yet_treated" if controls == "not_yet" else "never_treated",
        estimation_method="dr",
        base_period="universal",
        cluster=None if sample.cluster is None else "cluster",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = method.fit(
                _long(sample),
                outcome="outcome",
                unit="unit",
                time="period",
                first_treat="group",
                covariates=[COVARIATE + name for name in sample.covariates] or None,
            )
            return fitted, fitted.aggregate("event_study"), fitted.aggregate("group")
        except ValueError as error:
            raise NoComparison from error


def _long(sample: RolloutSample) -> pd.DataFrame:
    """One row per unit and period with a known outcome; periods count from 1, group 0 never starts."""
    n, periods = sample.outcome.shape
    begun = sample.begun
    table = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n), periods),
            "period": np.tile(np.arange(1, periods + 1), n),
            "outcome": sample.outcome.ravel(),
            "group": np.repeat(np.where(np.isfinite(begun), begun + 1, 0).astype(int), periods),
        }
        | {COVARIATE + name: np.repeat(column, periods) for name, column in sample.covariates.items()}
    )
    if sample.cluster is not None:
        table["cluster"] = np.repeat(np.unique(sample.cluster, return_inverse=True)[1], periods)
    return table[np.isfinite(table["outcome"])]


def _cells(fitted: Any) -> pd.DataFrame:
    rows = [
        (int(group) - 1, int(period) - 1, cell["effect"], cell["se"], cell["n_treated"], cell["n_control"])
        for (group, period), cell in fitted.group_time_effects.items()
        if np.isfinite(cell["effect"]) and np.isfinite(cell["se"])
    ]
    return pd.DataFrame(rows, columns=["group", "period", "value", "error", "treated", "controls"])


def _by_group(groups: Any, sample: RolloutSample) -> float:
    """Mean of the groups' own means, weighted by their units."""
    begun = sample.begun
    size = np.array([np.count_nonzero(begun == int(label) - 1) for label in groups.label], dtype=float)
    value = np.asarray(groups.att, dtype=float)
    known = np.isfinite(value)
    return float(np.average(value[known], weights=size[known]))
