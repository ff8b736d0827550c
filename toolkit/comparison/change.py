"""One alternative against the baseline, with everything that is known of the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.comparison.evidence import AssumedEvidence
from toolkit.comparison.parts import Costs, Parts
from toolkit.estimate import Estimate
from toolkit.shown import shown
from toolkit.terms import Label

PER = 1000


@shown("definition", "retained", "net")
@dataclass(frozen=True, slots=True)
class Value:
    """What a change of policy is worth under one definition of retention.

    Attributes
    ----------
    definition : str
    retained : Estimate
        Customers retained, per year; extrapolated switchers are given the effect at the bar.
    net : Estimate
        Margin of the retained less the change in cost, per year; extrapolated switchers as above.
    lines : mapping of :data:`toolkit.comparison.evidence.LINES` to Estimate
        The net value by each line of extrapolation; ``net`` is that of ``constant``.
    surely : float
        Probability that the net value is above zero, lowest of the lines.
    possibly : float
        The same, highest of the lines.
    winsorised : float
        The net value with margins above the 99.5 % quantile set to it.
    identified : float
        Share of the switchers' margin identified under this definition, 0..1.
    """

    definition: str
    retained: Estimate
    net: Estimate
    lines: Mapping[str, Estimate]
    surely: float
    possibly: float
    winsorised: float
    identified: float


@shown("policy", "customers", "moved", "cost")
@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One alternative against the baseline on the same customers.

    Attributes
    ----------
    policy : str
    title : Label
    customers : int
        Customers compared.
    raised, lowered : int
        Switchers who would receive a better package, or a worse one.
    moved : int
        Switchers.
    evidence : DataFrame, index :data:`toolkit.comparison.evidence.EVIDENCE`
        columns ``customers``, ``margin`` (per year), ``share`` (of margin, 0..1); under the headline definition.
    sources : DataFrame, index (``evidence``, ``source``)
        The same columns by what the evidence comes from; only what occurs.
    assumed : tuple of AssumedEvidence
        Numbers without a design that enter the values, with author, date and source.
    cost : Estimate
        Change in cost per year: service, managers and changes of grade.
    costs : Costs
        The same in parts, draw by draw.
    heads : int
        Change in managers.
    values : tuple of Value
        One per definition of retention with evidence; empty where there is none.
    parts : tuple of Parts
        In the order of ``values``.
    break_even : float or None
        Change in the retention of switchers (share) at which the change in cost pays for itself;
        None where the policy is not dearer or nobody is raised on balance.
    stake : float
        Margin over the horizon of those raised less that of those lowered; money.
    """

    policy: str
    title: Label
    customers: int
    raised: int
    lowered: int
    moved: int
    evidence: pd.DataFrame
    sources: pd.DataFrame
    assumed: tuple[AssumedEvidence, ...]
    cost: Estimate
    costs: Costs
    heads: int
    values: tuple[Value, ...]
    parts: tuple[Parts, ...]
    break_even: float | None
    stake: float

    def share(self, evidence: str) -> float:
        """Share of the switchers' margin with this evidence; 1.0 identified where nobody moves."""
        if not self.moved:
            return 1.0 if evidence == "identified" else 0.0
        return float(self.evidence.loc[evidence, "share"])

    def rankable(self, share: float) -> bool:
        """Whether at least ``share`` (0..1) of the switchers' margin is identified.

        Under the headline definition, and under every other one that any design speaks of.
        """
        if not self.values:
            return False
        first, *rest = (value.identified for value in self.values)
        return min([first, *(known for known in rest if known > 0)]) >= share

    def per_thousand(self, amount: float) -> float:
        """An amount per year of this change, per 1,000 customers compared."""
        return amount * PER / self.customers if self.customers else 0.0

    @property
    def net_per_thousand(self) -> float | None:
        """Net value per year and 1,000 customers under the headline definition; None where there is no value."""
        return self.per_thousand(self.values[0].net.value) if self.values else None
