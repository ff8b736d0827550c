from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import ParameterError
from toolkit.hotline.erlang import Calls, ErlangA, ErlangC
from toolkit.hotline.events import Log, answer, draw
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.simulation import Settings, simulate
from toolkit.hotline.target import Target

VIP, OTHERS = Target(0.90, 20), Target(0.85, 20)
SHARED = (CallClass("vip", 240, VIP, 0), CallClass("others", 240, OTHERS, 1))
FOUR = (
    CallClass("vip", 200, VIP, 0, patience_seconds=400),
    CallClass("middle", 260, OTHERS, 1, patience_seconds=90, callback_hours=1),
    CallClass("plain", 240, OTHERS, 1, patience_seconds=120, handling_spread=0.5),
    CallClass("listed", 300, None, -5, blacklisted=True),
)


def slow_twin(classes, floor, draws) -> Log:
    """The same calls by one event at a time: every waiting caller is looked at, and leaves when patience ends."""
    number, step = len(draws.at), floor.interval_seconds
    wait, back = np.full(number, np.nan), np.full(number, np.nan)
    changes = [(step * i, int(n)) for i, n in enumerate(floor.seats)]
    coming, waiting, owed, busy, seats = list(range(number)), [], [], [], 0
    while coming or waiting or owed or busy:
        ends = [(draws.at[i] + draws.patience[i], i) for i in waiting]
        moments = [
            busy and min(busy),
            coming and draws.at[coming[0]],
            ends and min(ends)[0],
            changes and changes[0][0],
        ]
        now = min((m for m in moments if not isinstance(m, list)), default=np.inf)
        if not np.isfinite(now):
            break
        busy = [end for end in busy if end > now]
        for end, i in ends:
            if end <= now:
                waiting.remove(i)
                wait[i] = -draws.patience[i]
                owed += [(end, i)] if classes[draws.kind[i]].callback_hours else []
        if changes and changes[0][0] <= now:
            seats = changes.pop(0)[1]
        if coming and draws.at[coming[0]] <= now:
            waiting.append(coming.pop(0))
        while len(busy) < seats and (waiting or owed):

            def rank(i):
                one = classes[draws.kind[i]]
                return (2, 0, draws.at[i], i) if one.blacklisted else (0, one.priority, draws.at[i], i)

            tasks = [rank(i) for i in waiting] + [(1, 0, end, i) for end, i in owed]
            first, _, moment, i = min(tasks)
            if first == 1:
                owed.remove((moment, i))
                back[i] = now
                busy.append(now + draws.back_service[i])
            else:
                waiting.remove(i)
                wait[i] = now - draws.at[i]
                busy.append(now + draws.service[i])
    return Log(draws, np.abs(wait), wait >= 0, back)


@pytest.mark.parametrize("seats", [(14, 9, 17), (12, 12, 0), (0, 16, 1)])
def test_every_call_ends_as_in_the_slow_twin(seats):
    """Independent twin: changing seats, four classes, impatience, calls back and a black list, call by call."""
    calls = np.array([[20, 25, 30], [60, 80, 90], [80, 100, 110], [10, 12, 5]])
    floor = Floor(calls, np.array(seats), 1800)
    draws = draw(FOUR, floor, np.random.default_rng(20261122))
    fast, slow = answer(FOUR, floor, draws), slow_twin(FOUR, floor, draws)
    known = ~np.isnan(slow.wait)
    assert known.mean() > 0.9 and not fast.answered[~known].any()
    assert (fast.answered == slow.answered).all()
    closing = np.where(slow.answered | (seats[-1] > 0), np.inf, floor.horizon - draws.at)
    assert fast.wait[known] == pytest.approx(np.minimum(slow.wait, closing)[known], abs=1e-6)
    assert (~np.isnan(slow.back_at)).sum() > 5 or seats[-1] == 0
    assert fast.back_at == pytest.approx(slow.back_at, abs=1e-6, nan_ok=True)


def test_first_come_first_served_is_the_recursion_of_kiefer_and_wolfowitz():
    """Kiefer and Wolfowitz (1955): the wait is the least of the seats' workloads."""
    classes, floor = (CallClass("all", 240),), Floor.steady((100,), 8, 20)
    log = answer(classes, floor, draw(classes, floor, np.random.default_rng(5)))
    free = np.zeros(8)
    for at, service, wait in zip(log.draws.at, log.draws.service, log.wait, strict=True):
        first = free.argmin()
        assert wait == pytest.approx(max(free[first] - at, 0), abs=1e-6)
        free[first] = max(free[first], at) + service


@pytest.mark.parametrize("seats, runs", [(46, 20), (43, 40)])
def test_formula_of_priority_against_simulation(seats, runs):
    """methods section 4.2: both classes within a point of the exact formula, at 1.2 and 2.4 million calls."""
    settings = Settings(runs=runs, seed=1, warmup_seconds=7200)
    found = simulate(SHARED, Floor.steady((60, 540), seats, 102), settings)
    queue = PriorityQueue.of((60, 540), 240, seats)
    for rank, row in enumerate(found.by_class.itertuples()):
        assert row.service_level == pytest.approx(queue.within(rank, 20), abs=0.01)
        assert abs(row.service_level - queue.within(rank, 20)) < 4 * row.service_level_error
        assert abs(row.mean_wait - queue.mean_wait(rank)) < 4 * row.mean_wait_error
    assert found.utilisation == pytest.approx(queue.utilisation, abs=0.005)
    assert found.by_class["met"].tolist() == [True, False]


