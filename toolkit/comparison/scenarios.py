"""The policies in worlds that somebody named beforehand, and the choice that is least regretted in the worst of them.

Does not show
-------------
How likely any of the worlds is: a scenario has no probability and enters no total of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from toolkit.comparison.comparison import Comparison
from toolkit.comparison.draws import FACTORS
from toolkit.comparison.evidence import LINES
from toolkit.comparison.parts import Parts
from toolkit.comparison.standing import rankable_parts
from toolkit.shown import shown
from toolkit.terms import Label


@dataclass(frozen=True, slots=True)
class SpillOver:
    """What follows where customers receive a worse package, beyond the estimated effect.

    Attributes
    ----------
    retention : float
        Share of them who leave in addition, 0..1.
    word_of_mouth : float
        New customers lost for each customer lost in this way.
    worth_of_new : float or None
        Margin of a new customer over the horizon, money; None for the mean of those with a worse package.
    """

    retention: float
    word_of_mouth: float = 0.0
    worth_of_new: float | None = None

    def neglected(self, exposure: Exposure) -> float:
        """Margin that leaves with the customers themselves, money per year."""
        return self.retention * exposure.worth

    def unrecruited(self, exposure: Exposure) -> float:
        """Margin of the new customers who do not come, money per year."""
        mean = exposure.worth / exposure.lowered if exposure.lowered else 0.0
        worth = mean if self.worth_of_new is None else self.worth_of_new
        return self.word_of_mouth * self.retention * exposure.lowered * worth


@dataclass(frozen=True, slots=True)
class Exposure:
    """What an alternative exposes to a scenario beyond the parts of its value.

    Attributes
    ----------
    lowered : int
        Customers with a worse package than under the baseline.
    worth : float
        Their margin over the horizon, money.
    seats : float
        Change in the yearly cost of the seats of the hotline, money; 0 without a hotline.
    """

    lowered: int = 0
    worth: float = 0.0
    seats: float = 0.0


@shown("id", "title", "author", "on")
@dataclass(frozen=True, slots=True)
class Scenario:
    """One world.

    Attributes
    ----------
    id, title
    effect : float or None
        Quantile of the sampling law of the effect; None for the estimate.
    margin, service, managers, moves : float
        Multiples of the parts of the value, on top of what the assumptions hold most likely.
    spill_over : SpillOver or None
    peak_seats : float or None
        Multiple of the cost of the seats of the hotline; None leaves the seats out.
    author, on, source
        Who named it, when, and on what ground; empty for the base scenario.
    """

    id: str
    title: Label
    effect: float | None = None
    margin: float = 1.0
    service: float = 1.0
    managers: float = 1.0
    moves: float = 1.0
    spill_over: SpillOver | None = None
    peak_seats: float | None = None
    author: str = ""
    on: date | None = None
    source: str = ""

    def value(self, parts: Parts, line: str, exposure: Exposure) -> float:
        """Net value of an alternative against the baseline in this world, money per year."""
        factors = {name: expected_factor(parts, name) * getattr(self, name) for name in FACTORS}
        net = parts.net_at(line, effect=self.effect, **factors)
        if self.spill_over:
            lost = self.spill_over.neglected(exposure) + self.spill_over.unrecruited(exposure)
            net -= factors["margin"] * lost
        if self.peak_seats is not None:
            net -= (self.peak_seats - 1.0) * exposure.seats
        return net


def expected_factor(parts: Parts, name: str) -> float:
    """What an amount of ``parts`` is multiplied with as the assumptions hold most likely; 1 without any."""
    return parts.factors[name].value if name in parts.factors else 1.0


BASE = Scenario("base", Label("基准情景", "base scenario"))


@shown("scenarios", "robust")
@dataclass(frozen=True, slots=True)
class Scenarios:
    """The baseline and the rankable alternatives in every scenario.

    Attributes
    ----------
    scenarios : tuple of Scenario
        The base scenario first.
    values : DataFrame, index ``scenario``, columns policy, baseline first
        Net value against the baseline, money per year; the baseline is 0.
    regrets : DataFrame, the same shape
        What is forgone in that scenario by that policy, money per year.
    winners : Series, index ``scenario``
        Policy of the highest value; the baseline where it is as good.
    worst : Series, index ``policy``
        Largest regret, money per year.
    left_out : mapping of scenario to Label
        Scenarios that could not be computed, and what is missing.
    """

    scenarios: tuple[Scenario, ...]
    values: pd.DataFrame
    regrets: pd.DataFrame
    winners: pd.Series
    worst: pd.Series
    left_out: Mapping[str, Label] = field(default_factory=dict)

    @property
    def leading(self) -> str:
        """Winner of the base scenario."""
        return str(self.winners.iloc[0])

    @property
    def choice(self) -> str:
        """Policy whose largest regret is smallest; the baseline where it is as good."""
        return str(self.worst.idxmin())

    @property
    def robust(self) -> int:
        """Scenarios in which no policy is better than the winner of the base scenario."""
        return int((self.regrets[self.leading] == 0).sum())

    @property
    def unmoved(self) -> tuple[str, ...]:
        """Scenarios that change the value of no policy; they add nothing to how robust a choice is."""
        same = (self.values == self.values.iloc[0]).all(axis=1).iloc[1:]
        return tuple(map(str, same.index[same]))

    @property
    def total(self) -> int:
        """Scenarios computed, the base included."""
        return len(self.values)


def scenario_values(
    comparison: Comparison,
    share: float,
    scenarios: Sequence[Scenario],
    exposures: Mapping[str, Exposure],
    left_out: Mapping[str, Label] | None = None,
) -> Scenarios:
    """Every rankable alternative in the base scenario and in ``scenarios``.

    Valued under the headline definition and the first line of extrapolation.

    Parameters
    ----------
    comparison : Comparison
    share : float
        Lowest share of the switchers' margin that must be identified, 0..1.
    scenarios : sequence of Scenario
    exposures : mapping of policy to Exposure
    left_out : mapping of scenario to Label, optional
        Scenarios that are not to be computed, and why.

    Examples
    --------
    >>> import toolkit
    >>> from toolkit.comparison.scenarios import Exposure
    >>> study = toolkit.example_study()
    >>> halved = toolkit.Scenario("halved", toolkit.Label("毛利减半", "half the margin"), margin=0.5)
    >>> exposures = {"abc": Exposure(lowered=0, worth=0.0, seats=0.0)}
    >>> found = toolkit.scenario_values(study.comparison, 0.8, [halved], exposures)
    >>> found.values.round(0)
    policy    vip       abc
    scenario
    base      0.0  335336.0
    halved    0.0  317569.0
    """
    missing = dict(left_out or {})
    computed = (BASE, *(one for one in scenarios if one.id not in missing))
    parts = next(iter(rankable_parts(comparison, share).values()), ())
    values = pd.DataFrame(
        {comparison.baseline: np.zeros(len(computed))}
        | {p.policy: [one.value(p, LINES[0], exposures[p.policy]) for one in computed] for p in parts},
        index=pd.Index([one.id for one in computed], name="scenario"),
    ).rename_axis(columns="policy")
    regrets = values.rsub(values.max(axis=1), axis=0)
    return Scenarios(computed, values, regrets, values.idxmax(axis=1), regrets.max(), missing)
