"""Policies judged by what can be described: one row per policy.

Method
------
Size and stability of the grades at the reviews, agreement with the baseline, and how well the grades
told who would stay and be worth much, at the latest review whose outcome is known. Every part is
that of its own module in this room.

Does not show
-------------
What a policy would bring about. A row says nothing of costs, and a policy that tells customers apart
well may serve those to whom service makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.outcomes.active import among_active
from toolkit.outcomes.agreement import agreement
from toolkit.outcomes.discrimination import discrimination
from toolkit.outcomes.noise import NoiseBenchmark, NoiseOptions, noise_benchmark, observed_moves
from toolkit.outcomes.scores import Scores, scores_of, stress_of
from toolkit.outcomes.stability import kappa_at_equal_shares, kappa_interval, score_stability, stability_index
from toolkit.panel import Graded, graded
from toolkit.params.study import RetentionParams
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.weights.stress import Stress
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

COLUMNS = ("policy", "reviews", "grades", "customers", "ungraded", "largest", "evenness", "moves", "noise_moves",
           "keep_moves", "psi_grades", "psi_score", "spend_best", "kappa", "kappa_low", "kappa_high", "kappa_equal",
           "switchers", "margin_d", "margin_low", "margin_high", "retention_d", "retention_low", "retention_high",
           "flip", "outcome_reviews")  # fmt: skip
KEEP = 0.9
STRESS = 50.0
MOST_TIED = 0.1
MOST_UNSCORED = 0.1


@dataclass(frozen=True, slots=True)
class Basis:
    """What all policies are judged on.

    Attributes
    ----------
    panel : Panel
    definitions : tuple of RetentionParams
        The first is the headline.
    last : Quarter
        Last complete quarter of the history.
    measure : str
        Measure whose next-year value grades should tell.
    stress_draws, seed : int
    """

    panel: Panel
    definitions: tuple[RetentionParams, ...]
    last: Quarter
    measure: str = "margin"
    stress_draws: int = 100
    seed: int = 20261122


@shown("baseline", "frame")
@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Policies side by side.

    Attributes
    ----------
    baseline : str
    frame : DataFrame, one row per policy, baseline first, columns :data:`COLUMNS`
        ``policy`` (id), ``reviews``, ``grades`` (counts), ``customers`` (graded at the last quarter),
        ``ungraded`` (share of the active), ``largest`` (share of the most frequent grade), ``evenness`` (0 all
        in one grade, 1 all grades equal), ``moves`` (observed per 1000 at a review), ``noise_moves`` (without
        any real change), ``keep_moves`` (the same with a keep-bar of 90 %), ``psi_grades``, ``psi_score``
        (between the last two reviews), ``spend_best`` (share of spend held by the best grade), ``kappa`` with
        ``kappa_low``, ``kappa_high`` (quadratic, against the baseline), ``kappa_equal`` (at equal shares),
        ``switchers`` (share of customers with another package), ``margin_d`` and ``retention_d`` with ``_low``
        and ``_high`` (Somers' D, −1..1), ``flip`` (share whose grade differs under weights drawn at a
        concentration of 50), ``outcome_reviews`` (with a known year of value). NaN where a figure is not
        defined for the policy.
    noise : mapping of policy to NoiseBenchmark
        Not where more than a tenth of the scores are one and the same.
    stress : mapping of policy to Stress
        Both only of policies for which they exist.
    """

    baseline: str
    frame: pd.DataFrame
    noise: Mapping[str, NoiseBenchmark]
    stress: Mapping[str, Stress]

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain dicts; None where a figure is not defined."""
        return self.frame.astype(object).where(self.frame.notna(), None).to_dict("records")


def evaluate(policies: Sequence[Policy], registers: Mapping[str, Register], basis: Basis) -> Evaluation:
    """Judge every policy; the first is the baseline.

    Parameters
    ----------
    policies : sequence of Policy
    registers : mapping of policy id to Register
        All walked on ``basis.panel``, as :func:`toolkit.panel.graded` gives it for the policy, to the same
        quarter. What followed is told of active customers alone, whoever else has a grade.
    basis : Basis

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> policies = study.policies[:2]
    >>> registers = {policy.id: study.registers[policy.id] for policy in policies}
    >>> basis = toolkit.Basis(study.panel, study.definitions, study.quarter, stress_draws=20)
    >>> found = toolkit.evaluate(policies, registers, basis)
    >>> found
    Evaluation(vip, 2 policies)
    >>> found.frame["customers"].to_dict()
    {0: 503, 1: 503}
    """
    first = registers[policies[0].id]
    rows, noise, stress = [], {}, {}
    for policy in policies:
        register = registers[policy.id]
        panel = graded(basis.panel, policy.params)
        scores = scores_of(policy, register, panel)
        noise[policy.id] = noise_of(policy, register, scores, basis.seed)
        stress[policy.id] = stress_of(policy, scores, basis.stress_draws, basis.seed)
        row = {"policy": policy.id, "reviews": len(register.reviews), "grades": len(register.scale)}
        row |= _sizes(policy, register, panel) | _stability(register, scores)
        row |= _noise_figures(register, noise[policy.id])
        if policy.params.of == "customers":
            customers = among_active(register, basis.panel)
            row |= _against(among_active(first, basis.panel), customers) | _told(customers, basis)
        else:
            row["outcome_reviews"] = 0
        row["flip"] = np.nan if stress[policy.id] is None else stress[policy.id].drawn.loc[STRESS, "flipped"]
        rows.append(row)
    return Evaluation(
        baseline=policies[0].id,
        frame=pd.DataFrame(rows, columns=list(COLUMNS)),
        noise={name: found for name, found in noise.items() if found is not None},
        stress={name: found for name, found in stress.items() if found is not None},
    )


def _sizes(policy: Policy, register: Register, panel: Graded) -> dict[str, float]:
    """Make-up of the grades at the register's last quarter."""
    quarter = register.quarters[-1]
    counts = register.counts(quarter).to_numpy()
    graded, active = int(counts.sum()), int(panel.active(quarter, register.active_quarters).sum())
    share = counts[counts > 0] / max(graded, 1)
    evenness = -(share * np.log(share)).sum() / np.log(len(counts)) if graded and len(counts) > 1 else np.nan
    return {
        "customers": graded,
        "ungraded": 1 - graded / active if active else np.nan,
        "largest": float(share.max()) if graded else np.nan,
        "evenness": float(evenness) + 0.0,
        "spend_best": _spend_of_best(policy, register, panel),
    }


