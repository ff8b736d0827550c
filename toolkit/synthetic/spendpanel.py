"""Five years of spend under yearly reviews, nobody leaving: the world of event studies.

Spend of a holder is ``exp(world.lift)`` times what it would have been. The grading year is a good
year for those who pass the bar, so spend falls afterwards with or without a programme.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.synthetic.assignment import assign
from toolkit.synthetic.world import SCORE_QUARTERS, World, draw_latent, draw_shocks, mean_log_spend

ONE_SIZE = World(segment_shift=(0.0, 0.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """How long the panel runs and how the programme reviews.

    Attributes
    ----------
    years : int
    launch : int
        First year (counted from 0) at whose end grades are given; ``years`` or more: no programme.
    keep : float
        Bar for those who hold the grade, as a share of the entry bar (1: no easier to keep).
    trend_by_size : float
        Yearly growth of log spend per unit of size; not 0 breaks parallel trends.

    Examples
    --------
    >>> import toolkit
    >>> toolkit.PanelPlan(years=4, launch=4)
    PanelPlan(years=4, launch=4, keep=1.0, trend_by_size=0.0)
    """

    years: int = 5
    launch: int = 2
    keep: float = 1.0
    trend_by_size: float = 0.0


@dataclass(frozen=True, slots=True)
class SpendPanel:
    """The panel; n customers.

    Attributes
    ----------
    spend : float array, (n, 4 * years)
        Quarterly spend, yuan.
    spend_without : float array, same shape (oracle)
        What it would have been had nobody ever held the grade.
    x : float array, (n, years)
        Log of the year's spend over the entry bar.
    treated : bool array, (n, years)
        Grade given at the end of the year; in force during the next.
    complier : float array, (n, years) (oracle)
        Probability that the bar decides at the end of the year; 0 before the launch.
    loyalty, size : float array, (n,) (oracle)
    """

    spend: np.ndarray
    spend_without: np.ndarray
    x: np.ndarray
    treated: np.ndarray
    complier: np.ndarray
    loyalty: np.ndarray
    size: np.ndarray

    def yearly(self) -> np.ndarray:
        """Log of the year's spend, shape (n, years)."""
        return np.log(self.spend.reshape(len(self.spend), -1, SCORE_QUARTERS).sum(axis=2))


def simulate_panel(
    rng: np.random.Generator, world: World = ONE_SIZE, plan: PanelPlan | None = None
) -> SpendPanel:
    """Draw one panel of ``world.customers`` customers.

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> panel = toolkit.simulate_panel(np.random.default_rng(1), toolkit.World(customers=500))
    >>> panel.spend.shape, panel.treated.sum(axis=0)
    ((500, 20), array([ 0,  0, 75, 84, 90]))
    >>> held = panel.treated[:, 2]
    >>> f"{np.log(panel.spend[held, 12:16] / panel.spend_without[held, 12:16]).mean():.3f} log points"
    '0.060 log points'
    """
    plan = plan or PanelPlan()
    count = world.customers
    latent = draw_latent(world, count, rng)
    shocks = draw_shocks(world, count, plan.years * SCORE_QUARTERS, rng)
    year_of = np.arange(plan.years * SCORE_QUARTERS) // SCORE_QUARTERS
    growth = plan.trend_by_size * np.outer(latent.size, year_of)
    without = np.exp(mean_log_spend(world, latent)[:, None] + shocks + growth)
    by_year = without.reshape(count, plan.years, SCORE_QUARTERS).sum(axis=2)
    x, complier = np.empty((2, count, plan.years))
    treated = np.zeros((count, plan.years), bool)
    holds = np.zeros(count, bool)
    for year in range(plan.years):
        x[:, year] = np.log(by_year[:, year] / world.bar) + world.lift * holds
        decided = assign(world, x[:, year] - np.log(plan.keep) * holds, latent.loyalty, rng)
        holds = decided.treated & (year >= plan.launch)
        treated[:, year], complier[:, year] = holds, decided.complier * (year >= plan.launch)
    in_force = np.column_stack([np.zeros(count, bool), treated[:, :-1]])
    spend = without * np.exp(world.lift * in_force[:, year_of])
    return SpendPanel(spend, without, x, treated, complier, latent.loyalty, latent.size)
