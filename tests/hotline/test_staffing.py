from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import ParameterError
from toolkit.hotline.arrivals import Arrivals
from toolkit.hotline.erlang import Calls, erlang_c
from toolkit.hotline.floor import CallClass, Floor
from toolkit.hotline.pools import compare_pools
from toolkit.hotline.seats import seats_needed
from toolkit.hotline.simulation import Settings, simulate
from toolkit.hotline.staffing import Rule, heads, staff
from toolkit.hotline.target import Target

TARGETS = {"VIP": Target(0.90, 20), "others": Target(0.85, 20)}
LEVELS = ((20, 180), (60, 540), (120, 1080), (0, 0))


def hourly(handling=(240.0, 240.0)) -> Arrivals:
    index = pd.date_range("2026-07-01 08:00", periods=len(LEVELS), freq="h", name="interval")
    calls = pd.DataFrame(LEVELS, index=index, columns=pd.Index(TARGETS, name="class"), dtype=float)
    return Arrivals(calls, pd.Series(handling, index=list(TARGETS), dtype=float), 60)


def test_intervals_as_in_the_table_of_seats():
    """methods section 4.2, its three rows and an empty hour; first come, first served obeys the stricter target."""
    found = compare_pools(hourly(), Rule(TARGETS, shrinkage=0.0))
    seats = {name: plan.by_interval["seats"].tolist() for name, plan in found.staffing.items()}
    assert seats == {"shared": [18, 47, 89, 0], "separate": [20, 50, 93, 0], "fifo": [19, 48, 90, 0]}
    assert found.staffing["separate"].by_pool.to_numpy().tolist() == [[4, 16], [8, 42], [13, 80], [0, 0]]
    assert found.table["peak"].to_dict() == {"shared": 89, "separate": 93, "fifo": 90}
    assert found.table.loc["shared", "seat_hours"] == 154 and found.table.loc["shared", "average"] == 38.5
    assert found.table.loc["shared", "paid_hours"] == 154


def test_expected_levels_reach_the_targets_and_empty_hours_have_none():
    """Definition of the seats needed."""
    for plan in compare_pools(hourly(), Rule(TARGETS)).staffing.values():
        assert (plan.expected.iloc[:3] >= [0.9, 0.85]).all(axis=None) and plan.expected.iloc[3].isna().all()


def test_shrinkage_rounds_up_but_not_for_dust():
    """21 / (1 - 0.3) is 30 heads although floating point says a little more; 8 need 12."""
    assert heads(pd.Series([21, 8, 0]), 0.3).tolist() == [30, 12, 0]
    plan = staff(hourly(), Rule(TARGETS))
    assert plan.by_interval["rostered"].tolist() == [26, 68, 128, 0] and plan.paid_hours == 222


def test_a_limit_of_seats_lists_what_it_leaves_unmet():
    """By the table: 50 seats do not do for the third hour."""
    plan = staff(hourly(), Rule(TARGETS, seat_limit=50))
    assert plan.unmet.tolist() == [plan.by_interval.index[2]]
    assert plan.peak == 50 and plan.by_interval["needed"].tolist() == [18, 47, 89, 0]


def test_abandonment_and_counting_reach_the_formula():
    """The pool's Erlang A, asked for directly."""
    for counting in ("offered", "answered"):
        plan = staff(hourly(), Rule(TARGETS, "fifo", patience_seconds=180, counting=counting))
        direct = [seats_needed(Calls(v + o, 240), TARGETS["VIP"], 180, counting) for v, o in LEVELS]
        assert plan.by_interval["seats"].tolist() == direct
    assert "shared" not in compare_pools(hourly(), Rule(TARGETS, "fifo", patience_seconds=180)).staffing


