"""Rows and settings of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from toolkit.effects.effect import Question
from toolkit.effects.experiment.propensity import Planned, arm_codes, arm_labels, probabilities
from toolkit.effects.pilot import PilotPlan
from toolkit.errors import HistoryError
from toolkit.shown import shown


@shown("outcome", "arms")
@dataclass(frozen=True, slots=True)
class ExperimentSample:
    """Who was given which arm by lot, and what followed. All arrays have shape (n,); no time axis is needed.

    Attributes
    ----------
    outcome : ndarray of float
        NaN where it is not known.
    arm : ndarray
        The arm drawn: labels, or bool (True is the treatment).
    planned : mapping of arm to probability, or ndarray
        See :func:`toolkit.effects.experiment.propensity.probabilities`.
    control : object
        Label of the arm the others are held against.
    received : ndarray or None
        The arm (or bool) actually had, where it may differ from the one drawn.
    complete : ndarray of bool or None
        Whether the outcome window had closed; None where it had for all.
    cluster : ndarray or None
        What was drawn, or what rows share: branch, manager, household.
    stratum : ndarray or None
        Block inside which lots were drawn.
    customer : ndarray or None
        Ids; rows of one customer are never treated as independent.
    covariates : mapping of name to ndarray of float
        Facts from before the draw; NaN where unknown.
    arms : tuple (made)
        Labels in the order of the plan.
    codes : ndarray of int (made)
        Position of each row's arm among ``arms``.
    propensities : ndarray, shape (n, arms) (made)
        Planned probability of every arm.
    """

    outcome: np.ndarray
    arm: np.ndarray
    planned: Planned
    control: object = False
    received: np.ndarray | None = None
    complete: np.ndarray | None = None
    cluster: np.ndarray | None = None
    stratum: np.ndarray | None = None
    customer: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    arms: tuple[object, ...] = field(init=False, repr=False)
    codes: np.ndarray = field(init=False, repr=False)
    propensities: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        n = len(self.outcome)
        columns = {name: getattr(self, name) for name in _ROWS} | dict(self.covariates)
        for name, column in columns.items():
            if column is not None and np.shape(column) != (n,):
                raise HistoryError(
                    zh=f"“{name}”有 {np.shape(column)} 个值，与结果的 {n} 行不符。",
                    en=f"'{name}' has shape {np.shape(column)}; {n} rows of outcomes were given.",
                )
        labels = arm_labels(self.arm, self.planned)
        if self.control not in labels or len(labels) < 2:
            shown = ", ".join(map(str, labels))
            raise HistoryError(
                zh=f"试验需要对照组“{self.control}”和至少一个其他组；方案中的组别为 {shown}。请指明对照组。",
                en=f"An experiment needs its control arm '{self.control}' and at least one other; the plan knows {shown}. "
                "Name the control arm.",
            )
        codes = arm_codes(self.arm, labels)
        made = {"arms": labels, "codes": codes, "propensities": probabilities(self.planned, labels, codes)}
        for name, value in made.items():
            object.__setattr__(self, name, value)

    @property
    def treatments(self) -> tuple[object, ...]:
        """Labels of every arm but the control."""
        return tuple(label for label in self.arms if label != self.control)

    @property
    def groups(self) -> np.ndarray | None:
        """Ids of what is not independent: clusters, else customers with several rows, else None."""
        if self.cluster is not None or self.customer is None:
            return self.cluster
        return self.customer if len(np.unique(self.customer)) < len(self.customer) else None

    def where(self, keep: np.ndarray) -> ExperimentSample:
        """The rows where ``keep`` is true; arms without a row stay in the plan."""
        changed: dict[str, object] = {
            item.name: value[keep]
            for item in fields(self)
            if item.init and isinstance(value := getattr(self, item.name), np.ndarray)
        }
        table = self.propensities[keep]
        changed["planned"] = {label: table[:, j] for j, label in enumerate(self.arms)}
        changed["covariates"] = {name: np.asarray(column)[keep] for name, column in self.covariates.items()}
        return replace(self, **changed)


_ROWS = ("arm", "received", "complete", "cluster", "stratum", "customer")


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a check stops being passed.

    Attributes
    ----------
    ratio, balance : float
        p-values below which the record of assignment, or the arms' past, contradicts the draw.
    rows, events : int
        Rows, and outcomes of the rarer kind, that an arm needs.
    fewest_clusters, clusters : int
        Clusters in an arm below which there is no figure, and below which it is weak.
    lost_test, lost_gap, lost : float
        p-value and gap between arms, and share overall, of unknown outcomes.
    lone : float
        Share of rows in strata that lack an arm.
    per_covariate : int
        Units of the smaller arm that each covariate of the adjustment needs.
    """

    ratio: float = 0.001
    balance: float = 0.001
    rows: int = 30
    events: int = 10
    fewest_clusters: int = 4
    clusters: int = 10
    lost_test: float = 0.01
    lost_gap: float = 0.05
    lost: float = 0.2
    lone: float = 0.05
    per_covariate: int = 10


@dataclass(frozen=True, slots=True)
class ExperimentDesign:
    """What is asked of the rows, and how.

    Attributes
    ----------
    question : Question
    unit : str
        Unit of the outcome's difference, a key of :data:`toolkit.terms.UNITS`.
    level : float
        Coverage of the intervals.
    limits, plan
    """

    question: Question
    unit: str = "points_share"
    level: float = 0.95
    limits: Limits = field(default_factory=Limits)
    plan: PilotPlan = field(default_factory=PilotPlan)
