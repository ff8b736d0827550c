"""The verdict on each alternative by the rule that was agreed beforehand, and the recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from toolkit.comparison import Change, Comparison, Value
from toolkit.effects.effect import Effect
from toolkit.params.decision_rule import DecisionRuleParams


class Verdict(StrEnum):
    """What the rule says."""

    ADOPT = "adopt"
    KEEP = "keep"
    UNDECIDED = "undecided"
    EXCLUDED = "excluded"


class Because(StrEnum):
    """Why the rule says so; the words are in :mod:`toolkit.reporting.words`."""

    NO_CHANGE = "no_change"
    NO_EFFECT_IDENTIFIED = "no_effect_identified"
    SWITCHERS_NOT_COVERED = "switchers_not_covered"
    OVER_BUDGET = "over_budget"
    SURELY_BETTER = "surely_better"
    SURELY_NOT_BETTER = "surely_not_better"
    UNSURE = "unsure"
    DEFINITION_FLIPS = "definition_flips"
    BEYOND_CAPACITY = "beyond_capacity"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rule applied to one alternative.

    Attributes
    ----------
    change : Change
    verdict : Verdict
    because : Because
    definition : str or None
        Definition of retention under which the answer differs, where one does.
    """

    change: Change
    verdict: Verdict
    because: Because
    definition: str | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the report recommends.

    Attributes
    ----------
    verdict : Verdict
    policy : str or None
        The alternative to adopt; None otherwise.
    judgements : tuple of Judgement
        One per alternative, in the order of the study.
    rule : DecisionRuleParams
    comparison : Comparison
    effect : Effect
        Under the headline definition; without an estimate where nothing is identified.
    """

    verdict: Verdict
    policy: str | None
    judgements: tuple[Judgement, ...]
    rule: DecisionRuleParams
    comparison: Comparison
    effect: Effect

    def leading(self) -> Judgement | None:
        """The judgement that the first page speaks of: the adopted one, else the most valuable undecided one.

        An excluded alternative leads only where every alternative is excluded.
        """
        undecided = [j for j in self.judgements if j.verdict is Verdict.UNDECIDED]
        adopted = [j for j in self.judgements if j.change.policy == self.policy]
        ranked = [j for j in self.judgements if j.verdict is not Verdict.EXCLUDED]
        pool = adopted or undecided or ranked or list(self.judgements)
        return max(pool, key=_worth) if pool else None


def recommend(comparison: Comparison, rule: DecisionRuleParams, effect: Effect) -> Recommendation:
    """Apply ``rule`` to every alternative.

    What the comparison excludes is not ranked, whatever its value. Adopted is the alternative of highest
    net value among those that the rule adopts. Where none is adopted the verdict is undecided if the rule is
    undecided about any ranked alternative, else keep.
    """
    known = effect.estimate is not None
    judgements = tuple(
        Judgement(change, Verdict.EXCLUDED, Because.BEYOND_CAPACITY)
        if change.policy in comparison.excluded
        else judge(change, rule, known)
        for change in comparison.changes
    )
    adopted = [j for j in judgements if j.verdict is Verdict.ADOPT]
    if adopted:
        best = max(adopted, key=_worth)
        return Recommendation(Verdict.ADOPT, best.change.policy, judgements, rule, comparison, effect)
    open_question = any(j.verdict is Verdict.UNDECIDED for j in judgements)
    verdict = Verdict.UNDECIDED if open_question else Verdict.KEEP
    return Recommendation(verdict, None, judgements, rule, comparison, effect)


def judge(change: Change, rule: DecisionRuleParams, effect_known: bool) -> Judgement:
    """The rule applied to one alternative; ``effect_known`` says whether any effect was identified."""
    if change.moved == 0 and change.cost.low == change.cost.high == 0:
        return Judgement(change, Verdict.KEEP, Because.NO_CHANGE)
    if rule.budget_per_year is not None and change.cost.low > rule.budget_per_year:
        return Judgement(change, Verdict.KEEP, Because.OVER_BUDGET)
    if not effect_known:
        return Judgement(change, Verdict.UNDECIDED, Because.NO_EFFECT_IDENTIFIED)
    if not change.values or change.share("identified") < rule.adopt_identified_share:
        return Judgement(change, Verdict.UNDECIDED, Because.SWITCHERS_NOT_COVERED)
    return _by_probability(change, rule)


def _by_probability(change: Change, rule: DecisionRuleParams) -> Judgement:
    answers = {value.definition: _answer(value, rule) for value in change.values}
    headline = next(iter(answers.values()))
    flips = next((name for name, answer in answers.items() if answer is not headline), None)
    if headline is Verdict.UNDECIDED:
        return Judgement(change, Verdict.UNDECIDED, Because.UNSURE)
    if flips:
        return Judgement(change, Verdict.UNDECIDED, Because.DEFINITION_FLIPS, flips)
    if (
        headline is Verdict.ADOPT
        and rule.budget_per_year is not None
        and change.cost.high > rule.budget_per_year
    ):
        return Judgement(change, Verdict.UNDECIDED, Because.OVER_BUDGET)
    because = Because.SURELY_BETTER if headline is Verdict.ADOPT else Because.SURELY_NOT_BETTER
    return Judgement(change, headline, because)


def _answer(value: Value, rule: DecisionRuleParams) -> Verdict:
    if value.surely >= rule.adopt_probability:
        return Verdict.ADOPT
    return Verdict.KEEP if value.possibly <= rule.keep_probability else Verdict.UNDECIDED


def _worth(judgement: Judgement) -> float:
    values = judgement.change.values
    return values[0].net.value if values else float("-inf")
