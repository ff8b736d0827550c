"""The policies side by side on the same customers: what would change, how sure, on which evidence.

Only customers whose service package differs between two policies (switchers) can change anything
that a grade causes. The effect of the package is taken from :mod:`toolkit.effects` and applied to
a switcher by the evidence for him:

- *identified*: near the bar of the programme that was estimated, and the alternative grades by that
  programme's measure alone;
- *extrapolated*: the same measure and packages, but away from the bar;
- *not identified*: any other switcher. No number stands for these.

Changes are alternative minus baseline, per year, in the study's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.bootstrap import weighted_sums
from toolkit.effects.effect import Effect
from toolkit.estimate import Estimate
from toolkit.terms import Label
from toolkit.window import QUARTERS_A_YEAR

EVIDENCE = ("identified", "extrapolated", "not_identified")


@dataclass(frozen=True, slots=True)
class Position:
    """Where one policy puts the customers at one quarter.

    Attributes
    ----------
    policy : str
    title : Label
    grade : array of str, shape (customers,)
    package : array of str, shape (customers,)
    direction : array of int, shape (customers,)
        +1 where the package is better than the baseline's, -1 where it is worse, 0 where it is the same.
    cost : array, shape (customers,)
        Direct cost and discount of each customer, per year.
    spans : mapping of grade to customers per manager
    manager_cost : float
        Cost of one manager per year.
    along : tuple of str
        Measures that the scheme grades by.
    window_quarters : int
    staff : int
        Heads besides those of ``spans``; their cost is in ``cost``.
    """

    policy: str
    title: Label
    grade: np.ndarray
    package: np.ndarray
    direction: np.ndarray
    cost: np.ndarray
    spans: Mapping[str, int]
    manager_cost: float
    along: tuple[str, ...]
    window_quarters: int
    staff: int = 0

    def heads(self, counts: Mapping[str, np.ndarray]) -> np.ndarray:
        """Managers needed, whole heads per grade; ``counts`` holds customers per grade, any shape."""
        needed = [np.ceil(np.round(counts[g], 6) / span) for g, span in self.spans.items()]
        return np.sum(needed, axis=0) if needed else np.zeros_like(next(iter(counts.values()), np.zeros(1)))


@dataclass(frozen=True, slots=True)
class Stakes:
    """What is at stake with each customer.

    Attributes
    ----------
    customers : Index, length n
    margin : array, shape (n,)
        Margin per quarter, mean of the last four.
    distance : array, shape (n,), or None
        log(measure / bar) of the programme that was estimated; None without a programme.
    measure, window_quarters : str, int
        Measure and window of that programme.
    package, otherwise : str
        The two packages that the estimate contrasts.
    """

    customers: pd.Index
    margin: np.ndarray
    distance: np.ndarray | None = None
    measure: str = ""
    window_quarters: int = 0
    package: str = ""
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a change of policy is worth under one definition of retention.

    Attributes
    ----------
    definition : str
    retained : Estimate
        Customers retained, per year.
    net : Estimate
        Margin of the retained less the change in cost, per year; extrapolated switchers are given
        the effect at the bar.
    net_near : Estimate
        The same with no effect away from the bar.
    surely : float
        Probability that the net value is above zero, the lower of the two readings.
    possibly : float
        The same, the higher of the two readings.
    """

    definition: str
    retained: Estimate
    net: Estimate
    net_near: Estimate
    surely: float
    possibly: float


