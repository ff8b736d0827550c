"""Every question put to an experiment before its figure is believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.effects.effect import Check
from toolkit.effects.experiment.contrast import Layout, contrast, in_both_arms
from toolkit.effects.experiment.draw import (
    balance_between_clusters,
    balance_p_value,
    ratio_between_clusters,
    ratio_p_value,
)
from toolkit.effects.experiment.sample import ExperimentSample, Limits
from toolkit.effects.experiment.units import covariate_matrix, drawn_whole, layout, one_per_unit, positions
from toolkit.terms import Label

REFUSING = {
    "drawn_inside": "OFFPLAN",
    "rule_kept": "OFFPLAN",
    "sample_ratio": "SAMPLERATIO",
    "balance": "LOPSIDED",
    "differential_attrition": "ATTRITION",
    "rows": "SMALL",
    "events": "SMALL",
    "clusters_least": "SMALL",
    "strata": "NOOVERLAP",
    "caught_up": "CAUGHTUP",
}
WEAKENING = {
    "all_drawn": "PARTIAL",
    "lost_by_arm": "ATTRITION",
    "lost": "ATTRITION",
    "clusters": "FEWDRAWN",
    "window": "CENSORED",
}

MEANINGS: dict[str, Label] = {
    "drawn_inside": Label("抽签的客户都在范围之内", "lots were drawn inside the band alone"),
    "rule_kept": Label("范围之外按规则评级", "outside the band the rule was kept"),
    "all_drawn": Label("范围之内的客户都参加了抽签", "everybody inside the band drew a lot"),
    "sample_ratio": Label("各组人数与方案相符", "arms have the sizes that were planned"),
    "balance": Label("各组在抽签之前没有差异", "arms did not differ before the draw"),
    "differential_attrition": Label(
        "各组结果缺失的比例相近", "outcomes are missing about as often in each arm"
    ),
    "lost_by_arm": Label("结果缺失与组别无关", "missing outcomes have nothing to do with the arm"),
    "lost": Label("结果缺失的比例不高", "few outcomes are missing"),
    "rows": Label("各组样本充足", "enough rows in each arm"),
    "events": Label("各组留存与流失都足够多", "enough stayed and enough left in each arm"),
    "clusters_least": Label("各组至少有若干个抽签单位", "each arm has a few of the units drawn"),
    "clusters": Label("各组抽签单位充足", "each arm has enough of the units drawn"),
    "strata": Label("每一层内各组都有客户", "every stratum holds both arms"),
    "caught_up": Label(
        "表现期结束之前，未抽中者没有得到同样的服务",
        "those drawn against it were not served before the outcome window closed",
    ),
    "window": Label("所有客户的表现期均已结束", "the outcome window of every customer has closed"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One treatment and its control.

    Attributes
    ----------
    assigned : ExperimentSample
        Everybody who was drawn, all arms.
    known : ExperimentSample
        Those whose outcome is known, all arms.
    at : Layout
        Of ``known``.
    treatment : object
    """

    assigned: ExperimentSample
    known: ExperimentSample
    at: Layout
    treatment: object

    @property
    def pair(self) -> ExperimentSample:
        """Everybody drawn into one of the two arms."""
        whole = self.assigned
        arms = [whole.arms.index(label) for label in (whole.control, self.treatment)]
        return whole.where(np.isin(whole.codes, arms))


def run_gates(found: Comparison, limits: Limits) -> tuple[Check, ...]:
    """All checks of one treatment against control, in the order of their weight."""
    pair, at = found.pair, found.at
    lone = float(1 - in_both_arms(at)[at.stratum].mean()) if len(at.arm) else 0.0
    return (
        _tested("sample_ratio", sample_ratio(found.assigned), limits.ratio),
        *_balance(pair, found.treatment, limits),
        *_attrition(pair, found.treatment, limits),
        at_most("strata", lone, limits.lone),
        *_sizes(found.known.outcome, at, limits),
        *_clusters(found, limits),
        *_window(pair),
    )


def sample_ratio(sample: ExperimentSample) -> float:
    """p-value of the numbers drawn, all arms together."""
    units = one_per_unit(sample)
    p_value = ratio_p_value(sample.codes[units], sample.propensities[units], _stratum(sample, units))
    if sample.cluster is None or len(units) < len(sample.codes):
        return p_value
    return max(p_value, ratio_between_clusters(sample.codes, sample.propensities, _cluster(sample)))


