"""What became of earlier claims, seen from a later quarter, from data that came after each claim.

What a grade caused is estimated again by the same design on reviews, or lots, after the claim alone; the two
estimates share no customer's outcome. Where there is no such data the claim is pending and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from toolkit.errors import GradelabError
from toolkit.estimate import Estimate
from toolkit.outcomes.cost import cost_to_serve
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.params.designs import DiscretionParams, LotParams
from toolkit.params.study import RetentionParams
from toolkit.policy import Policy
from toolkit.service.ledger import recorded
from toolkit.study.afterwards import Afterwards, afterwards, later_reviews
from toolkit.study.claiming import AT_THE_BAR, KEEPING, causes_of, fingerprint
from toolkit.terms import Label
from toolkit.track.claim import Claim, once
from toolkit.track.resolution import Observation, Resolution, pending, resolved
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.study.study import Study

Found = Observation | Label

NOT_YET = Label("结果还没有出来", "the outcome is not known yet")
NO_POLICY = Label("本次研究不再含有这一方案", "the policy is no longer part of the study")
FILE_CHANGED = Label(
    "方案文件已经改动，不再是当时的方案", "the policy file has changed since and is another policy now"
)
NO_REVIEW = Label("本次报告的复评日历里没有这次复评", "the calendar of this report has no such review")
NO_DEFINITION = Label("本次研究不再使用这一留存定义", "the study no longer uses this definition of retention")
NO_LEDGER = Label("没有记录该季度服务成本的台账", "no ledger records the cost of service of that quarter")
NO_GRADE = Label("这一等级在该次复评没有客户", "nobody had this grade at the review")
NO_LATER = Label("此后还没有结果已知的复评或抽签", "no later review or lot has a known outcome yet")
LATER_REFUSED = Label("只用此后的数据，该设计不足以识别", "on later data alone the design identifies nothing")
NO_DESIGN = Label("本次研究不再提出这个问题", "the study no longer asks this question")
ONCE_ONLY = Label(
    "这一设计只发生过一次，此后没有可核对的数据", "the design happened once; nothing later can check it"
)
BASELINE_CHANGED = Label("现行方案已经换了", "another policy is in force now")
NO_INDEPENDENT = Label("只用此后的数据，还得不出净值", "later data alone do not give a net value yet")
SAME_DESIGN = Label("同一设计，只用此后的数据", "the same design on later data alone")
LATER_VALUE = Label("只用此后数据重估的净值", "net value estimated on later data alone")


def resolve(study: Study, claims: Iterable[Claim]) -> tuple[Resolution, ...]:
    """What became of ``claims``, each counted once, in order of quarter.

    Parameters
    ----------
    study : Study
        At the quarter of the present report; its data end there.
    claims : iterable of Claim
        Of earlier reports; those of this quarter or later are left out.
    """
    later = _Later(study)
    earlier = once(claim for claim in claims if claim.made < study.quarter)
    return tuple(_resolve(later, claim) for claim in earlier)


def _resolve(later: _Later, claim: Claim) -> Resolution:
    if claim.resolves is not None and claim.resolves > later.study.quarter:
        return pending(claim, NOT_YET)
    try:
        found = HOW[claim.kind](later, claim)
    except GradelabError as error:
        found = Label(error.zh, error.en)
    return pending(claim, found) if isinstance(found, Label) else resolved(claim, found)


class _Later:
    """A study, and what it says of the time after a claim."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self._after: dict[tuple, Afterwards] = {}

    def policy(self, claim: Claim) -> Policy | Label:
        """The policy of the claim as it was; words where it is gone or changed."""
        return self._policy(claim.given["policy"], claim.given["file"])

    def compared(self, claim: Claim) -> Policy | Label:
        """The same, for a claim on a comparison: the baseline must be what it was, too."""
        base = self._policy(claim.given["baseline"], claim.given["baseline_file"])
        if isinstance(base, Label):
            return base
        return self.policy(claim) if base is self.study.baseline else BASELINE_CHANGED

    def after(self, quarter: Quarter) -> Afterwards:
        """The study on what came after ``quarter``; one for all quarters with the same reviews and lots after them."""
        made = afterwards(self.study, quarter)
        reviews = self.study.programme.reviews if self.study.programme is not None else ()
        later = later_reviews(self.study, reviews, quarter)
        key = later, made.params.designs, len(made.panel.tables.get("lists", ()))
        return self._after.setdefault(key, made)

    def _policy(self, id: str, file: str) -> Policy | Label:
        found = next((p for p in self.study.policies if p.id == id), None)
        if found is None:
            return NO_POLICY
        return found if fingerprint(found) == file else FILE_CHANGED


def _known(study: Study, definition: RetentionParams, review: Quarter) -> bool:
    return missing_quarter(definition, review, study.complete[0], study.complete[-1]) is None


