"""The hotline under every policy of a study: calls by class in a typical week, seats, and the service they give.

The calls are those on record, the same under every policy; what differs is the class that their callers
belong to. What a better grade would do to the number of calls is not part of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import cached_property
from math import ceil

import pandas as pd

from toolkit.errors import HistoryError
from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.contacts import COLUMNS, CallReading, arrivals_from_contacts
from toolkit.hotline.floor import CallClass
from toolkit.hotline.shifts import Shift
from toolkit.hotline.simulation import Settings
from toolkit.hotline.staffing import Rule
from toolkit.hotline.target import Target
from toolkit.hotline.week import WEEKS_A_YEAR, WeekPlan, plan_week, serve_week
from toolkit.params.hotline import HotlineParams, minute
from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.window import Window

TABLE = "contacts"
LEAST_RUNS = 8


@dataclass(frozen=True, slots=True)
class Records:
    """What the hotline is made from.

    Attributes
    ----------
    tables : mapping of table name to DataFrame
    window : Window
        Quarters of calls.
    fiscal_start_month : int
    packages : mapping of policy to Series of service package, index customer_id
        Baseline first.
    seed : int
        Of the simulations.
    """

    tables: Mapping[str, pd.DataFrame]
    window: Window
    fiscal_start_month: int
    packages: Mapping[str, pd.Series]
    seed: int


@shown("window", "recorded", "arrivals")
@dataclass(frozen=True, eq=False)
class StudyHotline:
    """The hotline of a study.

    Attributes
    ----------
    params : HotlineParams
    window : Window
        Quarters whose calls make the typical week.
    recorded, outside, ungraded : int
        Calls of those quarters; those outside the opening hours, which are not staffed; those inside whose callers
        have no grade under the baseline.
    arrivals : mapping of policy to Arrivals
        Calls of a typical week by class, opening hours alone; baseline first.
    seed : int
    """

    params: HotlineParams
    window: Window
    recorded: int
    outside: int
    ungraded: int
    arrivals: Mapping[str, Arrivals]
    seed: int

    @property
    def baseline(self) -> str:
        """The policy in force."""
        return next(iter(self.arrivals))

    @property
    def in_charge(self) -> str:
        """The arrangement of seats that counts where several are compared."""
        return self.params.arrangements[0]

    @property
    def titles(self) -> dict[str, Label]:
        """Title of every class, first class first."""
        return {one.id: one.title.label() for one in self.params.classes}

    @cached_property
    def plans(self) -> dict[tuple[str, str], WeekPlan]:
        """Seats of a typical week, by policy and arrangement."""
        return {
            (policy, pools): plan_week(arrivals, self._rule(pools), self._shifts, self.params.least_seats)
            for policy, arrivals in self.arrivals.items()
            for pools in self.params.arrangements
        }

    @cached_property
    def served(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Simulated service at the seats of each plan; see :func:`toolkit.hotline.week.serve_week`."""
        return {
            (policy, pools): self._serve(policy, pools, plan.seats)
            for (policy, pools), plan in self.plans.items()
        }

    @cached_property
    def same_seats(self) -> dict[str, pd.DataFrame]:
        """Simulated service of every policy at the seats of the baseline, arrangement in charge."""
        pools = self.in_charge
        seats = self.plans[self.baseline, pools].seats
        return {
            policy: self.served[policy, pools]
            if policy == self.baseline
            else self._serve(policy, pools, seats)
            for policy in self.arrivals
        }

    def shares(self, policy: str) -> pd.Series:
        """Share of the calls that each class makes under ``policy``."""
        calls = self.arrivals[policy].calls.sum()
        return (calls / calls.sum()).reindex([one.id for one in self.params.classes])

    def cost_per_year(self, policy: str, pools: str) -> float:
        """Money for the shifts; NaN without shifts."""
        return self.plans[policy, pools].cost * WEEKS_A_YEAR

    def hours_per_quarter(self, policy: str) -> float:
        """Hours paid, arrangement in charge."""
        return self.plans[policy, self.in_charge].paid_hours * WEEKS_A_YEAR / 4

    def busiest_day(self, policy: str) -> pd.Timestamp:
        """Day of the typical week with most calls."""
        calls = self.arrivals[policy].calls.sum(axis=1)
        return calls.groupby(calls.index.normalize()).sum().idxmax()

    @property
    def runs(self) -> int:
        """Weeks simulated of each arrangement."""
        week = self.arrivals[self.baseline].calls.to_numpy().sum()
        return max(LEAST_RUNS, ceil(self.params.simulated_calls / week))

    def _serve(self, policy: str, pools: str, seats: pd.DataFrame) -> pd.DataFrame:
        arrivals, params = self.arrivals[policy], self.params
        classes = [
            CallClass(
                one.id, float(arrivals.handling[one.id]), _target(one), rank if pools == "shared" else 0,
                params.patience_seconds, callback_hours=one.callback_hours,
            )
            for rank, one in enumerate(params.classes)
        ]  # fmt: skip
        return serve_week(arrivals, seats, classes, Settings(self.runs, self.seed, counting=params.counting))

    def _rule(self, pools: str) -> Rule:
        targets = {one.id: _target(one) for one in self.params.classes}
        return Rule(targets, pools, self.params.shrinkage, counting=self.params.counting, basis="carried")

    @property
    def _shifts(self) -> list[Shift]:
        return [
            Shift(one.id, _time(one.start), one.hours, one.cost, one.break_after_hours, one.break_minutes)
            for one in self.params.shifts
        ]


