"""The room's reasons in words that fit a draw, where the common sentence speaks of a bar."""

from __future__ import annotations

from dataclasses import replace

from toolkit.effects.pilot import Pilot, PilotBasis, PilotPlan, design_pilot
from toolkit.effects.reasons import Reason, reasons
from toolkit.terms import Label, figure

_AGAIN = Label("扩大规模后重做试验", "repeat the experiment with more customers")
_SENTENCES: dict[str, tuple[Label, Label]] = {
    "SMALL": (
        Label("某一组的样本或事件不足", "too few customers, events or units drawn in an arm"),
        _AGAIN,
    ),
    "NOOVERLAP": (
        Label(
            "部分客户不可能被分到所比较的组（无重叠）",
            "some customers could not have been given an arm compared: no overlap",
        ),
        Label("让每位客户在各组都有机会", "give every customer a chance of every arm"),
    ),
    "CENSORED": (
        Label("部分或全部客户的表现期尚未结束", "the outcome window of some or all customers has not closed"),
        Label("等待表现期结束后重新计算", "wait until the outcome window has closed and run again"),
    ),
}
EVERYBODY = 1.0


def explain(*codes: str) -> tuple[Reason, ...]:
    """Reasons of ``codes``, in the order of the common table.

    >>> explain("SMALL")[0].sentence.en
    'too few customers, events or units drawn in an arm'
    """
    return tuple(
        replace(reason, sentence=_SENTENCES[reason.code][0], remedy=_SENTENCES[reason.code][1])
        if reason.code in _SENTENCES
        else reason
        for reason in reasons(*codes)
    )


def new_draw(variance: float, customers: int, plan: PilotPlan) -> Pilot:
    """The experiment to run instead: half of ``customers`` in each arm, again until the wanted effect
    shows."""
    pilot = design_pilot(PilotBasis(variance, {EVERYBODY: customers}), plan)
    if not customers:
        nobody = Label(
            "没有可供抽签的客户，无法设计试验。",
            "There is nobody to draw lots among, so no experiment can be designed.",
        )
        return replace(pilot, text=nobody)
    times = "once" if pilot.reviews == 1 else f"{pilot.reviews} times"
    zh = f"重新抽签：每次约 {customers:,} 位客户，一半享受该待遇，共 {pilot.reviews} 次，{pilot.quarters} 个季度后有结果"
    en = (
        f"Draw lots again, {times}: about {customers:,} customers each time, half of them treated; the outcome is "
        f"known after {pilot.quarters} quarters"
    )
    if not 0 < pilot.detectable < float("inf"):
        return replace(pilot, text=Label(f"{zh}。", f"{en}."))
    found = [figure(pilot.detectable, plan.unit, lang) for lang in ("zh", "en")]
    return replace(
        pilot,
        text=Label(f"{zh}，可检出 {found[0]}的变化。", f"{en}, and a change of {found[1]} would be found."),
    )
