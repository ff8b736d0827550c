"""What another rule would have brought, from decisions that were drawn by lot.

Method
------
Doubly robust value (Dudik, Erhan, Langford & Li 2014, Stat. Sci. 29:485): forecast under the rule,
corrected by the rows where the lot gave what the rule would give, each by rule / propensity. What counts is
the difference from the rule in force, row by row, with the spread of the rows' own contributions as its
error. The self-normalised and the plain weighted difference stand beside it; the forecast alone has a value
and no interval, for it has none that could be trusted.

Assumes
-------
The propensities are those the lots were drawn with, and one customer's arm does not change another's reward.

Does not show
-------------
The value of arms that nobody could have been given, or of a rule that customers learn to play.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from toolkit.effects.effect import Check, Evidence, Status
from toolkit.effects.experiment.draw import ratio_p_value
from toolkit.effects.experiment.logged import LoggedDecisions, Target, target_table
from toolkit.effects.experiment.scored_log import (
    OffPolicySettings,
    ScoredLog,
    average,
    effective_rows,
    score_log,
)
from toolkit.effects.experiment.wording import explain
from toolkit.effects.reasons import Reason
from toolkit.estimate import Estimate
from toolkit.shown import shown
from toolkit.terms import Label

MEANINGS: dict[str, Label] = {
    "sample_ratio": Label("实际分组与抽签概率相符", "arms were given as often as the propensities say"),
    "overlap": Label(
        "规则要给的待遇都曾有机会抽到", "what the rule would give could have been drawn everywhere it matters"
    ),
    "matched": Label(
        "实际得到规则所给待遇的客户足够多", "enough customers happened to get what the rule would give"
    ),
    "heaviest": Label("没有客户权重过大", "no customer carries too much of the weight"),
    "formulas": Label("两种算法结果一致", "two formulas agree"),
    "recorded": Label("分组概率在抽签时已记录", "propensities were recorded at the draw"),
}
REFUSING = {
    "sample_ratio": "SAMPLERATIO",
    "overlap": "NOOVERLAP",
    "matched": "THIN",
    "heaviest": "THIN",
}
WEAKENING = {"formulas": "DISAGREE", "recorded": "ESTIMATED"}


@shown("status", "change", "n_customers", "n_moved")
@dataclass(frozen=True, slots=True)
class OffPolicyValue:
    """A rule against the rule in force, per row of the log; or why that cannot be said.

    Attributes
    ----------
    status, evidence
    change : Estimate or None
        Doubly robust difference, rule minus rule in force; None exactly when not identified.
    std_error : float or None
    snips, ips : Estimate or None
        The same by self-normalised weights (among rows treated differently) and by plain ones; a check, and
        for the appendix.
    direct : float or None
        The same by the forecast alone. It has no interval.
    n, n_customers, n_moved : int
        Rows, clusters, rows that the rule would treat differently.
    checks : tuple of Check
    reasons : tuple of Reason
    """

    status: Status
    evidence: Evidence
    change: Estimate | None = None
    std_error: float | None = None
    snips: Estimate | None = None
    ips: Estimate | None = None
    direct: float | None = None
    n: int = 0
    n_customers: int = 0
    n_moved: int = 0
    checks: tuple[Check, ...] = ()
    reasons: tuple[Reason, ...] = field(default=())

    def __post_init__(self) -> None:
        refused = self.status == "not_identified"
        figures = (self.change, self.std_error, self.snips, self.ips, self.direct)
        if refused and (any(x is not None for x in figures) or self.evidence != "none" or not self.reasons):
            raise ValueError("a value that is not identified carries reasons and no figure")
        if not refused and (any(x is None for x in figures) or self.evidence == "none"):
            raise ValueError("an identified value carries every figure and an evidence class")

    @property
    def codes(self) -> tuple[str, ...]:
        """Reason codes in the order of their weight."""
        return tuple(reason.code for reason in self.reasons)


def evaluate_policy(
    log: LoggedDecisions,
    target: Target,
    baseline: Target,
    settings: OffPolicySettings | None = None,
) -> OffPolicyValue:
    """The value of ``target`` against ``baseline``, per row of the log.

    Parameters
    ----------
    log : LoggedDecisions
    target, baseline : label, array of labels, or array of probabilities
        See :func:`toolkit.effects.experiment.logged.target_table`. Where both give the same the change is
        exactly 0.
    settings : OffPolicySettings

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.effects.experiment.scored_log import OffPolicySettings
    >>> gift = np.repeat(["gift", "none"], 1_000)
    >>> stayed = np.concatenate([np.arange(1_000) < 850, np.arange(1_000) < 800]).astype(float)
    >>> log = toolkit.LoggedDecisions(stayed, gift, {"gift": 0.5, "none": 0.5})
    >>> settings = OffPolicySettings(unit="points_share")
    >>> toolkit.evaluate_policy(log, "gift", "none", settings)
    OffPolicyValue(identified, change +5.0 pp [+1.7, +8.3], 2,000 customers, rows moved 2,000)
    """
    settings = settings or OffPolicySettings()
    scored = score_log(log, settings)
    tables = [target_table(rule, log.labels, len(log.reward)) for rule in (target, baseline)]
    return value_of(scored, tables[0], tables[1], settings, recorded=not log.estimated)


def value_of(
    scored: ScoredLog, target: np.ndarray, baseline: np.ndarray, settings: OffPolicySettings, recorded: bool
) -> OffPolicyValue:
    """The value of one table of probabilities against another, each of shape (n, arms)."""
    moved = target - baseline
    counts = {
        "n": len(moved),
        "n_customers": int(scored.cluster.max(initial=-1)) + 1,
        "n_moved": int((moved != 0).any(axis=1).sum()),
    }
    checks = _checks(scored, moved, settings, recorded)
    codes = [REFUSING[c.id] for c in checks if not c.passed and c.id in REFUSING]
    if codes:
        return OffPolicyValue("not_identified", "none", checks=checks, reasons=explain(*codes), **counts)
    if not counts["n_moved"]:
        zero, _ = average(np.zeros(len(moved)), scored.cluster, settings)
        return OffPolicyValue("identified", "identified", zero, 0.0, zero, zero, 0.0, checks=checks, **counts)
    figures = _figures(scored, target, baseline, settings)
    checks = (*checks, _agreement(*figures.pop("apart"), settings.agree))
    weak = [WEAKENING[c.id] for c in checks if not c.passed]
    status: Status = "identified_weak" if weak else "identified"
    return OffPolicyValue(status, "identified", checks=checks, reasons=explain(*weak), **figures, **counts)


def _figures(
    scored: ScoredLog, target: np.ndarray, baseline: np.ndarray, settings: OffPolicySettings
) -> dict[str, object]:
    """The change by every formula, and (value, error) of the gap between two of them."""
    moved = target - baseline
    robust = scored.contributions(moved, scored.q)
    rows = (moved != 0).any(axis=1)
    weights = [np.where(rows, scored.weight(table), 0.0) for table in (target, baseline)]
    normalised = _self_normalised(weights, scored.reward, rows)
    change, error = average(robust, scored.cluster, settings)
    gap, spread = average(robust - normalised, scored.cluster, settings)
    return {
        "change": change,
        "std_error": error,
        "snips": average(normalised, scored.cluster, settings)[0],
        "ips": average((weights[0] - weights[1]) * scored.reward, scored.cluster, settings)[0],
        "direct": float(np.einsum("ij,ij->i", moved, scored.q).mean()),
        "apart": (gap.value, spread),
    }


def _self_normalised(weights: list[np.ndarray], reward: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Contributions whose mean is the self-normalised difference among ``rows``, spread as its influence
    function."""
    means = [float(weight @ reward / weight.sum()) for weight in weights]
    away = [
        weight * (reward - mean) * (rows.sum() / weight.sum())
        for weight, mean in zip(weights, means, strict=True)
    ]
    return rows * (means[0] - means[1]) + away[0] - away[1]


