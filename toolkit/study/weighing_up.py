"""The rankable alternatives of a study weighed up: standing, frontier, sensitivities, scenarios, declared reactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.comparison.behaviour import Behaviour, Elasticities, Reaching, reactions
from toolkit.comparison.frontier import Frontier, frontier
from toolkit.comparison.plausible import Plausible
from toolkit.comparison.position import Horizon, Position
from toolkit.comparison.scenarios import (
    Exposure,
    Scenario,
    Scenarios,
    SpillOver,
    scenario_values,
)
from toolkit.comparison.standing import Standing, standing
from toolkit.comparison.tornado import Tornado, TwoWay, inputs_of, tornado, two_way
from toolkit.params.behaviour import ElasticitiesParams, NeglectParams
from toolkit.params.scenarios import ScenarioParams
from toolkit.shown import shown
from toolkit.study.bars import bars_of
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.study.study import Study

QUANTILE_OF = {"point": None, "low": 0.025, "high": 0.975}


@shown("standing", "frontier")
@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything that a decision between the rankable alternatives rests on.

    Attributes
    ----------
    standing : Standing
    frontier : Frontier
    tornado : mapping of policy to Tornado
        Rankable alternatives alone.
    two_way : TwoWay or None
        Of the rankable alternative of highest net value, over its two widest numeric inputs; None where nothing is
        rankable or fewer than two inputs have a range.
    scenarios : Scenarios
    behaviour : Behaviour or None
        None where the study declares no reactions.
    """

    standing: Standing
    frontier: Frontier
    tornado: Mapping[str, Tornado]
    two_way: TwoWay | None
    scenarios: Scenarios
    behaviour: Behaviour | None


def weigh_up(study: Study) -> Weighing:
    """Weigh the alternatives of ``study`` up; well-formed and empty where nothing is rankable."""
    comparison, share = study.comparison, study.files.rule.adopt_identified_share
    inputs = inputs_of(comparison.draws.factors, _horizon_range(study))
    changes = comparison.rankable(share)
    found = {change.policy: tornado(change, inputs) for change in changes}
    exposures = {position.policy: _exposure(study, position) for position in study.positions[1:]}
    return Weighing(
        standing(comparison, share, _plausible(study)),
        frontier(comparison, share),
        found,
        _widest_two(study, found),
        scenario_values(comparison, share, _scenarios(study), exposures, _left_out(study)),
        _behaviour(study, exposures),
    )


def _plausible(study: Study) -> Plausible | None:
    """What the rule holds possible; None where it says nothing."""
    said = study.files.rule.plausible_change
    return None if said is None else Plausible(said.change, said.apart)


def _horizon_range(study: Study) -> tuple[float, float] | None:
    """Multiples of the horizon's factor at the ends that the rule names."""
    between, horizon = study.files.rule.horizon_between, study.stakes.horizon
    if between is None:
        return None
    ends = (Horizon(quarters, horizon.discount_per_year).factor for quarters in (between.low, between.high))
    low, high = (end / horizon.factor for end in ends)
    return low, high


def _widest_two(study: Study, found: Mapping[str, Tornado]) -> TwoWay | None:
    leading = max(found, key=lambda policy: found[policy].base, default=None)
    if leading is None or len(found[leading].inputs) < 2:
        return None
    first, second = found[leading].inputs[:2]
    return two_way(study.comparison.change(leading).parts[0], first, second)


def _scenarios(study: Study) -> tuple[Scenario, ...]:
    return tuple(_scenario(params) for params in study.params.scenarios)


def _scenario(params: ScenarioParams) -> Scenario:
    return Scenario(
        params.id,
        params.title.label(),
        QUANTILE_OF[params.effect],
        params.margin,
        params.service_cost,
        params.managers,
        params.moves,
        _spill_over(params.spill_over),
        params.peak_seats,
        params.author,
        params.on,
        params.source,
    )


def _spill_over(params: NeglectParams | None) -> SpillOver | None:
    return params and SpillOver(params.retention, params.word_of_mouth, params.worth_of_new)


def _left_out(study: Study) -> dict[str, Label]:
    """Scenarios about seats of a hotline that the history does not show."""
    missing = study.no_hotline if _asks_for_seats(study) else None
    return {one.id: missing for one in study.params.scenarios if missing and one.peak_seats is not None}


def _asks_for_seats(study: Study) -> bool:
    return any(one.peak_seats is not None for one in study.params.scenarios)


def _exposure(study: Study, position: Position) -> Exposure:
    lowered = position.direction < 0
    worth = float(study.stakes.worth[lowered].sum())
    line = study.hotline if _asks_for_seats(study) else None
    if line is None:
        return Exposure(int(lowered.sum()), worth)
    costs = [line.cost_per_year(name, line.in_charge) for name in (study.baseline.id, position.policy)]
    return Exposure(int(lowered.sum()), worth, costs[1] - costs[0])


def _behaviour(study: Study, exposures: Mapping[str, Exposure]) -> Behaviour | None:
    if study.files.behaviour is None:
        return None
    elasticities = _elasticities(study.files.behaviour.elasticities)
    bars = {policy.id: bars_of(study, policy) for policy in study.policies}
    share = study.files.rule.adopt_identified_share
    return reactions(study.comparison, share, elasticities, bars, exposures)


def _elasticities(params: ElasticitiesParams) -> Elasticities:
    reaching = params.reaching and Reaching(**params.reaching.model_dump())
    return Elasticities(reaching, _spill_over(params.neglect))
