"""Could customers of one grade have had the other? Judged before any outcome is compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.sample import Limits
from toolkit.effects.pictures import OverlapPicture

BINS = 20
LEAF = 20
TREE_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the two arms are alike.

    Attributes
    ----------
    chance : ndarray, shape (n,)
        Cross-fitted probability of the grade.
    extreme : float
        Share of rows whose chance lies at an edge, 0..1.
    separation : float
        Area under the ROC curve of the chance, or of a decision tree on other customers where that is larger: a
        rule of several bars escapes a regression.
    effective_share : float
        Effective over actual rows of the thinner arm, weighted to all customers.
    carried : tuple of float
        Effective rows without and with the grade, weighted to those who could have had either.
    balance : DataFrame, index control
        ``before``, ``after``: the largest absolute standardised difference among the columns of a control, without and with
        the weights.
    """

    chance: np.ndarray
    extreme: float
    separation: float
    effective_share: float
    carried: tuple[float, float]
    balance: pd.DataFrame

    @property
    def worst(self) -> float:
        """The largest difference after weighting."""
        return float(self.balance["after"].max())


def judge(
    basis: Basis, received: np.ndarray, chance: np.ndarray, fold: np.ndarray, limits: Limits
) -> Overlap:
    """Overlap of the arms of ``received``, given the cross-fitted ``chance``."""
    everybody = (_effective(1 / (1 - chance[~received])), _effective(1 / chance[received]))
    shares = (everybody[0] / np.count_nonzero(~received), everybody[1] / np.count_nonzero(received))
    return Overlap(
        chance,
        float(np.mean((chance < limits.edge) | (chance > 1 - limits.edge))),
        max(area_under_curve(chance, received), _tree(basis.matrix, received, fold)),
        float(min(shares)),
        (_effective(chance[~received]), _effective(1 - chance[received])),
        _balance(basis, received, chance),
    )


def area_under_curve(chance: np.ndarray, received: np.ndarray) -> float:
    """Probability that a holder has the higher chance, ties counted half.

    >>> area_under_curve(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    holders = np.count_nonzero(received)
    above = stats.rankdata(chance)[received].sum() - holders * (holders + 1) / 2
    return float(above / (holders * (len(chance) - holders)))


def picture(overlap: Overlap, received: np.ndarray) -> OverlapPicture:
    """The chart of an overlap; holds no outcome."""
    edges = np.linspace(0, 1, BINS + 1)
    had, had_not = (np.histogram(overlap.chance[arm], edges)[0] for arm in (received, ~received))
    bins = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "received": had, "others": had_not})
    return OverlapPicture(bins, overlap.balance)


def _effective(weights: np.ndarray) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _tree(matrix: np.ndarray, received: np.ndarray, fold: np.ndarray) -> float:
    """Separation by a decision tree grown on some customers and tried on others; 0.5 where it cannot be grown."""
    from sklearn.tree import DecisionTreeClassifier

    step = max(1, len(received) // TREE_ROWS)
    rows = np.arange(0, len(received), step)
    grown, tried = rows[fold[rows] % 2 == 0], rows[fold[rows] % 2 == 1]
    if any(len(np.unique(received[part])) < 2 for part in (grown, tried)):
        return 0.5
    tree = DecisionTreeClassifier(min_samples_leaf=LEAF, random_state=0).fit(
        matrix[grown, 1:], received[grown]
    )
    return area_under_curve(tree.predict_proba(matrix[tried, 1:])[:, 1], received[tried])


def _balance(basis: Basis, received: np.ndarray, chance: np.ndarray) -> pd.DataFrame:
    """Columns of the regression and numbers as recorded, in standard deviations of the arms."""
    plain = ~np.isnan(basis.plain).any(axis=0)
    columns = np.column_stack([basis.matrix[:, 1:], basis.plain[:, plain]])
    owner = np.concatenate([basis.owner[1:], np.flatnonzero(plain)])
    spread = np.sqrt((columns[received].var(axis=0) + columns[~received].var(axis=0)) / 2)
    found = {}
    for name, weights in (
        ("before", np.ones(len(chance))),
        ("after", np.where(received, 1 - chance, chance)),
    ):
        had, had_not = (
            np.average(columns[arm], axis=0, weights=weights[arm]) for arm in (received, ~received)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            gap = np.abs(had - had_not) / spread
        gap = np.where(had == had_not, 0.0, gap)
        found[name] = [gap[owner == position].max(initial=0.0) for position in range(len(basis.names))]
    return pd.DataFrame(found, index=pd.Index(basis.names, name="control"))
