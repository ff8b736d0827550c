"""The rule applied: adopt, run a pilot, keep, or reject.

Every reading of an alternative counts: each definition of retention under each line of extrapolation. What
holds under all of them is adopted or rejected; what holds under some is an open question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from scipy import stats

from toolkit.comparison.change import Change
from toolkit.comparison.choice import Choice
from toolkit.comparison.comparison import Comparison
from toolkit.comparison.evidence import LINES
from toolkit.comparison.position import Horizon
from toolkit.comparison.standing import Standing
from toolkit.effects.effect import Effect
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.recommendation.verdict import (
    NOT_RANKED,
    Because,
    EvidenceShares,
    Judgement,
    Recommendation,
    Verdict,
    leading,
    worth,
)
from toolkit.window import QUARTERS_A_YEAR

ANY_CHANGE = 1.0
WIDE = 1.959964
Reading = tuple[str, str]


def recommend(
    comparison: Comparison,
    standing: Standing,
    choice: Choice | None,
    rule: DecisionRuleParams,
    effect: Effect,
    unready: Mapping[str, Because] = MappingProxyType({}),
) -> Recommendation:
    """Apply ``rule`` to every alternative.

    Parameters
    ----------
    comparison : Comparison
        What it excludes is not ranked, whatever its value.
    standing : Standing
        Where every alternative stands once the number compared is allowed for.
    choice : Choice or None
        The choice made on one half of the customers and valued on the other; it must confirm an adoption
        where more than one alternative can be ranked. Where only one can, nothing was chosen among several and
        its own probability decides.
    rule, effect
        ``effect`` is that of the headline definition.
    unready : mapping of policy to Because
        Of the alternatives excluded, those about which nothing can be said yet, and why; the others need more than
        exists.

    Returns
    -------
    Recommendation
        Where every alternative is unready, nothing is recommended yet. Else
        adopted is the alternative of highest net value among those that the rule adopts; else a pilot is run
        if the rule asks for one; else all are rejected if every ranked alternative is; else the baseline is kept.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> standing, effect = study.weighing.standing, study.effects["still_buying"]
    >>> found = toolkit.recommend(study.comparison, standing, study.choice, study.files.rule, effect)
    >>> found.verdict.value, found.policy
    ('adopt', 'abc')
    >>> [(one.change.policy, one.verdict.value) for one in found.judgements]
    [('lower_bar', 'excluded'), ('abc', 'adopt'), ('points', 'pilot')]
    """
    ranked = len(comparison.rankable(rule.adopt_identified_share))
    field = _Field(ranked, standing, choice, rule.adopt_probability)
    judgements = tuple(
        _left_out(change, unready.get(change.policy))
        if change.policy in comparison.excluded
        else _confirmed(judge(change, rule, effect), field)
        for change in comparison.changes
    )
    judgements = tuple(
        replace(j, worth_knowing=worth_knowing(j.change, rule, effect)) if j.verdict is Verdict.PILOT else j
        for j in judgements
    )
    adopted = [j for j in judgements if j.verdict is Verdict.ADOPT]
    policy = max(adopted, key=worth).change.policy if adopted else None
    evidence = leading(judgements, policy).evidence
    return Recommendation(_overall(judgements), policy, judgements, evidence, rule, comparison, effect)


def judge(change: Change, rule: DecisionRuleParams, effect: Effect) -> Judgement:
    """The rule applied to one alternative by itself, before it is held against the others."""
    if change.moved == 0 and change.cost.low == change.cost.high == 0:
        return _judged(change, Verdict.KEEP, Because.NO_CHANGE)
    if rule.budget_per_year is not None and change.cost.low > rule.budget_per_year:
        return _judged(change, Verdict.KEEP, Because.OVER_BUDGET)
    if not change.rankable(rule.adopt_identified_share):
        return _beyond_the_evidence(change, rule, effect)
    return _by_probability(change, rule)


def conceivable(rule: DecisionRuleParams, effect: Effect) -> tuple[float, float]:
    """Lowest and highest change of retention that is taken for possible.

    The interval of the headline effect; without one, as far to either side as the rule says.
    """
    if effect.estimate is not None:
        return effect.estimate.low, effect.estimate.high
    most = rule.plausible_change.change if rule.plausible_change else ANY_CHANGE
    return -most, most


def readings(change: Change) -> dict[Reading, float]:
    """Probability of a positive net value, by definition of retention and line of extrapolation."""
    return {
        (parts.definition, line): parts.net(line).above_zero() for parts in change.parts for line in LINES
    }


def could_pay(change: Change, rule: DecisionRuleParams, effect: Effect) -> bool:
    """Whether a change of retention that is taken for possible would make an alternative pay for itself.

    Where no single change would, because an alternative is dearer and raises no more margin than it lowers, the
    raised are given the highest and the lowered the lowest.
    """
    least, most = conceivable(rule, effect)
    if change.break_even is not None:
        return change.break_even < most
    if change.cost.value <= 0:
        return change.moved > 0 and (change.stake >= 0 or least < change.cost.value / change.stake)
    return _range_of_values(change, rule, effect)[1] > 0


def worth_knowing(change: Change, rule: DecisionRuleParams, effect: Effect) -> float:
    """What it would be worth to know the change of retention exactly, money per year.

    The expected gain of deciding after knowing rather than before, with a normal law over what is taken for
    possible (unit normal loss; Raiffa & Schlaifer 1961).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> effect, rule = study.effects["still_buying"], study.files.rule
    >>> changes = study.comparison.changes
    >>> {one.policy: round(toolkit.worth_knowing(one, rule, effect)) for one in changes}
    {'lower_bar': 35, 'abc': 350, 'points': 52664}
    """
    low, high = _range_of_values(change, rule, effect)
    middle, spread = (low + high) / 2, (high - low) / (2 * WIDE)
    if spread <= 0:
        return 0.0
    u = abs(middle) / spread
    return spread * float(stats.norm.pdf(u) - u * stats.norm.sf(u))


def _range_of_values(change: Change, rule: DecisionRuleParams, effect: Effect) -> tuple[float, float]:
    """Net value per year where the raised gain least and the lowered lose most, and the other way round."""
    least, most = conceivable(rule, effect)
    horizon = Horizon(rule.horizon_quarters, rule.discount_per_year)
    moved = float(change.evidence["margin"].sum()) * horizon.factor / QUARTERS_A_YEAR
    raised, lowered = (moved + change.stake) / 2, (moved - change.stake) / 2
    cost = change.cost.value
    return least * raised - most * lowered - cost, most * raised - least * lowered - cost


def _beyond_the_evidence(change: Change, rule: DecisionRuleParams, effect: Effect) -> Judgement:
    """History cannot tell: a pilot, if it could turn out either way."""
    if not could_pay(change, rule, effect):
        return _judged(change, Verdict.KEEP, Because.OUT_OF_REACH)
    known = effect.estimate is not None or bool(change.values)
    because = Because.SWITCHERS_NOT_COVERED if known else Because.NO_EFFECT_IDENTIFIED
    return _judged(change, Verdict.PILOT, because)


def _by_probability(change: Change, rule: DecisionRuleParams) -> Judgement:
    answers = {reading: _answer(p, rule) for reading, p in readings(change).items()}
    said = set(answers.values())
    if said == {Verdict.ADOPT}:
        if rule.budget_per_year is not None and change.cost.high > rule.budget_per_year:
            return _judged(change, Verdict.KEEP, Because.OVER_BUDGET)
        return _judged(change, Verdict.ADOPT, Because.SURELY_BETTER)
    if said == {Verdict.REJECT}:
        return _judged(change, Verdict.REJECT, Because.SURELY_NOT_BETTER)
    if said <= {Verdict.KEEP, Verdict.REJECT}:
        return _judged(change, Verdict.KEEP, Because.UNLIKELY)
    if said == {Verdict.PILOT}:
        return _judged(change, Verdict.PILOT, Because.UNSURE)
    return _flipped(change, answers)


def _flipped(change: Change, answers: Mapping[Reading, Verdict]) -> Judgement:
    """A pilot, naming the definition or else the line under which the answer is another than the first."""
    (definition, line), first = next(iter(answers.items()))
    other = next((d for (d, x), said in answers.items() if x == line and said is not first), None)
    if other is not None:
        return _judged(change, Verdict.PILOT, Because.DEFINITION_FLIPS, definition=other)
    definition, line = next(reading for reading, said in answers.items() if said is not first)
    return _judged(change, Verdict.PILOT, Because.LINE_FLIPS, definition=definition, line=line)


def _answer(probability: float, rule: DecisionRuleParams) -> Verdict:
    if probability >= rule.adopt_probability:
        return Verdict.ADOPT
    if probability >= rule.pilot_probability:
        return Verdict.PILOT
    return Verdict.REJECT if probability <= rule.reject_probability else Verdict.KEEP


@dataclass(frozen=True, slots=True)
class _Field:
    """What an adoption is held against: the other alternatives, the other half of the customers, the rule."""

    ranked: int
    standing: Standing
    choice: Choice | None
    least: float


def _confirmed(judgement: Judgement, field: _Field) -> Judgement:
    """An adoption that survives the number compared and the other half of the customers; else a pilot."""
    if judgement.verdict is not Verdict.ADOPT:
        return judgement
    change = judgement.change
    lowest = field.standing.lowest.loc[change.policy]
    if lowest["adjusted"] < field.least:
        where = {"definition": lowest["definition"], "line": lowest["line"]}
        return _judged(change, Verdict.PILOT, Because.MANY_COMPARED, **where)
    if field.ranked > 1 and not _stands_on_others(field, judgement.change.policy):
        return _judged(change, Verdict.PILOT, Because.NOT_CONFIRMED)
    return judgement


def _stands_on_others(field: _Field, policy: str) -> bool:
    """Whether the choice is better on customers who had no part in it, on every line, and could have been this policy.

    A choice looks to both sides (a bar may be lowered or raised on one and the same effect), so the probability asked
    for is that of an interval with two ends: .95 where the rule asks for .9.
    """
    choice = field.choice
    return choice is not None and policy in choice.among and choice.better >= (1 + field.least) / 2


def _left_out(change: Change, because: Because | None) -> Judgement:
    if because is None:
        return _judged(change, Verdict.EXCLUDED, Because.BEYOND_CAPACITY)
    return _judged(change, Verdict.UNREADY, because)


def _overall(judgements: tuple[Judgement, ...]) -> Verdict:
    if judgements and all(j.verdict is Verdict.UNREADY for j in judgements):
        return Verdict.UNREADY
    said = [j.verdict for j in judgements if j.verdict not in NOT_RANKED]
    for verdict in (Verdict.ADOPT, Verdict.PILOT):
        if verdict in said:
            return verdict
    return Verdict.REJECT if said and set(said) == {Verdict.REJECT} else Verdict.KEEP


def _judged(change: Change, verdict: Verdict, because: Because, **where: str) -> Judgement:
    return Judgement(change, verdict, because, EvidenceShares.of(change), **where)
