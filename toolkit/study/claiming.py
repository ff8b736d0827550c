"""What a study's report claims, so that a later report can check it.

Method
------
Shares retained are forecast as :mod:`toolkit.outcomes.hindsight` does. The number of customers who change
grade at the next review is the share of the earlier reviews times the customers graded now; its interval is
predictive over reviews, half ``t(k - 1) s sqrt(1 + 1/k)`` of the k shares seen, and no narrower than chance
alone among the customers. The cost to serve is the plan's times what the ledger of the next quarter came to, as
a share of the plan, in the k quarters before (at most ``LEARNED``), and its interval is predictive over those
shares in the same way. Without a ledger it is the plan's alone, and its interval that of the unit costs, each
at the ends of its range, joined as independent; without ranges there is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from toolkit.effects.effect import Effect
from toolkit.outcomes.cost import cost_to_serve
from toolkit.outcomes.hindsight import Z, hindsight
from toolkit.policy import Policy
from toolkit.service.ledger import recorded
from toolkit.terms import Label
from toolkit.track.claim import Claim, Kind
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.register import Register
    from toolkit.study.study import Study

LEVEL = 0.95
LEARNED = 8
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
    return share * customers, float(max(chance, _another(pairs) * spread)) * customers


def _another(seen: int) -> float:
    """Standard deviations of ``seen`` figures within which another one lies, 95 times in a hundred."""
    return float(student.ppf(0.5 + LEVEL / 2, seen - 1) * np.sqrt(1 + 1 / seen))


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
    value, low, high = _cost(study, float(cost.total["total_cost"]))
    yield Claim(
        id=f"cost.{base.id}.{following}",
        kind="cost",
        made=study.quarter,
        resolves=following,
        value=value,
        unit="money",
        label=Label(f"{following} 的服务成本", f"cost to serve in {following}"),
        low=low,
        high=high,
        level=LEVEL,
        given=given,
    )


def _cost(study: Study, total: float) -> tuple[float, float | None, float | None]:
    """Cost to serve of the next quarter, and both ends of its interval where it has one; ``total`` is the plan's."""
    shares = _booked_shares(study)
    if len(shares) > 1:
        value, half = expected_cost(shares, total)
        return value, value - half, value + half
    ends = _cost_ends(study.serving.sensitivity)
    return (total, None, None) if ends is None else (total, total - ends[0], total + ends[1])


def expected_cost(shares: np.ndarray, total: float) -> tuple[float, float]:
    """Cost expected in the ledger, and half the width of the predictive interval.

    Parameters
    ----------
    shares : array, shape (quarters,), two or more
        What the ledger came to in the quarter after each plan, as a share of the plan.
    total : float
        The plan now; money per quarter.
    """
    return float(shares.mean()) * total, _another(len(shares)) * float(np.std(shares, ddof=1)) * total


def _booked_shares(study: Study) -> np.ndarray:
    """What the ledger came to in the quarter after each of the last plans, as a share of it; empty without a ledger."""
    base, table = study.baseline, study.panel.tables.get("service")
    if not base.params.ledger or table is None or "cost" not in table:
        return np.empty(0)
    register = study.registers[base.id]
    known = [quarter for quarter in study.complete if register.reviews[0] <= quarter < study.quarter]
    shares = [_booked_share(study, register, quarter) for quarter in known[-LEARNED:]]
    return np.array([share for share in shares if share > 0])


def _booked_share(study: Study, register: Register, quarter: Quarter) -> float:
    """Ledger of the next quarter as a share of the plan at ``quarter``; 0 where either has nothing."""
    base = study.baseline
    plan = float(cost_to_serve(base, register, study.panel, quarter).total["total_cost"])
    return float(recorded(study.panel, [quarter + 1], base.scheme.scale.last).sum()) / plan if plan else 0.0


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
