"""What a grade changed for those who gained it at a review, on spend, visits or tickets.

Method
------
At the launch of a programme: the change from as long before the review as the outcome is after it. In an
ongoing programme, where an upgrade means low last time and high now: adjustment for the score, its square and
cube, and all earlier periods. Before the figure is believed, the same method is applied to reviews from
before the programme existed, those above the bar in the place of those graded; a difference there refuses it
(methods, 2.2). A change from before to after is never quoted.

Assumes
-------
Luck in the graded period fades as it came (symmetric), or nothing but the recorded history drives both grade
and outcome (history), at the review studied as at the earlier ones. The placebo grades by the rule:
exceptions made for reasons that nobody recorded are not put to the test by it.

Does not show
-------------
Retention, which cannot be differenced; what the grade would do to customers who never come near it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.effects.effect import Check, Effect, Estimand
from toolkit.effects.pictures import EventPicture
from toolkit.effects.pilot import PilotBasis
from toolkit.effects.power import DETECTABLE
from toolkit.effects.reasons import reasons
from toolkit.effects.refusal import refuse
from toolkit.effects.rollout.bounds import widened
from toolkit.effects.rollout.comparison import Recipe, by_rule, compare, placebo_reviews
from toolkit.effects.rollout.contrast import Contrast, NoContrast
from toolkit.effects.rollout.gates import (
    check,
    refusals,
    survival_checks,
    weaknesses,
    zero_family,
    zero_p_values,
)
from toolkit.effects.rollout.regression_to_mean import expected_drop
from toolkit.effects.rollout.review_sample import ReviewDesign, ReviewSample
from toolkit.errors import HistoryError


def estimate_launch(sample: ReviewSample, design: ReviewDesign) -> Effect:
    """The change for those graded at the first review of a programme, or a refusal with a pilot.

    Returns
    -------
    Effect
        ``readings``: ``honest``, the figure with its interval widened by the departure that the ``breakdown``
        check asks it to survive. Check ``expected_drop`` holds the fall to expect with no programme at all.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng, world = np.random.default_rng(1), toolkit.World(customers=6_000)
    >>> panel = toolkit.simulate_panel(rng, world, toolkit.PanelPlan())
    >>> sample = toolkit.ReviewSample(panel.yearly(), panel.x, panel.treated)
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.ReviewDesign(toolkit.Question(words, words, words, 4))
    >>> toolkit.estimate_launch(sample, design)
    Effect(rollout, 7.2% [3.8%, 10.6%], identified, 6,000 customers)
    """
    return _estimate(sample, design, sample.launch, ongoing=False)


def estimate_upgrade(sample: ReviewSample, design: ReviewDesign) -> Effect:
    """The change for those who gained (or lost) the grade at a review of an ongoing programme, or a refusal.

    See :func:`estimate_launch`. Compared are customers without the grade at the review before (with it, where
    the design looks down).

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng, world = np.random.default_rng(1), toolkit.World(customers=6_000)
    >>> panel = toolkit.simulate_panel(rng, world, toolkit.PanelPlan())
    >>> sample = toolkit.ReviewSample(panel.yearly(), panel.x, panel.treated)
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.ReviewDesign(toolkit.Question(words, words, words, 4))
    >>> toolkit.estimate_upgrade(sample, design)
    Effect(rollout, 2.5% [−5.2%, 10.1%], identified, 6,000 customers)
    """
    return _estimate(sample, design, sample.reviews - 1 - design.horizon, ongoing=True)


def _estimate(sample: ReviewSample, design: ReviewDesign, usual: int | None, *, ongoing: bool) -> Effect:
    if not np.isfinite(sample.outcome).any():
        return _refused(sample, design, ("CENSORED",))
    if sample.retention:
        return _refused(sample, design, ("RISKSET",))
    if sample.launch is None or usual is None:
        return _refused(sample, design, ("NOPROGRAMME",))
    if sample.cluster is not None and len(np.unique(sample.cluster)) < design.limits.clusters:
        return _refused(sample, design, ("CLUSTERS",))
    if design.review is None and ongoing and usual <= sample.launch:
        return _refused(sample, design, ("CENSORED",))
    review = usual if design.review is None else design.review
    _require_review(sample, review, ongoing)
    if review + design.horizon >= sample.reviews:
        return _refused(sample, design, ("CENSORED",))
    recipe = _recipe(sample, design, review, ongoing)
    if recipe.earlier < 0 or (recipe.method == "symmetric" and review < design.horizon):
        return _refused(sample, design, ("NOBEFORE",))
    try:
        found = compare(sample, sample.received, review, recipe)
        placebos = {p: compare(sample, by_rule(sample), p, recipe) for p in placebo_reviews(sample, recipe)}
    except NoContrast:
        return _refused(sample, design, ("UNITS",))
    checks = _checks(sample, found, placebos, design)
    if refusals(checks):
        picture = _picture(sample, design, review, recipe, last=review)
        return _refused(sample, design, refusals(checks), checks, found, picture)
    missed = DETECTABLE * min(c.error for c in placebos.values())
    checks += survival_checks(
        found.estimate(design.unit, design.level), _worst(placebos), missed, design.limits.breakdown
    )
    picture = _picture(sample, design, review, recipe)
    return _identified(sample, design, found, placebos, checks, picture, recipe)


def _require_review(sample: ReviewSample, review: int, ongoing: bool) -> None:
    first = sample.launch + 1 if ongoing else sample.launch
    if not first <= review < sample.reviews or (not ongoing and review != first):
        raise HistoryError(
            zh=f"复评 {review} 不适用：首次评级在第 {sample.launch} 次，共 {sample.reviews} 次复评（从 0 起）。",
            en=f"review {review} does not fit: grades were first given at review {sample.launch} of "
            f"{sample.reviews} (counted from 0); an ongoing programme is studied after that, a launch at it.",
        )


def _recipe(sample: ReviewSample, design: ReviewDesign, review: int, ongoing: bool) -> Recipe:
    """Both the review and the last one before the programme adjust for the same number of earlier periods."""
    method = design.method or ("history" if ongoing else "symmetric")
    earlier = min(review, sample.launch - design.horizon) if method == "history" else 0
    return Recipe(method, design.direction if ongoing else None, design.horizon, earlier)


def _checks(
    sample: ReviewSample, found: Contrast, placebos: dict[int, Contrast], design: ReviewDesign
) -> tuple[Check, ...]:
    limits = design.limits
    least = min(found.treated, found.others)
    listed = [check("units", least >= limits.units, least, limits.units)]
    if np.isfinite(found.freedom):
        n = found.freedom + 1
        listed.append(check("many_clusters", n >= limits.many_clusters, n, limits.many_clusters))
    listed.append(check("before", bool(placebos), len(placebos), 1))
    if placebos:
        p = {f"{r}": float(zero_p_values(c.value, c.error, c.freedom)) for r, c in placebos.items()}
        listed.append(zero_family("placebo_review", p, limits.family))
    return (*listed, *_regression(sample))


def _regression(sample: ReviewSample) -> tuple[Check, ...]:
    """The fall to expect, from the last two reviews that no grade had touched."""
    if not sample.launch:
        return ()
    pair = sample.distance[:, [sample.launch - 1, sample.launch]]
    earlier, later = pair[np.isfinite(pair).all(axis=1)].T
    share = float((later >= 0).mean()) if len(later) else 0.0
    if not 0 < share < 1:
        return ()
    fall = expected_drop(float(np.corrcoef(earlier, later)[0, 1]), float(later.std()), share)
    return (check("expected_drop", True, fall, float("nan")),)


def _worst(placebos: dict[int, Contrast]) -> float:
    return max(abs(c.value) for c in placebos.values())


def _identified(
    sample: ReviewSample,
    design: ReviewDesign,
    found: Contrast,
    placebos: dict[int, Contrast],
    checks: tuple[Check, ...],
    picture: EventPicture,
    recipe: Recipe,
) -> Effect:
    weak, estimate = weaknesses(checks), found.estimate(design.unit, design.level)
    honest = widened(estimate, design.limits.breakdown * _worst(placebos))
    return Effect(
        "rollout",
        "identified_weak" if weak else "identified",
        _estimand(recipe),
        "identified",
        design.question,
        estimate,
        found.error,
        readings=(("honest", honest),),
        checks=checks,
        reasons=reasons(*weak),
        power=found.power,
        picture=picture,
        **_counts(sample, found),
    )


def _estimand(recipe: Recipe) -> Estimand:
    """With history only those whom the rule decided speak."""
    return "ATT" if recipe.method == "symmetric" else "LATE"


def _picture(
    sample: ReviewSample, design: ReviewDesign, review: int, recipe: Recipe, last: int | None = None
) -> EventPicture:
    """The gap by period up to ``last``, relative to the base period or to the history adjusted for."""
    symmetric = recipe.method == "symmetric"
    taken = {review - recipe.horizon} if symmetric else set(range(review - recipe.earlier, review + 1))
    base = max(taken) - review - 1
    rows = {base: (0.0, 0.0, 0.0, 0)}
    for period in range((review + recipe.horizon if last is None else last) + 1):
        if period not in taken:
            try:
                found = compare(sample, sample.received, review, recipe, period)
            except NoContrast:
                continue
            figure = found.estimate(design.unit, design.level)
            rows[period - review - 1] = (figure.value, figure.low, figure.high, found.treated)
    rows[base] = (0.0, 0.0, 0.0, max(row[3] for row in rows.values()))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"]).sort_index()
    return EventPicture(table.rename_axis("period"), base)


def _counts(sample: ReviewSample, found: Contrast | None) -> dict[str, int]:
    customers = len(sample.outcome) if sample.customer is None else len(np.unique(sample.customer))
    rows = 0 if found is None else found.treated + found.others
    return {"n": rows or len(sample.outcome), "n_customers": customers, "n_effective": rows}


def _refused(
    sample: ReviewSample,
    design: ReviewDesign,
    codes: tuple[str, ...],
    checks: tuple[Check, ...] = (),
    found: Contrast | None = None,
    picture: EventPicture | None = None,
) -> Effect:
    """A refusal; its picture ends with the graded period, and its pilot draws lots around the bar."""
    changes = np.diff(sample.outcome, axis=1)
    known = changes[np.isfinite(changes)]
    latest = sample.distance[:, -1]
    refused = refuse(
        design.question,
        *codes,
        basis=PilotBasis.of_scores(
            np.exp(latest[np.isfinite(latest)]), float(np.var(known)) if len(known) else float("nan")
        ),
        plan=replace(design.plan, unit=design.unit),
        design="rollout",
        estimand="ATT",
    )
    power = None if found is None else found.power
    return replace(refused, checks=checks, power=power, picture=picture, **_counts(sample, found))
