"""A typical week planned and served. Expected: the formulas of methods 4.2, definitions, and calls counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.floor import CallClass
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.simulation import Settings
from toolkit.hotline.staffing import ONE_POOL, Rule, heads
from toolkit.hotline.target import Target
from toolkit.hotline.week import plan_week, serve_week

TARGETS = {"vip": Target(0.90, 20), "others": Target(0.85, 20)}


def week(vip: float, others: float, days: int = 2, handling: float = 60.0) -> Arrivals:
    """The same calls per half hour from 8:00 to 20:00 on each day."""
    opened = [
        pd.Timestamp("2026-07-06") + pd.Timedelta(days=d, hours=8, minutes=30 * i)
        for d in range(days)
        for i in range(24)
    ]
    index = pd.DatetimeIndex(opened, name="interval")
    calls = pd.DataFrame({"vip": vip, "others": others}, index=index, dtype=float).rename_axis(
        columns="class"
    )
    return Arrivals(calls, pd.Series({"vip": handling, "others": handling}), 30)


def classes(ranks: tuple[int, int] = (0, 1)) -> list[CallClass]:
    return [CallClass(name, 60.0, TARGETS[name], rank) for name, rank in zip(TARGETS, ranks, strict=True)]


def seats(number: int, arrivals: Arrivals) -> pd.DataFrame:
    return pd.DataFrame({ONE_POOL: number}, index=arrivals.calls.index)


@pytest.mark.parametrize("vip", [60, 120])
def test_served_as_the_formula_says_and_more_vips_wait_longer(vip):
    """Cobham's means at lasting rates, 240 calls an hour in all, 60 s each, 5 seats; days start empty, so a little less."""
    arrivals = week(vip / 2, (240 - vip) / 2)
    found = serve_week(arrivals, seats(5, arrivals), classes(), Settings(60, 1))
    queue = PriorityQueue.of([vip, 240 - vip], 60.0, 5)
    for rank, name in enumerate(TARGETS):
        row = found.loc[name]
        assert row["mean_wait"] == pytest.approx(
            queue.mean_wait(rank), abs=4 * row["mean_wait_error"] + 0.02 * queue.mean_wait(rank)
        )
        assert row["service_level"] == pytest.approx(
            queue.within(rank, 20), abs=4 * row["service_level_error"] + 0.01
        )
    means = [PriorityQueue.of([v, 240 - v], 60.0, 5).mean_wait for v in (60, 120)]
    assert means[0](0) < means[1](0) and means[0](1) < means[1](1)  # everybody waits longer with more VIPs


def test_a_night_is_no_queue():
    """A rush at closing is answered that evening: two calls of next morning, one seat, hardly ever wait for each other."""
    arrivals = week(0, 0, days=3)
    morning, evening = arrivals.calls.index.hour == 8, arrivals.calls.index.hour == 19
    arrivals.calls.loc[morning, "vip"], arrivals.calls.loc[evening, "others"] = 1.0, 30.0
    found = serve_week(arrivals, seats(1, arrivals), classes((0, 0)), Settings(200, 2))
    assert found["offered"].tolist() == pytest.approx([6, 180], rel=0.1)
    assert found.loc["vip", "mean_wait"] < 10 < 60 < found.loc["others", "mean_wait"]


def test_plan_by_definition():
    """Seats at least ``least``; heads = seats / (1 - shrinkage) rounded up; hours are sums; no shifts, no cost."""
    arrivals = week(2, 10)
    rule = Rule(TARGETS, "separate", 0.3)
    plan = plan_week(arrivals, rule, [], 3)
    assert list(plan.seats) == ["vip", "others"] and plan.seats.to_numpy().min() == 3
    assert plan.rostered["vip"].tolist() == heads(plan.seats["vip"], 0.3).tolist()
    total = plan.seats.sum(axis=1)
    assert (plan.peak, plan.average) == (total.max(), total.mean())
    assert plan.seat_hours == total.sum() / 2 and plan.paid_hours == plan.rostered.to_numpy().sum() / 2
    assert plan.heads == plan.rostered.sum(axis=1).max() and np.isnan(plan.cost) and plan.gap == 0


def test_patience_leaves_the_seats_alone():
    """Stated in the docstring; without it a shared pool with patience would be refused."""
    arrivals = week(20, 60)
    plain = plan_week(arrivals, Rule(TARGETS, "separate"), [], 1)
    patient = plan_week(arrivals, Rule(TARGETS, "separate", patience_seconds=60.0), [], 1)
    assert plain.seats.equals(patient.seats)


def test_a_class_without_calls_is_left_blank():
    arrivals = week(0, 60)
    own = pd.DataFrame({"vip": 1, "others": 3}, index=arrivals.calls.index)
    for pool in (own, seats(3, arrivals)):
        found = serve_week(arrivals, pool, classes(), Settings(4, 3))
        assert found.loc["vip", "offered"] == 0 and np.isnan(found.loc["vip", "mean_wait"])
        assert found.loc["others", "offered"] > 0