def refusals(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of failed checks that refuse an effect."""
    return tuple(REFUSING[check.id] for check in checks if not check.passed and check.id in REFUSING)


def weaknesses(checks: tuple[Check, ...]) -> tuple[str, ...]:
    """Codes of failed checks that weaken an effect."""
    return tuple(WEAKENING[check.id] for check in checks if not check.passed and check.id in WEAKENING)


def _balance(pair: ExperimentSample, treatment: object, limits: Limits) -> list[Check]:
    units, x = one_per_unit(pair), covariate_matrix(pair.covariates, len(pair.outcome))
    if not x.shape[1]:
        return []
    whole = len(units) < len(x)
    if whole:
        cluster = positions(pair.groups, len(x))
        x = np.array([np.bincount(cluster, column) for column in x.T]).T
    stratum = _stratum(pair, units)
    to, against = pair.arms.index(treatment), pair.arms.index(pair.control)
    drawn, table = pair.codes[units] == to, pair.propensities[units]
    share = _shares(drawn, table[:, to] / (table[:, to] + table[:, against]), stratum)
    p_value = balance_p_value(drawn, share, x, stratum)
    if pair.cluster is not None and not whole:
        p_value = max(p_value, balance_between_clusters(drawn, share, x, _cluster(pair)))
    return [_tested("balance", p_value, limits.balance)]


def _cluster(sample: ExperimentSample) -> np.ndarray:
    return positions(sample.cluster, len(sample.codes))


def _stratum(sample: ExperimentSample, units: np.ndarray) -> np.ndarray:
    return positions(None if sample.stratum is None else sample.stratum[units], len(units))


def _shares(drawn: np.ndarray, planned: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Probability of the treatment: as it came out in the stratum, or as planned where the plan varies
    inside."""
    size = np.bincount(stratum)
    varies = np.abs(planned - (np.bincount(stratum, planned) / size)[stratum]).max(initial=0.0)
    return planned if varies > 1e-9 else (np.bincount(stratum, drawn) / size)[stratum]


def _attrition(pair: ExperimentSample, treatment: object, limits: Limits) -> list[Check]:
    due = pair if pair.complete is None else pair.where(pair.complete)
    lost = ~np.isfinite(due.outcome)
    if not lost.any():
        return []
    at = layout(due, treatment).without_covariates()
    if not in_both_arms(at).any():
        return []
    found = contrast(lost[:, None].astype(float), at)
    gap, related = float(abs(found.value[0])), found.p_value < limits.lost_test
    return [
        _check(
            "differential_attrition",
            not related or gap <= limits.lost_gap,
            gap,
            limits.lost_gap,
            found.p_value,
        ),
        _check("lost_by_arm", not related, found.p_value, limits.lost_test, found.p_value),
        at_most("lost", float(lost.mean()), limits.lost),
    ]


def _sizes(outcome: np.ndarray, at: Layout, limits: Limits) -> list[Check]:
    arms = [outcome[at.arm == arm] for arm in (0, 1)]
    checks = [at_least("rows", min(map(len, arms)), limits.rows)]
    if len(outcome) and np.isin(outcome, (0.0, 1.0)).all():
        rarer = min(min(int(y.sum()), len(y) - int(y.sum())) for y in arms)
        checks.append(at_least("events", rarer, limits.events))
    return checks


def _clusters(found: Comparison, limits: Limits) -> list[Check]:
    """Clusters in the arm that has fewer; of clusters that lie in both arms, half of all."""
    at, declared = found.at, found.assigned.cluster is not None
    if drawn_whole(at.cluster, at.arm):
        fewest = min(len(np.unique(at.cluster[at.arm == arm])) for arm in (0, 1))
    elif declared:
        fewest = len(np.unique(at.cluster[at.arm >= 0])) // 2
    else:
        return []
    return [
        at_least("clusters_least", fewest, limits.fewest_clusters),
        at_least("clusters", fewest, limits.clusters),
    ]


def _window(pair: ExperimentSample) -> list[Check]:
    if pair.complete is None or not len(pair.complete):
        return []
    return [at_least("window", float(np.mean(pair.complete)), 1.0)]


def _tested(name: str, p_value: float, limit: float) -> Check:
    return _check(name, p_value >= limit, p_value, limit, p_value)


def at_least(name: str, value: float, limit: float) -> Check:
    """A check that is passed by ``limit`` and more."""
    return _check(name, value >= limit, value, limit)


def at_most(name: str, value: float, limit: float) -> Check:
    """A check that is passed up to ``limit``."""
    return _check(name, value <= limit, value, limit)


def _check(name: str, passed: bool, value: float, limit: float, p_value: float | None = None) -> Check:
    return Check(name, bool(passed), float(value), float(limit), MEANINGS[name], p_value)
