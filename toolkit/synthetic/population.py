"""The company's customers, walked quarter by quarter through spending, reviews, joining and leaving.

The base starts with customers who have lived through the quarters before a review, as the cohort
of ``gradeworld`` has. Every quarter as many join as are expected to leave. Leaving is for good.
Quarters beyond the last one shown are walked too, because the outcome of the last review lies there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from toolkit.synthetic.assignment import Assignment, assign, by_lot, heaped, push
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.shared import SharedDraws
from toolkit.synthetic.world import (
    SCORE_QUARTERS,
    Latent,
    World,
    chance,
    draw_latent,
    first_shock,
    hazard_fall,
    hazard_logit,
    mean_log_spend,
    next_shock,
)

LEAST_CENTS = 100
QUARTER_YEARS = 0.25


@dataclass(frozen=True, slots=True)
class Span:
    """Quarters in which a lot, and no review, decides whether some customers hold the grade.

    Attributes
    ----------
    first, end : int
        Places in the calendar; ``end`` is the first quarter after it.
    rows : int array
        Places of the customers in the population.
    holds : bool
    """

    first: int
    end: int
    rows: np.ndarray
    holds: bool

    def covers(self, quarter: int) -> bool:
        """Whether the lot decides in ``quarter``."""
        return self.first <= quarter < self.end

    def among(self, count: int) -> np.ndarray:
        """Those of ``rows`` who are among the first ``count`` customers."""
        return self.rows[self.rows < count]


@dataclass(frozen=True, slots=True)
class Review:
    """One review; one entry per customer active in the review quarter in every array.

    Attributes
    ----------
    quarter : int
        Place of the review quarter in the calendar.
    launched : bool
        The programme gives grades at this review.
    rows : int array
        Places of the customers in the population.
    cents : int array
        Score, 1/100 yuan.
    x : float array
        Log of score over bar.
    pushed : int array
        1/100 yuan of the extra order that lifted the score over the bar; 0 for most.
    decided : Assignment
    """

    quarter: int
    launched: bool
    rows: np.ndarray
    cents: np.ndarray
    x: np.ndarray
    pushed: np.ndarray
    decided: Assignment


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody who was ever a customer: n customers, T quarters.

    Attributes
    ----------
    latent : Latent
        ``tenure`` is the tenure in the quarter of ``joined``.
    joined : int array, (n,)
        Quarter of the first purchase; 0 for everybody in the base at the start.
    shocks : float array, (T, n)
    active, holds, perk : bool array, (T, n)
        Buys in the quarter; holds the grade in it, by review or by lot; stood at or above the bar at the
        last review.
    cents : int array, (T, n)
        Net spend of the quarter without pushed orders, 1/100 yuan; 0 where not active.
    reviews : list of Review
    starters : int
        The first so many customers were there at the start.
    """

    latent: Latent
    joined: np.ndarray
    shocks: np.ndarray
    active: np.ndarray
    holds: np.ndarray
    perk: np.ndarray
    cents: np.ndarray
    reviews: list[Review]
    starters: int

    def tenure(self, quarter: int) -> np.ndarray:
        """Years as a customer in ``quarter``."""
        return self.latent.tenure + QUARTER_YEARS * (quarter - self.joined)

    def leaving_logit(self, world: World, quarter: int) -> np.ndarray:
        """Logit of leaving in ``quarter`` without the grade but with the other perk."""
        logit = hazard_logit(world, self.latent, self.tenure(quarter), self.shocks[quarter - 1])
        return logit - world.compound * self.perk[quarter]

    def __len__(self) -> int:
        return len(self.latent)


@dataclass(frozen=True, slots=True)
class Lots:
    """What decides beside the reviews, and the walk without it, from which it departs.

    Whoever is in no span lives in both walks through the same: as many join in every quarter, and every
    customer meets the random numbers of the other walk.
    """

    without: Population
    spans: tuple[Span, ...]


def walk(
    world: World, calendar: Calendar, customers: int, rng: np.random.Generator, lots: Lots | None = None
) -> Population:
    """Walk the company from the first quarter of ``calendar`` to the end of the last outcome.

    With ``lots``, ``rng`` must be in the state in which it was for the walk without them.
    """
    base = _start(world, customers, rng)
    base.lots = lots
    reviews = {calendar.position(quarter): quarter for quarter in calendar.reviews()}
    quarters = max(calendar.shown, max(reviews) + 1 + world.outcome_quarters)
    for quarter in range(quarters):
        if quarter:
            base.live_on(world, rng, grows=quarter < calendar.shown)
        base.spend(world)
        if quarter in reviews:
            base.review(world, rng, launched=reviews[quarter] >= calendar.launch)
    return base.population(customers)


