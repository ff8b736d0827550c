"""Units, periods and settings of a staggered start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from toolkit.effects.effect import Question
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.rollout.riskset import is_risk_set
from toolkit.errors import HistoryError
from toolkit.shown import shown

OutcomeKind = Literal["amount", "count", "retention"]
Controls = Literal["not_yet", "never"]


@shown("outcome")
@dataclass(frozen=True, slots=True)
class RolloutSample:
    """Units followed over periods, some of which start a programme.

    Attributes
    ----------
    outcome : ndarray of float, shape (units, periods)
        For example log spend, visits or tickets of a quarter; NaN where unknown.
    start : ndarray of float, shape (units,)
        Position (column of ``outcome``) of the first period under the programme, counted from its
        announcement where that came first; NaN or infinite: never.
    customer : ndarray, shape (units,), or None
        Ids; None when every row is another customer.
    cluster : ndarray, shape (units,), or None
        What decided the start, such as the region; errors are clustered by it.
    covariates : mapping of name to ndarray of float, shape (units,)
        Facts from before every start; trends are then compared among like units.
    outcome_kind : "amount", "count" or "retention"
        Retention is refused, declared or recognised.
    """

    outcome: np.ndarray
    start: np.ndarray
    customer: np.ndarray | None = None
    cluster: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    outcome_kind: OutcomeKind = "amount"

    def __post_init__(self) -> None:
        shape = np.shape(self.outcome)
        if len(shape) != 2:
            raise HistoryError(
                zh=f"结果应为“客户 × 期间”的二维表，收到的形状是 {shape}。",
                en=f"the outcome must be a table of units by periods; its shape is {shape}.",
            )
        columns = {"start": self.start, "customer": self.customer, "cluster": self.cluster}
        require_rows(columns | dict(self.covariates), shape[0])
        began = self.start[np.isfinite(self.start)]
        wrong = np.flatnonzero((began < 0) | (began != np.floor(began)))
        if len(wrong):
            raise HistoryError(
                zh=f"{len(wrong)} 个开始期间不是从 0 起的整数（第一个：{began[wrong[0]]}）；应为结果表的列号。",
                en=f"{len(wrong)} starts are no whole numbers from 0 (first: {began[wrong[0]]}); "
                "give the column of the outcome in which the programme began.",
            )

    @property
    def periods(self) -> int:
        """Number of periods."""
        return self.outcome.shape[1]

    @property
    def begun(self) -> np.ndarray:
        """Start of each unit as float, infinite where it lies outside the periods or never comes."""
        start = np.asarray(self.start, dtype=float)
        return np.where(np.isfinite(start) & (start < self.periods), start, np.inf)

    @property
    def retention(self) -> bool:
        """Whether the outcome is retention of customers who were all active before."""
        first = self.begun.min(initial=np.inf)
        before = np.arange(self.periods) < first
        return self.outcome_kind == "retention" or is_risk_set(self.outcome, before)

    def where(self, keep: np.ndarray) -> RolloutSample:
        """The units where ``keep`` is true."""
        return replace(
            self,
            outcome=self.outcome[keep],
            start=self.start[keep],
            customer=None if self.customer is None else self.customer[keep],
            cluster=None if self.cluster is None else self.cluster[keep],
            covariates={name: column[keep] for name, column in self.covariates.items()},
        )

    def one_start_per_cluster(self) -> bool:
        """Whether all units of a cluster start together."""
        if self.cluster is None:
            return False
        _, code = np.unique(self.cluster, return_inverse=True)
        low, high = np.full(code.max() + 1, np.inf), np.full(code.max() + 1, -np.inf)
        np.minimum.at(low, code, self.begun)
        np.maximum.at(high, code, self.begun)
        return bool((low == high).all())


def require_rows(columns: Mapping[str, np.ndarray | None], n: int) -> None:
    """Every column given has one entry per unit."""
    for name, column in columns.items():
        if column is not None and np.shape(column)[:1] != (n,):
            raise HistoryError(
                zh=f"“{name}”的形状是 {np.shape(column)}，与结果的 {n} 行不符。",
                en=f"'{name}' has shape {np.shape(column)}; the outcome has {n} rows.",
            )


@dataclass(frozen=True, slots=True)
class RolloutLimits:
    """Where a check stops being passed; the defaults are those of the method.

    Attributes
    ----------
    family : float
        False-alarm rate shared by the tests on periods before the start.
    units : int
        Fewest units that started, and fewest that had not.
    clusters, many_clusters : int
        Fewer clusters than the first refuse; fewer than the second take their interval from redrawing which
        cluster started when, and weaken.
    breakdown : float
        Least multiple of the largest period-to-period departure seen before the start at which the figure
        must still differ from zero.
    """

    family: float = 0.05
    units: int = 20
    clusters: int = 8
    many_clusters: int = 30
    breakdown: float = 0.5


@dataclass(frozen=True, slots=True)
class RolloutDesign:
    """What is asked of a staggered start, and how.

    Attributes
    ----------
    question : Question
    unit : str
        Unit of the outcome, a key of :data:`toolkit.terms.UNITS`; log points read as a share.
    level : float
        Coverage of the interval.
    controls : "not_yet" or "never"
        Units not started yet, or only those that never start.
    draws : int
        Redrawings of the clusters' starts where clusters are few.
    limits, plan, seed
    """

    question: Question
    unit: str = "share"
    level: float = 0.95
    controls: Controls = "not_yet"
    draws: int = 999
    limits: RolloutLimits = field(default_factory=RolloutLimits)
    plan: PilotPlan = field(default_factory=PilotPlan)
    seed: int = 20261121
