"""The experiment to run when history cannot answer.

Method
------
Customers clearly above the bar keep the grade, those clearly below go without, those in a band around
it are drawn by lot: a tie-breaker design (Owen & Varian 2020, EJS 14:4004). Expected error of the
difference inside the band: sqrt(4 variance / n); smallest detectable effect 2.8 times that. What lies
outside the band is not used, so the figures are on the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from toolkit.effects.power import of_pilot, rows_needed
from toolkit.shown import shown
from toolkit.terms import Label, figure

BANDS = (0.1, 0.2, 0.3, 0.5)
SHARES = ("share", "points_share")
HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class PilotBasis:
    """What is known before a pilot.

    Attributes
    ----------
    variance : float
        Of the outcome near the bar; p (1 - p) for a share. NaN where it is not known yet.
    near : mapping of band to customers
        How many customers one review finds within each band; 0.1 is from 10% below to 10% above the bar.
    """

    variance: float
    near: Mapping[float, int]

    @classmethod
    def of_share(cls, share: float, near: Mapping[float, int]) -> PilotBasis:
        """From an expected share, for example the retention rate."""
        return cls(share * (1 - share), near)

    @classmethod
    def of_scores(cls, ratio: np.ndarray, variance: float, reviews: int = 1) -> PilotBasis:
        """From score / bar of past rows (shape (n,)) that span ``reviews`` reviews."""
        away = np.abs(ratio - 1)
        near = {band: int(np.count_nonzero(away <= band + HAIR) // max(reviews, 1)) for band in BANDS}
        return cls(variance, near)


@dataclass(frozen=True, slots=True)
class PilotPlan:
    """What the company wants of a pilot.

    Attributes
    ----------
    wanted : float
        Smallest effect worth finding, in the unit of the outcome.
    unit : str
        Unit of the outcome, a key of :data:`toolkit.terms.UNITS`.
    horizon_quarters, review_quarters : int
        Length of the outcome window; quarters from one review to the next.
    most_reviews : int
        Reviews the company is ready to randomise at; with fewer customers than the wanted effect needs,
        the pilot finds larger effects only, and says which.
    """

    wanted: float = 0.03
    unit: str = "points_share"
    horizon_quarters: int = 4
    review_quarters: int = 4
    most_reviews: int = 4


@shown("band", "customers", "expected_error")
@dataclass(frozen=True, slots=True)
class PilotOption:
    """One band: customers a review finds in it, expected error and detectable effect of one review."""

    band: float
    customers: int
    expected_error: float
    detectable: float


@shown("customers", "quarters", "expected_error", "wanted")
@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot that would settle the question.

    Attributes
    ----------
    band : float
        Randomise from ``1 - band`` to ``1 + band`` times the bar.
    customers : int
        In the band at one review; half of them get the grade.
    reviews, quarters : int
        Reviews to randomise at, and quarters until the last outcome is known.
    expected_error, detectable : float
        Of the finished pilot, in ``unit``.
    wanted : float
    needed : int
        Randomised rows at which ``wanted`` is detectable; 0 where the spread of the outcome is not known.
    unit : str
    options : tuple of PilotOption
        Every band looked at, for one review.
    text : Label
        The proposal in one sentence.
    """

    band: float
    customers: int
    reviews: int
    quarters: int
    expected_error: float
    detectable: float
    wanted: float
    needed: int
    unit: str
    options: tuple[PilotOption, ...]
    text: Label


def design_pilot(basis: PilotBasis, plan: PilotPlan) -> Pilot:
    """The narrowest band that finds the wanted effect in one review, or else the widest over several.

    Examples
    --------
    >>> import toolkit
    >>> basis = toolkit.PilotBasis.of_share(0.8, near={0.3: 6_000})
    >>> found = toolkit.design_pilot(basis, toolkit.PilotPlan(wanted=0.03))
    >>> found
    Pilot(6,000 customers, 4 quarters, expected error 1.0 pp, wanted 3.0 pp)
    >>> found.needed
    5576
    """
    if plan.wanted <= 0:
        raise ValueError(f"the effect worth finding must be positive; got {plan.wanted}")
    options = tuple(_option(basis, band) for band in sorted(basis.near))
    needed = rows_needed(basis.variance, plan.wanted) if isfinite(basis.variance) else 0
    chosen = next((option for option in options if option.customers >= max(needed, 1)), options[-1])
    wished = ceil(needed / chosen.customers) if chosen.customers else 0
    reviews = min(max(1, wished), plan.most_reviews) if chosen.customers else 0
    final = of_pilot(basis.variance, chosen.customers * reviews)
    quarters = (reviews - 1) * plan.review_quarters + plan.horizon_quarters if reviews else 0
    return Pilot(
        chosen.band,
        chosen.customers,
        reviews,
        quarters,
        final.expected_error,
        final.detectable,
        plan.wanted,
        needed,
        plan.unit,
        options,
        _text(chosen, reviews, quarters, final.detectable, plan.unit),
    )


def _option(basis: PilotBasis, band: float) -> PilotOption:
    power = of_pilot(basis.variance, basis.near[band])
    return PilotOption(band, basis.near[band], power.expected_error, power.detectable)


def _text(chosen: PilotOption, reviews: int, quarters: int, detectable: float, unit: str) -> Label:
    if not reviews:
        return Label(
            "门槛附近没有客户，无法设计试点；请先确定门槛。",
            "Nobody is near the bar, so no pilot can be designed; settle on a bar first.",
        )
    zh = f"在门槛上下 {chosen.band:.0%} 范围内抽签，每次复评约 {chosen.customers:,} 位客户，一半享受该等级；"
    en = (
        f"Draw lots within {chosen.band:.0%} of the bar: about {chosen.customers:,} customers at each review, "
        f"half of them with the grade; {reviews} review{'s' * (reviews > 1)}, "
    )
    if not isfinite(detectable):
        return Label(
            f"{zh}共 {reviews} 次复评，{quarters} 个季度后有结果。",
            f"{en}and the outcome is known after {quarters} quarters.",
        )
    return Label(
        f"{zh}共 {reviews} 次复评，{quarters} 个季度后可检出 {figure(detectable, unit, 'zh')}的变化。",
        f"{en}and after {quarters} quarters a change of {figure(detectable, unit, 'en')} would be found.",
    )
