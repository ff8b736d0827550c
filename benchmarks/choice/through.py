"""A company put through the comparison as a report would: evidence, values, standing, two halves, verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from evidence import (
    at_the_bar,
    bar_evidence,
    lot_evidence,
    lot_of,
    of_the_lot,
    on_parts,
    rows_of,
    sample_of,
    two_halves,
)
from worlds import Company, Rule, learned_rule, position_of, stakes_of

from toolkit.comparison.change import Change
from toolkit.comparison.choice import Choice, Half, Pick, cross_fitted, highest_net, valued_on_both
from toolkit.comparison.comparison import Comparison, compare
from toolkit.comparison.draws import Draws
from toolkit.comparison.evidence import Evidence, LotEvidence
from toolkit.comparison.parts import Drawn
from toolkit.comparison.plausible import Plausible
from toolkit.comparison.position import Position, Stakes
from toolkit.comparison.standing import Standing, standing
from toolkit.effects.effect import Effect
from toolkit.params.decision_rule import DecisionRuleParams, PlausibleParams
from toolkit.params.strict import Words
from toolkit.recommendation.judging import recommend

SEED = 20261122
DRAWS = 1_000
SHARE = 0.8
LINE = "constant"
NULL_DRAWS = 100
Masks = Sequence[np.ndarray]
RULE = DecisionRuleParams(
    id="bench",
    title=Words(zh="规则", en="rule"),
    adopt_probability=0.9,
    adopt_identified_share=SHARE,
    pilot_probability=0.5,
    reject_probability=0.1,
    plausible_change=PlausibleParams(change=0.1, author="bench", on=date(2026, 1, 1), source="bench"),
    horizon_quarters=4,
    decided=date(2026, 1, 1),
    source="bench",
    quote=Words(zh="原文", en="quote"),
)
PLAUSIBLE = Plausible(RULE.plausible_change.change, RULE.plausible_change.apart)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a company has its evidence from.

    Attributes
    ----------
    evidence : callable
        From masks over the earlier and today's customers, one of each for everybody or for each half, and the rules,
        baseline first, to the evidence on each; none where the checks refuse it.
    learn : callable
        From a mask over the earlier customers and a name to the rule that did best among them; None where they
        cannot teach one.
    effect : Effect
        Of everybody.
    """

    evidence: Callable[[Masks, Masks, Sequence[Rule]], list[tuple[Evidence, ...]]]
    learn: Callable[[np.ndarray, str], Rule | None]
    effect: Effect


@dataclass(frozen=True, slots=True)
class Compared:
    """One company with its rules compared on everybody and on two halves.

    Attributes
    ----------
    company : Company
    rules : mapping of id to Rule
        Baseline first, and those learned on a half.
    comparison : Comparison
    standing : Standing
    choice : Choice or None
        None where nothing can be ranked.
    searched : Choice or None
        The same where a rule learned on the half that chooses may be chosen too.
    halves : tuple of Half
    verdict : str
    adopted : str or None
    null : bool
        The baseline under another name changed nothing, to the last bit, and is kept.
    """

    company: Company
    rules: Mapping[str, Rule]
    comparison: Comparison
    standing: Standing
    choice: Choice | None
    searched: Choice | None
    halves: tuple[Half, ...]
    verdict: str
    adopted: str | None
    null: bool


def source_at_the_bar(company: Company) -> Source:
    """The cutoff of the programme."""
    sample = sample_of(company)
    effect = at_the_bar(sample)

    def evidence(past: Masks, today: Masks, rules: Sequence[Rule]) -> list[tuple[Evidence, ...]]:
        if effect.estimate is None:
            return [()] * len(past)
        known = (effect.estimate,) if len(past) == 1 else on_parts(sample, past)
        return [
            (bar_evidence(sample.where(then), one, effect.reach, rows_of(company.today, now)),) if one else ()
            for one, then, now in zip(known, past, today, strict=True)
        ]

    return Source(evidence, lambda past, name: None, effect)


def source_by_lot(company: Company, learning: bool = True) -> Source:
    """A pilot in which every customer of the earlier review was drawn by lot; it may also teach a rule."""
    effect = of_the_lot(company.past)

    def evidence(past: Masks, today: Masks, rules: Sequence[Rule]) -> list[tuple[Evidence, ...]]:
        if effect.estimate is None:
            return [()] * len(past)
        lots = [lot_of(company, rows_of(company.past, then)) for then in past]
        return [
            (lot_evidence(lot, np.ones(int(now.sum()), bool), rules[1:], rules[0]),)
            for lot, now in zip(lots, today, strict=True)
        ]

    def learn(past: np.ndarray, name: str) -> Rule | None:
        if not learning:
            return None
        lot = lot_of(company, rows_of(company.past, past))
        return learned_rule(lot.cohort, lot.gains * lot.worth - company.cost, name)

    return Source(evidence, learn, effect)