@dataclass(slots=True)
class _Base:
    """The base while it is walked; a past quarter's column is as long as the base was then."""

    latent: Latent
    joined: np.ndarray
    shock: np.ndarray
    active: np.ndarray
    holds: np.ndarray
    perk: np.ndarray
    columns: list[dict[str, np.ndarray]] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    lots: Lots | None = None

    def live_on(self, world: World, rng: np.random.Generator, grows: bool) -> None:
        """Some leave, and as many as were expected to leave join."""
        quarter = len(self.columns)
        tenure = self.latent.tenure + QUARTER_YEARS * (quarter - self.joined)
        logit = hazard_logit(world, self.latent, tenure, self.shock)
        leaving = chance(logit - world.compound * self.perk - hazard_fall(world, self.latent) * self._held())
        count = round(float(leaving[self.active].sum())) if grows else 0
        if self.lots:
            count = int((self.lots.without.joined == quarter).sum())
        self.active &= rng.random(len(leaving)) >= leaving
        self.shock = next_shock(world, self.shock, rng)
        self._welcome(draw_latent(world, count, rng), first_shock(world, count, rng), quarter)

    def spend(self, world: World) -> None:
        """Everybody active buys; the quarter is put on record."""
        holds = self._held()
        amount = np.exp(mean_log_spend(world, self.latent) + self.shock + world.lift * holds)
        cents = np.maximum(LEAST_CENTS, np.rint(100 * amount)).astype(np.int64) * self.active
        state = {"shocks": self.shock, "active": self.active, "holds": holds, "perk": self.perk}
        self.columns.append({name: column.copy() for name, column in state.items()} | {"cents": cents})

    def review(self, world: World, rng: np.random.Generator, launched: bool) -> None:
        """Grade everybody active on the spend of the last four quarters; in force from the next quarter."""
        count = len(self.latent)
        rows = np.flatnonzero(self.active)
        earned = sum(_padded(past["cents"], count) for past in self.columns[-SCORE_QUARTERS:])[rows]
        loyalty = self.latent.loyalty[rows]
        draws = self._draws(rng, rows)
        lifted = push(world, earned / 100, loyalty, draws)
        net = np.where(lifted > earned / 100, np.ceil(100 * lifted), earned).astype(np.int64)
        score = np.rint(100 * heaped(world, net / 100)).astype(np.int64)
        x = np.log(score / 100 / world.bar)
        decided = assign(world if launched else replace(world, programme=False), x, loyalty, draws)
        self.holds[:], self.perk[:] = False, False
        self.holds[rows], self.perk[rows] = decided.treated, decided.eligible
        if self.lots:
            decided = by_lot(decided, self._in_lot()[rows], self._held()[rows])
        self.reviews.append(Review(len(self.columns) - 1, launched, rows, score, x, net - earned, decided))

    def population(self, starters: int) -> Population:
        """The finished walk."""
        count = len(self.latent)
        stacked = {
            name: np.stack([_padded(column[name], count) for column in self.columns])
            for name in self.columns[0]
        }
        return Population(self.latent, self.joined, reviews=self.reviews, starters=starters, **stacked)

    def _held(self) -> np.ndarray:
        """Who holds the grade in the quarter that is next put on record: by the last review, or by lot."""
        held = self.holds.copy()
        for span in self._spans():
            held[span.among(len(held))] = span.holds
        return held

    def _in_lot(self) -> np.ndarray:
        """For whom a lot decides in that quarter."""
        drawn = np.zeros(len(self.latent), bool)
        for span in self._spans():
            drawn[span.among(len(drawn))] = True
        return drawn

    def _spans(self) -> list[Span]:
        spans = self.lots.spans if self.lots else ()
        return [span for span in spans if span.covers(len(self.columns))]

    def _draws(self, rng: np.random.Generator, rows: np.ndarray) -> np.random.Generator | SharedDraws:
        """Random numbers for a review of the customers at ``rows``."""
        if self.lots is None:
            return rng
        there = self.lots.without.reviews[len(self.reviews)].rows
        return SharedDraws(rng, there, rows, len(self.latent))

    def _welcome(self, latent: Latent, shock: np.ndarray, quarter: int) -> None:
        count = len(latent)
        self.latent = self.latent.joined_by(replace(latent, tenure=np.zeros(count)))
        self.joined = np.concatenate([self.joined, np.full(count, quarter)])
        self.shock = np.concatenate([self.shock, shock])
        self.active = np.concatenate([self.active, np.ones(count, bool)])
        self.holds = _padded(self.holds, len(self.latent))
        self.perk = _padded(self.perk, len(self.latent))


def _start(world: World, customers: int, rng: np.random.Generator) -> _Base:
    """The base at the start: those of a larger crowd who have lived through the quarters before."""
    latent, shock = [], []
    while sum(map(len, shock)) < customers:
        crowd = draw_latent(world, 2 * customers, rng)
        now = first_shock(world, len(crowd), rng)
        active = np.ones(len(crowd), bool)
        for _ in range(1, world.quarters_before):
            active &= rng.random(len(crowd)) >= chance(hazard_logit(world, crowd, crowd.tenure, now))
            now = next_shock(world, now, rng)
        latent.append(crowd.take(active))
        shock.append(now[active])
    first = np.arange(customers)
    everybody = reduce(Latent.joined_by, latent).take(first)
    nobody = np.zeros(customers, bool)
    started = np.zeros(customers, np.int64)
    return _Base(everybody, started, np.concatenate(shock)[first], ~nobody, nobody, nobody.copy())


def _padded(column: np.ndarray, count: int) -> np.ndarray:
    return np.pad(column, (0, count - len(column)))
