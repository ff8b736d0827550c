"""The equations of the world: who the customers are, what they spend, when they leave.

A customer has a segment, a loyalty that nobody observes, a size correlated with it, a need for
service and a tenure. Spend of a quarter is log-normal around the size with a persistent shock;
the quarterly hazard of leaving falls with loyalty, size, tenure, last quarter's shock and, for
those who hold the grade, with the grade itself. Loyalty drives spend, leaving and the exceptions
to the rule, so every comparison of holders with others is confounded by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf, log

import numpy as np

SCORE_QUARTERS = 4
PUSH_REACH = 0.15
PUSH_OVERSHOOT = 0.04
PUSH_LOYALTY = 1.5


@dataclass(frozen=True, slots=True)
class World:
    """Parameters and switches; the defaults are the reference world.

    Logits are log-odds, shocks are in log spend, shares lie in 0..1, money is in yuan.

    Attributes
    ----------
    customers : int
        Customers drawn at the start of a review cohort (about 57% are still there at the review).
    quarters_before, outcome_quarters : int
        Quarters up to and including the review quarter; quarters after it that count as the outcome.
    bar : float
        Spend of the last four quarters that entitles to the grade; inclusive.
    segment_shares, segment_shift : tuple of float
        Shares of the segments and their shift in log spend.
    size_loyalty : float
        Correlation of size and loyalty.
    log_spend, size_spend, shock_sd, shock_persistence : float
        Log of a typical quarter's spend, its slope in size, standard deviation and quarter-to-quarter
        correlation of the shock.
    hazard_base, hazard_loyalty, hazard_size, hazard_tenure, hazard_shock : float
        Logit of leaving in a quarter: base, and slopes in loyalty, size, tenure - 4 years, last shock.
    tau, tau_need, spend_lift : float
        What the grade does: the logit of leaving falls by ``max(0, tau + tau_need * need)`` and
        spend is multiplied by ``exp(spend_lift)``.
    refuse, refuse_loyalty, override, override_loyalty, override_reach : float
        Logits of an entitled customer not getting the grade, and of one up to ``override_reach`` (log
        spend) below the bar getting it all the same.
    margin : float
        Margin as a share of spend.
    sharp : bool
        The rule has no exceptions.
    manip : float
        Share (about) of those less than 15% below the bar who are pushed to just above it, the loyal first.
    heap : float
        Unit to which scores are rounded; 0 rounds nothing.
    compound : float
        Fall of the logit of leaving caused by another perk at the same bar, older than the programme.
    null : bool
        The grade does nothing at all: neither to leaving nor to spend.
    discretion : bool
        The grade is given by judgement, with logit ``discretion_base + discretion_slope * x + hidden * loyalty``
        where x is the log of score over bar; ``hidden`` other than 0 means judgement on what is not recorded.
    rct, rct_band : float
        Share of customers with ``|x| <= rct_band`` whose grade is decided by a fair coin.
    programme : bool
        False: nobody gets the grade (a placebo review).
    """

    customers: int = 20_000
    quarters_before: int = 8
    outcome_quarters: int = 4
    bar: float = 100_000.0
    segment_shares: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)
    segment_shift: tuple[float, ...] = (-0.2, 0.0, 0.2, 0.4)
    size_loyalty: float = 0.5
    log_spend: float = log(10_500.0)
    size_spend: float = 0.8
    shock_sd: float = 0.5
    shock_persistence: float = 0.5
    hazard_base: float = -2.6
    hazard_loyalty: float = -0.7
    hazard_size: float = -0.15
    hazard_tenure: float = -0.05
    hazard_shock: float = -0.3
    tau: float = 0.40
    tau_need: float = 0.30
    spend_lift: float = 0.06
    refuse: float = -2.2
    refuse_loyalty: float = -0.5
    override: float = -3.2
    override_loyalty: float = 0.8
    override_reach: float = 0.5
    margin: float = 0.30
    sharp: bool = False
    manip: float = 0.0
    heap: float = 0.0
    compound: float = 0.0
    null: bool = False
    discretion: bool = False
    discretion_base: float = 0.0
    discretion_slope: float = 1.5
    hidden: float = 0.0
    rct: float = 0.0
    rct_band: float = inf
    programme: bool = True

    def __post_init__(self) -> None:
        for name in ("manip", "rct", "margin"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in 0..1; got {getattr(self, name)}")
        if (
            self.bar <= 0
            or self.heap < 0
            or self.quarters_before < SCORE_QUARTERS
            or self.outcome_quarters < 1
        ):
            raise ValueError(
                "bar must be above 0, heap at least 0, quarters_before at least 4, outcome_quarters 1"
            )
        if len(self.segment_shares) != len(self.segment_shift) or abs(sum(self.segment_shares) - 1) > 1e-9:
            raise ValueError("segment_shares must sum to 1 and have as many entries as segment_shift")

    @property
    def lift(self) -> float:
        """Rise of log spend while holding the grade."""
        return 0.0 if self.null else self.spend_lift


@dataclass(frozen=True, slots=True)
class Latent:
    """Who the customers are; one entry per customer in every array.

    Attributes
    ----------
    segment : int array
    loyalty, size, need : float array, standard normal
    tenure : float array, years
    """

    segment: np.ndarray
    loyalty: np.ndarray
    size: np.ndarray
    need: np.ndarray
    tenure: np.ndarray

    def take(self, rows: np.ndarray) -> Latent:
        """The customers at ``rows`` (a mask or positions)."""
        return Latent(*(getattr(self, field.name)[rows] for field in fields(self)))

    def joined_by(self, others: Latent) -> Latent:
        """These customers followed by ``others``."""
        names = [field.name for field in fields(self)]
        return Latent(*(np.concatenate([getattr(self, name), getattr(others, name)]) for name in names))

    def __len__(self) -> int:
        return len(self.segment)


def draw_latent(world: World, count: int, rng: np.random.Generator) -> Latent:
    """``count`` new customers."""
    loyalty = rng.standard_normal(count)
    rest = np.sqrt(1 - world.size_loyalty**2) * rng.standard_normal(count)
    return Latent(
        segment=rng.choice(len(world.segment_shares), size=count, p=world.segment_shares),
        loyalty=loyalty,
        size=world.size_loyalty * loyalty + rest,
        need=rng.standard_normal(count),
        tenure=rng.gamma(2.0, 2.0, count),
    )


def first_shock(world: World, count: int, rng: np.random.Generator) -> np.ndarray:
    """Shocks of customers seen for the first time, shape (count,)."""
    return world.shock_sd * rng.standard_normal(count)


def next_shock(world: World, shock: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shocks one quarter later, same shape."""
    fresh = world.shock_sd * np.sqrt(1 - world.shock_persistence**2)
    return world.shock_persistence * shock + fresh * rng.standard_normal(len(shock))


