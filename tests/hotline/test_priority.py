from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from toolkit.errors import ParameterError
from toolkit.hotline.erlang import Calls, ErlangC
from toolkit.hotline.priority import PriorityQueue
from toolkit.hotline.seats import priority_seats, seats_needed
from toolkit.hotline.target import Target

VIP, OTHERS, HANDLING = Target(0.90, 20), Target(0.85, 20), 240
TABLE = {
    (20, 180): (18, 19, 4, 16, 20, 18),
    (60, 540): (47, 48, 8, 42, 50, 47),
    (120, 1080): (88, 90, 13, 80, 93, 89),
}


@pytest.mark.parametrize("rates", TABLE)
def test_the_table_of_seats(rates):
    """methods section 4.2: FIFO all 85%, FIFO all 90%, separate pools and their sum, shared with priority."""
    both = Calls(sum(rates), HANDLING)
    vip, others = (seats_needed(Calls(r, HANDLING), t) for r, t in zip(rates, (VIP, OTHERS), strict=True))
    found = (
        seats_needed(both, OTHERS), seats_needed(both, VIP), vip, others, vip + others,
        priority_seats(rates, HANDLING, (VIP, OTHERS)),
    )  # fmt: skip
    assert found == TABLE[rates]


@pytest.mark.parametrize("seats, vip, others", [(46, 0.992, 0.833), (43, 0.979, 0.571)])
def test_levels_of_both_classes(seats, vip, others):
    """methods section 4.2: 60 + 540 calls an hour of 240 s; an event simulation gave 99.2/83.1 and 97.9/57.0."""
    queue = PriorityQueue.of((60, 540), HANDLING, seats)
    assert (queue.within(0, 20), queue.within(1, 20)) == pytest.approx((vip, others), abs=5e-4)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(1, 300), min_size=1, max_size=4), st.floats(60, 400), st.integers(1, 6))
def test_tails_integrate_to_the_means_and_means_are_conserved(rates, handling, extra):
    """Cobham (1954) gives the means in closed form: the integral of the inverted tail must be the same. Kleinrock's
    conservation law: weighted by load, the classes wait as long on average as without priority."""
    seats = int(sum(rates) * handling / 3600) + extra
    queue = PriorityQueue.of(rates, handling, seats)
    waits = np.array([queue.mean_wait(rank) for rank in range(len(rates))])
    fifo = ErlangC.of(Calls(sum(rates), handling), seats)
    assert np.array(rates) @ waits / sum(rates) == pytest.approx(fifo.mean_wait, rel=1e-9)
    assert (np.diff(waits) >= 0).all()
    rank, top = len(rates) - 1, 60 * waits[-1] / queue.p_wait
    points = np.geomspace(1e-6, 1, 12) * top
    area = sum(
        quad(lambda t: 1 - queue.within(rank, t), low, high, epsabs=1e-5 * waits[-1])[0]
        for low, high in zip([0, *points[:-1]], points, strict=True)
    )
    assert area == pytest.approx(waits[-1], rel=2e-3)


def test_one_class_or_an_empty_better_one_is_first_come_first_served():
    """Limits: without better callers the tail is exponential, by either route."""
    fifo = ErlangC.of(Calls(540, HANDLING), 40)
    empty, alone = (PriorityQueue.of(rates, HANDLING, 40) for rates in ((0, 540), (1e-7, 540)))
    for seconds in (0, 5, 20, 200):
        assert empty.within(1, seconds) == pytest.approx(fifo.within(seconds), abs=1e-12)
        assert alone.within(1, seconds) == pytest.approx(fifo.within(seconds), abs=1e-6)
    assert empty.utilisation == fifo.utilisation


def test_lower_classes_only_matter_through_the_chance_to_wait():
    """Derivation: given that it waits, a class knows nothing of those below it."""
    two, three = PriorityQueue.of((60, 200), HANDLING, 30), PriorityQueue.of((60, 200, 100), HANDLING, 30)
    for rank in (0, 1):
        assert (1 - two.within(rank, 20)) / two.p_wait == pytest.approx(
            (1 - three.within(rank, 20)) / three.p_wait
        )


@settings(max_examples=15, deadline=None)
@given(st.floats(1, 200), st.floats(10, 800))
def test_more_seats_are_never_worse_and_more_calls_never_need_fewer(vip, others):
    """Monotonicity of a queue; a shared pool never needs more than separate ones."""
    seats = priority_seats((vip, others), HANDLING, (VIP, OTHERS))
    less, more = (PriorityQueue.of((vip, others), HANDLING, n) for n in (seats, seats + 1))
    for rank in (0, 1):
        assert more.within(rank, 20) >= less.within(rank, 20)
    assert priority_seats((vip, others * 1.1), HANDLING, (VIP, OTHERS)) >= seats
    apart = seats_needed(Calls(vip, HANDLING), VIP) + seats_needed(Calls(others, HANDLING), OTHERS)
    assert seats <= apart


def test_promises_bind_only_those_who_have_one():
    """Definition: no calls, no seats; no promise, only a queue that does not grow without end."""
    assert priority_seats((0, 0), HANDLING, (VIP, OTHERS)) == 0
    assert priority_seats((60, 540), HANDLING, (None, None)) == 41
    assert priority_seats((0, 540), HANDLING, (Target(0.999, 1), OTHERS)) == seats_needed(
        Calls(540, HANDLING), OTHERS
    )
    with pytest.raises(ParameterError, match="without end"):
        PriorityQueue.of((60, 540), HANDLING, 40)
    with pytest.raises(ParameterError, match="at least 0"):
        PriorityQueue.of((-60, 540), HANDLING, 60)