@dataclass(frozen=True, slots=True)
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
    evidence : DataFrame, index :data:`EVIDENCE`
        columns ``customers``, ``margin`` (per year), ``share`` (of margin, 0..1).
    cost : Estimate
        Change in cost to serve per year, managers included.
    heads : int
        Change in managers.
    values : tuple of Value
        One per definition of retention with an identified effect; empty where there is none.
    break_even : float or None
        Change in the retention of switchers (share) at which the change in cost pays for itself;
        None where the policy is not dearer or nobody is raised on balance.
    """

    policy: str
    title: Label
    customers: int
    raised: int
    lowered: int
    moved: int
    evidence: pd.DataFrame
    cost: Estimate
    heads: int
    values: tuple[Value, ...]
    break_even: float | None

    def share(self, evidence: str) -> float:
        """Share of the switchers' margin with this evidence; 1.0 identified where nobody moves."""
        if not self.moved:
            return 1.0 if evidence == "identified" else 0.0
        return float(self.evidence.loc[evidence, "share"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """All alternatives against one baseline.

    Attributes
    ----------
    baseline : str
    title : Label
    changes : tuple of Change
    comparisons : int
        Number of values ranked (alternatives x definitions), printed because the best of many is flattered.
    horizon_quarters : int
    excluded : mapping of policy to Label
        Alternatives that stay out of the ranking, and why.
    """

    baseline: str
    title: Label
    changes: tuple[Change, ...]
    comparisons: int
    horizon_quarters: int
    excluded: Mapping[str, Label] = field(default_factory=dict)

    def excluding(self, reasons: Mapping[str, Label]) -> Comparison:
        """The same comparison with the policies of ``reasons`` left out of the ranking; their changes stay."""
        ranked = sum(change.policy not in reasons for change in self.changes)
        comparisons = self.comparisons * ranked // max(len(self.changes), 1)
        return replace(self, comparisons=comparisons, excluded=dict(reasons))

    @property
    def valued(self) -> tuple[Change, ...]:
        """Alternatives that could be valued."""
        return tuple(change for change in self.changes if change.values)


@dataclass(frozen=True, slots=True)
class Draws:
    """How uncertainty is drawn: number of draws, seed, and quarters of margin a retained customer brings."""

    number: int
    seed: int
    horizon_quarters: int


def compare(
    baseline: Position,
    alternatives: Sequence[Position],
    stakes: Stakes,
    effects: Mapping[str, Effect],
    draws: Draws,
) -> Comparison:
    """Every alternative against the baseline.

    Parameters
    ----------
    baseline, alternatives : Position
        On the customers of ``stakes``, in its order.
    stakes : Stakes
    effects : mapping of retention definition to Effect
    draws : Draws
    """
    known = {name: effect for name, effect in effects.items() if effect.estimate is not None}
    support = min((e.reach for e in known.values() if e.reach), default=0.0)
    changes = tuple(_change(baseline, option, stakes, known, support, draws) for option in alternatives)
    return Comparison(
        baseline.policy,
        baseline.title,
        changes,
        len(alternatives) * max(1, len(known)),
        draws.horizon_quarters,
    )


def _change(
    baseline: Position,
    option: Position,
    stakes: Stakes,
    effects: Mapping[str, Effect],
    support: float,
    draws: Draws,
) -> Change:
    direction = option.direction
    switched = baseline.package != option.package
    evidence = _evidence(option, stakes, _contrasted(baseline, option, stakes), support)
    near = np.where(evidence == "identified", direction, 0)
    wide = np.where(evidence == "not_identified", 0, direction)
    worth = stakes.margin * draws.horizon_quarters
    columns = [option.cost - baseline.cost, near * worth, wide * worth, wide.astype(float)]
    grades = [(p, g) for p in (baseline, option) for g in p.spans]
    columns += [(p.grade == g).astype(float) for p, g in grades]
    statistics = np.column_stack(columns)
    observed = statistics.sum(axis=0, keepdims=True)
    resampled = weighted_sums(statistics, draws.number, draws.seed)
    cost_now, heads_now = _cost(observed, baseline, option, grades)
    cost_drawn, _ = _cost(resampled, baseline, option, grades)
    rng = np.random.default_rng([draws.seed, 1])
    noise = rng.standard_normal(draws.number)
    values = tuple(
        _value(name, effect.estimate, noise, (observed, resampled), (cost_now, cost_drawn))
        for name, effect in effects.items()
        if (evidence != "not_identified").any() or not switched.any()
    )
    return Change(
        policy=option.policy,
        title=option.title,
        customers=len(stakes.customers),
        raised=int((direction > 0).sum()),
        lowered=int((direction < 0).sum()),
        moved=int(switched.sum()),
        evidence=_evidence_table(evidence, switched, stakes.margin),
        cost=Estimate.from_draws(cost_now[0], cost_drawn, "money"),
        heads=int(heads_now[0]),
        values=values,
        break_even=_break_even(cost_now[0], direction, worth),
    )


def _contrasted(baseline: Position, option: Position, stakes: Stakes) -> np.ndarray:
    """Switchers between the two packages that the effect contrasts."""
    up = (option.package == stakes.package) & (baseline.package == stakes.otherwise)
    down = (option.package == stakes.otherwise) & (baseline.package == stakes.package)
    return up | down


def _evidence(option: Position, stakes: Stakes, contrasted: np.ndarray, support: float) -> np.ndarray:
    same_axis = option.along == (stakes.measure,) and option.window_quarters == stakes.window_quarters
    if not same_axis or stakes.distance is None or support == 0:
        return np.full(len(contrasted), "not_identified", dtype=object)
    inside = np.abs(stakes.distance) <= support
    return np.where(contrasted & inside, "identified", np.where(contrasted, "extrapolated", "not_identified"))


def _evidence_table(evidence: np.ndarray, switched: np.ndarray, margin: np.ndarray) -> pd.DataFrame:
    rows = {}
    yearly = np.abs(margin) * QUARTERS_A_YEAR
    total = yearly[switched].sum()
    for name in EVIDENCE:
        mine = switched & (evidence == name)
        amount = yearly[mine].sum()
        rows[name] = (int(mine.sum()), float(amount), float(amount / total) if total > 0 else 0.0)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["customers", "margin", "share"])


def _cost(
    sums: np.ndarray, baseline: Position, option: Position, grades: Sequence[tuple[Position, str]]
) -> tuple[np.ndarray, np.ndarray]:
    """Change in cost per year and in heads, one per row of ``sums``."""
    counts = {(p.policy, g, i): sums[:, 4 + i] for i, (p, g) in enumerate(grades)}
    heads = []
    for offset, position in ((0, baseline), (len(baseline.spans), option)):
        own = {g: counts[position.policy, g, offset + i] for i, g in enumerate(position.spans)}
        heads.append(position.heads(own) if own else np.zeros(len(sums)))
    managers = heads[1] * option.manager_cost - heads[0] * baseline.manager_cost
    return sums[:, 0] + managers, heads[1] - heads[0] + option.staff - baseline.staff


def _value(
    definition: str,
    effect: Estimate,
    noise: np.ndarray,
    sums: tuple[np.ndarray, np.ndarray],
    cost: tuple[np.ndarray, np.ndarray],
) -> Value:
    reach = np.where(noise > 0, effect.high - effect.value, effect.value - effect.low) / 1.959964
    effects = effect.value + noise * reach
    observed, resampled = sums
    near, wide, count = (observed[0, i] for i in (1, 2, 3))
    near_drawn, wide_drawn, count_drawn = (resampled[:, i] for i in (1, 2, 3))
    net = effects * wide_drawn - cost[1]
    net_near = effects * near_drawn - cost[1]
    return Value(
        definition=definition,
        retained=Estimate.from_draws(effect.value * count, effects * count_drawn, "customers"),
        net=Estimate.from_draws(effect.value * wide - cost[0][0], net, "money"),
        net_near=Estimate.from_draws(effect.value * near - cost[0][0], net_near, "money"),
        surely=float(min((net > 0).mean(), (net_near > 0).mean())),
        possibly=float(max((net > 0).mean(), (net_near > 0).mean())),
    )


def _break_even(cost: float, direction: np.ndarray, worth: np.ndarray) -> float | None:
    stake = float((direction * worth).sum())
    return cost / stake if stake > 0 and cost > 0 else None
