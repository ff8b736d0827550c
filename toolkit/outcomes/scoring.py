"""A policy with a weighted score, walked: its points and the value that followed them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.schemes.scored import ScoredScheme
from toolkit.weights.stress import StressPlan
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel


@dataclass(frozen=True, slots=True)
class VersionsPlan:
    """Which versions are wanted, and on what they are judged.

    Attributes
    ----------
    versions : tuple of "entropy", "critic", "regression"
    on : str
        Measure that is the value that follows.
    quarters : int
        Quarters over which it is earned.
    stress : StressPlan
    """

    versions: tuple[str, ...] = ("entropy", "critic", "regression")
    on: str = "margin"
    quarters: int = 4
    stress: StressPlan = field(default_factory=StressPlan)


@dataclass(frozen=True, slots=True)
class Scoring:
    """One policy with a weighted score, walked.

    Attributes
    ----------
    policy : Policy
    register : Register
        Its ``scheme`` is a ScoredScheme, frozen.
    panel : Panel
    """

    policy: Policy
    register: Register
    panel: Panel

    @property
    def scheme(self) -> ScoredScheme:
        """The scheme as frozen at the first review."""
        return self.register.scheme

    @property
    def window(self) -> int:
        """Quarters that the longest look back of the scheme covers."""
        own = [getattr(need, "window", None) or 0 for need in self.scheme.needs]
        return max(self.policy.review.window_quarters, *own)

    def points(self, quarter: Quarter, *, bonus: bool = True) -> pd.DataFrame:
        """Points of every factor at the end of ``quarter``, bonuses added to each, index customer_id."""
        known = self.panel.snapshot(
            quarter, self.scheme.needs, self.policy.review.window_quarters, self.register.active_quarters
        )
        points = self.scheme.points(known)
        return (
            points.add(self.scheme.score(known)["bonus"], axis=0) if bonus and self.scheme.bonuses else points
        )

    def value(self, customers: pd.Index, after: Quarter, plan: VersionsPlan) -> np.ndarray:
        """Value of ``customers`` in the quarters after ``after``, shape (customers,); 0 where nothing was bought."""
        rows = self.panel.customers.get_indexer(customers)
        column = self.panel.cube.position(after + plan.quarters)
        return np.nan_to_num(self.panel.values(plan.on, plan.quarters)[rows, column])

    def judged_on(self, last: Quarter, plan: VersionsPlan) -> Quarter | None:
        """Latest quarter with a whole window before it and the value after it known by the end of ``last``.

        None where there is none, or where a regression in force was fitted on part of that value.
        """
        quarter = last - plan.quarters
        seen = method_of(self.policy) == "regression" and quarter < self.register.reviews[0]
        return None if seen or quarter - (self.window - 1) < self.register.complete_from else quarter


def method_of(policy: Policy) -> str:
    """How the weights in force of a scored policy came about."""
    weights = policy.params.scheme.weights
    return "expert" if weights is None else weights.by
