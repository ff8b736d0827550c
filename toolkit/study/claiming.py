"""What a study's report claims, so that a later report can check it.

Method
------
Shares retained are forecast as :mod:`toolkit.outcomes.hindsight` does. The number of customers who change
grade at the next review is the share of the earlier reviews times the customers graded now; its interval is
predictive over reviews, half ``t(k - 1) s sqrt(1 + 1/k)`` of the k shares seen, and no narrower than chance
alone among the customers. The interval of the cost to serve is that of the unit costs, each at the ends of
its range, joined as independent; without ranges there is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from toolkit.effects.effect import Effect
from toolkit.outcomes.hindsight import Z, hindsight
from toolkit.policy import Policy
from toolkit.terms import Label
from toolkit.track.claim import Claim, Kind
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.study.study import Study

LEVEL = 0.95
AT_THE_BAR, KEEPING = "programme.bar", "programme.keeping"


def claims_of(study: Study) -> tuple[Claim, ...]:
    """Every claim of the report of ``study``: outcomes still open, the next review, the next quarter, causes."""
    return (*_retained(study), *_moves(study), *_service(study), *_causes(study), *_values(study))


def fingerprint(policy: Policy) -> str:
    """What tells a policy file from another of the same id."""
    return hashlib.sha256(policy.params.model_dump_json().encode()).hexdigest()[:12]


def _about(study: Study, **more: object) -> dict[str, str]:
    """What a claim on the baseline is conditional on."""
    base = study.baseline
    return {"policy": base.id, "file": fingerprint(base)} | {name: str(value) for name, value in more.items()}


def _retained(study: Study) -> Iterator[Claim]:
    """Share retained of each grade after the latest review, under every definition whose outcome is open."""
    register = study.registers[study.baseline.id]
    review = register.reviews[-1]
    sizes = pd.DataFrame({str(each): register.counts(each) for each in register.reviews}).T
    for definition in study.definitions:
        waiting = hindsight(study.retentions[study.baseline.id], definition, sizes).pending
        title = definition.title.label()
        for row in waiting[waiting["review"] == str(review)].itertuples():
            yield Claim(
                id=f"retained.{study.baseline.id}.{definition.id}.{row.grade}.{review}",
                kind="retained",
                made=study.quarter,
                resolves=review + definition.quarters,
                value=float(row.forecast),
                unit="share",
                label=Label(
                    f"{review} 复评“{row.grade}”：{title.zh}", f"{row.grade} at {review}: {title.en}"
                ),
                low=float(row.low),
                high=float(row.high),
                level=LEVEL,
                given=_about(study, definition=definition.id, grade=row.grade, review=review),
            )


def _moves(study: Study) -> Iterator[Claim]:
    """Customers who change grade between the latest review of the baseline and the next one."""
    base = study.baseline
    register, past = study.registers[base.id], study.migrations[base.id].summary
    paces = {base.review.every_quarters, *(base.review.every_quarters_by_grade or {}).values()}
    customers = int(register.counts(register.reviews[-1]).sum())
    past = past[past["customers"] > 0]
    if past.empty or not customers or len(paces) > 1:
        return
    review, following = register.reviews[-1], register.reviews[-1] + paces.pop()
    moved, before = (past["up"] + past["down"]).to_numpy(float), past["customers"].to_numpy(float)
    value, half = expected_moves(moved, before, customers)
    yield Claim(
        id=f"moves.{base.id}.{review}.{following}",
        kind="moves",
        made=study.quarter,
        resolves=following,
        value=value,
        unit="customers",
        label=Label(
            f"{following} 复评时等级变动的客户", f"customers who change grade at the review of {following}"
        ),
        low=None if half is None else max(value - half, 0.0),
        high=None if half is None else min(value + half, float(customers)),
        level=LEVEL,
        given=_about(study, review=review, next_review=following),
    )


def expected_moves(moved: np.ndarray, before: np.ndarray, customers: int) -> tuple[float, float | None]:
    """Customers expected to change grade, and half the width of the predictive interval.

    Parameters
    ----------
    moved, before : arrays, shape (pairs of reviews,)
        Customers who changed grade, and those who had one before.
    customers : int
        Graded now.

    Returns
    -------
    (float, float or None)
        In customers; no width from a single pair, which cannot show how reviews differ.
    """
    share, pairs = float(moved.sum() / before.sum()), len(moved)
    if pairs < 2:
        return share * customers, None
    chance = Z * np.sqrt(share * (1 - share) * (1 / before.sum() + 1 / customers))
    spread = float(np.std(moved / before, ddof=1))
    between = student.ppf(0.5 + LEVEL / 2, pairs - 1) * spread * np.sqrt(1 + 1 / pairs)
    return share * customers, float(max(chance, between)) * customers


def _service(study: Study) -> Iterator[Claim]:
    """Heads and cost to serve of the next quarter under the baseline."""
    base, following = study.baseline, study.quarter + 1
    cost, given = study.costs[base.id], _about(study)
    yield Claim(
        id=f"heads.{base.id}.{following}",
        kind="heads",
        made=study.quarter,
        resolves=following,
        value=float(cost.bill.teams["heads"].sum()),
        unit="count",
        label=Label(f"{following} 的服务人数", f"heads in {following}"),
        given=given,
    )
    total, ends = float(cost.total["total_cost"]), _cost_ends(study.serving.sensitivity)
    yield Claim(
        id=f"cost.{base.id}.{following}",
        kind="cost",
        made=study.quarter,
        resolves=following,
        value=total,
        unit="money",
        label=Label(f"{following} 的服务成本", f"cost to serve in {following}"),
        low=None if ends is None else total - ends[0],
        high=None if ends is None else total + ends[1],
        level=LEVEL,
        given=given,
    )


def _cost_ends(hangs: pd.DataFrame) -> tuple[float, float] | None:
    """How far below and above the total the cost may lie, money per quarter; None where no unit cost has a range."""
    if hangs.empty:
        return None
    ends = hangs[["low", "high"]].to_numpy(float)
    below, above = (-ends).clip(min=0).max(axis=1), ends.clip(min=0).max(axis=1)
    return float(np.sqrt((below**2).sum())), float(np.sqrt((above**2).sum()))


def _causes(study: Study) -> Iterator[Claim]:
    """What a design identified, at its 95 % interval."""
    for question, effects in causes_of(study).items():
        for outcome, effect in effects.items():
            if effect.estimate is not None and np.isfinite(effect.estimate.value):
                yield _cause(study.quarter, question, outcome, effect)


def causes_of(study: Study) -> Mapping[str, Mapping[str, Effect]]:
    """Every answer about cause of the study: by question, then by outcome."""
    return {AT_THE_BAR: study.effects, KEEPING: study.keeping_effects, **study.further_effects}


def _cause(made: Quarter, question: str, outcome: str, effect: Effect) -> Claim:
    found, asked = effect.estimate, effect.question
    open_ended = not np.isfinite([found.low, found.high]).all()
    return Claim(
        id=f"effect.{question}.{outcome}.{made}",
        kind="effect",
        made=made,
        resolves=None,
        value=float(found.value),
        unit=found.unit,
        label=Label(f"{asked.contrast.zh}：{asked.outcome.zh}", f"{asked.contrast.en}: {asked.outcome.en}"),
        low=None if open_ended else float(found.low),
        high=None if open_ended else float(found.high),
        level=found.level,
        given={"question": question, "outcome": outcome, "design": effect.design},
    )


def _values(study: Study) -> Iterator[Claim]:
    """Net value of every alternative that can be ranked, and how probable it is that it is better, or the best."""
    frame = study.weighing.standing.frame
    ranked = frame[frame["rankable"].astype(bool) & frame["best"].notna()]
    if len(ranked) < 2:
        return
    definition = study.comparison.rankable(study.files.rule.adopt_identified_share)[0].values[0].definition
    for policy, row in zip(
        study.policies, frame.reindex([p.id for p in study.policies]).itertuples(), strict=True
    ):
        if policy.id not in ranked.index:
            continue
        given = _compared(study, policy, definition, ranked.index)
        if policy.id != study.baseline.id:
            ends = {"low": float(row.low95), "high": float(row.high95)}
            yield _value(study, policy, "net", given, value=float(row.net), unit="money", **ends)
            yield _value(
                study, policy, "better", given, value=float(row.better), probability=float(row.better)
            )
        yield _value(study, policy, "best", given, value=float(row.best), probability=float(row.best))


def _compared(study: Study, policy: Policy, definition: str, ranked: pd.Index) -> dict[str, str]:
    base = study.baseline
    return {
        "policy": policy.id,
        "file": fingerprint(policy),
        "baseline": base.id,
        "baseline_file": fingerprint(base),
        "definition": definition,
        "ranked": " ".join(ranked),
    }


def _value(study: Study, policy: Policy, kind: Kind, given: dict[str, str], **figures: Any) -> Claim:
    return Claim(
        id=f"{kind}.{policy.id}.{study.quarter}",
        kind=kind,
        made=study.quarter,
        resolves=None,
        label=policy.title,
        given=given,
        **({"unit": "share"} | figures),
    )
