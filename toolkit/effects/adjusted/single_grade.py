"""What a grade caused where judgement or several factors decided it: customers who were alike on record.

Method
------
Chance of the grade and expected outcomes are cross-fitted by customer; the headline is the average change of those
who could have had either grade (overlap weights), doubly robust (methods, 2.3). Overlap and balance are judged before
outcomes are compared.

Assumes
-------
Among customers alike in the recorded factors, who got the grade had nothing else to do with what followed. No data
can show that. The figure therefore counts as identified only where it survives an unrecorded factor as strong as the
strongest recorded one: the interval widened by such a factor still excludes zero. Otherwise it is weak and its
evidence is an assumption; reason HIDDEN says that such a factor would erase what the plain interval shows, MASKED
that the plain interval holds zero itself.

Does not show
-------------
What the grade does to customers who were sure to have or not to have it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.effects.adjusted.averages import (
    Arms,
    change_of_holders,
    change_within,
    difference,
    half_width,
    overlap_means,
)
from toolkit.effects.adjusted.basis import Basis
from toolkit.effects.adjusted.gates import refusals, run_gates, weaknesses, withheld
from toolkit.effects.adjusted.hidden import erased, judge_hidden
from toolkit.effects.adjusted.nuisance import expected_outcome
from toolkit.effects.adjusted.overlap import picture
from toolkit.effects.adjusted.places import pilot_basis, reworded
from toolkit.effects.adjusted.regression import Regression, reading, regress
from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.adjusted.side_by_side import Comparison, compare, expected_power
from toolkit.effects.effect import Check, Effect
from toolkit.effects.reasons import Reason, reasons, with_detectable
from toolkit.effects.refusal import refuse
from toolkit.effects.sensitivity import Sensitivity
from toolkit.estimate import Estimate
from toolkit.terms import Label

FEW = Label("可比客户或事件不足", "too few comparable customers or events")
FEW_REMEDY = Label("合并更多次复评，或随机试点", "stack more past reviews, or run a randomised pilot")


def estimate_adjusted(sample: AdjustedSample, design: AdjustedDesign) -> Effect:
    """The effect of a grade given by judgement or by several factors, or a refusal with a pilot in its place.

    Rows whose outcome is unknown (NaN) are left out.

    Returns
    -------
    Effect
        Design "adjusted", estimand ATO. ``readings``: ``att`` (those who had the grade), ``ate_trimmed`` (everybody
        whose chance was not extreme), both absent where overlap is thin, and ``regression``. ``n_effective``: rows that
        carry weight, both grades together. ``sensitivity`` is always there unless refused.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> rng = np.random.default_rng(1)
    >>> tenure = rng.normal(0, 1, 3_000)
    >>> vip = rng.random(3_000) < 1 / (1 + np.exp(-0.5 * tenure))
    >>> stayed = (rng.random(3_000) < 0.6 + 0.1 * vip + 0.05 * np.tanh(tenure)).astype(float)
    >>> sample = toolkit.AdjustedSample(stayed, vip, {"tenure": tenure})
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.AdjustedDesign(toolkit.Question(words, words, words, 4))
    >>> found = toolkit.estimate_adjusted(sample, design)
    >>> found
    Effect(adjusted, +10.7 pp [+7.2, +14.2], identified, 3,000 customers)
    """
    known = np.isfinite(sample.outcome)
    if not known.any():
        return _refused(sample, design, ("CENSORED",))
    sample = sample.where(known)
    holders = np.count_nonzero(sample.received)
    if not holders:
        return _refused(sample, design, ("NOTRUNNING",))
    if holders == len(sample.received):
        return _refused(sample, design, ("NOOVERLAP",))
    basis = Basis.of(sample.table())
    if basis.empty:
        return _refused(sample, design, ("UNRECORDED",))
    found = compare(sample, basis, design)
    checks = run_gates(sample, found.overlap, design)
    codes = refusals(checks, design.limits.imbalance)
    if codes:
        return _refused(sample, design, codes, checks, found)
    return _identified(found, design, checks)


def _identified(found: Comparison, design: AdjustedDesign, checks: tuple[Check, ...]) -> Effect:
    sample, cluster = found.sample, found.cluster
    expected = expected_outcome(found.basis.matrix, sample.outcome, sample.received, found.fold)
    arms = Arms(sample.outcome, sample.received, found.overlap.chance, expected)
    means = overlap_means(arms)
    change = difference(means)
    regression = regress(sample.outcome, sample.received, found.basis.matrix, cluster)
    hidden = judge_hidden(found, arms, means, regression, design)
    estimate = change.estimate(cluster, design.unit, design.level)
    why = (*weaknesses(checks), *_hidden_codes(estimate, hidden))
    return Effect(
        "adjusted",
        "identified_weak" if why else "identified",
        "ATO",
        "assumed" if why else "identified",
        design.question,
        estimate,
        change.std_error(cluster),
        readings=_readings(arms, regression, found, checks, design),
        checks=checks,
        reasons=reasons(*why),
        power=expected_power(found),
        picture=picture(found.overlap, sample.received),
        sensitivity=hidden,
        **_counts(sample, found),
    )


def _hidden_codes(estimate: Estimate, hidden: Sensitivity) -> tuple[str, ...]:
    if estimate.low <= 0 <= estimate.high:
        return ("MASKED",)
    return ("HIDDEN",) if erased(hidden.bounded) else ()


def _readings(
    arms: Arms,
    regression: Regression,
    found: Comparison,
    checks: tuple[Check, ...],
    design: AdjustedDesign,
) -> tuple[tuple[str, Estimate], ...]:
    listed = []
    if not withheld(checks):
        averages = {"att": change_of_holders(arms), "ate_trimmed": change_within(arms, design.limits.trim)}
        listed = [
            (name, average.estimate(found.cluster, design.unit, design.level))
            for name, average in averages.items()
            if average is not None
        ]
    half = half_width(regression.std_error, design.level)
    return (*listed, ("regression", reading(regression, half, design.unit, design.level)))


def _counts(sample: AdjustedSample, found: Comparison | None) -> dict[str, int]:
    carried = 0 if found is None else int(sum(found.overlap.carried))
    return {
        "n": len(sample.outcome),
        "n_customers": len(np.unique(sample.cluster)),
        "n_effective": carried,
    }


def _refused(
    sample: AdjustedSample,
    design: AdjustedDesign,
    codes: tuple[str, ...],
    checks: tuple[Check, ...] = (),
    found: Comparison | None = None,
) -> Effect:
    """A refusal with counts, checks and, where both grades occur, the picture of their overlap."""
    refused = refuse(
        design.question,
        *codes,
        basis=pilot_basis(sample, design),
        plan=replace(design.plan, unit=design.unit),
        design="adjusted",
        estimand="ATO",
    )
    power = None if found is None else expected_power(found)
    why = tuple(map(_without_bar, refused.reasons))
    return replace(
        refused,
        reasons=why if power is None else with_detectable(why, power.detectable, design.unit),
        checks=checks,
        power=power,
        pilot=reworded(refused.pilot),
        picture=None if found is None else picture(found.overlap, sample.received),
        **_counts(sample, found),
    )


def _without_bar(reason: Reason) -> Reason:
    """The reason in words that do not speak of a bar."""
    if reason.code == "SMALL":
        return replace(reason, sentence=FEW, remedy=FEW_REMEDY)
    if reason.code == "NOOVERLAP":
        return replace(reason, remedy=Label("随机试点", "run a randomised pilot"))
    return reason
