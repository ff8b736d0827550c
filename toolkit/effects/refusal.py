"""Saying that an effect cannot be known, and which pilot would make it known."""

from __future__ import annotations

from dataclasses import replace

from toolkit.effects.effect import Design, Effect, Estimand, Question
from toolkit.effects.pilot import PilotBasis, PilotPlan, design_pilot
from toolkit.effects.reasons import reasons


def refuse(
    question: Question,
    *codes: str,
    basis: PilotBasis,
    plan: PilotPlan,
    design: Design = "cutoff",
    estimand: Estimand = "LATE",
) -> Effect:
    """An effect without a figure.

    Parameters
    ----------
    question : Question
    codes : str
        Reason codes, at least one; ``"NOPROGRAMME"`` for a history in which nobody was ever graded.
    basis, plan
        What a pilot would start from and should find; for a history without programme the expected
        retention rate and the customers near the planned bar (:meth:`PilotBasis.of_share`).

    Examples
    --------
    >>> from toolkit.terms import Label
    >>> asked = Question(Label("全部客户", "all customers"), Label("VIP 与普通", "VIP against ordinary"),
    ...                  Label("四个季度后仍活跃", "active four quarters later"), 4)
    >>> effect = refuse(asked, "NOPROGRAMME", basis=PilotBasis.of_share(0.8, {0.3: 6000}), plan=PilotPlan())
    >>> effect.estimate is None, effect.codes, effect.pilot.quarters
    (True, ('NOPROGRAMME',), 4)
    """
    return Effect(
        design,
        "not_identified",
        estimand,
        "none",
        question,
        reasons=reasons(*codes),
        pilot=design_pilot(basis, replace(plan, horizon_quarters=question.horizon_quarters)),
    )
