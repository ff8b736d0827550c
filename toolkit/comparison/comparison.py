"""The policies side by side on the same customers: what would change, how sure, on which evidence.

Only customers whose service package differs between two policies (switchers) can change anything that a grade
causes. Each is given the effect that the evidence for him shows (:mod:`toolkit.comparison.evidence`). All
alternatives share one set of draws over customers, effects and priced assumptions, so that differences are paired.

Changes are alternative minus baseline, per year, in the study's currency.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.comparison.change import Change, Value
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import (
    LINES,
    AssumedEvidence,
    Classified,
    Evidence,
    classify,
    definitions_of,
)
from toolkit.comparison.gain import Effects, Gain, Portion, gain, portions
from toolkit.comparison.parts import Costs, Drawn, Parts
from toolkit.comparison.position import Position, Stakes
from toolkit.comparison.sums import Sums
from toolkit.shown import shown
from toolkit.terms import Label


@shown("baseline", "changes", "horizon_quarters", "excluded")
@dataclass(frozen=True, slots=True, eq=False)
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
    clusters : int
        Clusters of customers that are drawn whole.
    draws : Draws
    overlap : DataFrame, index and columns policy, in the order of ``changes``
        Margin over the horizon of the customers whom two alternatives move the same way, less of those they move
        opposite ways; money.
    excluded : mapping of policy to Label
        Alternatives that stay out of the ranking, and why.
    """

    baseline: str
    title: Label
    changes: tuple[Change, ...]
    comparisons: int
    horizon_quarters: int
    clusters: int
    draws: Draws
    overlap: pd.DataFrame
    excluded: Mapping[str, Label] = field(default_factory=dict)

    def excluding(self, reasons: Mapping[str, Label]) -> Comparison:
        """The same comparison with the policies of ``reasons`` left out of the ranking; their changes stay."""
        ranked = sum(change.policy not in reasons for change in self.changes)
        comparisons = self.comparisons * ranked // max(len(self.changes), 1)
        return replace(self, comparisons=comparisons, excluded=dict(reasons))

    def only(self, policies: Collection[str]) -> Comparison:
        """The same comparison with no alternatives but ``policies``; the number compared stays."""
        return replace(self, changes=tuple(change for change in self.changes if change.policy in policies))

    @property
    def valued(self) -> tuple[Change, ...]:
        """Alternatives that could be valued."""
        return tuple(change for change in self.changes if change.values)

    def rankable(self, share: float) -> tuple[Change, ...]:
        """Alternatives with at least ``share`` (0..1) of their switchers' margin identified, none excluded."""
        return tuple(
            change for change in self.changes if change.policy not in self.excluded and change.rankable(share)
        )

    def change(self, policy: str) -> Change:
        """The change of one alternative; ValueError where there is none of that id."""
        for change in self.changes:
            if change.policy == policy:
                return change
        known = ", ".join(change.policy for change in self.changes)
        raise ValueError(f"no alternative {policy!r}; there are {known}")


def compare(
    baseline: Position,
    alternatives: Sequence[Position],
    stakes: Stakes,
    evidence: Sequence[Evidence],
    draws: Draws,
) -> Comparison:
    """Every alternative against the baseline.

    Parameters
    ----------
    baseline, alternatives : Position
        On the customers of ``stakes``, in its order.
    stakes : Stakes
    evidence : sequence of BarEvidence, LotEvidence and AssumedEvidence
        On the same customers.
    draws : Draws

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> baseline, *alternatives = study.positions
    >>> draws = toolkit.Draws(200, seed=1)
    >>> found = toolkit.compare(baseline, alternatives, study.stakes, study.evidence, draws)
    >>> found
    Comparison(vip, 3 alternatives, 4 quarters of horizon, 0 excluded)
    >>> [(change.policy, change.moved) for change in found.changes]
    [('lower_bar', 41), ('abc', 43), ('points', 58)]
    """
    definitions = definitions_of(evidence, stakes.definitions)
    sums = Sums(np.argsort(stakes.customers, kind="stable"), stakes.cluster)
    plans = [_plan(baseline, option, stakes, evidence, (definitions, sums)) for option in alternatives]
    if plans:
        sums.draw(draws.number, draws.weights_seed)
    effects = Effects(evidence, [option.policy for option in alternatives], draws)
    factors = {name: Drawn(float(law.mode), draws.factor(name)) for name, law in draws.factors.items()}
    return Comparison(
        baseline.policy,
        baseline.title,
        tuple(_change(plan, stakes, sums, effects, factors) for plan in plans),
        len(alternatives) * max(1, len(definitions)),
        stakes.horizon.quarters,
        stakes.clusters,
        draws,
        _overlap(alternatives, stakes),
    )


