"""What every design of a pilot states: who draws, how long, how exact, at what price.

Method
------
Standard error of the difference of two halves of n customers: sqrt(4 variance x design effect / n), for each
direction by itself; the two are joined by the share of the margin in each. Smallest detectable change: 2.8
standard errors (found four times in five at 95 % confidence).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np

from toolkit.effects.power import DETECTABLE, error_of_difference
from toolkit.params.pilot import PilotDesign
from toolkit.pilots.question import OpenQuestion
from toolkit.shown import shown
from toolkit.terms import Label

FEWEST = 30
WEEKS_A_QUARTER = 13
PREPARING = 1
TOO_FEW = Label("可抽签的客户太少", "too few customers to draw lots among")


@shown("kind", "customers", "served", "quarters", "expected_error", "cost")
@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """One way to run the pilot.

    Attributes
    ----------
    kind : PilotDesign
    drawn : array of bool, shape (n,)
        Who draws lots.
    customers, served : int
        Who draw lots, and how many of them are expected to have the package when it begins.
    quarters, weeks : int
        From the first day to the answer; from the report to the answer, one quarter of preparation included.
    expected_error, detectable : float
        Of the change that the policy brings to those it moves.
    cost : float
        Extra cost to serve over the pilot, money; negative where it saves.
    at_risk : float
        Margin over the pilot of those from whom the lot withdraws what they have, money.
    covers : float
        Share of the switchers' margin that the answer would identify, 0..1.
    band : tuple of two float or None
        Multiples of the bar between which lots are drawn.
    cluster : str or None
        Attribute drawn whole.
    branches : int
        How many of them.
    icc, design_effect : float
        Likeness of customers within one, and what it multiplies the variance with.
    waves : tuple of int
        Quarters after the first day at which each batch starts.
    refused : Label or None
        Why this design cannot be run.
    """

    kind: PilotDesign
    drawn: np.ndarray
    customers: int
    served: int
    quarters: int
    weeks: int
    expected_error: float
    detectable: float
    cost: float
    at_risk: float
    covers: float
    band: tuple[float, float] | None = None
    cluster: str | None = None
    branches: int = 0
    icc: float = 0.0
    design_effect: float = 1.0
    waves: tuple[int, ...] = ()
    refused: Label | None = None

    def decides(self, question: OpenQuestion, share: float) -> bool:
        """Whether its answer could carry a verdict.

        The detectable change must be no larger than the distance that matters, and at least ``share`` of the
        switchers' margin must be identified by it.
        """
        return self.refused is None and self.detectable <= question.distance and self.covers >= share

    def price(self, question: OpenQuestion) -> float:
        """Extra cost of the pilot, and the margin lost if withdrawing does the most harm thought possible; money."""
        return self.cost + self.at_risk * max(question.high, 0.0)


@dataclass(frozen=True, slots=True)
class Served:
    """Who has the package on average over the pilot, as shares 0..1 of those who draw.

    Attributes
    ----------
    without : float
        Of those who do not have it today.
    holders : float
        Of those who have it today.
    """

    without: float = 0.5
    holders: float = 0.5


def designed(
    question: OpenQuestion, kind: PilotDesign, drawn: np.ndarray, error: float, **more: object
) -> Design:
    """The figures of a design by which ``drawn`` (bool, shape (n,)) draw lots, with ``error`` expected.

    ``more`` holds what the design alone has, and ``share`` (:class:`Served`) where it is not a half.
    """
    share = more.pop("share", Served())
    new, old = drawn & ~question.held, drawn & question.held
    cost = _over_pilot(question, question.service, new) * share.without
    cost -= _over_pilot(question, question.service, old) * (1 - share.holders)
    risk = _over_pilot(question, np.maximum(question.margin, 0), old) * (1 - share.holders)
    refused = TOO_FEW if drawn.sum() < FEWEST or not np.isfinite(error) else None
    return Design(
        kind,
        drawn,
        customers=int(drawn.sum()),
        served=int(drawn.sum()) // 2,
        quarters=question.quarters,
        weeks=WEEKS_A_QUARTER * (PREPARING + question.quarters),
        expected_error=error,
        detectable=DETECTABLE * error,
        cost=cost,
        at_risk=risk,
        covers=question.covered(drawn),
        **({"refused": refused} | more),
    )


def error_by_direction(
    question: OpenQuestion,
    drawn: np.ndarray,
    usable: float = 1.0,
    effects: Mapping[int, float] | None = None,
) -> float:
    """Expected standard error of the change that the policy brings.

    Parameters
    ----------
    question : OpenQuestion
    drawn : array of bool, shape (n,)
    usable : float
        Share of those who draw whose comparison counts, 0..1.
    effects : mapping of direction to float, optional
        Design effects; 1 where left out.

    Returns
    -------
    float
        Share, 0..1; infinite where a direction that matters has nobody to compare.
    """
    total = 0.0
    for sign, weight in question.weights.items():
        n = float((drawn & (question.direction == sign)).sum()) * usable
        if weight > 0:
            variance = question.variance * (effects or {}).get(sign, 1.0)
            total += (weight * error_of_difference(variance, n)) ** 2 if n else inf
    return sqrt(total) if total else inf


def _over_pilot(question: OpenQuestion, per_quarter: np.ndarray, rows: np.ndarray) -> float:
    """A quarterly amount of some customers over the pilot."""
    return float(per_quarter[rows].sum()) * question.quarters
