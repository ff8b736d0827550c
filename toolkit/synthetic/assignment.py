"""From a score to a grade: the rule, its exceptions, judgement, pushing and coins."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.synthetic.shared import Draws
from toolkit.synthetic.world import PUSH_LOYALTY, PUSH_OVERSHOOT, PUSH_REACH, World, chance


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets the grade at one review; one entry per customer in every array.

    Attributes
    ----------
    eligible : bool array
        Z: score at or above the bar.
    treated : bool array
        D: holds the grade after the review.
    treated_above, treated_below : bool array
        D if the customer stood above the bar and if below it; above never lacks what below has (monotone).
    complier : float array, 0..1
        Probability, given what the exceptions depend on, that crossing the bar changes the grade.
    randomised : bool array
        Decided by the coin of a pilot.
    """

    eligible: np.ndarray
    treated: np.ndarray
    treated_above: np.ndarray
    treated_below: np.ndarray
    complier: np.ndarray
    randomised: np.ndarray


def exceptions(world: World, x: np.ndarray, loyalty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of refusal above the bar and of an override below it."""
    if world.sharp:
        return np.zeros(len(x)), np.zeros(len(x))
    refuse = chance(world.refuse + world.refuse_loyalty * loyalty)
    override = chance(world.override + world.override_loyalty * loyalty) * (x > -world.override_reach)
    return refuse, np.minimum(override, 1 - refuse)


def complier_share(world: World, x: np.ndarray, loyalty: np.ndarray) -> np.ndarray:
    """Probability that crossing the bar changes the grade; 0 where no bar decides."""
    if world.discretion or not world.programme:
        return np.zeros(len(x))
    refuse, override = exceptions(world, x, loyalty)
    return (1 - refuse - override) * (1 - world.rct * (np.abs(x) <= world.rct_band))


def assign(world: World, x: np.ndarray, loyalty: np.ndarray, rng: Draws) -> Assignment:
    """Decide one review.

    Parameters
    ----------
    x : float array
        Log of score over the bar that applies to the customer.
    loyalty : float array, same shape
    """
    decisive, pilot, coin = rng.random((3, len(x)))
    eligible = x >= 0
    if world.discretion:
        judged = decisive > 1 - chance(
            world.discretion_base + world.discretion_slope * x + world.hidden * loyalty
        )
        above, below = judged, judged
    else:
        refuse, override = exceptions(world, x, loyalty)
        above, below = decisive > refuse, decisive > 1 - override
    randomised = (pilot < world.rct) & (np.abs(x) <= world.rct_band) & world.programme
    above = np.where(randomised, coin < 0.5, above) & world.programme
    below = np.where(randomised, coin < 0.5, below) & world.programme
    treated = np.where(eligible, above, below)
    return Assignment(eligible, treated, above, below, complier_share(world, x, loyalty), randomised)


def by_lot(decided: Assignment, drawn: np.ndarray, holds: np.ndarray) -> Assignment:
    """``decided`` where no lot decides; where one does (``drawn``), the lot's grade whatever the score."""
    given = {
        name: np.where(drawn, holds, getattr(decided, name))
        for name in ("treated", "treated_above", "treated_below")
    }
    complier = np.where(drawn, 0.0, decided.complier)
    return replace(decided, complier=complier, randomised=decided.randomised | drawn, **given)


def push(world: World, score: np.ndarray, loyalty: np.ndarray, rng: Draws) -> np.ndarray:
    """Scores after near misses were pushed over the bar, by at most 4%."""
    chosen, overshoot = rng.random((2, len(score)))
    x = np.log(score / world.bar)
    near = (x < 0) & (x > -PUSH_REACH)
    pushed = near & (chosen < np.minimum(1, 2 * world.manip * chance(PUSH_LOYALTY * loyalty)))
    return np.where(pushed, world.bar * np.exp(PUSH_OVERSHOOT * overshoot), score)


def heaped(world: World, score: np.ndarray) -> np.ndarray:
    """Scores rounded to the unit in which the company records them; never rounded down to nothing."""
    if world.heap == 0:
        return score
    return np.maximum(world.heap, np.round(score / world.heap) * world.heap)
