"""A typical week of the hotline: its seats and shifts, and the service it gives.

Method
------
Seats by the formulas of :mod:`toolkit.hotline.staffing`, at least ``least`` in every pool while the hotline is
open; shifts by :mod:`toolkit.hotline.roster`. The service is simulated day after day, callers who still wait at closing
are answered by the seats of the last interval. A typical week stands for all weeks of a year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.roster import Roster, cover
from toolkit.hotline.shifts import Shift
from toolkit.hotline.simulation import Settings, simulate
from toolkit.hotline.staffing import ONE_POOL, Rule, heads, staff
from toolkit.shown import shown

WEEKS_A_YEAR = 365.25 / 7
DRAIN_MINUTES = 240
SOLVER_SECONDS = 2.0
SERVED = (
    "offered", "service_level", "service_level_error", "target", "mean_wait", "mean_wait_error", "abandoned",
    "abandoned_error", "callbacks", "callbacks_in_time",
)  # fmt: skip


@shown("pools", "peak", "average", "paid_hours", "cost")
@dataclass(frozen=True, slots=True, eq=False)
class WeekPlan:
    """Seats of a typical week under one arrangement.

    Attributes
    ----------
    pools : str
        ``shared`` or ``separate``.
    minutes : int
        Length of an interval.
    seats : DataFrame of int, index ``interval`` (open ones alone), columns pool (``all`` where shared)
    rostered : DataFrame of int, same shape
        Heads that keep those seats taken, shrinkage included.
    rosters : mapping of pool to Roster
        Empty where no shifts are on offer.
    """

    pools: str
    minutes: int
    seats: pd.DataFrame
    rostered: pd.DataFrame
    rosters: Mapping[str, Roster]

    @property
    def peak(self) -> int:
        """Most seats taken at once."""
        return int(self.seats.sum(axis=1).max())

    @property
    def average(self) -> float:
        """Mean seats while the hotline is open."""
        return float(self.seats.sum(axis=1).mean())

    @property
    def seat_hours(self) -> float:
        """Hours of seats taken in the week."""
        return float(self.seats.to_numpy().sum() * self.minutes / 60)

    @property
    def heads(self) -> int:
        """Most heads needed at once, shrinkage included."""
        return int(self.rostered.sum(axis=1).max())

    @property
    def paid_hours(self) -> float:
        """Hours paid in the week: of the shifts where there are any, else of the heads needed."""
        if self.rosters:
            return float(sum(one.hours for one in self.rosters.values()))
        return float(self.rostered.to_numpy().sum() * self.minutes / 60)

    @property
    def cost(self) -> float:
        """Money for the shifts of the week; NaN without shifts."""
        return float(sum(one.cost for one in self.rosters.values())) if self.rosters else float("nan")

    @property
    def gap(self) -> float:
        """Largest share by which the cost of the shifts may lie above the least possible."""
        return max((one.gap for one in self.rosters.values()), default=0.0)


def plan_week(arrivals: Arrivals, rule: Rule, shifts: Sequence[Shift], least: int) -> WeekPlan:
    """Seats and shifts for ``arrivals`` of a typical week.

    Patience leaves the seats as they are: they are planned for callers who stay on the line, whatever the arrangement.

    Examples
    --------
    >>> from datetime import time
    >>> import pandas as pd
    >>> from toolkit import hotline
    >>> at = pd.date_range("2026-09-01 09:00", periods=4, freq="60min")
    >>> hundred = pd.Series(100, index=at)
    >>> arrivals = hotline.arrivals_from_counts(hundred, {"all": 180.0}, minutes=60)
    >>> shift = hotline.Shift("day", time(9), 4, cost=100.0)
    >>> rule = hotline.Rule({"all": hotline.Target(0.8, 20)})
    >>> hotline.plan_week(arrivals, rule, [shift], least=1)
    WeekPlan(shared, peak 8, average seats 8, paid hours 48, cost 1,200)
    """
    plan = staff(arrivals, replace(rule, patience_seconds=None))
    seats = plan.by_pool.clip(lower=least)
    rostered = seats.apply(heads, shrinkage=rule.shrinkage)
    rosters = {}
    if shifts:
        rosters = {
            pool: cover(needed, shifts, arrivals.minutes, solver_seconds=SOLVER_SECONDS)
            for pool, needed in rostered.items()
        }
    return WeekPlan(rule.pools, arrivals.minutes, seats, rostered, rosters)


def serve_week(
    arrivals: Arrivals, seats: pd.DataFrame, classes: Sequence[CallClass], settings: Settings
) -> pd.DataFrame:
    """The service that ``seats`` give, by class, simulated.

    Parameters
    ----------
    arrivals : Arrivals
    seats : DataFrame, index ``interval`` as ``arrivals``, columns pool
        One column named ``all`` answers every class; else each class has a column of its own.
    classes : sequence of CallClass, in the order of ``arrivals.classes``
    settings : Settings

    Returns
    -------
    DataFrame, index ``class``, columns :data:`SERVED` as in :class:`toolkit.hotline.simulation.Simulated`
        NaN for a class without calls.

    Examples
    --------
    >>> import pandas as pd
    >>> from toolkit import hotline
    >>> at = pd.date_range("2026-09-01 09:00", periods=4, freq="60min")
    >>> hundred = pd.Series(100, index=at)
    >>> arrivals = hotline.arrivals_from_counts(hundred, {"all": 180.0}, minutes=60)
    >>> seats = pd.DataFrame({"all": 7}, index=at)
    >>> calls = hotline.CallClass("all", handling_seconds=180, target=hotline.Target(0.8, 20))
    >>> served = hotline.serve_week(arrivals, seats, [calls], hotline.Settings(runs=5, seed=1))
    >>> served[["target", "service_level"]].round(2)
           target  service_level
    class
    all       0.8            0.8
    """
    parts = [list(classes)] if ONE_POOL in seats else [[one] for one in classes]
    rows = []
    for part in parts:
        names = [one.name for one in part]
        own = seats[ONE_POOL] if ONE_POOL in seats else seats[names[0]]
        calls = arrivals.calls[names]
        if calls.to_numpy().sum() > 0:
            rows.append(simulate(part, _floor(calls, own, arrivals.minutes), settings).by_class[list(SERVED)])
    found = pd.concat(rows).reindex([one.name for one in classes])
    return found.assign(offered=found["offered"].fillna(0.0)).rename_axis("class")


def _floor(calls: pd.DataFrame, seats: pd.Series, minutes: int) -> Floor:
    """The days one after the other, each followed by time without calls in which its last seats stay."""
    still = DRAIN_MINUTES // minutes
    offered, taken = [], []
    for _, day in calls.groupby(calls.index.normalize()):
        own = seats.loc[day.index].to_numpy()
        offered += [day.to_numpy().T, np.zeros((day.shape[1], still))]
        taken += [own, np.full(still, max(int(own[-1]), 1))]
    return Floor(np.hstack(offered), np.concatenate(taken), 60.0 * minutes)