def test_a_class_without_promise_still_takes_seats():
    """Definition: only stability is kept for it, in its own pool floor(load) + 1 seats."""
    rule = Rule({"VIP": TARGETS["VIP"], "others": None}, "separate")
    assert staff(hourly(), rule).by_pool["others"].tolist() == [13, 37, 73, 0]
    shared = staff(hourly(), Rule({"VIP": TARGETS["VIP"], "others": None}))
    closed_form = [
        next(
            n for n in range(1, 200) if erlang_c(n, (v + o) / 15) * np.exp(-(n / 240 - v / 3600) * 20) <= 0.1
        )
        for v, o in LEVELS[:3]
    ]
    assert shared.by_interval["seats"].tolist()[:3] == [
        max(n, (v + o) // 15 + 1) for n, (v, o) in zip(closed_form, LEVELS, strict=False)
    ]
    assert shared.expected["others"].isna().all()


def test_the_order_of_the_targets_is_the_order_of_answering():
    """Symmetry: naming the classes the other way round with their rates swapped changes nothing."""
    arrivals = hourly((200.0, 260.0))
    plan = staff(arrivals, Rule(TARGETS))
    swapped = Arrivals(arrivals.calls[["others", "VIP"]], arrivals.handling[::-1], 60)
    assert staff(swapped, Rule(TARGETS)).by_interval["seats"].tolist() == plan.by_interval["seats"].tolist()
    assert staff(arrivals, Rule(dict(reversed(TARGETS.items())))).peak != plan.peak


def test_load_carried_over_meets_the_target_that_a_fall_and_a_rise_upset():
    """By event simulation: calls that swing within a handling time miss 85% when staffed interval by interval,
    and keep it, within a point, with the load carried over and no more seat hours."""
    index = pd.date_range("2026-07-01 08:00", periods=144, freq="5min", name="interval")
    rate = 50 + 30 * np.sin(np.arange(144) / 3)
    arrivals = Arrivals(pd.DataFrame({"all": rate}, index=index), pd.Series({"all": 600.0}), 5)
    one, found = CallClass("all", 600, Target(0.85, 20)), {}
    for basis in ("interval", "carried"):
        plan = staff(arrivals, Rule({"all": one.target}, "fifo", basis=basis))
        floor = Floor(rate[None, :], plan.by_interval["seats"].to_numpy(), 300)
        found[basis] = (
            simulate((one,), floor, Settings(10)).by_class.loc["all", "service_level"],
            plan.seat_hours,
        )
    assert found["interval"][0] < 0.75 and found["carried"][0] > 0.84
    assert found["carried"][1] <= 1.01 * found["interval"][1]


def test_carried_remnants_need_no_seat():
    """Definition: an hour without calls and with less than a hundredth of an erlang in hand has no seats."""
    arrivals = hourly()
    more = pd.DataFrame(
        0.0, index=arrivals.calls.index[-1:] + pd.Timedelta(hours=1), columns=arrivals.calls.columns
    )
    late = Arrivals(pd.concat([arrivals.calls, more]), arrivals.handling, 60)
    assert staff(late, Rule(TARGETS, basis="carried")).by_interval["seats"].tolist()[-1] == 0


def test_refusals():
    """Both languages; what does not fit is named."""
    for make, word in (
        (lambda: Rule(TARGETS, shrinkage=1.0), "shrinkage is 1"),
        (lambda: Rule(TARGETS, shrinkage=-0.1), "shrinkage is -0.1"),
        (lambda: Rule(TARGETS, "everyone"), "not a choice"),
        (lambda: Rule(TARGETS, counting="maybe"), "not a choice"),
        (lambda: Rule(TARGETS, basis="maybe"), "not a choice"),
        (lambda: Rule(TARGETS, patience_seconds=60), "no formula"),
        (lambda: Rule(TARGETS, "fifo", patience_seconds=-60), "patience"),
        (lambda: Rule(TARGETS, seat_limit=0), "limit of seats is 0"),
        (lambda: staff(hourly(), Rule({"VIP": TARGETS["VIP"]})), "first others"),
    ):
        with pytest.raises(ParameterError, match=word) as found:
            make()
        assert found.value.zh != found.value.en and np.char.isalpha(found.value.zh[-2])