def _retained(later: _Later, claim: Claim) -> Found:
    policy, study = later.policy(claim), later.study
    if isinstance(policy, Label):
        return policy
    definition = next((d for d in study.definitions if d.id == claim.given["definition"]), None)
    if definition is None:
        return NO_DEFINITION
    register, review = study.registers[policy.id], Quarter.parse(claim.given["review"])
    if review not in register.reviews:
        return NO_REVIEW
    if not _known(study, definition, review):
        return NOT_YET
    mine = register.codes(review) == register.scale.codes([claim.given["grade"]])[0]
    kept = retained_after(study.panel, definition, review)[mine]
    known = kept[~np.isnan(kept)]
    return Observation(float(known.mean())) if len(known) else NO_GRADE


def _moves(later: _Later, claim: Claim) -> Found:
    policy = later.policy(claim)
    if isinstance(policy, Label):
        return policy
    seen = later.study.migrations[policy.id].summary
    pair = claim.given["review"], claim.given["next_review"]
    row = seen[(seen["review"] == pair[0]) & (seen["next_review"] == pair[1])]
    return Observation(float((row["up"] + row["down"]).iloc[0])) if len(row) else NO_REVIEW


def _heads(later: _Later, claim: Claim) -> Found:
    """Heads that the plan took with the customers of the quarter, once they were known."""
    policy, study = later.policy(claim), later.study
    if isinstance(policy, Label):
        return policy
    cost = cost_to_serve(policy, study.registers[policy.id], study.panel, claim.resolves)
    source = Label("按该季度的实际客户重算", "the plan on the customers of that quarter")
    return Observation(float(cost.bill.teams["heads"].sum()), source=source)


def _cost(later: _Later, claim: Claim) -> Found:
    """Recorded cost of the quarter; only where the policy says which of its costs the ledger records."""
    policy, panel = later.policy(claim), later.study.panel
    if isinstance(policy, Label):
        return policy
    table = panel.tables.get("service")
    if not policy.params.ledger or table is None or "cost" not in table:
        return NO_LEDGER
    booked = recorded(panel, [claim.resolves], policy.scheme.scale.last)
    source = Label("服务台账", "ledger of service")
    return Observation(float(booked.sum()), source=source) if len(booked) else NO_LEDGER


def _effect(later: _Later, claim: Claim) -> Found:
    question, after = claim.given["question"], later.after(claim.made)
    if question in (AT_THE_BAR, KEEPING):
        if later.study.programme is None:
            return NO_DESIGN
        if after.programme is None:
            return NO_LATER
    elif question not in {one.id for one in after.params.designs}:
        asked = next((one for one in later.study.params.designs if one.id == question), None)
        if asked is None:
            return NO_DESIGN
        return NO_LATER if isinstance(asked, DiscretionParams | LotParams) else ONCE_ONLY
    effect = causes_of(after)[question].get(claim.given["outcome"])
    if effect is None:
        return NO_DESIGN
    if effect.estimate is None or not np.isfinite([effect.estimate.low, effect.estimate.high]).all():
        return LATER_REFUSED
    seen = effect.estimate
    return Observation(float(seen.value), float(seen.low), float(seen.high), SAME_DESIGN)


def _nets(later: _Later, claim: Claim) -> Mapping[str, Estimate] | Label:
    """Net value of every alternative that later data alone can rank, under the claim's definition."""
    policy, share = later.compared(claim), later.study.files.rule.adopt_identified_share
    if isinstance(policy, Label):
        return policy
    after = later.after(claim.made)
    if after.programme is None and not after.params.designs:
        return NO_LATER
    found = {
        change.policy: value.net
        for change in after.comparison.rankable(share)
        for value in change.values
        if value.definition == claim.given["definition"]
    }
    asked = claim.given["policy"]
    return found if found and (asked in found or asked == later.study.baseline.id) else NO_INDEPENDENT


def _net(later: _Later, claim: Claim) -> Found:
    nets = _nets(later, claim)
    if isinstance(nets, Label):
        return nets
    seen = nets[claim.given["policy"]]
    return Observation(float(seen.value), float(seen.low), float(seen.high), LATER_VALUE)


def _better(later: _Later, claim: Claim) -> Found:
    nets = _nets(later, claim)
    if isinstance(nets, Label):
        return nets
    return Observation(float(nets[claim.given["policy"]].value > 0), source=LATER_VALUE)


def _best(later: _Later, claim: Claim) -> Found:
    """Whether the policy has the highest of the later net values; only where all that were ranked then are valued."""
    nets = _nets(later, claim)
    if isinstance(nets, Label):
        return nets
    base = later.study.baseline.id
    values = {name: float(net.value) for name, net in nets.items()} | {base: 0.0}
    if not set(claim.given["ranked"].split()) <= set(values):
        return NO_INDEPENDENT
    mine = values.pop(claim.given["policy"])
    return Observation(float(mine > max(values.values())), source=LATER_VALUE)


HOW: Mapping[str, Callable[[_Later, Claim], Found]] = {
    "retained": _retained,
    "moves": _moves,
    "heads": _heads,
    "cost": _cost,
    "effect": _effect,
    "net": _net,
    "better": _better,
    "best": _best,
}
