"""What a programme changed for those who started, from starts at different times.

Method
------
Difference in differences by group and time against units that had not started yet, averaged over the units
and periods after each start (Callaway & Sant'Anna 2021); the average of a regression with unit and period
dummies is never quoted. Errors are clustered by what decided the start. Periods before the start must show
nothing, nor may a start that never was; the breakdown value says how large a departure from parallel trends
the figure survives (methods, 2.2).

Assumes
-------
Without the programme, those who started would have moved like those who had not; nobody changed in
expectation of the start; one customer's start changes nothing for another. A start is for good: who leaves
counts as started.

Does not show
-------------
What the programme would do to those who never started, or retention, which cannot be differenced.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.effects.effect import Check, Effect
from toolkit.effects.pictures import EventPicture
from toolkit.effects.power import DETECTABLE, Power
from toolkit.effects.reasons import reasons
from toolkit.effects.rollout.bounds import drift, undetected_drift, widened
from toolkit.effects.rollout.gates import refusals, survival_checks, weaknesses
from toolkit.effects.rollout.group_time import BASE, GroupTime, NoComparison, group_time_effects
from toolkit.effects.rollout.lottery import refuse_with_lottery
from toolkit.effects.rollout.permutation import Redrawn
from toolkit.effects.rollout.sample import RolloutDesign, RolloutSample
from toolkit.effects.rollout.staggered_gates import (
    checks_before,
    cluster_checks,
    redraw_few,
    size_checks,
)
from toolkit.estimate import Estimate


def estimate_rollout(sample: RolloutSample, design: RolloutDesign) -> Effect:
    """The average change of those who started, or a refusal with the lottery that would replace it.

    Units under the programme from the first period on are left out: what they were before is not on record.

    Returns
    -------
    Effect
        ``estimate``: mean of the effects by group and time after the start, weighted by units. ``readings``:
        ``horizon_0``, ``horizon_1`` ... (periods since the start), ``dynamic`` (their plain mean) and
        ``honest`` (the headline, its interval widened by the departure that the ``breakdown`` check asks it
        to survive).

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> start = rng.choice([4.0, 5.0, 6.0, np.nan], 1_000)
    >>> lift = 0.06 * (np.arange(8) >= start[:, None])
    >>> log_spend = 5 + rng.normal(0, 0.3, (1_000, 1)) + rng.normal(0, 0.2, (1_000, 8)) + lift
    >>> sample = toolkit.RolloutSample(log_spend, start)
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.RolloutDesign(toolkit.Question(words, words, words, 4), unit="index")
    >>> toolkit.estimate_rollout(sample, design)
    Effect(rollout, 0.06 [0.03, 0.08], identified, 1,000 customers)
    """
    code = _unanswerable(sample)
    if code:
        return _refused(sample, design, (code,))
    sample = sample.where((sample.begun > 0) & np.isfinite(sample.outcome).any(axis=1))
    sizes = cluster_checks(sample, design)
    if refusals(sizes):
        return _refused(sample, design, refusals(sizes), sizes)
    try:
        found = group_time_effects(sample, design.controls)
    except NoComparison:
        return _refused(sample, design, ("NOCONTROL",), sizes)
    redrawn = redraw_few(sample, design)
    checks = (*size_checks(found, design), *sizes, *checks_before(sample, found, redrawn, design))
    if refusals(checks):
        return _refused(sample, design, refusals(checks), checks, found)
    estimate = _headline(found, redrawn, design)
    if not np.isfinite([estimate.low, estimate.high]).all():
        return _refused(sample, design, ("CLUSTERS",), checks, found)
    missed = undetected_drift(found, design.limits.family / 2)
    checks += survival_checks(estimate, drift(found), missed, design.limits.breakdown)
    return _identified(sample, found, design, estimate, checks)


def _unanswerable(sample: RolloutSample) -> str | None:
    """The code of a question that the units cannot answer at all."""
    if not np.isfinite(sample.outcome).any():
        return "CENSORED"
    if sample.retention:
        return "RISKSET"
    begun = sample.begun
    if not np.isfinite(begun).any():
        return "NOTRUNNING" if np.isfinite(sample.start).any() else "NOPROGRAMME"
    return "NOBEFORE" if begun[np.isfinite(begun)].max() == 0 else None


def _headline(found: GroupTime, redrawn: Redrawn | None, design: RolloutDesign) -> Estimate:
    if redrawn is None:
        return _estimate(found.value, found.error, found, design)
    return Estimate(found.value, redrawn.low, redrawn.high, design.unit, design.level)


def _estimate(value: float, error: float, found: GroupTime, design: RolloutDesign) -> Estimate:
    reach = stats.t.ppf((1 + design.level) / 2, found.freedom) * error
    return Estimate(float(value), float(value - reach), float(value + reach), design.unit, design.level)


def _identified(
    sample: RolloutSample,
    found: GroupTime,
    design: RolloutDesign,
    estimate: Estimate,
    checks: tuple[Check, ...],
) -> Effect:
    weak = weaknesses(checks)
    return Effect(
        "rollout",
        "identified_weak" if weak else "identified",
        "ATT",
        "identified",
        design.question,
        estimate,
        found.error,
        readings=_readings(found, estimate, design),
        checks=checks,
        reasons=reasons(*weak),
        power=_power(found),
        picture=_picture(found, design, found.horizons),
        **_counts(sample, found),
    )


def _readings(
    found: GroupTime, estimate: Estimate, design: RolloutDesign
) -> tuple[tuple[str, Estimate], ...]:
    after = found.after
    each = [
        (f"horizon_{e}", _estimate(row.value, row.error, found, design))
        for e, row in zip(after.index, after.itertuples(), strict=True)
    ]
    mean = (found.horizons.index >= 0) / len(after)
    error = float(np.sqrt(mean @ found.cov @ mean))
    honest = widened(estimate, design.limits.breakdown * drift(found))
    return (*each, ("dynamic", _estimate(found.dynamic, error, found, design)), ("honest", honest))


def _picture(found: GroupTime, design: RolloutDesign, shown: pd.DataFrame) -> EventPicture:
    drawn = [_estimate(row.value, row.error, found, design) for row in shown.itertuples()]
    table = pd.DataFrame(
        {
            "value": [item.value for item in drawn],
            "low": [item.low for item in drawn],
            "high": [item.high for item in drawn],
            "n": shown["n"].to_numpy(),
        },
        index=shown.index,
    )
    table.loc[BASE] = (0.0, 0.0, 0.0, found.started)
    table = table.sort_index().astype({"n": int})
    return EventPicture(table.rename_axis("period"), BASE)


def _power(found: GroupTime) -> Power:
    return Power(found.started, found.error, DETECTABLE * found.error)


def _counts(sample: RolloutSample, found: GroupTime | None) -> dict[str, int]:
    customers = len(sample.start) if sample.customer is None else len(np.unique(sample.customer))
    return {
        "n": int(np.isfinite(sample.outcome).sum()),
        "n_customers": customers,
        "n_effective": 0 if found is None else found.started,
    }


def _refused(
    sample: RolloutSample,
    design: RolloutDesign,
    codes: tuple[str, ...],
    checks: tuple[Check, ...] = (),
    found: GroupTime | None = None,
) -> Effect:
    """A refusal; its picture ends before the start."""
    changes = np.diff(sample.outcome, axis=1)
    known = changes[np.isfinite(changes)]
    waiting = int(np.isinf(sample.begun).sum())
    refused = refuse_with_lottery(
        design.question,
        codes,
        float(np.var(known)) if len(known) else float("nan"),
        waiting or len(sample.start),
        replace(design.plan, unit=design.unit),
    )
    return replace(
        refused,
        checks=checks,
        power=None if found is None else _power(found),
        picture=None if found is None else _picture(found, design, found.before),
        **_counts(sample, found),
    )
