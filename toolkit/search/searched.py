"""What a search found: every candidate, the one chosen, and what choosing was worth on other customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.comparison.change import Change
from toolkit.comparison.choice import Choice, Half, Pick, cross_fitted
from toolkit.comparison.comparison import Comparison
from toolkit.estimate import Estimate
from toolkit.params.policy import PolicyParams
from toolkit.search.family import Family
from toolkit.search.learning import Learned
from toolkit.search.tree import Leaf
from toolkit.shown import shown
from toolkit.terms import Label, money

EQUAL = 1e-9
NOTHING_LEFT = Label("没有一个候选方案可以排序", "no candidate can be ranked")
UNVALUED = Label(
    "只用一半客户时估计不出影响，无法在另一半上估值",
    "half of the customers are too few to estimate the effect on, so no choice can be valued on the other half",
)
NO_GAIN = Label("没有一个候选方案优于现行方案", "no candidate is better than the policy in force")
ALL_ALIKE = Label(
    "最好的规则不分客户：全部服务，或全部不服务",
    "the best rule makes no difference between customers: it serves everybody or nobody",
)
AT_A_LOSS = Label(
    "在另一半客户中，规则所服务的客户带来的不抵其花费",
    "on the other half of the customers, those whom the rule serves bring less than they cost",
)
LOST_ELSEWHERE = Label(
    "在一半客户中选出的方案，在另一半客户中没有优于现行方案",
    "what one half of the customers chose is no better than the policy in force on the other half",
)


@shown("id", "candidates", "held_out", "reason")
@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """One search.

    Attributes
    ----------
    id : str
    title : Label
    candidates : DataFrame, index policy id
        One column for each varied key (its value), then ``moved`` (customers), ``net`` (money per year under the
        headline definition; NaN without a value), ``identified`` (share 0..1 of the switchers' margin), ``rankable``,
        ``feasible`` (bool), ``why_zh``, ``why_en`` (empty where feasible). One row for a shallow rule, none where it
        could not be learned.
    chosen : PolicyParams or None
        Ready to be written as a policy file.
    choice : Choice or None
        Held-out and naive value of choosing among the candidates; None where none could be ranked, or for a
        shallow rule.
    learned : Learned or None
        The shallow rule and its value on other customers.
    invalid : int
        Settings that make no valid policy, or none that this history can run.
    first_invalid : Label or None
    comparisons : int
        Candidates among which was chosen, times definitions.
    reason : Label or None
        Why nothing is chosen; None exactly where something is.
    """

    id: str
    title: Label
    candidates: pd.DataFrame
    chosen: PolicyParams | None
    choice: Choice | None = None
    learned: Learned | None = None
    invalid: int = 0
    first_invalid: Label | None = None
    comparisons: int = 0
    reason: Label | None = None

    @property
    def held_out(self) -> Estimate | None:
        """Value against the policy in force on customers who did not choose; money per year."""
        found = self.learned if self.learned is not None else self.choice
        return None if found is None else found.held_out

    @property
    def naive(self) -> Estimate | None:
        """The same on the customers who chose: too good."""
        found = self.learned if self.learned is not None else self.choice
        return None if found is None else found.naive

    @property
    def luck(self) -> float | None:
        """What the naive value owes to chance; money per year."""
        found = self.learned if self.learned is not None else self.choice
        return None if found is None else found.luck


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The candidates of a family compared.

    Attributes
    ----------
    whole : Comparison
        On all customers.
    halves : sequence of two Half
        Empty where they cannot value every candidate that is rankable on all customers.
    out : mapping of policy to Label
        Candidates beyond the budget or a cap, and why; they never win.
    share : float
        Share 0..1 of the switchers' margin that must be identified.
    """

    whole: Comparison
    halves: Sequence[Half]
    out: Mapping[str, Label]
    share: float


def choose(title: Label, search: str, found: Family, weighed: Weighed) -> Searched:
    """The candidate of highest net value among those rankable within budget and caps, valued on other customers.

    Parameters
    ----------
    title, search : title and id of the search
    found : Family
        Its candidates are the alternatives of ``weighed``.
    weighed : Weighed
    """
    whole = weighed.whole.excluding(weighed.out)
    frame = _frame(found, weighed)
    ranked = whole.rankable(weighed.share)
    given = {
        "id": search,
        "title": title,
        "candidates": frame,
        "invalid": len(found.invalid),
        "first_invalid": found.invalid[0][1] if found.invalid else None,
        "comparisons": whole.comparisons,
    }
    if not ranked or not weighed.halves:
        return Searched(chosen=None, reason=UNVALUED if ranked else NOTHING_LEFT, **given)
    names = {change.policy for change in ranked}
    barred = {change.policy: NOTHING_LEFT for change in whole.changes if change.policy not in names}
    halves = [Half(half.customers, half.comparison.excluding(barred)) for half in weighed.halves]
    choice = cross_fitted(halves, nearest_of_the_best(weighed.share), whole)
    chosen = next((c.params for c in found.candidates if c.params.id == choice.winner), None)
    reason = None
    if chosen is None:
        reason = NO_GAIN
    elif choice.held_out.value <= 0:
        chosen, reason = None, LOST_ELSEWHERE
    return Searched(chosen=chosen, choice=choice, reason=reason, **given)


def as_searched(
    title: Label, params: PolicyParams, learned: Learned, compared: tuple[Change, float, Label | None]
) -> Searched:
    """A shallow rule as the result of a search.

    Parameters
    ----------
    title : Label
    params : PolicyParams
        The rule as a policy.
    learned : Learned
    compared : tuple of Change, share and Label or None
        The policy against that in force, the share of margin that must be identified, and which limit it breaks.
    """
    change, share, out = compared
    reason = out
    if not change.moved or learned.naive.value <= 0:
        reason = NO_GAIN
    elif isinstance(learned.tree, Leaf):
        reason = ALL_ALIKE
    elif learned.held_out.value <= 0:
        reason = LOST_ELSEWHERE
    elif learned.rule <= 0:
        reason = AT_A_LOSS
    return Searched(
        params.id,
        title,
        pd.DataFrame([_row(change, share, out)], index=pd.Index([params.id], name="policy", dtype=object)),
        None if reason else params,
        learned=learned,
        comparisons=1,
        reason=reason,
    )


def nearest_of_the_best(share: float) -> Pick:
    """Choose the highest net value above zero among those rankable at ``share``; of equal ones that which moves fewest."""

    def pick(comparison: Comparison) -> str | None:
        gains = [c for c in comparison.rankable(share) if c.values[0].net.value > 0]
        if not gains:
            return None
        best = max(change.values[0].net.value for change in gains)
        level = [change for change in gains if change.values[0].net.value >= best - EQUAL * abs(best)]
        return min(level, key=lambda change: change.moved).policy

    return pick


def over_budget(comparison: Comparison, budget: float | None, currency: str) -> dict[str, Label]:
    """Alternatives that cost more per year than is allowed, and by how much."""
    if budget is None:
        return {}
    return {
        change.policy: _beyond(change, budget, currency)
        for change in comparison.changes
        if change.cost.value > budget
    }


def _beyond(change: Change, budget: float, currency: str) -> Label:
    said = {
        lang: (money(change.cost.value, currency, lang), money(budget, currency, lang))
        for lang in ("zh", "en")
    }
    zh, en = said["zh"], said["en"]
    return Label(f"每年多花 {zh[0]}，超出预算 {zh[1]}", f"costs {en[0]} more per year, the budget is {en[1]}")


def _frame(found: Family, weighed: Weighed) -> pd.DataFrame:
    rows = []
    for candidate in found.candidates:
        change = weighed.whole.change(candidate.params.id)
        knobs = dict(zip(found.keys, candidate.knobs, strict=True))
        rows.append(knobs | _row(change, weighed.share, weighed.out.get(change.policy)))
    index = pd.Index([c.params.id for c in found.candidates], name="policy", dtype=object)
    return pd.DataFrame(rows, index=index)


def _row(change: Change, share: float, out: Label | None) -> dict[str, object]:
    return {
        "moved": change.moved,
        "net": change.values[0].net.value if change.values else np.nan,
        "identified": change.share("identified"),
        "rankable": change.rankable(share),
        "feasible": out is None,
        "why_zh": out.zh if out else "",
        "why_en": out.en if out else "",
    }
