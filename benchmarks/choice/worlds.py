"""Companies whose best policy is known, and the rules they could grade by.

A company has customers today, for whom a policy is to be chosen, and customers of an earlier review, whose outcome is
known and from whom the evidence comes. What a rule is really worth is read from the two probabilities of staying that
the simulator writes beside every customer, on a population so large that its own chance does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.comparison.position import Horizon, Position, Stakes
from toolkit.search.shallow import best_tree
from toolkit.search.tree import serves
from toolkit.synthetic.gradeworld import ReviewCohort, simulate_review
from toolkit.synthetic.world import SCORE_QUARTERS, World
from toolkit.terms import Label

AT_RISK = 0.573
POPULATION = 200_000
HORIZON = Horizon(quarters=4)
PACKAGE, OTHERWISE = "vip", "standard"
WORD = Label("模拟政策", "simulated policy")
NEEDS = np.arange(-2.0, 2.01, 0.5)
BARS = np.exp(np.arange(-1.75, 1.01, 0.25))


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to choose whom to serve.

    Attributes
    ----------
    id : str
    along : tuple of str
        What it grades by.
    serves : callable
        From a cohort of n customers to a bool array (n,).
    """

    id: str
    along: tuple[str, ...]
    serves: Callable[[ReviewCohort], np.ndarray]


@dataclass(frozen=True, slots=True)
class Company:
    """One world.

    Attributes
    ----------
    today : ReviewCohort
        Those for whom a policy is to be chosen.
    past : ReviewCohort
        Those whose outcome is known.
    population : ReviewCohort
        A fresh draw for the truth alone.
    world : World
    cost : float
        Of serving one customer for a year.
    """

    today: ReviewCohort
    past: ReviewCohort
    population: ReviewCohort
    world: World
    cost: float


def found_company(rng: np.random.Generator, size: int, cost: float, world: World, rct: float) -> Company:
    """About ``size`` customers today and as many at the earlier review, of whom a share ``rct`` was drawn by lot.

    Where the grade does nothing the truth needs no large population.
    """
    crowd = replace(world, customers=round((size if world.null else POPULATION) / AT_RISK))
    world = replace(world, customers=round(size / AT_RISK))
    return Company(
        simulate_review(world, rng),
        simulate_review(replace(world, rct=rct), rng),
        simulate_review(crowd, rng),
        world,
        cost,
    )


def any_world(rng: np.random.Generator) -> tuple[World, float]:
    """A world and a cost under which any of the rules may be the best."""
    world = World(tau=rng.uniform(0.15, 0.65), tau_need=rng.uniform(0.0, 0.4))
    return world, float(np.exp(rng.normal(np.log(1_000.0), 0.5)))


def worth(cohort: ReviewCohort, world: World) -> np.ndarray:
    """Margin that each customer brings within the horizon, shape (n,)."""
    return margin(cohort, world) * HORIZON.factor


def margin(cohort: ReviewCohort, world: World) -> np.ndarray:
    """Margin per quarter, mean of those that were scored, shape (n,)."""
    return world.margin * cohort.score / SCORE_QUARTERS


def gain(cohort: ReviewCohort, world: World, cost: float) -> np.ndarray:
    """What serving each customer really brings in a year, shape (n,)."""
    return (cohort.p1 - cohort.p0) * worth(cohort, world) - cost


def true_value(rule: Rule, baseline: Rule, company: Company, here: bool = False) -> float:
    """Net value of ``rule`` against ``baseline`` per year for the customers of today.

    From the population, scaled to the number of today's customers; with ``here`` from these very customers.
    """
    cohort = company.today if here else company.population
    moved = direction(rule, baseline, cohort)
    return float((moved * gain(cohort, company.world, company.cost)).mean()) * len(company.today)


def direction(rule: Rule, baseline: Rule, cohort: ReviewCohort) -> np.ndarray:
    """+1 who would be served, -1 who would no longer be, 0 the others, shape (n,)."""
    return rule.serves(cohort).astype(int) - baseline.serves(cohort)


def stakes_of(cohort: ReviewCohort, world: World) -> Stakes:
    """What is at stake with the customers of ``cohort``, who are named by their position."""
    return Stakes(pd.RangeIndex(len(cohort)), margin(cohort, world), HORIZON, None)


def position_of(
    rule: Rule, baseline: Rule, cohort: ReviewCohort, cost: float, offset: float = 0.0
) -> Position:
    """Where a rule puts the customers."""
    served = rule.serves(cohort)
    return Position(
        policy=rule.id,
        title=WORD,
        grade=np.where(served, "A", "B").astype(object),
        package=np.where(served, PACKAGE, OTHERWISE).astype(object),
        direction=direction(rule, baseline, cohort),
        cost=served * cost,
        spans={},
        manager_cost=0.0,
        along=rule.along,
        window_quarters=SCORE_QUARTERS,
        moves=np.zeros(len(cohort)),
    )