def open_hotline(params: HotlineParams | None, records: Records) -> StudyHotline | Label:
    """The hotline of a study, or what is missing for it."""
    contacts = records.tables.get(TABLE)
    if contacts is None or params is None:
        return _absent(params is not None, contacts is not None)
    lacking = [name for name in COLUMNS if name not in contacts]
    if lacking == ["minutes"] and params.handling_seconds is not None:
        contacts, lacking = contacts.assign(minutes=float("nan")), []
    if lacking:
        return Label(
            f"{TABLE} 表缺少列 {'、'.join(lacking)}，无法计算热线坐席；请补充映射，"
            "只缺 minutes 时也可在研究文件中写 hotline.handling_seconds。",
            f"The table {TABLE} lacks the columns {', '.join(lacking)}, so the seats of the hotline cannot be computed. "
            "Complete the mapping; where minutes alone is lacking, hotline.handling_seconds in the study serves.",
        )
    try:
        return _opened(params, contacts, records)
    except HistoryError as refused:
        return Label(refused.zh, refused.en)


def _opened(params: HotlineParams, contacts: pd.DataFrame, records: Records) -> StudyHotline:
    month, window = records.fiscal_start_month, records.window
    first, end = window.first.start(month), window.last.end(month)
    kind = contacts["kind"].isin(params.kinds)
    asked = contacts[kind & (contacts["at"] >= pd.Timestamp(first)) & (contacts["at"] < pd.Timestamp(end))]
    of_day = asked["at"].dt.hour * 60 + asked["at"].dt.minute
    inside = asked[(of_day >= minute(params.opens)) & (of_day < minute(params.closes))]
    if inside.empty:
        raise HistoryError(
            zh=f"{window.first} 至 {window.last} 的 {len(asked)} 通来电（类型为 {'、'.join(params.kinds)}）没有一通在开线时间 "
            f"{params.opens} 至 {params.closes} 之内，坐席无从算起。请检查 hotline 的 kinds、opens、closes 与 contacts 表的 at。",
            en=f"Of {len(asked)} calls from {window.first} to {window.last} (kind {', '.join(params.kinds)}) none lies within "
            f"the opening hours {params.opens} to {params.closes}, so there is nothing to staff. Check kinds, opens and "
            "closes of the hotline, and the column at of the contacts.",
        )
    arrivals = {policy: _typical(params, inside, packages) for policy, packages in records.packages.items()}
    base = next(iter(records.packages.values()))
    unknown = int((~inside["customer_id"].isin(base.index)).sum())
    return StudyHotline(params, window, len(asked), len(asked) - len(inside), unknown, arrivals, records.seed)


def _typical(params: HotlineParams, calls: pd.DataFrame, packages: pd.Series) -> Arrivals:
    """Calls of a typical week in the opening hours, by class."""
    rest = next(one.id for one in params.classes if one.rest)
    reading = CallReading(
        {package: one.id for one in params.classes for package in one.packages},
        rest,
        tuple(params.kinds),
        params.interval_minutes,
        params.handling_seconds,
    )
    found = arrivals_from_contacts(calls, packages.astype(object), reading)
    week = found.typical("week")
    of_day = week.calls.index.hour * 60 + week.calls.index.minute
    is_open = (of_day >= minute(params.opens)) & (of_day < minute(params.closes))
    order = [one.id for one in params.classes]
    handling = found.handling.reindex(order)
    if params.handling_seconds is not None:
        handling[:] = params.handling_seconds
    return replace(week, calls=week.calls.loc[is_open, order], handling=handling)


def _target(one: object) -> Target | None:
    return None if one.share is None else Target(one.share, one.seconds)


def _time(clock: str) -> time:
    return time(minute(clock) // 60 % 24, minute(clock) % 60)


def _absent(asked: bool, contacts: bool) -> Label:
    zh, en = [], []
    if not asked:
        zh.append("研究文件没有 hotline 一项")
        en.append("the study has no block hotline")
    if not contacts:
        zh.append(f"历史中没有 {TABLE} 表（列 {'、'.join(COLUMNS)}）")
        en.append(f"the history has no table {TABLE} (columns {', '.join(COLUMNS)})")
    said = "; ".join(en)
    return Label(
        "，".join(zh) + "，因此没有热线坐席可算。",
        said[0].upper() + said[1:] + ", so no seats can be computed.",
    )
