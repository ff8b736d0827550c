"""What each outcome of a pilot would decide, known before it begins.

Method
------
With an estimate e of standard error s and no knowledge beside it, the probability that the change exceeds the
break-even b is Phi((e - b) / s). The rule adopts at probability p or more, hence at e >= b + z(p) s, and rejects
at q or less, hence at e <= b + z(q) s.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.shown import shown
from toolkit.terms import Label, figure


@shown("adopt_above", "reject_below", "error")
@dataclass(frozen=True, slots=True)
class Thresholds:
    """Estimates at which the rule would speak.

    Attributes
    ----------
    adopt_above, reject_below : float
        Change of retention that the policy brings to those it moves, a share.
    break_even, error : float
        What they were made from.
    """

    adopt_above: float
    reject_below: float
    break_even: float
    error: float

    def chance(self, change: float) -> dict[str, float]:
        """Probability of each outcome where the policy truly brings ``change``; sums to one.

        >>> one = Thresholds(0.02, -0.02, 0.0, 0.01)
        >>> {name: round(p, 3) for name, p in one.chance(0.02).items()}
        {'adopt': 0.5, 'reject': 0.0, 'go_on': 0.5}
        """
        adopt = float(stats.norm.sf(self.adopt_above, change, self.error))
        reject = float(stats.norm.cdf(self.reject_below, change, self.error))
        return {"adopt": adopt, "reject": reject, "go_on": 1 - adopt - reject}

    @property
    def text(self) -> Label:
        """The same in a sentence."""
        above, below = (
            Label(*(figure(x, "points_share", lang, signed=True) for lang in ("zh", "en")))
            for x in (self.adopt_above, self.reject_below)
        )
        return Label(
            f"留存变化的估计值高于 {above.zh} 则采用，低于 {below.zh} 则否决，介于两者之间则延长试点或维持现行。",
            f"Adopt if the change of retention is estimated above {above.en}, reject if below {below.en}; "
            "between the two go on with the pilot or keep the policy in force.",
        )


def thresholds(break_even: float, error: float, rule: DecisionRuleParams) -> Thresholds:
    """Where ``rule`` would adopt and where it would reject.

    Parameters
    ----------
    break_even, error : float
        Change at which the alternative pays for itself, and the expected standard error; shares.
    rule : DecisionRuleParams

    Examples
    --------
    >>> import toolkit
    >>> rule = toolkit.example_study().files.rule
    >>> rule.adopt_probability, rule.reject_probability
    (0.9, 0.1)
    >>> found = toolkit.pilots.thresholds(break_even=0.02, error=0.01, rule=rule)
    >>> found
    Thresholds(adopt above 3.3 pp, reject below 0.7 pp, error 1.0 pp)
    """
    adopt, reject = (
        break_even + float(stats.norm.ppf(p)) * error
        for p in (rule.adopt_probability, rule.reject_probability)
    )
    return Thresholds(adopt, reject, break_even, error)
