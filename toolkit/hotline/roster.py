"""Shifts that cover the heads needed, at least cost.

Method
------
Set covering by whole numbers of heads per day and shift (Dantzig 1954, Operations Research 2:339), solved by
``scipy.optimize.milp`` (HiGHS), days apart where no shift joins them. A head covers an interval that lies
wholly inside the shift and outside its break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.sparse.csgraph import connected_components

from toolkit.errors import ParameterError
from toolkit.hotline.refusals import above_zero
from toolkit.hotline.shifts import Shift
from toolkit.shown import shown
from toolkit.terms import Label

_SHORTFALL = Label("缺口成本", "cost of a shortfall")
_SOLVER_SECONDS = Label("求解时限（秒）", "time limit of the solver (seconds)")


@shown("shifts", "cost", "hours", "gap")
@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Heads by day and shift.

    Attributes
    ----------
    shifts : DataFrame, index ``day``, ``shift``
        ``heads`` (above 0), ``cost`` (money), ``hours`` (paid, breaks included).
    by_interval : DataFrame, index ``interval``
        ``required``, ``present`` (heads), ``spare``, ``short`` (heads above and below the requirement).
    gap : float
        Largest share by which the cost may still lie above the least possible; 0 where proven least.
    """

    shifts: pd.DataFrame
    by_interval: pd.DataFrame
    gap: float

    @property
    def cost(self) -> float:
        """Money for all shifts; shortfalls are not priced in."""
        return float(self.shifts["cost"].sum())

    @property
    def hours(self) -> float:
        """Hours paid, breaks included."""
        return float(self.shifts["hours"].sum())

    @property
    def unmet(self) -> pd.DatetimeIndex:
        """Intervals with fewer heads than required."""
        return self.by_interval.index[self.by_interval["short"] > 0]


def cover(
    required: pd.Series,
    shifts: Sequence[Shift],
    minutes: int,
    shortfall_cost: float | None = None,
    solver_seconds: float = 20.0,
) -> Roster:
    """Fewest money for heads that cover ``required``.

    Parameters
    ----------
    required : Series of int, index interval start
        Heads needed, shrinkage included.
    shifts : sequence of Shift
        Each may start on every day of the index; one that passes midnight also on the eve of the first.
    minutes : int
        Length of an interval.
    shortfall_cost : float, optional
        Money per head and interval missing; None demands full cover.
    solver_seconds : float
        Time limit for each part that is solved apart; where it binds, ``gap`` tells.

    Raises
    ------
    ParameterError
        Where an interval needs heads, full cover is demanded and no shift reaches it.

    Examples
    --------
    >>> from datetime import time
    >>> import pandas as pd
    >>> from toolkit import hotline
    >>> hours = pd.date_range("2026-09-01 09:00", periods=4, freq="60min")
    >>> needed = pd.Series([1, 2, 2, 1], index=hours)
    >>> shifts = [hotline.Shift("early", time(9), 3, 90.0), hotline.Shift("late", time(10), 3, 90.0)]
    >>> roster = hotline.cover(needed, shifts, minutes=60)
    >>> roster
    Roster(2 shifts, cost 180, hours 6.0 hours, gap to the optimum 0.0%)
    >>> roster.by_interval[["required", "present"]].T.values.tolist()
    [[1, 2, 2, 1], [1, 2, 2, 1]]
    """
    _check(required, shifts, shortfall_cost, solver_seconds)
    days = _days(required.index, shifts)
    grid = np.stack(
        [one.covers(_offset(required.index, day), minutes) for day in days for one in shifts], axis=1
    )
    need = required.to_numpy(dtype=float)
    if shortfall_cost is None:
        _refuse_holes(required.index[(need > 0) & ~grid.any(axis=1)])
    cost = np.tile([one.cost for one in shifts], len(days))
    found, gap = np.zeros(len(cost)), 0.0
    for rows, columns in _parts(grid):
        part = _Part(grid[np.ix_(rows, columns)], need[rows], cost[columns], shortfall_cost)
        found[columns], one_gap = part.solve(solver_seconds)
        gap = max(gap, one_gap)
    return _roster(required, grid @ found, found, (days, shifts), gap)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Intervals and shifts that hang together."""

    grid: np.ndarray
    need: np.ndarray
    cost: np.ndarray
    shortfall_cost: float | None

    def solve(self, seconds: float) -> tuple[np.ndarray, float]:
        """Heads by shift, and the gap to the least cost."""
        size, matrix, cost, upper = len(self.cost), csr_array(self.grid.astype(float)), self.cost, np.inf
        if self.shortfall_cost is not None:
            matrix = hstack([matrix, eye_array(len(self.need))], format="csr")
            cost = np.concatenate([self.cost, np.full(len(self.need), self.shortfall_cost)])
            upper = np.concatenate([np.full(size, np.inf), self.need])
        answer = milp(
            cost,
            integrality=(np.arange(len(cost)) < size).astype(int),
            bounds=Bounds(0, upper),
            constraints=LinearConstraint(matrix, self.need, np.inf),
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            raise ParameterError(
                zh=f"{seconds:g} 秒内没有找到排班方案。请减少班次种类、加长时段或放宽求解时限。",
                en=f"No plan of shifts was found in {seconds:g} seconds. Offer fewer shifts, use longer intervals or "
                "allow the solver more time.",
            )
        return np.rint(answer.x[:size]), float(answer.mip_gap or 0.0)


def _parts(grid: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows and columns of the blocks that share no shift."""
    rows, columns = grid.shape
    joined = csr_array(grid.astype(float))
    links = hstack([csr_array((rows, rows)), joined], format="csr")
    square = csr_array((links.data, links.indices, np.append(links.indptr, np.full(columns, links.nnz))),
                       shape=(rows + columns, rows + columns))  # fmt: skip
    number, label = connected_components(square, directed=False)
    blocks = [
        (np.flatnonzero(label[:rows] == one), np.flatnonzero(label[rows:] == one)) for one in range(number)
    ]
    return [block for block in blocks if len(block[0]) and len(block[1])]