def put_through(
    company: Company, rules: Sequence[Rule], source: Source, rng: np.random.Generator
) -> Compared:
    """The rules, baseline first, compared as a report would."""
    today, past = np.ones(len(company.today), bool), np.ones(len(company.past), bool)
    stakes, draws = stakes_of(company.today, company.world), Draws(DRAWS, int(rng.integers(1 << 31)))
    mine = source.learn(past, "learned")
    everything = [*rules, *((mine,) if mine else ())]
    positions = positions_of(company, everything)
    (found,) = source.evidence([past], [today], everything)
    comparison = compare(positions[0], positions[1 : len(rules)], stakes, found, draws)
    place = standing(comparison, SHARE, PLAUSIBLE)
    ranked = bool(comparison.rankable(SHARE))
    halves, learned = in_halves(company, rules, source, (stakes, draws, rng)) if ranked else ((), ())
    choice = searched = None
    if valued_on(halves, comparison):
        choice = cross_fitted(halves, pick_of(learned, False, halves), comparison)
        if mine:
            whole = compare(positions[0], positions[1:], stakes, found, draws)
            searched = cross_fitted(halves, pick_of(learned, True, halves), whole)
    said = recommend(comparison, place, choice, RULE, source.effect)
    return Compared(
        company,
        {rule.id: rule for rule in (*everything, *(one for one in learned if one is not None))},
        comparison,
        place,
        choice,
        searched,
        halves,
        said.verdict.value,
        said.policy,
        nothing_changes(positions[0], stakes, found, source.effect),
    )


def valued_on(halves: Sequence[Half], comparison: Comparison) -> bool:
    """Whether something that can be ranked has a value on both halves."""
    ranked = {change.policy for change in comparison.rankable(SHARE)}
    return bool(ranked) and bool(ranked & set(valued_on_both(halves, comparison)))


def positions_of(company: Company, rules: Sequence[Rule]) -> list[Position]:
    """Where the rules put the customers of today."""
    return [position_of(rule, rules[0], company.today, company.cost) for rule in rules]


def in_halves(
    company: Company,
    rules: Sequence[Rule],
    source: Source,
    settings: tuple[Stakes, Draws, np.random.Generator],
) -> tuple[tuple[Half, ...], tuple[Rule | None, ...]]:
    """Two halves that share no customer of either time, each with the rules of both, and what each half taught."""
    stakes, draws, rng = settings
    past, today = two_halves(len(company.past), rng), two_halves(len(company.today), rng)
    learned = tuple(source.learn(rows, f"learned_{i}") for i, rows in enumerate(past))
    everything = [*rules, *(one for one in learned if one is not None)]
    positions = positions_of(company, everything)
    found = []
    for i, (now, evidence) in enumerate(zip(today, source.evidence(past, today, everything), strict=True)):
        mine = [position.take(now) for position in positions]
        compared = compare(mine[0], mine[1:], stakes.take(now), evidence, draws.in_stream(i + 1))
        found.append(Half(stakes.customers[now], compared))
    return tuple(found), learned


def pick_of(learned: Sequence[Rule | None], searching: bool, halves: Sequence[Half]) -> Pick:
    """As :func:`highest_net`; of the learned rules only the one learned on the half that chooses is open to it, and
    with ``searching`` alone."""
    names = [None if one is None else one.id for one in learned]
    own = {half.comparison.draws.stream: name for name, half in zip(names, halves, strict=True)}

    def pick(comparison: Comparison) -> str | None:
        barred = set(names) - ({own.get(comparison.draws.stream)} if searching else set())
        kept = {change.policy for change in comparison.changes} - barred
        return highest_net(SHARE)(comparison.only(kept))

    return pick


def net_of(change: Change) -> Drawn:
    """Net value of an alternative under the headline definition."""
    return change.parts[0].net(LINE)


def nothing_changes(baseline: Position, stakes: Stakes, evidence: Sequence[Evidence], effect: Effect) -> bool:
    """Whether the baseline under another name changes nothing at all, and is kept."""
    same = replace(baseline, policy="same")
    lots = [one for one in evidence if isinstance(one, LotEvidence)]
    rows = {one.id: np.zeros(len(one.worth), int) for one in lots}
    with_same = tuple(
        replace(one, directions={"same": rows[one.id]}) if isinstance(one, LotEvidence) else one
        for one in evidence
    )
    found = compare(baseline, [same], stakes, with_same, Draws(NULL_DRAWS, SEED))
    said = recommend(found, standing(found, SHARE, PLAUSIBLE), None, RULE, effect)
    (change,) = found.changes
    return said.verdict.value == "keep" and figures_of(change) <= {0.0}


def figures_of(change: Change) -> set[float]:
    """Every figure of a change, however deep it lies: its values, the ends of its intervals, its draws."""
    found = {
        float(change.raised),
        float(change.lowered),
        float(change.moved),
        float(change.heads),
        change.stake,
    }
    estimates = [change.cost]
    for value in change.values:
        estimates += [value.retained, value.net, *value.lines.values()]
        found.add(value.winsorised)
    for one in estimates:
        found |= {one.value, one.low, one.high}
    for parts in change.parts:
        for line, gained in parts.gained.items():
            found |= {gained.value, *gained.draws.tolist(), *parts.net(line).draws.tolist()}
            found |= {parts.net(line).value, *parts.readings[line].values()}
    return found
