"""A log as numbers: weights, forecasts and what each row adds to the value of a rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.effects.experiment.logged import LoggedDecisions
from toolkit.effects.experiment.outcome_model import OutcomeModel, deal_folds, fit_outcomes
from toolkit.effects.experiment.propensity import arm_codes, probabilities
from toolkit.effects.experiment.units import covariate_matrix, positions
from toolkit.estimate import Estimate


@dataclass(frozen=True, slots=True)
class OffPolicySettings:
    """How a rule is valued.

    Attributes
    ----------
    unit : str
        Unit of a reward difference, a key of :data:`toolkit.terms.UNITS`.
    level : float
        Coverage of the intervals.
    folds, seed : int
        Of the cross-fitting.
    ratio : float
        p-value below which the log contradicts its propensities.
    matched : float
        Effective rows, of those the rule would treat differently, that got what it gives (and what the rule
        in force gives).
    heaviest : float
        Largest share of their weight that one row, or cluster, may carry.
    agree : float
        Standard errors by which two formulas may differ.
    """

    unit: str = "money"
    level: float = 0.95
    folds: int = 5
    seed: int = 20261121
    ratio: float = 0.001
    matched: float = 200.0
    heaviest: float = 0.05
    agree: float = 3.0


@dataclass(frozen=True, slots=True)
class ScoredLog:
    """A log as numbers.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
    reward : ndarray, shape (n,)
    planned : ndarray, shape (n, arms)
    cluster : ndarray of int, shape (n,)
    model : OutcomeModel
    q : ndarray, shape (n, arms)
        Its cross-fitted forecast.
    """

    codes: np.ndarray
    reward: np.ndarray
    planned: np.ndarray
    cluster: np.ndarray
    model: OutcomeModel
    q: np.ndarray

    @property
    def own(self) -> tuple[np.ndarray, np.ndarray]:
        """Index of the arm each row was given."""
        return np.arange(len(self.codes)), self.codes

    def weight(self, table: np.ndarray) -> np.ndarray:
        """Rule over propensity of the arm given, shape (n,)."""
        return table[self.own] / self.planned[self.own]

    def contributions(self, moved: np.ndarray, q: np.ndarray) -> np.ndarray:
        """Doubly robust contribution of each row to the change ``moved`` (rule minus rule in force), shape
        (n,)."""
        return np.einsum("ij,ij->i", moved, q) + self.weight(moved) * (self.reward - q[self.own])


def score_log(log: LoggedDecisions, settings: OffPolicySettings) -> ScoredLog:
    """Check, count and forecast once for any number of rules."""
    n, labels = len(log.reward), log.labels
    codes = arm_codes(log.arm, labels)
    cluster = np.arange(n) if log.cluster is None else positions(log.cluster, n)
    reward = np.asarray(log.reward, dtype=float)
    fold = deal_folds(cluster, settings.folds, settings.seed)
    model = fit_outcomes(covariate_matrix(log.covariates, n), codes, reward, fold, len(labels))
    return ScoredLog(
        codes, reward, probabilities(log.planned, labels, codes), cluster, model, model.forecast()
    )


def average(parts: np.ndarray, cluster: np.ndarray, settings: OffPolicySettings) -> tuple[Estimate, float]:
    """Mean of ``parts`` with its interval, and its standard error; clusters are drawn whole."""
    value, n = float(parts.mean()), len(parts)
    sums = np.bincount(cluster, parts - value)
    groups = len(sums)
    error = float(np.sqrt(groups / max(groups - 1, 1) * (sums**2).sum()) / n)
    return interval(value, error, groups, settings), error


def interval(value: float, error: float, groups: int, settings: OffPolicySettings) -> Estimate:
    """``value`` with its interval from ``groups`` independent clusters."""
    half = float(stats.t.ppf((1 + settings.level) / 2, max(groups - 1, 1))) * error
    return Estimate(value, value - half, value + half, settings.unit, settings.level)


def effective_rows(weight: np.ndarray) -> float:
    """Number of equally weighted rows as informative as these (Kish 1965).

    >>> effective_rows(np.array([1.0, 1.0, 0.0])), round(effective_rows(np.array([9.0, 1.0])), 2)
    (2.0, 1.22)
    """
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0