def _roster(
    required: pd.Series,
    present: np.ndarray,
    found: np.ndarray,
    offered: tuple[pd.DatetimeIndex, Sequence[Shift]],
    gap: float,
) -> Roster:
    days, shifts = offered
    index = pd.MultiIndex.from_product([days, [one.name for one in shifts]], names=["day", "shift"])
    frame = pd.DataFrame({"heads": found.astype(int)}, index=index)
    frame["cost"] = found * np.tile([one.cost for one in shifts], len(days))
    frame["hours"] = found * np.tile([one.hours for one in shifts], len(days))
    over = np.rint(present).astype(int) - required.to_numpy()
    by_interval = pd.DataFrame(
        {
            "required": required, "present": required + over, "spare": over.clip(min=0), "short": (-over).clip(min=0),
        }
    ).rename_axis("interval")  # fmt: skip
    return Roster(frame[frame["heads"] > 0], by_interval, gap)


def _days(index: pd.DatetimeIndex, shifts: Sequence[Shift]) -> pd.DatetimeIndex:
    days = index.normalize().unique()
    eve = days[:1] - pd.Timedelta(days=1)
    return eve.append(days) if any(one.passes_midnight for one in shifts) else days


def _offset(index: pd.DatetimeIndex, day: pd.Timestamp) -> np.ndarray:
    return np.asarray((index - day) / pd.Timedelta(minutes=1))


def _check(
    required: pd.Series, shifts: Sequence[Shift], shortfall_cost: float | None, solver_seconds: float
) -> None:
    above_zero(solver_seconds, _SOLVER_SECONDS)
    if shortfall_cost is not None:
        above_zero(shortfall_cost, _SHORTFALL)
    if required.empty or (required < 0).any():
        raise ParameterError(
            zh=f"{len(required)} 个时段的人数需求中有 {int((required < 0).sum())} 个为负；需要至少一个时段，且都不小于 0。",
            en=f"{int((required < 0).sum())} of {len(required)} intervals need a negative number of heads; at least one "
            "interval is needed, none below 0.",
        )
    if not shifts or len({one.name for one in shifts}) != len(shifts):
        raise ParameterError(
            zh=f"给出 {len(shifts)} 个班次；至少需要一个，且名称不重复。",
            en=f"{len(shifts)} shifts were given; at least one is needed, with names that differ.",
        )


def _refuse_holes(holes: pd.DatetimeIndex) -> None:
    if len(holes):
        raise ParameterError(
            zh=f"{len(holes)} 个需要坐席的时段没有任何班次覆盖，第一个是 {holes[0]:%Y-%m-%d %H:%M}。请增加班次、移动休息，"
            "或给出缺口成本以容许缺口。",
            en=f"{len(holes)} intervals that need heads are reached by no shift, first {holes[0]:%Y-%m-%d %H:%M}. Add a "
            "shift, move a break, or state a cost of shortfall to allow it.",
        )
