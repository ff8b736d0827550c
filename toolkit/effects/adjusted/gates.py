"""Every question put to an adjusted design before its figure is believed.

A grade decided by a rule, too few rows that carry weight, and controls that stay different refuse the effect. Thin
overlap withholds the averages over all customers and over holders. What no check can show is that everything that
mattered is on record; that is the task of the sensitivity.
"""

from __future__ import annotations

import numpy as np

from toolkit.effects.adjusted.overlap import Overlap
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.effect import Check
from toolkit.terms import Label

REFUSING = {
    "no_rule": "NOOVERLAP",
    "separation": "NOOVERLAP",
    "rows": "SMALL",
    "events": "SMALL",
}
WEAKENING = {"balance": "UNBALANCED"}
WITHHOLDING = ("extreme_chances", "effective_share")

MEANINGS: dict[str, Label] = {
    "no_rule": Label("等级不由固定规则决定", "no fixed rule decides the grade"),
    "separation": Label(
        "记录的因素不能完全决定等级", "the recorded factors do not decide the grade outright"
    ),
    "rows": Label("两组可比客户都足够多", "enough comparable customers of each grade"),
    "events": Label("两组的结果都有足够多的不同", "outcomes differ often enough in each grade"),
    "balance": Label("加权后两组客户的记录相同", "after weighting the recorded factors agree"),
    "extreme_chances": Label(
        "几乎必得或必不得该等级的客户不多", "few customers were almost sure to have or not to have the grade"
    ),
    "effective_share": Label(
        "推及全部客户时权重不过度集中", "weighting to all customers does not rest on a few rows"
    ),
    "dated": Label("每个因素都有早于复评日的记录日期", "every factor carries a date from before the review"),
}


def run_gates(sample: AdjustedSample, overlap: Overlap, design: AdjustedDesign) -> tuple[Check, ...]:
    """All checks in the order of their weight; none of them compares outcomes of the two grades."""
    limits = design.limits
    share = bool(np.isin(sample.outcome, (0.0, 1.0)).all())
    rows = min(overlap.carried)
    arms = (sample.outcome[sample.received], sample.outcome[~sample.received])
    events = min(_rarer(arm) if share else len(arm) * bool(np.ptp(arm)) for arm in arms)
    return (
        _check("no_rule", not design.rule_known, design.rule_known, 0),
        _check("separation", overlap.separation <= limits.separation, overlap.separation, limits.separation),
        _check("rows", rows >= limits.rows, rows, limits.rows),
        _check("events", events >= limits.events, events, limits.events),
        _check("balance", overlap.worst < limits.balance, overlap.worst, limits.balance),
        _check("extreme_chances", overlap.extreme <= limits.extreme, overlap.extreme, limits.extreme),
        _check("effective_share", overlap.effective_share >= limits.ess, overlap.effective_share, limits.ess),
        _check("dated", not sample.undated, len(sample.undated), 0),
    )


def refusals(checks: tuple[Check, ...], imbalance: float) -> tuple[str, ...]:
    """Codes of the failed checks that refuse an effect; controls apart by ``imbalance`` or more do too."""
    return tuple(
        REFUSING.get(check.id, "UNBALANCED")
        for check in checks
        if not check.passed
        and (check.id in REFUSING or (check.id == "balance" and not check.value < imbalance))
    )


def weaknesses(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of the failed checks that weaken an effect."""
    return tuple(WEAKENING[check.id] for check in checks if not check.passed and check.id in WEAKENING)


def withheld(checks: tuple[Check, ...]) -> bool:
    """Whether only those who could have had either grade may be spoken of."""
    return any(check.id in WITHHOLDING and not check.passed for check in checks)


def _check(name: str, passed: bool, value: float, limit: float) -> Check:
    return Check(name, bool(passed), float(value), float(limit), MEANINGS[name])


def _rarer(outcome: np.ndarray) -> int:
    ones = int(outcome.sum())
    return min(ones, len(outcome) - ones)
