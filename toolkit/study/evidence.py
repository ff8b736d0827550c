"""What the effects on a study's customers rest on, and the comparison and the choice that follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.choice import Choice, Half, cross_fitted, first_half, highest_net, valued_on_both
from toolkit.comparison.comparison import Comparison, compare
from toolkit.comparison.draws import Draws, Range
from toolkit.comparison.evidence import AssumedEvidence, BarEvidence, Evidence, LotEvidence
from toolkit.comparison.hazard import staying_along
from toolkit.effects.cutoff.parts import estimate_parts
from toolkit.effects.records.lot import LotGains, directions_by_lot, lot_gains
from toolkit.effects.records.programme import AtTheBar, at_the_bar, rows_before
from toolkit.effects.records.source import Source
from toolkit.estimate import Estimate
from toolkit.params.designs import LotParams
from toolkit.params.study import RetentionParams
from toolkit.study.positions import cluster_names
from toolkit.terms import Label
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.study.study import Study

NOTHING_RANKED = Label("没有可排序的备选方案", "no alternative can be ranked")
NO_HALF_EFFECT = Label(
    "只用一半客户时估计不出影响，无法在另一半上估值",
    "half of the customers are too few to estimate the effect on",
)


def comparison_of(study: Study) -> Comparison:
    """Every alternative against the baseline on all customers."""
    positions = study.positions
    compared = compare(positions[0], positions[1:], study.stakes, study.evidence, draws_of(study))
    lacking = {name: why.said for name, why in study.unready.items()}
    return compared.excluding({**study.capacity.infeasible, **lacking})


def draws_of(study: Study) -> Draws:
    """How the study draws: number, seed and priced assumptions."""
    asked = study.params.bootstrap
    factors = {one.factor: Range(one.low, one.mode, one.high, one.law) for one in study.params.assumptions}
    return Draws(asked.draws, asked.seed, factors)


def evidence_of(study: Study) -> tuple[Evidence, ...]:
    """Lots with a package, the bar of the programme, and what is assumed; on the customers compared."""
    bar = _bar(study, _estimates(study), _at_the_bar(study))
    return (*_lots(study), *([bar] if bar else []), *_assumed(study))


def choice_of(study: Study) -> Choice | Label:
    """The choice of highest net value, made on one half of the customers and valued on the other; else why not."""
    share = study.files.rule.adopt_identified_share
    ranked = study.comparison.rankable(share)
    if not ranked:
        return NOTHING_RANKED
    halves = halves_of(study)
    if not set(valued_on_both(halves, study.comparison)) & {change.policy for change in ranked}:
        return NO_HALF_EFFECT
    return cross_fitted(halves, highest_net(share), study.comparison)


def halves_of(study: Study) -> tuple[Half, Half]:
    """The customers in two halves by their id, or by their cluster, each compared on its own records.

    The effect at the bar is estimated again from the programme's rows of the half, without asking the checks again
    that the whole sample has passed; lots keep the rows of the half. What is assumed is the same in both.
    """
    everybody = study.panel.customers
    names = _drawn_together(study, everybody)
    first = first_half(everybody if names is None else names)
    parts = [np.flatnonzero(mine) for mine in (first, ~first)]
    asked = _at_the_bar(study)
    effects = {
        name: estimate_parts(one.sample, one.design, parts, one.before, "COARSE" in study.effects[name].codes)
        for name, one in asked.items()
    }
    return tuple(
        _half(
            study, rows, _only(asked, rows), {n: e[place] for n, e in effects.items() if e[place]}, place + 1
        )
        for place, rows in enumerate(parts)
    )


def _drawn_together(study: Study, customers: pd.Index) -> np.ndarray | None:
    """What must not be torn between the halves: the cluster of the study, or else of the first lot drawn whole."""
    names = cluster_names(study, customers)
    whole = [one.cluster for one in study.params.designs if isinstance(one, LotParams) and one.cluster]
    if names is not None or not whole:
        return names
    return _source(study).drawn_with(whole[0], customers)


def _half(
    study: Study,
    rows: np.ndarray,
    asked: Mapping[str, AtTheBar],
    effects: Mapping[str, Estimate],
    stream: int,
) -> Half:
    """The customers at ``rows`` of the panel, compared by themselves."""
    customers = study.panel.customers[rows]
    mine = study.customers.isin(customers)
    bar = _bar(study, effects, asked)
    evidence = (*_lots(study, customers), *([bar] if bar else []), *_assumed(study))
    base, *options = (position.take(mine) for position in study.positions)
    compared = compare(
        base,
        options,
        study.stakes.take(mine),
        [one.take(mine) for one in evidence],
        draws_of(study).in_stream(stream),
    )
    return Half(customers, compared.excluding(study.capacity.infeasible))


def _estimates(study: Study) -> dict[str, Estimate]:
    return {name: one.estimate for name, one in study.effects.items() if one.estimate is not None}


def _at_the_bar(study: Study) -> dict[str, AtTheBar]:
    """Rows behind every effect at the bar that was identified."""
    asked, known = study.params.programme, _estimates(study)
    if asked is None or not known:
        return {}
    grades = study.history.tables["grades"]
    rows = study.programme, rows_before(study.panel, asked, grades, study.complete)
    return {
        d.id: at_the_bar(study.panel, asked, rows, d, study.complete)
        for d in study.definitions
        if d.id in known
    }


def _only(asked: Mapping[str, AtTheBar], rows: np.ndarray) -> dict[str, AtTheBar]:
    """The same rows of the programme, those of some customers."""
    return {
        name: AtTheBar(one.sample.where(np.isin(one.sample.customer, rows)), one.design, one.before)
        for name, one in asked.items()
    }


def _bar(study: Study, effects: Mapping[str, Estimate], asked: Mapping[str, AtTheBar]) -> BarEvidence | None:
    """The bar on the customers compared; None without an identified effect."""
    if not effects:
        return None
    programme = study.params.programme
    rows = study.panel.customers.get_indexer(study.customers)
    place = study.panel.quarters.index(study.quarter)
    score = study.panel.values(programme.measure, programme.window_quarters)[rows, place]
    distance = np.log(np.maximum(np.nan_to_num(score), 1e-9) / programme.bar)
    staying = {}
    for name, effect in effects.items():
        sample = asked[name].sample
        staying[name] = staying_along(distance, (sample.x, sample.outcome, sample.received), effect.value)
    return BarEvidence(
        programme.package,
        programme.otherwise,
        programme.measure,
        programme.window_quarters,
        distance,
        min((study.effects[n].reach for n in effects if study.effects[n].reach), default=0.0),
        effects,
        staying,
    )


def _lots(study: Study, among: pd.Index | None = None) -> list[LotEvidence]:
    """Draws by lot for a package, with the records of the customers ``among``, or of everybody."""
    found = []
    for asked in study.params.designs:
        packages = _packages(study, asked) if isinstance(asked, LotParams) else None
        lot = lot_gains(_source(study), asked, _answered(study, asked), among) if packages else None
        if lot is not None:
            found.append(_lot(study, asked, lot, packages))
    return found


def _source(study: Study) -> Source:
    return Source(study.panel, study.complete, study.params.active_quarters, study.names)


def _answered(study: Study, asked: LotParams) -> tuple[RetentionParams, ...]:
    """Definitions under which the lot as a whole has passed its checks."""
    effects = study.further_effects[asked.id]
    return tuple(d for d in study.definitions if d.id in effects and effects[d.id].estimate is not None)


def _packages(study: Study, asked: LotParams) -> tuple[str, str] | None:
    """The package that was drawn for, and the one of those drawn against it; None where that is not known."""
    if asked.package is None:
        return None
    if asked.otherwise:
        return asked.package, asked.otherwise
    given = {plan.package for policy in study.files.policies for plan in policy.service.values()}
    others = sorted(given - {asked.package})
    if len(others) == 1:
        return asked.package, others[0]
    programme = study.params.programme
    if programme is not None and programme.package == asked.package:
        return asked.package, programme.otherwise
    return None


def _lot(study: Study, asked: LotParams, lot: LotGains, packages: tuple[str, str]) -> LotEvidence:
    base = study.registers[study.baseline.id]
    directions = {
        policy.id: directions_by_lot(lot, study.registers[policy.id], base, packages)
        for policy in study.alternatives
    }
    inside = _inside(study, asked, packages)
    names = cluster_names(study, lot.customers) if lot.cluster is None else lot.cluster
    cluster = None if names is None else np.unique(names, return_inverse=True)[1]
    return LotEvidence(asked.id, *packages, inside, lot.gains, _worth(study, lot), directions, cluster)


def _inside(study: Study, asked: LotParams, packages: tuple[str, str]) -> np.ndarray:
    """Customers compared who would be drawn today: the switchers of a policy, those in a band, or everybody."""
    band = asked.band
    option = next((one for one in study.positions if one.policy == asked.policy), None)
    if option is not None:
        now = study.positions[0].package
        return (now != option.package) & np.isin(now, packages) & np.isin(option.package, packages)
    if band is None:
        return np.full(len(study.customers), asked.policy is None)
    rows = study.panel.customers.get_indexer(study.customers)
    place = study.panel.quarters.index(study.quarter)
    times = study.panel.values(band.measure, band.window_quarters)[rows, place] / band.bar
    return (times >= band.low) & (times < band.high)


def _worth(study: Study, lot: LotGains) -> np.ndarray:
    """Margin of each row over the horizon, at its draw; shape (rows,), never below zero."""
    margin = study.panel.values("margin", QUARTERS_A_YEAR)
    rows = study.panel.customers.get_indexer(lot.customers)
    places = np.array([study.panel.quarters.index(review) for review in lot.review])
    known = np.where(rows >= 0, np.nan_to_num(margin[np.maximum(rows, 0), places]), 0.0)
    return np.maximum(known / np.minimum(QUARTERS_A_YEAR, places + 1), 0.0) * study.stakes.horizon.factor


def _assumed(study: Study) -> list[AssumedEvidence]:
    return [AssumedEvidence(**one.model_dump()) for one in study.params.assumed_effects]