def _checks(
    scored: ScoredLog, moved: np.ndarray, settings: OffPolicySettings, recorded: bool
) -> tuple[Check, ...]:
    if not moved.any():
        return ()
    impossible = int(((moved != 0) & (scored.planned <= 0)).any(axis=1).sum())
    weight = scored.weight(moved)
    sides = [np.bincount(scored.cluster, np.maximum(sign * weight, 0.0)) for sign in (1, -1)]
    matched = min(effective_rows(side) for side in sides)
    heaviest = max(float(side.max() / side.sum()) if side.any() else 1.0 for side in sides)
    ratio = ratio_p_value(scored.codes, scored.planned, np.zeros(len(scored.codes), dtype=int))
    return (
        _check("sample_ratio", ratio >= settings.ratio, ratio, settings.ratio, ratio),
        _check("overlap", impossible == 0, impossible, 0.0),
        _check("matched", matched >= settings.matched, matched, settings.matched),
        _check("heaviest", heaviest <= settings.heaviest, heaviest, settings.heaviest),
        _check("recorded", recorded, float(recorded), 1.0),
    )


def _agreement(apart: float, spread: float, limit: float) -> Check:
    away = abs(apart) / spread if spread > 0 else 0.0
    return _check("formulas", away <= limit, away, limit)


def _check(name: str, passed: bool, value: float, limit: float, p_value: float | None = None) -> Check:
    return Check(name, bool(passed), float(value), float(limit), MEANINGS[name], p_value)
