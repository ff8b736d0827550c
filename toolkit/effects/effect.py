"""What a grade caused, or why that cannot be said.

Every result of this room states for whom, against what, on which outcome and by which design. A
result that is not identified carries no figure: its reasons and the pilot that would settle the
question take the place of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.effects.pictures import Picture
from toolkit.effects.pilot import Pilot
from toolkit.effects.power import Power
from toolkit.effects.reasons import Reason
from toolkit.effects.sensitivity import Sensitivity
from toolkit.effects.slope import Slope
from toolkit.estimate import Estimate
from toolkit.shown import shown
from toolkit.terms import Label, Lang, figure

Design = Literal["cutoff", "rollout", "experiment", "adjusted"]
Status = Literal["identified", "identified_weak", "extrapolated", "not_identified"]
Estimand = Literal["LATE", "ITT", "ATT", "ATO", "ATE"]
Evidence = Literal["identified", "extrapolated", "assumed", "none"]

DESIGNS: dict[Design, Label] = {
    "cutoff": Label("断点设计", "cutoff"),
    "rollout": Label("分批推行", "rollout"),
    "experiment": Label("随机试验", "experiment"),
    "adjusted": Label("统计调整", "adjusted"),
}
STATUSES: dict[Status, Label] = {
    "identified": Label("可识别", "identified"),
    "identified_weak": Label("可识别，但不牢固", "identified, weakly"),
    "extrapolated": Label("外推", "extrapolated"),
    "not_identified": Label("本数据无法识别", "not identified on this data"),
}
ESTIMANDS: dict[Estimand, Label] = {
    "LATE": Label(
        "门槛处按规则升降级的客户因享受该等级而发生的变化",
        "what the grade changed for customers at the bar who are graded by the rule",
    ),
    "ITT": Label(
        "因取得资格而发生的变化（无论是否实际享受）",
        "what being entitled changed, served or not",
    ),
    "ATT": Label("实际享受该等级的客户的平均变化", "average change of those who had the grade"),
    "ATO": Label(
        "两种等级都可能得到的客户的平均变化", "average change of those who could have had either grade"
    ),
    "ATE": Label("全部客户的平均变化", "average change of all customers"),
}


@shown()
@dataclass(frozen=True, slots=True)
class Check:
    """One question put to a design before it is believed.

    Attributes
    ----------
    id : str
    passed : bool
    value, limit : float
        What was found and where it stops being acceptable; NaN where it could not be computed.
    meaning : Label
        What it means to pass.
    p_value : float or None
        Where the check is a test; already adjusted for the size of its family.
    parts : tuple of (name, adjusted p)
        Members of a family.
    """

    id: str
    passed: bool
    value: float
    limit: float
    meaning: Label
    p_value: float | None = None
    parts: tuple[tuple[str, float], ...] = ()

    def _repr_short_(self, lang: Lang) -> str:
        """Which question was put, whether it was passed, and what passing means."""
        answer = Label("通过", "passed") if self.passed else Label("未通过", "not passed")
        return f"{self.id} {answer.text(lang)}{'：' if lang == 'zh' else ': '}{self.meaning.text(lang)}"


@shown("contrast", "outcome", "horizon_quarters")
@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: who, which grade against which, what followed, within how many quarters."""

    population: Label
    contrast: Label
    outcome: Label
    horizon_quarters: int


@shown("design", "status", "estimate", "n_customers")
@dataclass(frozen=True, slots=True)
class Effect:
    """The answer to a question about cause, or its refusal.

    Attributes
    ----------
    design, status, estimand, evidence
        How it was found, whether to believe it, what it measures, which class of evidence it is.
    question : Question
    estimate : Estimate or None
        The figure with the interval to quote; None exactly when not identified.
    std_error : float or None
        In the unit of ``estimate``; None exactly when not identified.
    reach : float or None
        Largest distance from the bar, in units of the design's score, at which the figure counts as
        identified (cutoff design only).
    n, n_customers, n_effective : int
        Rows (customer and review), customers among them, rows near enough to the bar to carry weight.
    readings : tuple of (id, Estimate)
        The same by other formulas, for the appendix; empty when not identified.
    checks : tuple of Check
    reasons : tuple of Reason
        Why it is refused, or why it is weak.
    power : Power or None
        What the rows could have shown, computed before looking at the jump.
    pilot : Pilot or None
        Experiment that would settle the question; always there when not identified.
    picture : Picture or None
    slope : Slope or None
        The effect as a line beside its bar (cutoff design only); None when not identified.
    sensitivity : Sensitivity or None
        What an unrecorded factor would have to be like to erase it; always there for an adjusted design that is
        not refused, None when not identified.
    """

    design: Design
    status: Status
    estimand: Estimand
    evidence: Evidence
    question: Question
    estimate: Estimate | None = None
    std_error: float | None = None
    reach: float | None = None
    n: int = 0
    n_customers: int = 0
    n_effective: int = 0
    readings: tuple[tuple[str, Estimate], ...] = ()
    checks: tuple[Check, ...] = ()
    reasons: tuple[Reason, ...] = ()
    power: Power | None = None
    pilot: Pilot | None = None
    picture: Picture | None = None
    slope: Slope | None = None
    sensitivity: Sensitivity | None = None

    def __post_init__(self) -> None:
        refused = self.status == "not_identified"
        figures = (self.estimate, self.std_error)
        shown = any(x is not None for x in (*figures, self.slope, self.sensitivity)) or bool(self.readings)
        if refused and (shown or self.evidence != "none"):
            raise ValueError("a result that is not identified carries no figure and no evidence class")
        if refused and (not self.reasons or self.pilot is None):
            raise ValueError("a result that is not identified names its reasons and a pilot")
        if not refused and (any(x is None for x in figures) or self.evidence == "none"):
            raise ValueError("an identified result carries a figure, its error and an evidence class")
        if not refused and self.design == "adjusted" and self.sensitivity is None:
            raise ValueError("an adjusted result states its sensitivity to what is not recorded")

    def _repr_short_(self, lang: Lang) -> str:
        """Design and figure, or design and reasons; never the one without the other."""
        design, status = DESIGNS[self.design].text(lang), STATUSES[self.status].text(lang)
        if self.estimate is None:
            return (
                f"{design}，{status}：{'、'.join(self.codes)}"
                if lang == "zh"
                else f"{design}, {status}: {', '.join(self.codes)}"
            )
        customers = figure(self.n_customers, "customers", lang)
        parts = (design, self.estimate._repr_short_(lang), status, customers)
        return ("，" if lang == "zh" else ", ").join(parts)

    @property
    def codes(self) -> tuple[str, ...]:
        """Reason codes in the order of their weight."""
        return tuple(reason.code for reason in self.reasons)

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that were not passed."""
        return tuple(check for check in self.checks if not check.passed)
