"""One review of a company whose grade has a known effect.

Customers live eight quarters, are reviewed on the spend of the last four, and are followed for
four more. Beside what an analyst could see, every customer carries the two probabilities of
staying, without and with the grade: true effects are means of their difference and contain no
sampling noise beyond the draw of customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.synthetic.assignment import Assignment, assign, complier_share, heaped, push
from toolkit.synthetic.world import (
    SCORE_QUARTERS,
    Latent,
    World,
    chance,
    draw_latent,
    draw_shocks,
    hazard_fall,
    hazard_logit,
    mean_log_spend,
    staying,
)


@dataclass(frozen=True, slots=True)
class ReviewCohort:
    """The customers active at one review; n entries in every array.

    Attributes
    ----------
    score : float array
        Spend of the last four quarters as the programme recorded it, yuan (pushed and rounded if so switched).
    x : float array
        Log of score over bar; the grade is due where x >= 0.
    eligible, treated : bool array
        Z and D: due, and received.
    outcome : float array of 0 and 1
        Y: still active ``outcome_quarters`` after the review.
    stayed_quarters : int array
        Full quarters stayed after the review; ``outcome_quarters`` where outcome is 1.
    spend_before : float array, (n, quarters_before)
        Quarterly spend up to the review, before any pushing; nobody had the grade then.
    spend_after : float array, (n, outcome_quarters)
        Quarterly spend after the review; 0 once left.
    p0, p1 : float array (oracle)
        Probability of outcome 1 without and with the grade, along the customer's own shocks.
    complier, tau, loyalty, size, need : float array (oracle)
        Probability that the bar decides; fall of the leaving logit under the grade; latent traits.
    segment : int array
    tenure : float array, years
    treated_above, treated_below, randomised, pushed : bool array (oracle)
        Grade if above and if below the bar; decided by a coin; score lifted over the bar.
    """

    score: np.ndarray
    x: np.ndarray
    eligible: np.ndarray
    treated: np.ndarray
    outcome: np.ndarray
    stayed_quarters: np.ndarray
    spend_before: np.ndarray
    spend_after: np.ndarray
    p0: np.ndarray
    p1: np.ndarray
    complier: np.ndarray
    tau: np.ndarray
    loyalty: np.ndarray
    size: np.ndarray
    need: np.ndarray
    segment: np.ndarray
    tenure: np.ndarray
    treated_above: np.ndarray
    treated_below: np.ndarray
    randomised: np.ndarray
    pushed: np.ndarray

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, slots=True)
class BarTruth:
    """True answers at the bar.

    Attributes
    ----------
    late : float
        Mean change of the probability of staying among those whose grade the bar decides; nan if nobody's.
    itt : float
        Rise of the mean probability of staying at the bar: ``late * first_stage``.
    first_stage : float
        Rise of the share holding the grade.
    p0 : float
        Mean probability of staying without the grade.
    average : float
        Mean change of the probability over everybody at the bar.
    std_error : float
        Monte Carlo standard error of ``late`` (nan where that is).
    """

    late: float
    itt: float
    first_stage: float
    p0: float
    average: float
    std_error: float


def simulate_review(world: World, rng: np.random.Generator) -> ReviewCohort:
    """Draw one cohort; worlds that differ only in switches share their customers under the same seed.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> cohort = toolkit.simulate_review(toolkit.World(customers=2_000), np.random.default_rng(1))
    >>> above = cohort.x >= 0
    >>> f"{cohort.treated[above].mean():.2f} above the bar, {cohort.treated[~above].mean():.2f} below"
    '0.94 above the bar, 0.02 below'
    >>> stayed = [cohort.outcome[cohort.treated == holds].mean() for holds in (True, False)]
    >>> f"raw gap {stayed[0] - stayed[1]:.3f}, caused {(cohort.p1 - cohort.p0)[cohort.treated].mean():.3f}"
    'raw gap 0.156, caused 0.042'
    """
    everybody = draw_latent(world, world.customers, rng)
    shocks = draw_shocks(world, world.customers, world.quarters_before + world.outcome_quarters, rng)
    active = _active_at_review(world, everybody, shocks, rng)
    latent, shocks = everybody.take(active), shocks[active]
    spend = np.exp(mean_log_spend(world, latent)[:, None] + shocks)
    fate = rng.random((len(latent), world.outcome_quarters))
    earned = spend[:, world.quarters_before - SCORE_QUARTERS : world.quarters_before].sum(axis=1)
    pushed = push(world, earned, latent.loyalty, rng)
    score = heaped(world, pushed)
    x = np.log(score / world.bar)
    decided = assign(world, x, latent.loyalty, rng)
    return _follow(world, latent, (shocks, spend, fate), (score, x, pushed != earned), decided)


def truth_at_bar(world: World, draws: int = 200_000, seed: int = 20261122, at: float = 0.0) -> BarTruth:
    """True effects among customers whose log score over bar is exactly ``at``.

    Each draw is placed at the bar by solving for its size, and weighted by the density of that size
    and by its probability of reaching the review; no band is needed and no draw is wasted. Pushing
    and rounding are ignored: the truth is that of the customers, not of the recorded score.

    Examples
    --------
    >>> import toolkit
    >>> truth = toolkit.truth_at_bar(toolkit.World(), draws=5_000)
    >>> round(truth.first_stage, 2), round(truth.late, 3), round(truth.itt, 3)
    (0.85, 0.05, 0.042)
    >>> toolkit.truth_at_bar(toolkit.World(null=True), draws=5_000).late
    0.0
    """
    rng = np.random.default_rng(seed)
    drawn = draw_latent(world, draws, rng)
    shocks = draw_shocks(world, draws, world.quarters_before + world.outcome_quarters, rng)
    latent, weight = _placed(world, drawn, shocks, at, rng)
    complier = complier_share(world, np.full(draws, at), latent.loyalty)
    p0, p1 = _chances(world, latent, shocks, np.full(draws, at >= 0))
    share = weight / weight.sum()
    first_stage, itt = float((share * complier).sum()), float((share * complier * (p1 - p0)).sum())
    late = itt / first_stage if first_stage > 0 else float("nan")
    deviation = share * complier * (p1 - p0 - late)
    std_error = float(np.sqrt((deviation**2).sum())) / first_stage if first_stage > 0 else float("nan")
    average = float((share * (p1 - p0)).sum())
    return BarTruth(late, itt, first_stage, float((share * p0).sum()), average, std_error)


def _active_at_review(
    world: World, latent: Latent, shocks: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Mask of those who have not left before the review."""
    active = np.ones(len(latent), bool)
    for quarter in range(1, world.quarters_before):
        leaving = chance(hazard_logit(world, latent, latent.tenure, shocks[:, quarter - 1]))
        active &= rng.random(len(latent)) >= leaving
    return active