def bar_at(multiple: float, world: World, name: str | None = None) -> Rule:
    """Serve from ``multiple`` times the bar of the programme."""
    return Rule(
        name or f"bar_{multiple:.2f}", ("spend",), lambda cohort: cohort.score >= multiple * world.bar
    )


def nobody() -> Rule:
    return Rule("nobody", ("spend",), lambda cohort: np.zeros(len(cohort), bool))


def everybody() -> Rule:
    return Rule("everybody", ("spend",), lambda cohort: np.ones(len(cohort), bool))


def top_share(share: float) -> Rule:
    """Serve the ``share`` of customers with the highest spend."""
    return Rule("top_share", ("spend",), lambda cohort: cohort.score >= np.quantile(cohort.score, 1 - share))


def need_and_spend(need: float, multiple: float, world: World, name: str) -> Rule:
    """Serve whoever reaches both floors."""
    return Rule(
        name,
        ("spend", "need"),
        lambda cohort: (cohort.need >= need) & (cohort.score >= multiple * world.bar),
    )


def best_need_and_spend(cohort: ReviewCohort, values: np.ndarray, world: World, name: str) -> Rule:
    """Of a grid of two floors the rule with the highest sum of ``values`` (n,) over those served."""
    need = np.searchsorted(NEEDS, cohort.need, side="right")
    spend = np.searchsorted(BARS * world.bar, cohort.score, side="right")
    cells = np.zeros((len(NEEDS) + 1, len(BARS) + 1))
    np.add.at(cells, (need, spend), values)
    reached = cells[::-1, ::-1].cumsum(0).cumsum(1)[::-1, ::-1][1:, 1:]
    i, j = np.unravel_index(int(reached.argmax()), reached.shape)
    return need_and_spend(float(NEEDS[i]), float(BARS[j]), world, name)


def learned_rule(cohort: ReviewCohort, values: np.ndarray, name: str) -> Rule:
    """The rule of at most two questions on need, spend and tenure with the highest sum of ``values`` (n,)."""
    tree = best_tree(measures_of(cohort), values)
    return Rule(name, ("need", "spend", "tenure"), lambda others: serves(tree, measures_of(others)))


def measures_of(cohort: ReviewCohort) -> dict[str, np.ndarray]:
    """What a company has on record of each customer."""
    return {"need": cohort.need, "spend": cohort.score, "tenure": cohort.tenure}


def best_bar(cohort: ReviewCohort, values: np.ndarray, world: World, name: str) -> Rule:
    """Of the bars of the grid the one with the highest sum of ``values`` (n,) over those served."""
    sums = [values[cohort.score >= multiple * world.bar].sum() for multiple in BARS]
    return bar_at(float(BARS[int(np.argmax(sums))]), world, name)


def weighted(shares: Mapping[str, float], world: World, name: str) -> Rule:
    """Serve as many as the bar of the programme does, by a weighted mean of ranks in spend, need and tenure."""

    def chosen(cohort: ReviewCohort) -> np.ndarray:
        columns = measures_of(cohort)
        points = sum(share * ranks(columns[measure]) for measure, share in shares.items())
        return highest(points, int((cohort.score >= world.bar).sum()))

    return Rule(name, tuple(shares), chosen)


def by_lot(salt: int, world: World) -> Rule:
    """Serve as many as the bar of the programme does, whoever they are."""

    def chosen(cohort: ReviewCohort) -> np.ndarray:
        points = np.random.default_rng([salt, len(cohort)]).random(len(cohort))
        return highest(points, int((cohort.score >= world.bar).sum()))

    return Rule(f"lot_{salt:02d}", (f"lot_{salt:02d}",), chosen)


def ranks(values: np.ndarray) -> np.ndarray:
    """Place of each value from the lowest, 0 to 1, shape (n,)."""
    return values.argsort().argsort() / max(len(values) - 1, 1)


def highest(points: np.ndarray, count: int) -> np.ndarray:
    """Mask of the ``count`` highest, shape (n,)."""
    chosen = np.zeros(len(points), bool)
    chosen[np.argsort(-points, kind="stable")[:count]] = True
    return chosen


def optimum(company: Company, baseline: Rule) -> float:
    """Net value per year of serving exactly those who are worth it, against ``baseline``, as :func:`true_value`."""
    values = gain(company.population, company.world, company.cost)
    moved = (values > 0).astype(int) - baseline.serves(company.population)
    return float((moved * values).mean()) * len(company.today)


def fixed_rules(company: Company) -> Sequence[Rule]:
    """The policies that are compared in every company, the one in force first."""
    crowd = company.population
    simple = best_need_and_spend(crowd, gain(crowd, company.world, company.cost), company.world, "simple")
    return (
        bar_at(1.0, company.world, "current"),
        nobody(),
        everybody(),
        top_share(0.4),
        simple,
    )