def _overlap(alternatives: Sequence[Position], stakes: Stakes) -> pd.DataFrame:
    ways = np.array([option.direction for option in alternatives], dtype=float).reshape(len(alternatives), -1)
    names = [option.policy for option in alternatives]
    return pd.DataFrame((ways * stakes.worth) @ ways.T, index=names, columns=names)


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """One alternative with its switchers classified and its columns put down."""

    baseline: Position
    option: Position
    found: Mapping[str, Classified]
    portions: Mapping[str, tuple[Portion, ...]]
    service: int
    moves: int
    counts: tuple[tuple[Position, Mapping[str, int]], ...]


def _plan(
    baseline: Position,
    option: Position,
    stakes: Stakes,
    evidence: Sequence[Evidence],
    shared: tuple[tuple[str, ...], Sums],
) -> _Plan:
    definitions, sums = shared
    found = {name: classify(baseline, option, evidence, name) for name in definitions}
    return _Plan(
        baseline,
        option,
        found or {"": classify(baseline, option, (), "")},
        {name: portions(one, stakes, evidence, name, sums) for name, one in found.items() if one.covered},
        sums.place(option.cost - baseline.cost),
        sums.place(option.moves - baseline.moves),
        tuple((p, {g: sums.place(p.grade == g) for g in p.spans}) for p in (baseline, option)),
    )


def _change(
    plan: _Plan, stakes: Stakes, sums: Sums, effects: Effects, factors: Mapping[str, Drawn]
) -> Change:
    option, costs = plan.option, _costs(plan, sums, factors)
    first = next(iter(plan.found.values()))
    gains = {name: gain(listed, option.policy, name, sums, effects) for name, listed in plan.portions.items()}
    parts = tuple(_parts(plan, name, found, costs) for name, found in gains.items())
    used = sorted({portion.source for listed in plan.portions.values() for portion in listed})
    total = costs.total
    stake = float((option.direction * stakes.worth).sum())
    return Change(
        policy=option.policy,
        title=option.title,
        customers=len(stakes.customers),
        raised=int((option.direction > 0).sum()),
        lowered=int((option.direction < 0).sum()),
        moved=int(first.switched.sum()),
        evidence=first.table(stakes.margin),
        sources=first.by_source(stakes.margin, effects.evidence),
        assumed=tuple(e for i in used if isinstance(e := effects.evidence[i], AssumedEvidence)),
        cost=total.estimate("money"),
        costs=costs,
        heads=costs.heads,
        values=tuple(
            _value(part, gains[part.definition], plan.found[part.definition], stakes) for part in parts
        ),
        parts=parts,
        break_even=total.value / stake if stake > 0 and total.value > 0 else None,
        stake=stake,
    )


def _costs(plan: _Plan, sums: Sums, factors: Mapping[str, Drawn]) -> Costs:
    """Change in cost per year and in heads, whole heads in every draw."""
    heads = [
        Drawn(
            float(position.heads({g: np.array([sums[i].value]) for g, i in counts.items()})[0]),
            position.heads({g: sums[i].draws for g, i in counts.items()}),
        )
        if counts
        else Drawn.nothing(len(sums[plan.service].draws))
        for position, counts in plan.counts
    ]
    managers = heads[1] * plan.option.manager_cost - heads[0] * plan.baseline.manager_cost
    more = int(heads[1].value - heads[0].value) + plan.option.staff - plan.baseline.staff
    return Costs(sums[plan.service], managers, sums[plan.moves], more, factors)


def _parts(plan: _Plan, definition: str, found: Gain, costs: Costs) -> Parts:
    return Parts(
        plan.option.policy,
        definition,
        found.gained,
        found.retained,
        found.readings,
        costs.service,
        costs.managers,
        costs.moves,
        costs.heads,
        len(plan.option.grade),
        costs.factors,
    )


def _value(parts: Parts, found: Gain, classified: Classified, stakes: Stakes) -> Value:
    nets = {line: parts.net(line) for line in LINES}
    chances = [net.above_zero() for net in nets.values()]
    margin = parts.factors["margin"].value if "margin" in parts.factors else 1.0
    table = classified.table(stakes.margin)
    return Value(
        definition=parts.definition,
        retained=parts.retained["constant"].estimate("customers"),
        net=nets["constant"].estimate("money"),
        lines={line: net.estimate("money") for line, net in nets.items()},
        surely=min(chances),
        possibly=max(chances),
        winsorised=found.winsorised * margin - parts.costs.total.value + 0.0,
        identified=float(table.loc["identified", "share"]) if classified.switched.any() else 1.0,
    )
