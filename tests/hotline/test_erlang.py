from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from toolkit.errors import ParameterError
from toolkit.hotline.erlang import Calls, ErlangA, ErlangC, erlang_b, erlang_c
from toolkit.hotline.seats import seats_needed
from toolkit.hotline.target import Target

POOL = Calls(48 * 60, 60)


def test_erlang_b_and_c_as_tabulated(published):
    """Closed forms (methods section 7); everybody waits where the load reaches the seats."""
    b, c = erlang_b([10, 20], [5, 12]), erlang_c([10, 2], [5, 1])
    published("erlang_b", b_10_5=b[0], b_20_12=b[1], c_10_5=c[0], c_2_1=c[1])
    assert c[1] == pytest.approx(1 / 3)
    assert erlang_c([3, 4], 5).tolist() == [1.0, 1.0]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.floats(0.05, 59))
def test_the_recursion_is_the_sum_of_the_definition(seats, load):
    """Definition: B = (a^n / n!) / sum of a^k / k!, by logs; C = nB / (n - a(1 - B))."""
    logs = [k * math.log(load) - math.lgamma(k + 1) for k in range(seats + 1)]
    blocked = math.exp(logs[-1]) / sum(map(math.exp, logs))
    assert float(erlang_b(seats, load)) == pytest.approx(blocked, rel=1e-9)
    waiting = seats * blocked / (seats - load * (1 - blocked)) if load < seats else 1.0
    assert float(erlang_c(seats, load)) == pytest.approx(waiting, rel=1e-9)


def test_a_large_pool_neither_overflows_nor_vanishes():
    """Square-root staffing (Halfin and Whitt 1981): n = a + b sqrt(a) with b = 1 waits with probability
    1 / (1 + b Phi(b) / phi(b)) = 0.2234 in the limit."""
    load = 1e6
    assert float(erlang_c(round(load + math.sqrt(load)), load)) == pytest.approx(0.2234, abs=2e-3)


def test_the_worked_example_of_call_centres(published):
    """360 calls in 30 minutes, 240 s, 55 agents (methods section 7); Little's law."""
    queue = ErlangC.of(Calls(720, 240), 55)
    published("erlang_c", wait=queue.p_wait, mean_wait=queue.mean_wait, within_15=queue.within(15))
    assert queue.queue_length == pytest.approx(720 / 3600 * queue.mean_wait)


def test_the_example_of_pyworkforce(published):
    """evidence V25: 100 calls in 30 minutes, 3 minutes each, 20 s target; N = 14 and the waits at N = 11 to 13."""
    calls = Calls(200, 180)
    queue = ErlangC.of(calls, 14)
    published(
        "erlang_c_ten", wait_14=queue.p_wait, service_14=queue.within(20), mean_wait_14=queue.mean_wait,
        occupancy_14=queue.utilisation, **{f"wait_{n}": erlang_c(n, 10) for n in (11, 12, 13)},
    )  # fmt: skip
    assert seats_needed(calls, Target(0.8, 20)) == 14


def test_erlang_a_as_printed(published):
    """Mandelbaum and Zeltyn (2007): 48 calls a minute, 1 minute, 50 agents, patience 2 minutes: 3.1% abandon,
    3.7 s, 93%; without abandonment 20.8 s. Digits of methods section 7."""
    queue = ErlangA.of(POOL, 50, 120)
    published(
        "erlang_a", abandoned=queue.abandoned, mean_wait=queue.mean_wait, occupancy=queue.utilisation,
        queue=queue.queue_length, without_abandonment=ErlangC.of(POOL, 50).mean_wait,
    )  # fmt: skip


