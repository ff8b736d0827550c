"""A refusal of a comparison over time, with the lottery that would settle the question."""

from __future__ import annotations

from dataclasses import replace

from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import Pilot, PilotBasis, PilotPlan
from toolkit.effects.refusal import refuse
from toolkit.terms import Label, figure

EVERYONE = 1.0


def refuse_with_lottery(
    question: Question, codes: tuple[str, ...], variance: float, waiting: int, plan: PilotPlan
) -> Effect:
    """An effect without a figure; its pilot decides by lot which of the ``waiting`` customers start first.

    ``variance`` is that of the outcome as compared; NaN where it is not known.
    """
    refused = refuse(
        question,
        *codes,
        basis=PilotBasis(variance, {EVERYONE: waiting}),
        plan=plan,
        design="rollout",
        estimand="ATT",
    )
    return replace(refused, pilot=replace(refused.pilot, text=_text(refused.pilot)))


def _text(pilot: Pilot) -> Label:
    if not pilot.customers:
        return Label(
            "没有尚未开始的客户，无法抽签；请在下一批客户加入时抽签决定先后。",
            "Nobody is waiting to start, so no lots can be drawn; draw them when the next customers join.",
        )
    zh = f"在 {pilot.customers:,} 位客户中抽签，一半先开始、一半后开始；"
    en = f"Draw lots among {pilot.customers:,} customers: half start now, half later; "
    found = pilot.detectable
    if not found < float("inf"):
        return Label(
            f"{zh}{pilot.quarters} 个季度后有结果。",
            f"{en}the outcome is known after {pilot.quarters} quarters.",
        )
    return Label(
        f"{zh}{pilot.quarters} 个季度后可检出 {figure(found, pilot.unit, 'zh')}的变化。",
        f"{en}after {pilot.quarters} quarters a change of {figure(found, pilot.unit, 'en')} would be found.",
    )
