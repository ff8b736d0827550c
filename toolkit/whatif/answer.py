"""What the study would say of one policy as the knobs stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.outcomes.capacity import Use
from toolkit.outcomes.cost import Cost
from toolkit.outcomes.packages import DOWN, UP, package_changes
from toolkit.register import Register
from toolkit.window import Quarter


@dataclass(frozen=True, slots=True)
class Switched:
    """How many customers would be treated otherwise.

    Attributes
    ----------
    compared : int
        Customers graded under both.
    regraded : int
        Of those, with another grade; None where the two have not the same grades.
    total, up, down, other : int
        Of those, with another service package: a better one, a worse one, or neither.
    """

    compared: int
    regraded: int | None
    total: int
    up: int
    down: int
    other: int

    @classmethod
    def between(cls, before: Register, after: Register, quarter: Quarter) -> Switched:
        """From one register of the same customers to another."""
        first, second = before.codes(quarter), after.codes(quarter)
        both = (first >= 0) & (second >= 0)
        shape = len(before.scale), len(after.scale)
        flat = first[both].astype(np.int64) * shape[1] + second[both]
        table = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
        changes = package_changes(before, after)
        same_scale = before.scale == after.scale
        counts = {
            name: int(table[changes.differs & (changes.direction == sign)].sum())
            for name, sign in (("up", UP), ("down", DOWN), ("other", 0))
        }
        regraded = int(table.sum() - np.trace(table)) if same_scale else None
        return cls(int(table.sum()), regraded, sum(counts.values()), **counts)


@dataclass(frozen=True, slots=True)
class Budget:
    """The extra cost of a policy against what its rule allows.

    Attributes
    ----------
    extra, allowed : float
        Money per year.
    """

    extra: float
    allowed: float

    @property
    def held(self) -> bool:
        """Whether it is kept to."""
        return self.extra <= self.allowed


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One policy at one quarter.

    Attributes
    ----------
    policy : str
    quarter : Quarter
    customers : Series, index grade best first
    from_baseline : Switched or None
        Against the baseline as its knobs stand; None for the baseline itself.
    from_production : Switched
        Against the same policy as it is in production.
    retention : DataFrame
        As :attr:`toolkit.outcomes.retention.Retention.pooled`: description.
    cost : Cost
    priced : bool
        Whether every grade's service says what it costs.
    extra : float or None
        Money per year beyond the baseline; None where one of the two has no prices.
    budget : Budget or None
        None where the rule has none or ``extra`` is not known, and for the baseline.
    uses : tuple of Use
        What is needed of each capped resource; the hotline is not among them.
    """

    policy: str
    quarter: Quarter
    customers: pd.Series
    from_baseline: Switched | None
    from_production: Switched
    retention: pd.DataFrame
    cost: Cost
    priced: bool
    extra: float | None
    budget: Budget | None
    uses: tuple[Use, ...]

    @property
    def heads(self) -> int:
        """Whole heads that serve the grades."""
        return int(self.cost.bill.teams["heads"].sum())

    @property
    def per_year(self) -> float | None:
        """Cost to serve, money per year; None where prices are not known."""
        return float(self.cost.per_year["total_cost"]) if self.priced else None