@pytest.mark.parametrize("per_hour, seats, patience", [(2880, 50, 120), (600, 30, 60), (40, 6, 300)])
def test_density_and_birth_death_tell_the_same(per_hour, seats, patience):
    """Two derivations: the density of the offered wait must give back the birth-death shares of those who wait
    and of those who are answered, and the mean wait (integral of the tail)."""
    queue = ErlangA.of(Calls(per_hour, 60 if per_hour == 2880 else 240), seats, patience)
    assert queue.within(1e4) == pytest.approx(1 - queue.abandoned, abs=1e-9)
    assert queue.within(1e4, "answered") == pytest.approx(1, abs=1e-9)
    assert queue.within(0) == queue.waited(0) == pytest.approx(1 - queue.p_wait)
    area = quad(
        lambda second: 1 - queue.waited(second), 0, 20 * patience, points=[1, patience / 10], limit=200
    )[0]
    assert area == pytest.approx(queue.mean_wait, rel=1e-6)
    assert queue.utilisation * seats == pytest.approx(queue.calls.load * (1 - queue.abandoned))


def test_endless_patience_is_erlang_c():
    """Limit: patience of a year."""
    calls = Calls(600, 240)
    patient, endless = ErlangA.of(calls, 44, 365 * 86400.0), ErlangC.of(calls, 44)
    for name in ("p_wait", "mean_wait", "utilisation"):
        assert getattr(patient, name) == pytest.approx(getattr(endless, name), rel=1e-3)
    assert patient.within(20) == pytest.approx(endless.within(20), abs=1e-4)


def test_the_convention_of_counting_matters():
    """Order of the definitions: the same answers over fewer and fewer calls."""
    queue = ErlangA.of(Calls(600, 240), 38, 180)
    offered, stayed, answered = (queue.within(20, name) for name in ("offered", "stayed", "answered"))
    assert offered < stayed < answered
    assert answered == pytest.approx(offered / (1 - queue.abandoned))
    assert stayed == pytest.approx(offered / (1 - (queue.waited(20) - offered)))
    need = [
        seats_needed(Calls(600, 240), Target(0.9, 20), 180, name)
        for name in ("offered", "stayed", "answered")
    ]
    assert need == sorted(need, reverse=True)


@settings(max_examples=20, deadline=None)
@given(st.floats(1, 2000), st.floats(30, 600), st.floats(0.5, 0.99), st.sampled_from([None, 60.0, 600.0]))
def test_fewest_seats_reach_the_target_and_one_less_does_not(per_hour, handling, share, patience):
    """Definition of the fewest; more seats are never worse, and more calls never need fewer."""
    calls, target = Calls(per_hour, handling), Target(share, 20)

    def found(number):
        return ErlangA.of(calls, number, patience) if patience else ErlangC.of(calls, number)

    seats = seats_needed(calls, target, patience)
    assert found(seats).within(20) >= share
    if seats > 1 and (patience or seats - 1 > calls.load):
        assert found(seats - 1).within(20) < share
    assert found(seats + 1).within(20) >= found(seats).within(20)
    assert found(seats + 1).mean_wait <= found(seats).mean_wait
    assert seats_needed(Calls(per_hour * 1.1, handling), target, patience) >= seats


def test_refusals_say_what_to_do():
    """Both languages; the load that has no queue names the seats that do."""
    with pytest.raises(ParameterError) as found:
        ErlangC.of(Calls(600, 240), 40)
    assert "至少安排 41 个坐席" in found.value.zh and "at least 41 seats" in found.value.en
    for make in (
        lambda: Calls(-1, 240),
        lambda: Calls(1, 0),
        lambda: Calls(float("nan"), 1),
        lambda: Target(1.1, 20),
        lambda: Target(0.9, -1),
        lambda: ErlangA.of(POOL, 50, 0),
        lambda: ErlangA.of(POOL, 0, 10),
        lambda: ErlangC.of(Calls(1, 1), 2).within(1, "maybe"),
        lambda: erlang_b(5, -1),
    ):
        with pytest.raises(ParameterError) as found:
            make()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in found.value.zh)
        assert found.value.en.isascii()
    assert seats_needed(Calls(0, 240), Target(0.9, 20)) == 0
    assert seats_needed(Calls(600, 240), None) == 41