def _outcome_logits(world: World, latent: Latent, shocks: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """Leaving logits of the outcome quarters without the grade, shape (n, outcome_quarters)."""
    last = shocks[:, world.quarters_before - 1 : -1]
    columns = [hazard_logit(world, latent, latent.tenure, last[:, j]) for j in range(world.outcome_quarters)]
    return np.column_stack(columns) - (world.compound * eligible)[:, None]


def _chances(
    world: World, latent: Latent, shocks: np.ndarray, eligible: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    logits = _outcome_logits(world, latent, shocks, eligible)
    return staying(logits), staying(logits - hazard_fall(world, latent)[:, None])


def _follow(
    world: World,
    latent: Latent,
    paths: tuple[np.ndarray, np.ndarray, np.ndarray],
    scored: tuple[np.ndarray, np.ndarray, np.ndarray],
    decided: Assignment,
) -> ReviewCohort:
    """The cohort after its outcome quarters."""
    (shocks, spend, fate), (score, x, pushed) = paths, scored
    tau = hazard_fall(world, latent)
    logits = _outcome_logits(world, latent, shocks, decided.eligible)
    stays = fate >= chance(logits - (tau * decided.treated)[:, None])
    present = np.logical_and.accumulate(stays, axis=1)
    lifted = spend[:, world.quarters_before :] * np.exp(world.lift * decided.treated)[:, None]
    return ReviewCohort(
        score=score,
        x=x,
        eligible=decided.eligible,
        treated=decided.treated,
        outcome=present[:, -1].astype(float),
        stayed_quarters=present.sum(axis=1),
        spend_before=spend[:, : world.quarters_before],
        spend_after=lifted * present,
        p0=staying(logits),
        p1=staying(logits - tau[:, None]),
        complier=decided.complier,
        tau=tau,
        loyalty=latent.loyalty,
        size=latent.size,
        need=latent.need,
        segment=latent.segment,
        tenure=latent.tenure,
        treated_above=decided.treated_above,
        treated_below=decided.treated_below,
        randomised=decided.randomised,
        pushed=pushed,
    )


def _placed(
    world: World, drawn: Latent, shocks: np.ndarray, at: float, rng: np.random.Generator
) -> tuple[Latent, np.ndarray]:
    """The drawn customers with the size that puts them at the bar, and their weights."""
    without_size = mean_log_spend(world, replace(drawn, size=np.zeros(len(drawn))))
    window = shocks[:, world.quarters_before - SCORE_QUARTERS : world.quarters_before]
    total = np.exp(without_size[:, None] + window).sum(axis=1)
    size = (np.log(world.bar) + at - np.log(total)) / world.size_spend
    rest = np.sqrt(1 - world.size_loyalty**2) * rng.standard_normal(len(drawn))
    latent = replace(drawn, size=size, loyalty=world.size_loyalty * size + rest)
    before = [
        hazard_logit(world, latent, latent.tenure, shocks[:, q]) for q in range(world.quarters_before - 1)
    ]
    return latent, np.exp(-(size**2) / 2) * staying(np.column_stack(before))