def draw_shocks(world: World, count: int, quarters: int, rng: np.random.Generator) -> np.ndarray:
    """Shock paths, shape (count, quarters)."""
    paths = np.empty((quarters, count))
    paths[0] = first_shock(world, count, rng)
    for quarter in range(1, quarters):
        paths[quarter] = next_shock(world, paths[quarter - 1], rng)
    return paths.T


def mean_log_spend(world: World, latent: Latent) -> np.ndarray:
    """Log of a quarter's spend without shock and without the grade."""
    return world.log_spend + np.asarray(world.segment_shift)[latent.segment] + world.size_spend * latent.size


def hazard_logit(world: World, latent: Latent, tenure: np.ndarray, shock: np.ndarray) -> np.ndarray:
    """Logit of leaving in the quarter after ``shock``, without the grade and without other perks."""
    return (
        world.hazard_base
        + world.hazard_loyalty * latent.loyalty
        + world.hazard_size * latent.size
        + world.hazard_tenure * (tenure - 4)
        + world.hazard_shock * shock
    )


def hazard_fall(world: World, latent: Latent) -> np.ndarray:
    """Fall of that logit while holding the grade (tau), one per customer, never negative."""
    if world.null:
        return np.zeros(len(latent))
    return np.maximum(0.0, world.tau + world.tau_need * latent.need)


def chance(logit: np.ndarray) -> np.ndarray:
    """Probability of a logit.

    >>> float(chance(np.array(0.0)))
    0.5
    """
    return 1 / (1 + np.exp(-logit))


def staying(logits: np.ndarray) -> np.ndarray:
    """Probability of still being there after the quarters whose leaving logits are the columns."""
    return np.prod(1 - chance(logits), axis=1)
