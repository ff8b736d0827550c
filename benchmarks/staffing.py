"""Staff the hotline of a bank for its busiest day and its last week; prints a table and seconds.

``.venv/bin/python benchmarks/staffing.py``

The counts by five minutes are real (2003, weekdays 7:00 to 21:05). Everything else is assumed and printed:
they hold no classes, handling times, patience, shifts or wages. Calls are taken as foreseen perfectly.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from datetime import time as clock
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.hotline.arrivals import Arrivals, arrivals_from_counts
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.pools import compare_pools
from toolkit.hotline.roster import Roster, cover
from toolkit.hotline.shifts import Shift
from toolkit.hotline.simulation import Settings, simulate
from toolkit.hotline.staffing import Rule, Staffing, heads
from toolkit.hotline.target import Target

SHARES = {"VIP": 0.10, "others": 0.90}
HANDLING = {"VIP": 240.0, "others": 240.0}
TARGETS = {"VIP": Target(0.90, 20), "others": Target(0.85, 20)}
SHRINKAGE, WAGE, MINUTES, PATIENCE, RUNS = 0.30, 60.0, 5, 180.0, 4
PERIODS = {
    "busiest day, 2003-09-02": (date(2003, 9, 2), date(2003, 9, 3)),
    "last week, 2003-10-20 to 24": (date(2003, 10, 20), date(2003, 10, 25)),
}


def counts() -> pd.Series:
    """Calls by five minutes, index start of the interval."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("GRADELAB_DATA") or beside) / "bank_calls_5min" / "bank_calls.csv.gz"
    if not path.is_file():
        sys.exit(
            "bank_calls_5min/bank_calls.csv.gz is absent: set GRADELAB_DATA to the data folder, or place shared/data "
            "beside the checkout. 缺少银行来电数据：请把 GRADELAB_DATA 设为数据文件夹，或把 shared/data 放在项目旁边。"
        )
    table = pd.read_csv(path)
    return pd.Series(table["Calls"].to_numpy(), index=pd.to_datetime(table["DateTime"]).dt.tz_localize(None))


def shifts() -> list[Shift]:
    """4 and 6 hours without a break, 9 hours with one of an hour; every half hour, and up to the closing at 21:05."""
    found = []
    for hours, after, pause in ((4, 0, 0), (6, 0, 0), (9, 4, 60)):
        starts = [*range(7 * 60, 21 * 60 - hours * 60 + 1, 30), 21 * 60 + 5 - hours * 60]
        for start in starts:
            name = f"{start // 60:02d}:{start % 60:02d} {hours} h"
            at = clock(start // 60, start % 60)
            found.append(Shift(name, at, hours, hours * WAGE, after, pause))
    return found


def rosters(plan: Staffing) -> dict[str, Roster]:
    """Shifts for each pool of a plan."""
    return {
        pool: cover(heads(seats, SHRINKAGE), shifts(), MINUTES, solver_seconds=5.0)
        for pool, seats in plan.by_pool.items()
    }


def classes(pools: str, patience: float | None = None) -> list[CallClass]:
    """The two classes as an arrangement answers them."""
    ranks = {"shared": (0, 1)}.get(pools, (0, 0))
    return [
        CallClass(name, HANDLING[name], TARGETS[name], rank, patience)
        for name, rank in zip(TARGETS, ranks, strict=True)
    ]


def achieved(
    arrivals: Arrivals, seats: pd.DataFrame, pools: str, patience: float | None = None
) -> tuple[np.ndarray, int]:
    """Simulated share in time of each class over all days, and the intervals short of a target."""
    kinds, sums, short = classes(pools, patience), np.zeros((2, 2)), 0
    for _, calls in arrivals.calls.groupby(arrivals.calls.index.normalize()):
        parts = [[rank] for rank in (0, 1)] if pools == "separate" else [[0, 1]]
        for column, part in zip(seats.columns, parts, strict=True):
            floor = Floor(
                calls.iloc[:, part].to_numpy().T, seats.loc[calls.index, column].to_numpy(), 60 * MINUTES
            )
            found = simulate([kinds[rank] for rank in part], floor, Settings(RUNS))
            offered = found.by_class["offered"].to_numpy()
            sums[part] += np.stack([offered * found.by_class["service_level"], offered], axis=1)
            short += int((found.by_interval < found.by_class["target"]).to_numpy().sum())
    return sums[:, 0] / sums[:, 1], short


def row(arrivals: Arrivals, plan: Staffing) -> dict[str, object]:
    """One line of the table."""
    pools, planned = plan.rule.pools, rosters(plan)
    present = pd.DataFrame({pool: one.by_interval["present"] for pool, one in planned.items()})
    at_seats, short = achieved(arrivals, plan.by_pool, pools)
    at_shifts, _ = achieved(arrivals, np.floor(present * (1 - SHRINKAGE) + 1e-9).astype(int), pools)
    return {
        "load": plan.rule.basis, "pools": pools, "peak": plan.peak, "average": round(plan.average, 1), "seat h": round(plan.seat_hours),
        "paid h": round(plan.paid_hours), "shift h": round(sum(one.hours for one in planned.values())),
        "cost": f"{sum(one.cost for one in planned.values()):,.0f}",
        "gap": f"{max(one.gap for one in planned.values()):.2%}",
        "VIP/others at seats": " / ".join(f"{x:.1%}" for x in at_seats),
        "cells short": f"{short} of {arrivals.calls.size}",
        "at shifts": " / ".join(f"{x:.1%}" for x in at_shifts),
    }  # fmt: skip


def main() -> None:
    """Both periods, each arrangement."""
    arrivals = arrivals_from_counts(counts(), HANDLING, MINUTES, SHARES)
    print(
        f"Assumed: VIP {SHARES['VIP']:.0%} of calls, handling {HANDLING['VIP']:g} s, targets VIP "
        f"{TARGETS['VIP'].text('en')} and others {TARGETS['others'].text('en')}, shrinkage {SHRINKAGE:.0%}, "
        f"{WAGE:g} per paid hour, nobody abandons; {RUNS} simulated runs of each day."
    )
    for name, (first, end) in PERIODS.items():
        start = time.perf_counter()
        period = arrivals.between(first, end)
        plans = [
            plan
            for basis in ("interval", "carried")
            for plan in compare_pools(
                period, Rule(TARGETS, shrinkage=SHRINKAGE, basis=basis)
            ).staffing.values()
        ]
        table = pd.DataFrame([row(period, plan) for plan in plans])
        patient, _ = achieved(period, plans[0].by_pool, "shared", PATIENCE)
        print(f"\n{name}: {period.calls.to_numpy().sum():,.0f} calls, {time.perf_counter() - start:.1f} s")
        print(table.to_string(index=False))
        print(
            f"shared by interval loads, same seats, patience {PATIENCE:g} s: "
            + " / ".join(f"{x:.1%}" for x in patient)
            + " of all calls"
        )


if __name__ == "__main__":
    main()
