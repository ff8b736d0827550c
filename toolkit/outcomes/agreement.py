"""Agreement of two policies on the same customers, and who would be treated differently.

Method
------
Weighted kappa 1 − Σ w O / Σ w E (Cohen 1968, Psychological Bulletin 70) with disagreement weights
w. Linear and quadratic weights compare how far down its own scale each grade stands, from 0 for the
best to 1 for the last; with equal numbers of grades this is the usual kappa. Jaccard index of the
best grades. A switcher is a customer whose service package differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.outcomes.packages import UP, package_changes
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.window import Quarter

MOVES = ("up", "down", "other")


@shown("quarter", "customers", "kappa_quadratic", "switchers")
@dataclass(frozen=True, slots=True)
class Agreement:
    """Two registers at one quarter, on the customers graded by both.

    Attributes
    ----------
    quarter : Quarter
    table : DataFrame, index grades of the baseline, columns grades of the alternative, both best first
        Customers.
    only_baseline, only_alternative : int
        Customers graded by one policy and not by the other.
    kappa_linear, kappa_quadratic : float
        1 where they always agree; NaN where both give everybody one and the same grade.
    jaccard_best : float
        Customers best under both / under either; NaN where nobody is.
    switchers : DataFrame, index customer_id
        columns ``grade_baseline``, ``grade_alternative``, ``package_baseline``,
        ``package_alternative``, ``move`` ("up", "down" or, where no better package can be told,
        "other"), ``stake`` (margin or spend handed in; NaN without).
    moves : DataFrame, index ``up``, ``down``, ``other``
        columns ``customers``, ``stake`` (their sum).
    """

    quarter: Quarter
    table: pd.DataFrame
    only_baseline: int
    only_alternative: int
    kappa_linear: float
    kappa_quadratic: float
    jaccard_best: float
    switchers: pd.DataFrame
    moves: pd.DataFrame

    @property
    def customers(self) -> int:
        """Customers graded by both."""
        return int(self.table.to_numpy().sum())


def agreement(
    baseline: Register, alternative: Register, quarter: Quarter, stake: pd.Series | None = None
) -> Agreement:
    """Compare two registers of the same panel at one quarter.

    Parameters
    ----------
    baseline, alternative : Register
    quarter : Quarter
    stake : Series, index customer_id, optional
        What is at stake with each customer, for instance the margin of a year.

    Raises
    ------
    HistoryError
        If the registers are not of the same customers.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> now, then = (study.registers[policy] for policy in ("vip", "lower_bar"))
    >>> found = toolkit.agreement(now, then, study.quarter)
    >>> found.table
    alternative  VIP  basic
    baseline
    VIP          133      0
    basic         41    329
    """
    if not baseline.customers.equals(alternative.customers):
        raise HistoryError(
            zh=f"两套方案的客户不是同一批（{len(baseline.customers):,} 与 {len(alternative.customers):,} 位），"
            "不能比较。请用同一份数据重新计算两套方案。",
            en=f"The two policies were walked on different customers ({len(baseline.customers):,} and "
            f"{len(alternative.customers):,}) and cannot be compared. Walk both on the same history.",
        )
    first, second = baseline.codes(quarter), alternative.codes(quarter)
    both = (first >= 0) & (second >= 0)
    table = _cross(baseline, alternative, first[both], second[both])
    best = first == len(baseline.scale) - 1, second == len(alternative.scale) - 1
    either = int((both & (best[0] | best[1])).sum())
    switchers = _switchers(baseline, alternative, quarter, stake)
    counted = switchers.groupby("move", observed=False)["stake"].agg(["size", "sum"])
    return Agreement(
        quarter=quarter,
        table=table,
        only_baseline=int(((first >= 0) & ~both).sum()),
        only_alternative=int(((second >= 0) & ~both).sum()),
        kappa_linear=weighted_kappa(table, disagreement(table.shape, 1)),
        kappa_quadratic=weighted_kappa(table, disagreement(table.shape, 2)),
        jaccard_best=int((both & best[0] & best[1]).sum()) / either if either else np.nan,
        switchers=switchers,
        moves=counted.set_axis(["customers", "stake"], axis=1).reindex(list(MOVES)),
    )


def weighted_kappa(table: object, weights: object) -> float:
    """Cohen's weighted kappa of a table of counts or shares.

    Parameters
    ----------
    table, weights : arrays of the same shape
        ``weights`` are of disagreement: 0 where the two agree.

    Returns
    -------
    float
        NaN where chance alone leaves no disagreement.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.outcomes.agreement import disagreement
    >>> table = np.array([[20, 5], [10, 15]])
    >>> round(float(toolkit.weighted_kappa(table, disagreement((2, 2), power=1))), 3)
    0.4
    """
    observed, cost = np.asarray(table, dtype=float), np.asarray(weights, dtype=float)
    total = observed.sum()
    if total <= 0:
        return np.nan
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / total
    chance = (cost * expected).sum()
    return float(1 - (cost * observed).sum() / chance) if chance > 0 else np.nan


def disagreement(shape: tuple[int, int], power: int) -> np.ndarray:
    """Weights |distance between the places on the two scales| ** power, shape ``shape``."""
    rows, columns = (np.arange(size) / max(size - 1, 1) for size in shape)
    return np.abs(rows[:, None] - columns[None, :]) ** power


def _cross(baseline: Register, alternative: Register, first: np.ndarray, second: np.ndarray) -> pd.DataFrame:
    shape = len(baseline.scale), len(alternative.scale)
    flat = (shape[0] - 1 - first.astype(int)) * shape[1] + (shape[1] - 1 - second.astype(int))
    counts = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    return pd.DataFrame(
        counts,
        index=pd.Index(baseline.scale.grades, name="baseline"),
        columns=pd.Index(alternative.scale.grades, name="alternative"),
    )


def _switchers(
    baseline: Register, alternative: Register, quarter: Quarter, stake: pd.Series | None
) -> pd.DataFrame:
    first, second = baseline.codes(quarter), alternative.codes(quarter)
    changes = package_changes(baseline, alternative)
    graded = (first >= 0) & (second >= 0)
    rows = np.flatnonzero(graded & changes.differs[first, second])
    direction = changes.direction[first[rows], second[rows]]
    move = np.where(direction == 0, MOVES.index("other"), np.where(direction == UP, 0, 1))
    customers = baseline.customers[rows]
    at_stake = np.full(len(rows), np.nan) if stake is None else stake.reindex(customers).to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "grade_baseline": baseline.scale.from_codes(first[rows]),
            "grade_alternative": alternative.scale.from_codes(second[rows]),
            "package_baseline": changes.baseline[first[rows]],
            "package_alternative": changes.alternative[second[rows]],
            "move": pd.Categorical.from_codes(move, categories=list(MOVES)),
            "stake": at_stake,
        },
        index=customers,
    )
