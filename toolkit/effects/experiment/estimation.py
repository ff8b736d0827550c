"""What a treatment caused among customers to whom chance gave it.

Method
------
Difference of the arms, adjusted for covariates where there are any (Lin 2013), else the difference in
means; strata and clusters of the draw are respected (:mod:`toolkit.effects.experiment.contrast`). What
counts is the arm drawn: where the arm received differs, the figure is the effect of being drawn, and the
effect on those who follow the draw stands among the readings.

Assumes
-------
Arms were given by the probabilities planned, one customer's arm does not change another's outcome, and
unknown outcomes are unknown for the same reasons in every arm.

Does not show
-------------
What the treatment does to customers who were not drawn, or once everybody has it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from toolkit.effects.effect import Check, Effect, Estimand
from toolkit.effects.experiment.compliance import of_followers
from toolkit.effects.experiment.contrast import Contrast, Layout, contrast, mean_of_arm
from toolkit.effects.experiment.gates import Comparison, refusals, run_gates, weaknesses
from toolkit.effects.experiment.sample import ExperimentDesign, ExperimentSample
from toolkit.effects.experiment.units import drawn_whole, layout
from toolkit.effects.experiment.wording import explain, new_draw
from toolkit.effects.family import holm
from toolkit.effects.pictures import ArmsPicture
from toolkit.effects.pilot import SHARES
from toolkit.effects.power import DETECTABLE, Power
from toolkit.effects.reasons import with_detectable
from toolkit.estimate import Estimate
from toolkit.terms import Label

FAMILY = Label("与对照组之差（已按组数校正）", "difference from control, adjusted for the number of arms")


def estimate_experiment(sample: ExperimentSample, design: ExperimentDesign) -> Effect | dict[object, Effect]:
    """The effect of the treatment, or a refusal; with several treatments one effect for each.

    Returns
    -------
    Effect, or dict of arm to Effect
        ``readings``: ``difference`` (means), ``adjusted`` (with covariates); where receipt is on record and
        differs from the draw, ``first_stage`` and ``cace`` (absent where its set of values has no bounds);
        with several treatments ``simultaneous``, whose interval holds for all of them at once.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> words = toolkit.Label("例", "example")
    >>> design = toolkit.ExperimentDesign(toolkit.Question(words, words, words, 4))
    >>> given = np.repeat([True, False], 1_000)
    >>> stayed = np.concatenate([np.arange(1_000) < 850, np.arange(1_000) < 800]).astype(float)
    >>> sample = toolkit.ExperimentSample(stayed, given, {True: 0.5, False: 0.5})
    >>> toolkit.estimate_experiment(sample, design)
    Effect(experiment, +5.0 pp [+1.7, +8.3], identified, 2,000 customers)
    """
    arms = sample.treatments
    if len(arms) == 1:
        return estimate_arm(sample, design, arms[0])[0]
    found = {}
    for arm in arms:
        named = Label(f"{arm} 与 {sample.control}", f"{arm} against {sample.control}")
        asked = replace(design, question=replace(design.question, contrast=named))
        found[arm] = estimate_arm(sample, asked, arm, len(arms))
    adjusted = holm(np.array([np.nan if main is None else main.p_value for _, main in found.values()]))
    return {
        arm: effect if main is None else replace(effect, checks=(*effect.checks, _family(main, p)))
        for (arm, (effect, main)), p in zip(found.items(), adjusted, strict=True)
    }


def _family(main: Contrast, adjusted: float) -> Check:
    return Check("several_arms", True, main.p_value, float("nan"), FAMILY, float(adjusted))


def estimate_arm(
    sample: ExperimentSample,
    design: ExperimentDesign,
    arm: object,
    arms: int = 1,
    before: tuple[Check, ...] = (),
) -> tuple[Effect, Contrast | None]:
    """One of ``arms`` treatments against control; ``before`` are checks made already. None where refused."""
    known = sample.where(_known(sample))
    found = Comparison(sample, known, layout(known, arm), arm)
    checks = (*before, *run_gates(found, design.limits))
    codes = list(refusals(checks))
    if not len(known.outcome):
        codes = [code for code in codes if code != "SMALL"] + ["CENSORED"]
    if codes:
        return _refused(found, design, checks, codes), None
    return _identified(found, design, checks, arms)


def _known(sample: ExperimentSample) -> np.ndarray:
    known = np.isfinite(sample.outcome)
    return known if sample.complete is None else known & np.asarray(sample.complete, dtype=bool)


def _identified(
    found: Comparison, design: ExperimentDesign, checks: tuple[Check, ...], arms: int
) -> tuple[Effect, Contrast]:
    y = found.known.outcome[:, None]
    plain = found.at.without_covariates()
    difference = contrast(y, plain)
    main = contrast(y, found.at) if _adjustable(found.at, design.limits.per_covariate) else difference
    readings = [("difference", difference.estimate(design.unit, design.level))]
    if main is not difference:
        readings.append(("adjusted", main.estimate(design.unit, design.level)))
    readings += _receipt(found, main is not difference, design)
    if arms > 1:
        together = 1 - (1 - design.level) / arms
        readings.append(("simultaneous", main.estimate(design.unit, together)))
    weak = weaknesses(checks)
    effect = Effect(
        "experiment",
        "identified_weak" if weak else "identified",
        _estimand(found),
        "identified",
        design.question,
        main.estimate(design.unit, design.level),
        main.std_error,
        readings=tuple(readings),
        checks=checks,
        reasons=explain(*weak),
        power=expected_power(found.known.outcome, found.at),
        picture=ArmsPicture(_arm_means(found.known, design)),
        **_counts(found),
    )
    return effect, main


def _adjustable(at: Layout, per_covariate: int) -> bool:
    """Whether each covariate has units enough in the smaller arm."""
    if not at.x.shape[1]:
        return False
    whole = drawn_whole(at.cluster, at.arm)
    sizes = [len(np.unique(at.cluster[at.arm == a])) if whole else np.sum(at.arm == a) for a in (0, 1)]
    return min(sizes) >= per_covariate * at.x.shape[1]


def _had(found: Comparison) -> np.ndarray | None:
    """Whether each row had the treatment; None where receipt is not on record."""
    received = found.known.received
    if received is None:
        return None
    if received.dtype == bool and len(found.known.arms) == 2:
        return received
    return np.asarray(received == found.treatment, dtype=bool)


def _followed(found: Comparison) -> bool:
    """Whether everybody had the arm drawn, as far as is known."""
    had, two = _had(found), found.at.arm >= 0
    return had is None or bool((had[two] == (found.at.arm[two] == 1)).all())


def _estimand(found: Comparison) -> Estimand:
    return "ATE" if _followed(found) else "ITT"


def _receipt(found: Comparison, adjusted: bool, design: ExperimentDesign) -> list[tuple[str, Estimate]]:
    if _followed(found):
        return []
    both = np.column_stack([found.known.outcome, _had(found)]).astype(float)
    together = contrast(both, found.at if adjusted else found.at.without_covariates())
    listed = [("first_stage", together.estimate("share", design.level, 1))]
    followers = of_followers(together, design.unit, design.level)
    return listed if followers is None else [*listed, ("cace", followers)]


def expected_power(outcome: np.ndarray, at: Layout) -> Power:
    """What the rows could show, from their number and the spread inside the arms alone."""
    whole, variance = drawn_whole(at.cluster, at.arm), 0.0
    for arm in (0, 1):
        y = outcome[at.arm == arm]
        if whole and len(y):
            group = np.unique(at.cluster[at.arm == arm], return_inverse=True)[1]
            y = np.bincount(group, y) / np.bincount(group)
        variance += float(np.var(y)) / len(y) if len(y) else float("inf")
    error = float(np.sqrt(variance))
    return Power(int(np.sum(at.arm >= 0)), error, DETECTABLE * error)


def _arm_means(known: ExperimentSample, design: ExperimentDesign) -> pd.DataFrame:
    """Mean of each arm with its interval, by strata and clusters as the difference."""
    table = {}
    for label in known.arms:
        own = int(np.sum(known.codes == known.arms.index(label)))
        if own:
            at = layout(known, label).without_covariates()
            mean = mean_of_arm(known.outcome[:, None], at).estimate(design.unit, design.level)
            table[label] = {"n": own, "mean": mean.value, "low": mean.low, "high": mean.high}
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("arm")


def _counts(found: Comparison) -> dict[str, int]:
    pair = found.pair
    customers = len(pair.outcome) if pair.customer is None else len(np.unique(pair.customer))
    return {
        "n": len(pair.outcome),
        "n_customers": customers,
        "n_effective": int(np.sum(found.at.arm >= 0)),
    }


def _refused(
    found: Comparison, design: ExperimentDesign, checks: tuple[Check, ...], codes: list[str]
) -> Effect:
    """A refusal with its checks and the experiment that would replace it; no means, since a gap would be
    read."""
    y = found.known.outcome
    unknown = 0.25 if design.unit in SHARES else float("nan")
    variance = float(np.var(y)) if len(y) else unknown
    plan = replace(design.plan, unit=design.unit, horizon_quarters=design.question.horizon_quarters)
    power = expected_power(y, found.at)
    return Effect(
        "experiment",
        "not_identified",
        _estimand(found),
        "none",
        design.question,
        checks=checks,
        reasons=with_detectable(explain(*codes), power.detectable, design.unit),
        power=power,
        pilot=new_draw(variance, _counts(found)["n_customers"], plan),
        **_counts(found),
    )
