"""What a grade changed in retention, from cohorts of the same score before and after a launch.

Method
------
Retention of one customer cannot be differenced, that of cohorts can: customers active at a review, in bands of the
score on both sides of the bar. The change of retention above the bar, from reviews before the programme to its
launch, minus the change below it; bands keep their own levels. Between any two reviews before the launch the same
difference must be nothing.

Assumes
-------
Without the programme, retention just above and just below the bar would have moved alike from review to review.

Does not show
-------------
What happens at later reviews, whose customers include those whom the grade has kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from toolkit.effects.effect import Check, Effect, Question
from toolkit.effects.pictures import EventPicture
from toolkit.effects.pilot import PilotBasis, PilotPlan
from toolkit.effects.power import DETECTABLE
from toolkit.effects.reasons import reasons
from toolkit.effects.refusal import refuse
from toolkit.effects.rollout.bounds import widened
from toolkit.effects.rollout.contrast import Contrast, NoContrast, contrast
from toolkit.effects.rollout.gates import (
    check,
    refusals,
    survival_checks,
    weaknesses,
    zero_family,
    zero_p_values,
)
from toolkit.effects.rollout.sample import RolloutLimits, require_rows
from toolkit.shown import shown


@shown("stayed")
@dataclass(frozen=True, slots=True)
class CohortSample:
    """Customers active at reviews, one row per customer and review; all arrays have shape (n,).

    Attributes
    ----------
    distance : ndarray of float
        log(score / bar) at the review.
    stayed : ndarray of float
        1 where the customer was still active at the horizon, else 0; NaN where not known yet.
    review : ndarray of int
        Number of the review; order matters, gaps do not.
    customer : ndarray
        Ids; errors are clustered by them.
    """

    distance: np.ndarray
    stayed: np.ndarray
    review: np.ndarray
    customer: np.ndarray

    def __post_init__(self) -> None:
        columns = {"stayed": self.stayed, "review": self.review, "customer": self.customer}
        require_rows(columns, len(self.distance))

    def where(self, keep: np.ndarray) -> CohortSample:
        """The rows where ``keep`` is true."""
        return CohortSample(self.distance[keep], self.stayed[keep], self.review[keep], self.customer[keep])


@dataclass(frozen=True, slots=True)
class CohortDesign:
    """What is asked of the cohorts.

    Attributes
    ----------
    question : Question
    launch : int
        Review at which the grade was first given; later ones are left out.
    reach, band : float
        Largest distance from the bar, and width of a band, in log points.
    unit, level, limits, plan
    """

    question: Question
    launch: int
    reach: float = 0.5
    band: float = 0.1
    unit: str = "points_share"
    level: float = 0.95
    limits: RolloutLimits = field(default_factory=RolloutLimits)
    plan: PilotPlan = field(default_factory=PilotPlan)


def estimate_cohorts(sample: CohortSample, design: CohortDesign) -> Effect:
    """The change of retention from being entitled to the grade, or a refusal with a pilot.

    Returns
    -------
    Effect
        Of entitlement (ITT) for those above the bar within the reach, less whatever those below it got by
        exception; ``readings``: ``honest``.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> years = np.repeat([0, 1, 2, 3], 4_000)
    >>> distance = rng.uniform(-0.4, 0.4, 16_000)
    >>> lift = np.where((years == 3) & (distance >= 0), 0.10, 0.0)
    >>> stayed = (rng.random(16_000) < 0.7 + 0.1 * distance + lift).astype(float)
    >>> sample = toolkit.CohortSample(distance, stayed, years, np.arange(16_000))
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.CohortDesign(toolkit.Question(words, words, words, 4), launch=3)
    >>> toolkit.estimate_cohorts(sample, design)
    Effect(rollout, +7.9 pp [+4.8, +11.0], identified, 16,000 customers)
    """
    known = np.isfinite(sample.stayed) & (np.abs(sample.distance) <= design.reach)
    rows = sample.where(known & (sample.review <= design.launch))
    if design.launch not in rows.review:
        return _refused(sample, design, ("CENSORED",))
    earlier = np.unique(rows.review[rows.review < design.launch])
    if len(earlier) < 2:
        return _refused(rows, design, ("NOBEFORE",))
    try:
        found = _difference(rows, earlier, design.launch, design)
        placebos = {int(p): _difference(rows, earlier[-1:], int(p), design) for p in earlier[:-1]}
    except NoContrast:
        return _refused(rows, design, ("UNITS",))
    checks = _checks(found, placebos, design)
    path = _picture(placebos, earlier, design)
    if refusals(checks):
        refused = _refused(rows, design, refusals(checks))
        return replace(refused, checks=checks, power=found.power, picture=path)
    return _identified(rows, design, found, placebos, checks)


def _difference(rows: CohortSample, base: np.ndarray, review: int, design: CohortDesign) -> Contrast:
    """Change from the ``base`` reviews to ``review`` above the bar, less the same below."""
    part = rows.where(np.isin(rows.review, [*base, review]))
    bands = np.floor(part.distance / design.band)
    levels = [_dummies(bands), _dummies(part.review)]
    entitled = (part.distance >= 0) & (part.review == review)
    return contrast(part.stayed, entitled, np.column_stack(levels), part.customer)


def _dummies(values: np.ndarray) -> np.ndarray:
    return (values[:, None] == np.unique(values)[1:]).astype(float)


def _checks(found: Contrast, placebos: dict[int, Contrast], design: CohortDesign) -> tuple[Check, ...]:
    limits, least = design.limits, min(found.treated, found.others)
    p = {f"{r}": float(zero_p_values(c.value, c.error, c.freedom)) for r, c in placebos.items()}
    return (
        check("units", least >= limits.units, least, limits.units),
        zero_family("placebo_review", p, limits.family),
    )


def _identified(
    rows: CohortSample,
    design: CohortDesign,
    found: Contrast,
    placebos: dict[int, Contrast],
    checks: tuple[Check, ...],
) -> Effect:
    estimate = found.estimate(design.unit, design.level)
    worst = max(abs(c.value) for c in placebos.values())
    missed = DETECTABLE * min(c.error for c in placebos.values())
    checks += survival_checks(estimate, worst, missed, design.limits.breakdown)
    weak = weaknesses(checks)
    earlier = np.unique(rows.review[rows.review < design.launch])
    return Effect(
        "rollout",
        "identified_weak" if weak else "identified",
        "ITT",
        "identified",
        design.question,
        estimate,
        found.error,
        n=len(rows.stayed),
        n_customers=len(np.unique(rows.customer)),
        n_effective=len(rows.stayed),
        readings=(("honest", widened(estimate, design.limits.breakdown * worst)),),
        checks=checks,
        reasons=reasons(*weak),
        power=found.power,
        picture=_picture(placebos | {design.launch: found}, earlier, design),
    )


def _picture(found: dict[int, Contrast], earlier: np.ndarray, design: CohortDesign) -> EventPicture:
    """By review, 0 being the launch; the base is the last review before it."""
    order = {int(review): k - len(earlier) for k, review in enumerate([*earlier, design.launch])}
    rows = {-1: (0.0, 0.0, 0.0, 0)}
    for review, gap in found.items():
        figure = gap.estimate(design.unit, design.level)
        rows[order[review]] = (figure.value, figure.low, figure.high, gap.treated)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"]).sort_index()
    return EventPicture(table.rename_axis("period"), -1)


def _refused(sample: CohortSample, design: CohortDesign, codes: tuple[str, ...]) -> Effect:
    known = sample.stayed[np.isfinite(sample.stayed)]
    variance = float(np.var(known)) if len(known) else 0.25
    reviews = max(1, len(np.unique(sample.review)))
    refused = refuse(
        design.question,
        *codes,
        basis=PilotBasis.of_scores(np.exp(sample.distance), variance, reviews),
        plan=replace(design.plan, unit=design.unit),
        design="rollout",
        estimand="ITT",
    )
    return replace(refused, n=len(sample.stayed), n_customers=len(np.unique(sample.customer)))
