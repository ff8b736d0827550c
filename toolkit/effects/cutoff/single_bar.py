"""What a grade caused, from customers just above and just below its bar.

Method
------
Fuzzy regression discontinuity: the jump of the outcome at the bar over the jump of the grade received,
by local linear regression with robust bias correction, rows of one customer clustered. The interval is
the Anderson-Rubin set; automatic checks decide whether the figure may be shown (methods, 2.1).

Assumes
-------
Customers just above and just below the bar differ in nothing but the grade (nobody is pushed across,
nothing else begins there), nobody is graded down for reaching it, and reaching it matters through the
grade alone.

Does not show
-------------
What the grade does to customers far from its bar, or what another package of service would do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from toolkit.effects.cutoff.coarse import comparable_cells, difference_of_means
from toolkit.effects.cutoff.derivative import effect_slope
from toolkit.effects.cutoff.fitting import Fitting, fit, usable
from toolkit.effects.cutoff.gates import refusals, run_coarse_gates, run_gates, weaknesses
from toolkit.effects.cutoff.local_polynomial import Jump
from toolkit.effects.cutoff.picture import draw_up
from toolkit.effects.cutoff.polynomial import DegenerateFit
from toolkit.effects.cutoff.ratio import Ratio, ratio
from toolkit.effects.cutoff.rows import Rows
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.effect import Check, Effect, Estimand
from toolkit.effects.pilot import SHARES, PilotBasis
from toolkit.effects.power import Power, of_cutoff
from toolkit.effects.reasons import reasons, with_detectable
from toolkit.effects.refusal import refuse
from toolkit.effects.slope import FARTHEST, Slope
from toolkit.estimate import Estimate


def estimate_cutoff(sample: CutoffSample, design: CutoffDesign, before: CutoffSample | None = None) -> Effect:
    """The effect of a grade at its bar, or a refusal with the pilot that would replace it.

    Rows whose outcome is unknown (NaN) or whose distance from the bar lies outside the design's range
    are left out. Where the grade received is not on record, the effect of being entitled is estimated.
    ``before`` holds reviews from before the grade existed; with them a bar that carries another benefit
    can still be used, and the effect is that of the grade given the other benefit.

    Returns
    -------
    Effect
        ``readings``: ``conventional``, ``robust`` (bias-corrected), ``itt`` (jump of the outcome),
        ``first_stage`` (jump of the share that had the grade) and ``with_covariates`` (robust, net of the
        facts from before the review).

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.CutoffDesign(toolkit.Question(words, words, words, 4))
    >>> rng = np.random.default_rng(1)
    >>> spend = rng.uniform(50, 150, 20_000)
    >>> vip = spend >= 100
    >>> stayed = (rng.random(20_000) < 0.7 + 0.1 * vip).astype(float)
    >>> sample = toolkit.CutoffSample(spend, 100.0, stayed, vip)
    >>> toolkit.estimate_cutoff(sample, design)
    Effect(cutoff, +8.5 pp [+2.0, +14.9], identified, 20,000 customers)
    >>> toolkit.estimate_cutoff(sample.where(np.arange(200)), design)
    Effect(cutoff, not identified on this data: SMALL)
    """
    if not np.isfinite(sample.outcome).any():
        return _refused(sample, design, ("CENSORED",))
    inside = usable(sample, design)
    if inside.received is not None and len(inside.score) and not np.any(inside.received):
        return _refused(inside, design, ("NOTRUNNING",))
    try:
        fitting = fit(inside, design, before)
        found = fitting.at()
    except DegenerateFit:
        return _refused(inside, design, ("SMALL",))
    if not found.linked:
        return _refused(inside, design, ("WEAK",), found=found)
    checks = run_gates(fitting, found, design)
    codes = list(refusals(checks))
    if not np.isfinite(found.robust_cov).all():
        codes.append("SMALL")
    elif not ratio(found, design.level).accepted.bounded:
        codes.append("WEAK")
    if codes == ["DISCRETE"] and before is None:
        return _by_cells(fitting, design, checks, found)
    if codes:
        return _refused(fitting.sample, design, tuple(codes), checks, found)
    return _identified(fitting, design, found, checks)


def _by_cells(fitting: Fitting, design: CutoffDesign, checks: tuple[Check, ...], line: Jump) -> Effect:
    """Customers with scores next to the bar, where the score is too coarse for lines."""
    cells = comparable_cells(fitting.rows, fitting.sample.covariates)
    found = None if cells is None else difference_of_means(fitting.rows, cells.left, cells.right)
    if found is None or not found.linked:
        return _refused(fitting.sample, design, ("DISCRETE",), checks, line)
    checks = run_coarse_gates(fitting, found, cells, design, checks)
    codes = refusals(checks)
    if codes or not ratio(found, design.level).accepted.bounded:
        return _refused(fitting.sample, design, (*codes, "DISCRETE"), checks, found)
    return _identified(fitting, design, found, checks)


def expected_power(rows: Rows, found: Jump) -> Power:
    """What the rows near the bar could show, from their number, spread and the first stage alone."""
    near = np.abs(rows.x) <= found.bandwidth.h
    first_stage = 1.0 if len(found.conventional) == 1 else float(found.conventional[1])
    return of_cutoff(float(np.var(rows.y[near, 0])), int(near.sum()), first_stage)


def _estimand(sample: CutoffSample) -> Estimand:
    return "ITT" if sample.received is None else "LATE"


def _counts(sample: CutoffSample, found: Jump | None) -> dict[str, int]:
    customers = len(sample.score) if sample.customer is None else len(np.unique(sample.customer))
    near = 0 if found is None else found.n_left + found.n_right
    return {"n": len(sample.score), "n_customers": customers, "n_effective": near}


def _identified(fitting: Fitting, design: CutoffDesign, found: Jump, checks: tuple[Check, ...]) -> Effect:
    weak, level, sample = weaknesses(checks), ratio(found, design.level), fitting.sample
    h = found.bandwidth.h
    return Effect(
        "cutoff",
        "identified_weak" if weak else "identified",
        _estimand(sample),
        "identified",
        design.question,
        Estimate(level.point, level.accepted.low, level.accepted.high, design.unit, design.level),
        level.std_error,
        min(h, design.limits.reach) if sample.scale == "log" else h,
        readings=(*_readings(found, level, design), *_with_covariates(fitting, design)),
        checks=checks,
        reasons=reasons(*weak),
        power=expected_power(fitting.rows, found),
        picture=draw_up(fitting.rows, found, sample.scale, with_lines=True),
        slope=None if "COARSE" in weak else _slope(fitting, design, found),
        **_counts(sample, found),
    )


def _slope(fitting: Fitting, design: CutoffDesign, found: Jump) -> Slope | None:
    """None with reviews from before: what already jumped then may have had a slope of its own."""
    if fitting.before is not None:
        return None
    sample = fitting.sample
    farthest = (
        FARTHEST if sample.scale == "log" else float(np.expm1(FARTHEST) * np.median(np.abs(sample.bar)))
    )
    return effect_slope(fitting, found, design.unit, farthest)


def _readings(found: Jump, level: Ratio, design: CutoffDesign) -> tuple[tuple[str, Estimate], ...]:
    z = float(stats.norm.ppf((1 + design.level) / 2))

    def reading(value: float, error: float, unit: str) -> Estimate:
        return Estimate(value, value - z * error, value + z * error, unit, design.level)

    errors = np.sqrt(np.diag(found.robust_cov))
    listed = [
        ("conventional", reading(level.conventional, level.conventional_error, design.unit)),
        ("robust", reading(level.corrected, level.std_error, design.unit)),
        ("itt", reading(float(found.corrected[0]), float(errors[0]), design.unit)),
    ]
    if len(errors) == 2:
        listed.append(("first_stage", reading(float(found.corrected[1]), float(errors[1]), "share")))
    return tuple(listed)


def _with_covariates(fitting: Fitting, design: CutoffDesign) -> tuple[tuple[str, Estimate], ...]:
    """The same with facts from before the review, which sharpen it and must not move it."""
    try:
        found = fitting.sharpened()
    except DegenerateFit:
        return ()
    if found is None or not found.linked:
        return ()
    level = ratio(found, design.level)
    half = float(stats.norm.ppf((1 + design.level) / 2)) * level.std_error
    value = level.corrected
    return (("with_covariates", Estimate(value, value - half, value + half, design.unit, design.level)),)


def _refused(
    sample: CutoffSample,
    design: CutoffDesign,
    codes: tuple[str, ...],
    checks: tuple[Check, ...] = (),
    found: Jump | None = None,
) -> Effect:
    """A refusal with counts, checks and, where there are rows on both sides, a picture without lines."""
    refused = refuse(
        design.question,
        *codes,
        basis=pilot_basis(sample, design.unit),
        plan=replace(design.plan, unit=design.unit),
        estimand=_estimand(sample),
    )
    rows = _rows(sample)
    drawn = 0 < rows.split < len(rows.x)
    power = None if found is None else expected_power(rows, found)
    why = (
        refused.reasons if power is None else with_detectable(refused.reasons, power.detectable, design.unit)
    )
    return replace(
        refused,
        reasons=why,
        checks=checks,
        power=power,
        picture=draw_up(rows, found, sample.scale, with_lines=False) if drawn else None,
        **_counts(sample, found),
    )


def _rows(sample: CutoffSample) -> Rows:
    known = sample.where(np.isfinite(sample.outcome) & np.isfinite(sample.x))
    return Rows.of(known.x, known.outcome)


def pilot_basis(sample: CutoffSample, unit: str) -> PilotBasis:
    """Spread of the outcome and number of customers near the bar, for one review of the sample.

    Where no outcome is known yet, a share is given its largest variance, anything else none.
    """
    known = sample.outcome[np.isfinite(sample.outcome)]
    reviews = 1 if sample.review is None else max(1, len(np.unique(sample.review)))
    if sample.scale == "log":
        nearness = sample.score / sample.bar
    else:
        size = np.median(np.abs(sample.bar)) or np.std(sample.score)
        nearness = 1 + (sample.score - sample.bar) / size
    unknown = 0.25 if unit in SHARES else float("nan")
    return PilotBasis.of_scores(nearness, float(np.var(known)) if len(known) else unknown, reviews)