@pytest.mark.parametrize("counting", ["offered", "stayed", "answered"])
def test_formula_of_abandonment_against_simulation(counting):
    """Erlang A, overloaded pool, each way of counting: within a point and four standard errors."""
    queue = ErlangA.of(Calls(600, 240), 38, 180)
    one = CallClass("all", 240, OTHERS, patience_seconds=180)
    settings = Settings(runs=30, seed=2, warmup_seconds=3600, counting=counting)
    found = simulate((one,), Floor.steady((600,), 38, 41), settings)
    row = found.by_class.loc["all"]
    for name, expected in (("abandoned", queue.abandoned), ("service_level", queue.within(20, counting))):
        assert row[name] == pytest.approx(expected, abs=0.01)
        assert abs(row[name] - expected) < 4 * row[f"{name}_error"]
    assert row["mean_wait"] == pytest.approx(queue.mean_wait, abs=4 * row["mean_wait_error"])
    assert found.utilisation == pytest.approx(queue.utilisation, abs=4 * found.utilisation_error)


@pytest.mark.parametrize("spread", [0.0, 0.5, 2.0])
def test_the_spread_of_handling_times(spread):
    """Pollaczek-Khinchine, one seat: mean wait (1 + spread^2) / 2 times that of exponential handling."""
    found = simulate(
        (CallClass("all", 240, handling_spread=spread),), Floor.steady((9,), 1, 2100),
        Settings(runs=20, seed=3, warmup_seconds=3600 * 100),
    )  # fmt: skip
    row = found.by_class.loc["all"]
    expected = (1 + spread**2) / 2 * ErlangC.of(Calls(9, 240), 1).mean_wait
    assert abs(row["mean_wait"] - expected) < 4 * row["mean_wait_error"]
    assert row["mean_wait_error"] < 0.06 * expected


def test_the_stated_error_is_the_spread_between_simulations():
    """Coverage: 40 simulations apart by seed; a chi-square of 39 degrees lies in 16.4..76.6 but once in 1,000."""
    one = (CallClass("all", 240, OTHERS),)
    floor = Floor.steady((60,), 6, 6)
    rows = [simulate(one, floor, Settings(runs=20, seed=seed)).by_class.iloc[0] for seed in range(40)]
    shares, errors = (
        np.array([row[name] for row in rows]) for name in ("service_level", "service_level_error")
    )
    assert 16.4 < 39 * shares.var(ddof=1) / (errors**2).mean() < 76.6


def test_calls_back_are_due_within_the_limit_and_the_listed_wait_longest():
    """Definitions: a night between two days breaks a limit of an hour, not one of 24 hours; queue order of S61."""
    calls = np.zeros((4, 30))
    calls[:, [0, 1, 25]] = np.array([10, 60, 80, 10])[:, None]
    seats = np.r_[10, 2, np.zeros(22), np.full(6, 12)].astype(int)
    levels = {}
    for hours in (1, 24):
        classes = [
            *FOUR[:1],
            CallClass("middle", 260, OTHERS, 1, patience_seconds=90, callback_hours=hours),
            *FOUR[2:],
        ]
        found = simulate(classes, Floor(calls, seats, 3600), Settings(runs=5)).by_class
        levels[hours] = found.loc["middle", "callbacks_in_time"]
        lost = found.loc["middle", "abandoned"] * found.loc["middle", "offered"]
        assert found.loc["middle", "callbacks"] == pytest.approx(lost)
        assert found.loc["listed", "mean_wait"] == found["mean_wait"].max()
        assert found.loc["vip", "service_level"] == found["service_level"].max()
        assert np.isnan(found.loc["listed", "service_level"]) and not found.loc["listed", "met"]
    assert levels[1] < 0.6 < levels[24]


def test_the_same_seed_gives_the_same_figures_and_intervals_add_up():
    """Promise of a fixed seed; levels by interval, weighted by their calls, are the level of the class."""
    floor = Floor(np.array([[30.0, 60.0], [300.0, 500.0]]), np.array([24, 40]), 3600)
    first, again = (simulate(SHARED, floor, Settings(runs=3)) for _ in range(2))
    assert first.by_class.equals(again.by_class) and first.by_interval.equals(again.by_interval)
    assert first.by_interval.index.name == "interval" and first.by_interval.shape == (2, 2)
    low, high = first.by_interval["others"].min(), first.by_interval["others"].max()
    assert low <= first.by_class.loc["others", "service_level"] <= high


def test_calls_without_seats_are_lost():
    """Edge: nobody at work."""
    found = simulate(SHARED, Floor.steady((10, 10), 0, 2), Settings(runs=2)).by_class
    assert found["abandoned"].tolist() == [1, 1] and found["service_level"].tolist() == [0, 0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: CallClass("vip", -1),
        lambda: CallClass("vip", 240, patience_seconds=0),
        lambda: CallClass("vip", 240, callback_hours=24),
        lambda: CallClass("vip", 240, patience_seconds=60, callback_hours=-1),
        lambda: CallClass("vip", 240, patience_seconds=60, callback_hours=24, blacklisted=True),
        lambda: Floor.steady((-1,), 2, 2),
        lambda: Floor.steady((0, 0), 2, 2),
        lambda: Floor.steady((1,), -2, 2),
        lambda: Floor(np.ones((1, 2)), np.ones(3), 60),
        lambda: Settings(runs=1),
        lambda: Settings(counting="maybe"),
        lambda: simulate(SHARED, Floor.steady((1,), 2, 2)),
        lambda: simulate(SHARED[:1], Floor.steady((1,), 2, 2), Settings(warmup_seconds=7200)),
    ],
)
def test_what_cannot_be_simulated_is_refused(make):
    """Both languages, each naming what was expected."""
    with pytest.raises(ParameterError) as found:
        make()
    assert found.value.en.isascii() and found.value.zh != found.value.en
