"""Rows and settings of a cutoff design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal

import numpy as np

from toolkit.effects.cutoff.local_polynomial import PLAIN, Recipe
from toolkit.effects.effect import Question
from toolkit.effects.pilot import PilotPlan
from toolkit.errors import HistoryError
from toolkit.shown import shown

ScoreScale = Literal["log", "linear"]


@shown("score")
@dataclass(frozen=True, slots=True)
class CutoffSample:
    """Customers at reviews, with what followed. One entry per row; all arrays have shape (n,).

    Attributes
    ----------
    score : ndarray of float
        What was compared with the bar; more is better.
    bar : float or ndarray
        Floor of the better grade, one for all or one per row.
    outcome : ndarray of float
        NaN where the outcome window is not complete.
    received : ndarray of bool or None
        Whether the row actually had the better grade; None where only the rule is on record.
    customer : ndarray or None
        Ids; None when every row is another customer.
    review : ndarray or None
        Ids of the reviews that were stacked; None for one review.
    covariates : mapping of name to ndarray of float
        Facts from before the review; NaN where unknown.
    scale : "log" or "linear"
        Distance from the bar is log(score / bar), or score − bar.
    inclusive : bool
        Whether a score equal to the bar earns the grade.
    """

    score: np.ndarray
    bar: float | np.ndarray
    outcome: np.ndarray
    received: np.ndarray | None = None
    customer: np.ndarray | None = None
    review: np.ndarray | None = None
    covariates: Mapping[str, np.ndarray] = field(default_factory=dict)
    scale: ScoreScale = "log"
    inclusive: bool = True

    def __post_init__(self) -> None:
        n = len(self.score)
        columns = {name: getattr(self, name) for name in _ROWS} | dict(self.covariates)
        for name, column in columns.items():
            if isinstance(column, np.ndarray) and column.ndim and column.shape != (n,):
                raise HistoryError(
                    zh=f"“{name}”有 {column.shape} 个值，与得分的 {n} 行不符。",
                    en=f"'{name}' has shape {column.shape}; {n} rows of scores were given.",
                )
        missing = np.flatnonzero(~np.isfinite(self.score))
        if len(missing):
            raise HistoryError(
                zh=f"{n} 行中有 {len(missing)} 行没有得分（第一处：第 {missing[0]} 行）；没有得分的客户请先剔除。",
                en=f"{len(missing)} of {n} rows have no score (first: row {missing[0]}); leave out customers without one.",
            )

    @property
    def x(self) -> np.ndarray:
        """Distance from the bar; 0 and above earns the grade, −inf where a logarithm does not exist."""
        return self.relative(self.score)

    def relative(self, score: np.ndarray) -> np.ndarray:
        """Distance of ``score`` from the bar of each row."""
        if self.scale == "linear":
            x = score - self.bar
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                x = np.where(score > 0, np.log(np.maximum(score, 0.0) / self.bar), -np.inf)
        if self.inclusive:
            return x
        return np.where(x == 0, -np.finfo(float).tiny, x)

    def where(self, keep: np.ndarray) -> CutoffSample:
        """The rows where ``keep`` is true, or at the positions it lists."""
        changed = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, np.ndarray) and value.ndim:
                changed[item.name] = value[keep]
        changed["covariates"] = {name: column[keep] for name, column in self.covariates.items()}
        return replace(self, **changed)


_ROWS = ("bar", "outcome", "received", "customer", "review")


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a check stops being passed; the defaults are those of the method."""

    family: float = 0.05 / 3
    rows: int = 300
    events: int = 30
    distinct: int = 20
    first_stage: float = 10.0
    move: float = 2.0
    reach: float = 0.4


@dataclass(frozen=True, slots=True)
class CutoffDesign:
    """What is asked of the rows, and how.

    Attributes
    ----------
    question : Question
    unit : str
        Unit of the outcome, a key of :data:`toolkit.terms.UNITS`.
    level : float
        Coverage of the interval.
    low, high : float
        Range of distances to use; midway to the neighbouring bars where there are any.
    other_perks : tuple of str
        What else begins at this bar, from the programme register.
    target : "jump" or "ratio"
        What the bandwidth is best for: the jump of the outcome, or its ratio to that of the grade.
    recipe, limits, plan, seed
    """

    question: Question
    unit: str = "points_share"
    level: float = 0.95
    low: float = -np.inf
    high: float = np.inf
    other_perks: tuple[str, ...] = ()
    target: Literal["jump", "ratio"] = "jump"
    recipe: Recipe = PLAIN
    limits: Limits = field(default_factory=Limits)
    plan: PilotPlan = field(default_factory=PilotPlan)
    seed: int = 20261121
