"""GradeWorld: simulated customers whose effect of the grade at the bar is known.

Written from the specification in methods, section 9: spend with a permanent and a passing part,
leaving that depends on loyalty, a bar at 100,000 with exceptions in both directions, and an effect
on leaving that differs with need. At the bar the effect on staying four quarters is .0495 for those
who follow the rule, .0418 for all who are entitled, and .8453 of them follow it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.effect import Question
from toolkit.terms import Label

BAR = 100_000.0
LATE, ITT, FIRST_STAGE = 0.0495, 0.0418, 0.8453


@dataclass(frozen=True, slots=True)
class World:
    """One row per customer in the risk set and review; ``covariates`` are from before the review."""

    score: np.ndarray
    treated: np.ndarray
    stayed: np.ndarray
    customer: np.ndarray
    review: np.ndarray
    covariates: dict[str, np.ndarray]
    effect: np.ndarray

    @property
    def x(self) -> np.ndarray:
        return np.log(self.score / BAR)


def logistic(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def simulate(
    rng: np.random.Generator,
    n: int = 20_000,
    *,
    pushed: float = 0.0,
    null: bool = False,
    rounded: float = 0.0,
    compound: float = 0.0,
    refuse: float = -2.2,
    programme: bool = True,
    reviews: int = 1,
) -> World:
    """Draw a world of ``n`` customers at the start; about 57% of them reach the first review."""
    shift = np.array([-0.2, 0.0, 0.2, 0.4])[rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])]
    loyal = rng.standard_normal(n)
    size = 0.5 * loyal + np.sqrt(0.75) * rng.standard_normal(n)
    need, tenure = rng.standard_normal(n), rng.gamma(2.0, 2.0, n)
    quarters = 8 + 4 * reviews
    u = np.empty((n, quarters))
    u[:, 0] = 0.5 * rng.standard_normal(n)
    for q in range(1, quarters):
        u[:, q] = 0.5 * u[:, q - 1] + 0.5 * np.sqrt(0.75) * rng.standard_normal(n)
    spend = np.exp(np.log(10_500) + shift + 0.8 * size)[:, None] * np.exp(u)
    hazard = -2.6 - 0.7 * loyal - 0.15 * size - 0.05 * (tenure - 4)
    active = np.ones(n, bool)
    for q in range(1, 8):
        active &= rng.random(n) > logistic(hazard - 0.3 * u[:, q - 1])
    gain = np.zeros(n) if null else np.maximum(0.0, 0.4 + 0.3 * need)
    parts = []
    for k in range(reviews):
        end = 8 + 4 * k
        score = spend[:, end - 4 : end].sum(1)
        x = np.log(score / BAR)
        chance = np.minimum(1, 2 * pushed * logistic(1.5 * loyal))
        lifted = (x < 0) & (x > -0.15) & (rng.random(n) < chance)
        score = np.where(lifted, BAR * np.exp(0.04 * rng.random(n)), score)
        if rounded:
            score = np.maximum(rounded, np.round(score / rounded) * rounded)
        x = np.log(score / BAR)
        above = x >= 0
        refused = logistic(refuse - 0.5 * loyal)
        favoured = np.minimum(logistic(-3.2 + 0.8 * loyal) * (x > -0.5), 1 - refused)
        draw = rng.random(n)
        treated = np.where(above, draw > refused, draw > 1 - favoured) & programme
        stays, p0, p1 = active.copy(), np.ones(n), np.ones(n)
        for q in range(end, end + 4):
            z = hazard - 0.3 * u[:, q - 1] - compound * above
            p0, p1 = p0 * (1 - logistic(z)), p1 * (1 - logistic(z - gain))
            stays &= rng.random(n) > logistic(z - gain * treated)
        earlier = np.log1p(spend[:, max(0, end - 8) : end - 4].sum(1))
        noise = rng.standard_normal(n)
        kept = np.flatnonzero(active)
        parts.append([a[kept] for a in (score, treated, stays, need, tenure, earlier, size + noise, p1 - p0)])
        parts[-1] += [kept, np.full(len(kept), k)]
        active = stays
    score, treated, stays, need, tenure, earlier, visits, effect, who, when = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    covariates = {"tenure": tenure, "earlier_spend": earlier, "visits": visits}
    return World(score, treated, stays.astype(float), who, when, covariates, effect)


@pytest.fixture(scope="session")
def grade_world() -> Callable[..., World]:
    """The simulator."""
    return simulate


@pytest.fixture(scope="session")
def senate(data_folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Margin in one election (score) and vote share in the next, 1,297 rows.

    Cattaneo, Frandsen & Titiunik 2015, J. Causal Inference 3:1.
    """
    table = pd.read_csv(data_folder / "rd_reference" / "rdrobust_RDsenate.csv")[["margin", "vote"]].dropna()
    return table["margin"].to_numpy(), table["vote"].to_numpy()


@pytest.fixture(scope="session")
def as_sample() -> Callable[..., CutoffSample]:
    """A world as the rows of a cutoff design."""

    def convert(world: World, **changes: object) -> CutoffSample:
        sample = CutoffSample(
            world.score, BAR, world.stayed, world.treated, world.customer, world.review, world.covariates
        )
        return replace(sample, **changes)

    return convert


@pytest.fixture(scope="session")
def question() -> Question:
    """A question as a study would ask it."""
    return Question(
        Label("门槛附近的客户", "customers near the bar"),
        Label("VIP 与普通", "VIP against ordinary"),
        Label("四个季度后仍活跃", "still active four quarters later"),
        4,
    )


@pytest.fixture(scope="session")
def design(question: Question) -> CutoffDesign:
    """A design with every default of the method."""
    return CutoffDesign(question)