def _spend_of_best(policy: Policy, register: Register, panel: Graded) -> float:
    """Share of the spend of the graded that the best grade holds; NaN where nobody spends or grades have no order."""
    if policy.params.of != "customers" or not register.scale.ordered:
        return np.nan
    quarter = register.quarters[-1]
    codes, place = register.codes(quarter), panel.quarters.index(quarter)
    spend = np.nan_to_num(panel.values("spend", policy.review.window_quarters)[:, place])
    total = spend[codes >= 0].sum()
    return float(spend[codes == len(register.scale) - 1].sum() / total) if total > 0 else np.nan


def _stability(register: Register, scores: Scores | None) -> dict[str, float]:
    """Stability indices between the last two reviews."""
    if len(register.reviews) < 2:
        return {"psi_grades": np.nan, "psi_score": np.nan}
    before, after = (register.counts(review).to_numpy() for review in register.reviews[-2:])
    score = np.nan if scores is None else score_stability(scores.values[:, -2], scores.values[:, -1])
    return {"psi_grades": stability_index(before, after), "psi_score": score}


def noise_of(policy: Policy, register: Register, scores: Scores | None, seed: int) -> NoiseBenchmark | None:
    """The benchmark where the policy has a score that tells customers apart, nearly all of them, and enough reviews."""
    if scores is None or scores.floors is None or _tied(scores.values) > MOST_TIED:
        return None
    every = policy.review.every_quarters
    options = NoiseOptions(
        keeps=(1.0, KEEP),
        keep_floors=scores.keep_floors,
        max_fall_steps=policy.review.max_fall_steps,
        hold_reviews=policy.review.hold_quarters // every,
        scale="rank",
        seed=seed,
    )
    codes = np.column_stack([register.codes(review) for review in register.reviews])
    if np.isnan(scores.values[codes >= 0]).mean() > MOST_UNSCORED:
        return None
    try:
        return noise_benchmark(scores.values, codes, scores.floors, options)
    except HistoryError:
        return None


def _tied(values: np.ndarray) -> float:
    """Share of the scores that hold the most frequent value; 0 where there are none."""
    counts = np.unique(values[~np.isnan(values)], return_counts=True)[1]
    return float(counts.max() / counts.sum()) if len(counts) else 0.0


def _noise_figures(register: Register, found: NoiseBenchmark | None) -> dict[str, float]:
    codes = np.column_stack([register.codes(review) for review in register.reviews])
    nothing = {"noise_moves": np.nan, "keep_moves": np.nan}
    expected = nothing if found is None else dict(zip(nothing, found.options["moves"], strict=True))
    return {"moves": observed_moves(codes), **expected}


def _against(baseline: Register, register: Register) -> dict[str, float]:
    """Agreement with the baseline at the last quarter."""
    quarter = register.quarters[-1]
    found = agreement(baseline, register, quarter)
    share = len(found.switchers) / found.customers if found.customers else np.nan
    kappa = dict.fromkeys(("kappa", "kappa_low", "kappa_high", "kappa_equal"), np.nan)
    interval = kappa_interval(found.table)
    if interval is not None and baseline.scale.ordered and register.scale.ordered:
        first, second = baseline.codes(quarter), register.codes(quarter)
        both = (first >= 0) & (second >= 0)
        equal = kappa_at_equal_shares(first[both].astype(int), second[both], len(baseline.scale))
        kappa = dict(zip(kappa, (interval.value, interval.low, interval.high, equal), strict=True))
    return {"switchers": share, **kappa}


def _told(register: Register, basis: Basis) -> dict[str, float]:
    """Somers' D at the latest review whose outcome is known."""
    names = [f"{what}_{part}" for what in ("margin", "retention") for part in ("d", "low", "high")]
    told: dict[str, float] = dict.fromkeys(names, np.nan)
    if not register.scale.ordered:
        return {**told, "outcome_reviews": 0}
    headline = basis.definitions[0]
    found = discrimination(register, basis.panel, [headline], basis.last, basis.measure)
    for what, outcome in (("margin", basis.measure), ("retention", headline.id)):
        mine = found[found["outcome"] == outcome]
        if len(mine):
            latest = mine.iloc[-1]
            told |= {
                f"{what}_d": latest["somers_d"],
                f"{what}_low": latest["low"],
                f"{what}_high": latest["high"],
            }
    return {**told, "outcome_reviews": int((found["outcome"] == basis.measure).sum())}
