"""Splitting amounts into orders and lines."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.orders import apportion, bought, place_orders, split_lines
from toolkit.synthetic.population import walk
from toolkit.synthetic.traits import draw_traits
from toolkit.synthetic.world import World

groups = st.lists(
    st.tuples(st.integers(0, 10_000), st.lists(st.integers(1, 64), min_size=1, max_size=6)),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(groups)
@example([(0, [1, 1, 1]), (1, [64, 1])])
def test_apportioning_agrees_with_a_slow_reading_and_adds_up(drawn):
    """Twin in fractions: a cent each, then differences of the floors of the running shares of the rest."""
    totals = np.array([spare + len(weights) for spare, weights in drawn])
    group = np.repeat(np.arange(len(drawn)), [len(weights) for _, weights in drawn])
    weight = np.array([w for _, weights in drawn for w in weights], float)
    by_hand = []
    for spare, weights in drawn:
        ends = [floor(Fraction(sum(weights[: i + 1]), sum(weights)) * spare) for i in range(len(weights))]
        by_hand += [1 + end - start for start, end in zip([0, *ends], ends, strict=False)]
    cents = apportion(totals, group, weight)
    # a floor of a quotient that is a whole number may fall one lower in floating point
    assert np.abs(cents - by_hand).max() <= 1
    assert (cents >= 1).all()
    assert (np.bincount(group, weights=cents) == totals).all()


def test_lines_that_stay_sold_add_up_to_the_spend_of_the_world_in_every_quarter():
    """Spend of the world's formula, rounded to cents, plus the pushed order; nothing lost, nothing negative."""
    world, calendar, rng = World(manip=0.3), Calendar(), np.random.default_rng(1)
    population = walk(world, calendar, 500, rng)
    cells = bought(population, calendar.shown)
    orders = place_orders(cells, draw_traits(population, rng), calendar, rng)
    lines = split_lines(cells, orders, rng)
    assert cells.pushed.sum() > 0
    cell = orders.cell[lines.order]
    sold = np.bincount(cell, weights=lines.cents * ~lines.returned, minlength=len(cells.cents))
    assert (sold == cells.cents + cells.pushed).all()
    assert lines.cents.min() >= 1
    share = lines.returned.sum() / len(orders)
    assert 0.02 < share < 0.06
    kept = np.bincount(
        cell, weights=~lines.returned & (orders.pushed[lines.order] == 0), minlength=len(cells.cents)
    )
    assert kept.min() >= 1
