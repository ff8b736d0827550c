from __future__ import annotations

from datetime import time
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import ParameterError
from toolkit.hotline.roster import cover
from toolkit.hotline.shifts import Shift

SHIFTS = (
    Shift("early", time(8), 4, 90.0),
    Shift("late", time(10), 4, 100.0),
    Shift("long", time(8), 6, 130.0, break_after_hours=3, break_minutes=60),
)


def need(values, start="2026-07-01 08:00", freq="h") -> pd.Series:
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq=freq))


def covered(shift: Shift, hour: int) -> bool:
    """By words: wholly inside the shift, and not touching its break."""
    begin = hour - shift.start.hour
    inside = begin >= 0 and begin + 1 <= shift.hours
    pause = shift.break_after_hours
    return inside and not (begin < pause + shift.break_minutes / 60 and begin + 1 > pause)


def brute_force(values, shortfall=None) -> float:
    """Every combination of heads up to the largest need."""
    best = np.inf
    for heads in product(range(max(values) + 1), repeat=len(SHIFTS)):
        present = [
            sum(n * covered(s, 8 + i) for n, s in zip(heads, SHIFTS, strict=True)) for i in range(len(values))
        ]
        short = sum(max(v - p, 0) for v, p in zip(values, present, strict=True))
        if short and shortfall is None:
            continue
        best = min(
            best, sum(n * s.cost for n, s in zip(heads, SHIFTS, strict=True)) + short * (shortfall or 0)
        )
    return best


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.sampled_from([None, 35.0]))
def test_the_least_cost_is_that_of_brute_force(values, shortfall):
    """Independent twin: all combinations of three shifts."""
    found = cover(need(values), SHIFTS, 60, shortfall)
    total = found.cost + (shortfall or 0) * found.by_interval["short"].sum()
    assert total == pytest.approx(brute_force(values, shortfall)) and found.gap == 0
    assert shortfall or len(found.unmet) == 0


def test_heads_and_hours_add_up():
    """By hand: 2 heads all morning and 1 at noon; two early and one late are cheapest."""
    found = cover(need([2, 2, 2, 2, 1, 1]), SHIFTS, 60)
    assert found.shifts["heads"].droplevel("day").to_dict() == {"early": 2, "late": 1}
    assert (found.cost, found.hours) == (280, 12)
    assert found.by_interval["spare"].tolist() == [0, 0, 1, 1, 0, 0]
    assert found.by_interval["present"].tolist() == [2, 2, 3, 3, 1, 1]


def test_days_are_planned_alike_and_apart():
    """Two equal days cost twice one day."""
    one = need([2, 2, 3, 2, 1, 1])
    both = pd.concat([one, one.rename(lambda at: at + pd.Timedelta(days=1))])
    assert cover(both, SHIFTS, 60).cost == 2 * cover(one, SHIFTS, 60).cost


def test_a_night_shift_starts_on_the_eve_and_passes_midnight():
    """By hand: 24 hours, three shifts of 8 hours; the first night's heads come the evening before."""
    shifts = [Shift(f"from {hour}", time(hour), 8, 100.0) for hour in (6, 14, 22)]
    found = cover(need([1] * 24, "2026-07-01 00:00"), shifts, 60)
    assert found.shifts.index.get_level_values("day").strftime("%d").tolist() == ["30", "01", "01", "01"]
    assert len(found.unmet) == 0 and found.by_interval["spare"].sum() == 0


def test_intervals_that_no_shift_reaches():
    """Refused with number and first one; allowed, and listed, where a shortfall has a price."""
    values = need([0, 1, 1, 1, 1, 1, 2, 2])
    with pytest.raises(ParameterError, match=r"2 intervals .* first 2026-07-01 14:00") as found:
        cover(values, SHIFTS, 60)
    assert "2 个需要坐席的时段没有任何班次覆盖" in found.value.zh
    roster = cover(values, SHIFTS, 60, shortfall_cost=1000)
    assert roster.unmet.tolist() == values.index[-2:].tolist()
    assert roster.by_interval["short"].sum() == 4


def test_a_break_leaves_the_seat():
    """Definition: a break that touches an interval takes the head from it."""
    shift = Shift("day", time(9), 8, 1.0, break_after_hours=3.75, break_minutes=30)
    minutes = np.arange(8 * 60, 18 * 60, 30)
    away = [f"{m // 60}:{m % 60:02d}" for m in minutes[~shift.covers(minutes, 30)]]
    assert away == ["8:00", "8:30", "12:30", "13:00", "17:00", "17:30"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=6, max_size=6), st.integers(0, 5))
def test_needing_more_never_costs_less(values, place):
    """Monotonicity of the least cost."""
    more = list(values)
    more[place] += 1
    assert cover(need(more), SHIFTS, 60).cost >= cover(need(values), SHIFTS, 60).cost - 1e-9


def test_refusals_of_shifts():
    """Lengths, breaks, costs, names and needs that cannot be."""
    for make in (
        lambda: Shift("a", time(8), -1, 1.0),
        lambda: Shift("a", time(8), 25, 1.0),
        lambda: Shift("a", time(8), 8, -1.0),
        lambda: Shift("a", time(8), 8, 1.0, 7.5, 60),
        lambda: cover(need([1]), [], 60),
        lambda: cover(need([1]), [SHIFTS[0], SHIFTS[0]], 60),
        lambda: cover(need([-1]), SHIFTS, 60),
        lambda: cover(need([]), SHIFTS, 60),
        lambda: cover(need([1]), SHIFTS, 60, shortfall_cost=-5),
    ):
        with pytest.raises(ParameterError) as found:
            make()
        assert found.value.en.isascii() and found.value.zh != found.value.en
