"""What the rule can say, why, and on which evidence."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import StrEnum
from math import isclose

from toolkit.comparison.change import Change
from toolkit.comparison.comparison import Comparison
from toolkit.effects.effect import Effect
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.shown import shown


class Verdict(StrEnum):
    """What the rule says."""

    ADOPT = "adopt"
    PILOT = "pilot"
    KEEP = "keep"
    REJECT = "reject"
    EXCLUDED = "excluded"
    UNREADY = "unready"


NOT_RANKED = (Verdict.EXCLUDED, Verdict.UNREADY)


class Because(StrEnum):
    """Why the rule says so; the words are in :mod:`toolkit.reporting.words`."""

    NO_CHANGE = "no_change"
    BEYOND_CAPACITY = "beyond_capacity"
    OVER_BUDGET = "over_budget"
    NO_EFFECT_IDENTIFIED = "no_effect_identified"
    SWITCHERS_NOT_COVERED = "switchers_not_covered"
    OUT_OF_REACH = "out_of_reach"
    SURELY_BETTER = "surely_better"
    SURELY_NOT_BETTER = "surely_not_better"
    UNSURE = "unsure"
    UNLIKELY = "unlikely"
    DEFINITION_FLIPS = "definition_flips"
    LINE_FLIPS = "line_flips"
    MANY_COMPARED = "many_compared"
    NOT_CONFIRMED = "not_confirmed"
    STARTER = "starter"
    NOT_PRICED = "not_priced"
    NO_RULE = "no_rule"


@shown("identified", "extrapolated", "assumed", "not_identified")
@dataclass(frozen=True, slots=True)
class EvidenceShares:
    """What a verdict rests on: shares of the switchers' margin, 0..1, that sum to one.

    Raises
    ------
    ValueError
        If a share lies outside 0..1 or they do not sum to one.
    """

    identified: float
    extrapolated: float
    assumed: float
    not_identified: float

    def __post_init__(self) -> None:
        shares = astuple(self)
        if not all(0 <= share <= 1 for share in shares) or not isclose(sum(shares), 1, abs_tol=1e-6):
            raise ValueError(f"evidence shares must lie in 0..1 and sum to one; got {shares}")

    @classmethod
    def of(cls, change: Change) -> EvidenceShares:
        """Shares of a change: all identified where nobody moves, by customers where no margin is at stake."""
        if not change.moved:
            return cls(1.0, 0.0, 0.0, 0.0)
        table = change.evidence
        column = "margin" if table["margin"].sum() > 0 else "customers"
        shares = table[column] / table[column].sum()
        return cls(*(float(shares.get(name, 0.0)) for name in cls.__slots__))


@shown("change.policy", "verdict", "because", "worth_knowing")
@dataclass(frozen=True, slots=True)
class Judgement:
    """The rule applied to one alternative.

    Attributes
    ----------
    change : Change
    verdict : Verdict
    because : Because
    evidence : EvidenceShares
    definition, line : str or None
        Definition of retention, or line of extrapolation, under which the answer differs, where one does.
    worth_knowing : float
        What it would be worth to know the effect on its switchers exactly, money per year; 0 unless it is put to a
        pilot.

    Raises
    ------
    TypeError
        Without evidence shares.
    """

    change: Change
    verdict: Verdict
    because: Because
    evidence: EvidenceShares
    definition: str | None = None
    line: str | None = None
    worth_knowing: float = 0.0

    def __post_init__(self) -> None:
        require_evidence(self.evidence)


@shown("verdict", "policy", "judgements", "evidence")
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
    evidence : EvidenceShares
        Of the judgement that leads.
    rule : DecisionRuleParams
    comparison : Comparison
    effect : Effect
        Under the headline definition; without an estimate where nothing is identified.

    Raises
    ------
    TypeError
        Without evidence shares.
    """

    verdict: Verdict
    policy: str | None
    judgements: tuple[Judgement, ...]
    evidence: EvidenceShares
    rule: DecisionRuleParams
    comparison: Comparison
    effect: Effect

    def __post_init__(self) -> None:
        require_evidence(self.evidence)

    def leading(self) -> Judgement:
        """The judgement that the first page speaks of."""
        return leading(self.judgements, self.policy)


def leading(judgements: tuple[Judgement, ...], adopted: str | None) -> Judgement:
    """The adopted alternative, else the one most worth a pilot, else the most valuable one ranked.

    An alternative that is not ranked leads only where none is.
    """
    chosen = [j for j in judgements if j.change.policy == adopted]
    open_questions = [j for j in judgements if j.verdict is Verdict.PILOT]
    ranked = [j for j in judgements if j.verdict not in NOT_RANKED]
    return max(
        chosen or open_questions or ranked or list(judgements), key=lambda j: (j.worth_knowing, worth(j))
    )


def worth(judgement: Judgement) -> float:
    """Net value per year under the headline definition; minus infinity where there is none."""
    values = judgement.change.values
    return values[0].net.value if values else float("-inf")


def require_evidence(evidence: object) -> None:
    """Refuse what does not say on which evidence it rests."""
    if not isinstance(evidence, EvidenceShares):
        raise TypeError(f"a verdict must carry its evidence shares; got {type(evidence).__name__}")
