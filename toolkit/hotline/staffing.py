"""Seats by interval: what each arrangement of the pool needs to keep the targets.

Method
------
Each interval is staffed by a formula for lasting rates: those of the interval itself (stationary,
independent period by period; Green, Kolesar and Soares 2001, Operations Research 49:549), or those that would
last at the load carried over from earlier intervals (modified offered load; Jennings, Mandelbaum, Massey and
Whitt 1996, Management Science 42:1383), which follows short intervals better.
:mod:`toolkit.hotline.simulation` checks what either achieves. Seats become heads on the roster through shrinkage: heads = seats / (1 − shrinkage), rounded up.

* ``shared``: one pool, better classes first, exact for a common handling time; where classes differ
  in it, their mean by calls is used.
* ``separate``: each class has its own seats.
* ``fifo``: one pool in order of arrival; everyone waits alike, so the strictest target binds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from toolkit.errors import ParameterError
from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.erlang import HOUR, Calls, ErlangA, ErlangC
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.refusals import PATIENCE, above_zero, at_least, proper_share
from toolkit.hotline.seats import priority_seats, seats_needed
from toolkit.hotline.target import COUNTINGS, Counting, Target
from toolkit.shown import shown
from toolkit.terms import Label

Pools = Literal["shared", "separate", "fifo"]
Basis = Literal["interval", "carried"]
ONE_POOL = "all"
ROUNDING = 1e-9
DUST = 0.01
_SHRINKAGE = Label("损耗率", "shrinkage")
_LIMIT = Label("坐席上限", "limit of seats")


@shown("pools", "shrinkage", "targets")
@dataclass(frozen=True, slots=True)
class Rule:
    """What is promised to whom, and how the seats are arranged.

    Attributes
    ----------
    targets : mapping of class to Target or None
        First class first, which is the order of answering in a shared pool; None promises nothing.
    pools : {"shared", "separate", "fifo"}
    shrinkage : float
        Share of paid time away from the calls (breaks in the shift plan not included); 0 or more, below 1.
    patience_seconds : float or None
        Mean patience; None where nobody abandons. Not for ``shared``, which has no formula then.
    counting : Counting
    basis : {"interval", "carried"}
        Rates of the interval alone, or at the load carried over from earlier ones (see the module).
    seat_limit : int or None
        Most seats of the room; intervals that need more are reported as unmet.
    """

    targets: Mapping[str, Target | None]
    pools: Pools = "shared"
    shrinkage: float = 0.3
    patience_seconds: float | None = None
    counting: Counting = "offered"
    basis: Basis = "interval"
    seat_limit: int | None = None

    def __post_init__(self) -> None:
        proper_share(self.shrinkage, _SHRINKAGE, zero=True)
        if self.patience_seconds is not None:
            above_zero(self.patience_seconds, PATIENCE)
        if self.seat_limit is not None:
            at_least(1, self.seat_limit, _LIMIT)
        for value, known in (
            (self.pools, get_args(Pools)),
            (self.basis, get_args(Basis)),
            (self.counting, COUNTINGS),
        ):
            if value not in known:
                raise ParameterError(
                    zh=f"“{value}”不在可选项之列；可选 {'、'.join(known)}。",
                    en=f"{value!r} is not a choice; choose one of {', '.join(known)}.",
                )
        if self.pools == "shared" and self.patience_seconds is not None:
            raise ParameterError(
                zh="共用坐席、分级优先且有人放弃时没有公式。请改用 fifo 或 separate，或用模拟检验坐席数。",
                en="There is no formula for a shared pool with priority whose callers abandon. Use fifo or separate, or "
                "check a number of seats by simulation.",
            )


@shown("peak", "average", "seat_hours", "paid_hours")
@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """Seats by interval under one rule.

    Attributes
    ----------
    rule : Rule
    minutes : int
        Length of an interval.
    by_interval : DataFrame, index ``interval``
        ``calls``, ``load`` (erlangs, by the rule's basis), ``needed`` (seats for the targets), ``seats`` (at most the limit),
        ``rostered`` (heads, shrinkage included), ``unmet`` (bool: the limit binds).
    by_pool : DataFrame, index ``interval``, columns pool (``all`` where there is one)
        Seats, before the limit.
    expected : DataFrame, index ``interval``, columns class
        Share answered within the target's seconds by formula, at ``needed`` seats; NaN without calls or
        target.
    """

    rule: Rule
    minutes: int
    by_interval: pd.DataFrame
    by_pool: pd.DataFrame
    expected: pd.DataFrame

    @property
    def peak(self) -> int:
        """Most seats in any interval."""
        return int(self.by_interval["seats"].max())

    @property
    def average(self) -> float:
        """Mean seats over all intervals."""
        return float(self.by_interval["seats"].mean())

    @property
    def seat_hours(self) -> float:
        """Hours of seats taken."""
        return float(self.by_interval["seats"].sum() * self.minutes / 60)

    @property
    def paid_hours(self) -> float:
        """Hours of heads rostered, shrinkage included."""
        return float(self.by_interval["rostered"].sum() * self.minutes / 60)

    @property
    def unmet(self) -> pd.DatetimeIndex:
        """Intervals whose targets the limit of seats does not allow."""
        return self.by_interval.index[self.by_interval["unmet"]]


def staff(arrivals: Arrivals, rule: Rule) -> Staffing:
    """Seats by interval.

    Raises
    ------
    ParameterError
        Where the rule's classes are not those of the arrivals.

    Examples
    --------
    >>> import pandas as pd
    >>> from toolkit import hotline
    >>> at = pd.date_range("2026-09-01 09:00", periods=2, freq="30min")
    >>> calls = pd.Series([50, 5], index=at)
    >>> arrivals = hotline.arrivals_from_counts(calls, {"all": 180.0}, minutes=30)
    >>> rule = hotline.Rule({"all": hotline.Target(0.8, 20)}, shrinkage=0.3)
    >>> plan = hotline.staff(arrivals, rule)
    >>> plan
    Staffing(peak 8, average seats 5, seat hours 5, paid hours 7.5)
    >>> plan.by_interval
                         calls  load  needed  seats  rostered  unmet
    interval
    2026-09-01 09:00:00   50.0   5.0       8      8        12  False
    2026-09-01 09:30:00    5.0   0.5       2      2         3  False
    """
    if set(rule.targets) != set(arrivals.classes):
        odd = sorted(set(rule.targets) ^ set(arrivals.classes))
        raise ParameterError(
            zh=f"目标与来电的类别对不上：{len(odd)} 个只出现在一处，第一个是“{odd[0]}”。没有承诺的类别请写 null。",
            en=f"The classes of targets and calls do not match: {len(odd)} appear in one place only, first {odd[0]}. Write "
            "null for a class without a promise.",
        )
    names = list(rule.targets)
    load = _load(arrivals, rule)
    per_hour = (load * HOUR / arrivals.handling)[names].to_numpy()
    handling = arrivals.handling[names].to_numpy()
    seats, expected = {"shared": _shared, "separate": _separate, "fifo": _fifo}[rule.pools](
        per_hour, handling, rule
    )
    index = arrivals.calls.index
    columns = pd.Index(names if rule.pools == "separate" else [ONE_POOL], name="pool")
    by_pool = pd.DataFrame(seats, index=index, columns=columns)
    return Staffing(
        rule, arrivals.minutes, _by_interval(arrivals, load, by_pool.sum(axis=1), rule), by_pool,
        pd.DataFrame(expected, index=index, columns=pd.Index(names, name="class")),
    )  # fmt: skip


def heads(seats: pd.Series, shrinkage: float) -> pd.Series:
    """Heads on the roster that keep ``seats`` taken when ``shrinkage`` of their time is elsewhere.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> toolkit.hotline.heads(pd.Series([7, 10]), shrinkage=0.3).tolist()
    [10, 15]
    """
    return np.ceil(seats / (1 - shrinkage) - ROUNDING).astype(int)


def _load(arrivals: Arrivals, rule: Rule) -> pd.DataFrame:
    """Erlangs to be staffed; remnants of calls long over count as none."""
    if rule.basis == "interval":
        return arrivals.load
    return arrivals.carried.where((arrivals.carried > DUST) | (arrivals.calls > 0), 0.0)


def _by_interval(arrivals: Arrivals, load: pd.DataFrame, needed: pd.Series, rule: Rule) -> pd.DataFrame:
    seats = needed if rule.seat_limit is None else needed.clip(upper=rule.seat_limit)
    return pd.DataFrame(
        {
            "calls": arrivals.calls.sum(axis=1), "load": load.sum(axis=1), "needed": needed,
            "seats": seats, "rostered": heads(seats, rule.shrinkage), "unmet": needed > seats,
        }
    )  # fmt: skip


def _shared(per_hour: np.ndarray, handling: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    targets = list(rule.targets.values())
    seats, expected = np.zeros((len(per_hour), 1), dtype=int), np.full(per_hour.shape, np.nan)
    for row, rates in enumerate(per_hour):
        if not rates.sum() > 0:
            continue
        seconds = float(rates @ handling / rates.sum())
        seats[row] = priority_seats(rates.tolist(), seconds, targets)
        queue = PriorityQueue.of(rates.tolist(), seconds, int(seats[row, 0]))
        for rank in _promised(rates, targets):
            expected[row, rank] = queue.within(rank, targets[rank].seconds)
    return seats, expected


def _separate(per_hour: np.ndarray, handling: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    parts = [
        _one_pool(per_hour[:, [rank]], handling[[rank]], [target], rule)
        for rank, target in enumerate(rule.targets.values())
    ]
    return tuple(np.hstack(columns) for columns in zip(*parts, strict=True))


def _fifo(per_hour: np.ndarray, handling: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    return _one_pool(per_hour, handling, list(rule.targets.values()), rule)


def _one_pool(
    per_hour: np.ndarray, handling: np.ndarray, targets: list[Target | None], rule: Rule
) -> tuple[np.ndarray, np.ndarray]:
    """One pool in order of arrival: seats (intervals, 1) and expected shares (intervals, classes)."""
    seats, expected = np.zeros((len(per_hour), 1), dtype=int), np.full(per_hour.shape, np.nan)
    for row, rates in enumerate(per_hour):
        if not rates.sum() > 0:
            continue
        calls = Calls(float(rates.sum()), float(rates @ handling / rates.sum()))
        asked = [targets[rank] for rank in _promised(rates, targets)] or [None]
        seats[row] = max(
            seats_needed(calls, target, rule.patience_seconds, rule.counting) for target in asked
        )
        queue = _queue(calls, int(seats[row, 0]), rule.patience_seconds)
        for rank in _promised(rates, targets):
            expected[row, rank] = queue.within(targets[rank].seconds, rule.counting)
    return seats, expected


def _queue(calls: Calls, seats: int, patience_seconds: float | None) -> ErlangA | ErlangC:
    return ErlangA.of(calls, seats, patience_seconds) if patience_seconds else ErlangC.of(calls, seats)


def _promised(rates: np.ndarray, targets: list[Target | None]) -> list[int]:
    return [rank for rank, target in enumerate(targets) if target is not None and rates[rank] > 0]
