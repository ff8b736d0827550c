"""Customers over reviews that grade by a score, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from toolkit.effects.effect import Question
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.rollout.riskset import is_risk_set
from toolkit.effects.rollout.sample import OutcomeKind, RolloutLimits, require_rows
from toolkit.errors import HistoryError
from toolkit.shown import shown

Method = Literal["symmetric", "history"]
Direction = Literal["up", "down"]


@shown("outcome")
@dataclass(frozen=True, slots=True)
class ReviewSample:
    """Customers at a series of reviews; column ``t`` of every table belongs to review ``t``.

    Attributes
    ----------
    outcome : ndarray of float, shape (customers, reviews)
        Of the period that ends at the review, for example log spend of the year; NaN where unknown.
    distance : ndarray of float, shape (customers, reviews)
        log(score / bar) at the review; 0 and above earns the grade by the rule.
    received : ndarray of bool, shape (customers, reviews)
        Grade given at the review, in force during the next period; all False before the launch.
    customer, cluster : ndarray, shape (customers,), or None
        Ids; None when every row is another customer. What errors are clustered by; None: customers.
    outcome_kind : "amount", "count" or "retention"
        Retention is refused, declared or recognised.
    """

    outcome: np.ndarray
    distance: np.ndarray
    received: np.ndarray
    customer: np.ndarray | None = None
    cluster: np.ndarray | None = None
    outcome_kind: OutcomeKind = "amount"

    def __post_init__(self) -> None:
        shape = np.shape(self.outcome)
        for name in ("distance", "received"):
            if np.shape(getattr(self, name)) != shape or len(shape) != 2:
                raise HistoryError(
                    zh=f"“{name}”的形状是 {np.shape(getattr(self, name))}，应与结果表 {shape} 相同（客户 × 复评）。",
                    en=f"'{name}' has shape {np.shape(getattr(self, name))}; expected {shape}, customers by reviews.",
                )
        if np.asarray(self.received).dtype != bool:
            raise HistoryError(
                zh=f"“received”应为是/否，收到的类型是 {np.asarray(self.received).dtype}。",
                en=f"'received' must be true or false; its type is {np.asarray(self.received).dtype}.",
            )
        require_rows({"customer": self.customer, "cluster": self.cluster}, shape[0])

    @property
    def reviews(self) -> int:
        """Number of reviews."""
        return self.outcome.shape[1]

    @property
    def launch(self) -> int | None:
        """First review at which anybody received the grade; None where nobody ever did."""
        given = np.flatnonzero(self.received.any(axis=0))
        return int(given[0]) if len(given) else None

    @property
    def retention(self) -> bool:
        """Whether the outcome is retention of customers who were all active before."""
        before = np.arange(self.reviews) <= (self.reviews if self.launch is None else self.launch)
        return self.outcome_kind == "retention" or is_risk_set(self.outcome, before)


@dataclass(frozen=True, slots=True)
class ReviewDesign:
    """What is asked of a review, and how.

    Attributes
    ----------
    question : Question
    review : int or None
        Review studied; None: the launch, or the last review whose outcome is known for an ongoing programme.
    horizon : int
        Outcome of the period that ends this many reviews later. Beyond 1, later reviews have had their say
        too.
    base : int or None
        Period compared with, counted from the review; only ``-horizon`` is as far from the review as the
        outcome, and 0, the period that was graded, is the good one that earned the grade.
    method : "symmetric", "history" or None
        Change since the base period, or adjustment for the score, its square and cube and earlier periods;
        None: symmetric for a launch, history for an ongoing programme.
    direction : "up" or "down"
        Grade gained by those without it, or lost by those with it; the two are never netted.
    unit, level, limits, plan
    """

    question: Question
    review: int | None = None
    horizon: int = 1
    base: int | None = None
    method: Method | None = None
    direction: Direction = "up"
    unit: str = "share"
    level: float = 0.95
    limits: RolloutLimits = field(default_factory=RolloutLimits)
    plan: PilotPlan = field(default_factory=PilotPlan)

    def __post_init__(self) -> None:
        if self.horizon < 1:
            raise HistoryError(
                zh=f"结果应取复评之后的期间，horizon 至少为 1，收到 {self.horizon}。",
                en=f"the outcome must follow the review: horizon is at least 1, got {self.horizon}.",
            )
        if self.base is None or self.base == -self.horizon:
            return
        why_zh = (
            "评级所用的期间本身就是好年景，与之相比必然回落" if self.base == 0 else "基期与结果期须与复评等距"
        )
        why_en = (
            "the graded period is the good one that earned the grade, and a fall from it is certain"
            if self.base == 0
            else "base and outcome must be equally far from the review"
        )
        raise HistoryError(
            zh=f"基期 {self.base} 不可用：{why_zh}。请用 {-self.horizon}，或不填。",
            en=f"base period {self.base} cannot be used: {why_en}. Use {-self.horizon}, or leave it out.",
        )
