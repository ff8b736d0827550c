"""Orders, their lines and returns, such that every quarter's net spend is exact to the cent.

A quarter's spend of a customer is split over at least one order and its lines by random shares.
A returned line comes on top and is taken back within the same quarter, so that the sum of the
rows of a customer and quarter is the spend of the world's formula, after returns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.synthetic.assortment import CHANNEL_SHARES
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.clock import DAY, in_business_hours, second
from toolkit.synthetic.codes import picked
from toolkit.synthetic.population import Population
from toolkit.synthetic.traits import TYPES, Traits

PUSH_DAYS = 5
RETURN_DAYS = 30
MOST_ORDERS = 8.0
TYPICAL_CENTS = 1_000_000
ORDERS_BASE, ORDERS_BY_SPEND = 0.3, 0.5
EXTRA_LINES = 0.5
PART_RETURNED, WHOLE_RETURNED = 0.03, 0.015
SAME_CHANNEL = 0.75
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Cells:
    """Customers in quarters in which they buy; one entry per pair, ordered by quarter, then customer.

    Attributes
    ----------
    customer, quarter : int array
        Places in the population and in the calendar.
    cents, pushed : int array
        Net spend without the pushed order, and the pushed order (0 for most), 1/100 yuan.
    """

    customer: np.ndarray
    quarter: np.ndarray
    cents: np.ndarray
    pushed: np.ndarray


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders as placed; one entry per order in every array.

    Attributes
    ----------
    customer : int array
        Place in the population.
    cell : int array
        Place in ``Cells``.
    paid_at, closes_at : int array
        Seconds since 1970; closes_at is the end of the quarter.
    channel : int array
    kept, returned : int array
        Lines that stay sold; lines taken back later.
    pushed : int array
        1/100 yuan of an order that exists to lift a score over the bar; 0 for others.
    """

    customer: np.ndarray
    cell: np.ndarray
    paid_at: np.ndarray
    closes_at: np.ndarray
    channel: np.ndarray
    kept: np.ndarray
    returned: np.ndarray
    pushed: np.ndarray

    def __len__(self) -> int:
        return len(self.cell)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of the orders, in their order; one entry per line in every array.

    Attributes
    ----------
    order : int array
        Place in ``Orders``.
    line : int array
        Number within the order, from 1.
    cents : int array
        1/100 yuan, above 0.
    returned : bool array
    """

    order: np.ndarray
    line: np.ndarray
    cents: np.ndarray
    returned: np.ndarray


def bought(population: Population, shown: int) -> Cells:
    """Every customer and quarter with a purchase, among the first ``shown`` quarters."""
    quarter, customer = np.nonzero(population.active[:shown])
    pushed = np.zeros((shown, len(population)), np.int64)
    for review in population.reviews:
        pushed[review.quarter, review.rows] = review.pushed
    return Cells(customer, quarter, population.cents[quarter, customer], pushed[quarter, customer])


def place_orders(cells: Cells, traits: Traits, calendar: Calendar, rng: np.random.Generator) -> Orders:
    """Split every cell into orders; a pushed order is one more, in the last days of its quarter."""
    regular = _regular(cells, traits, rng)
    late = np.flatnonzero(cells.pushed)
    cell = np.concatenate([regular["cell"], late])
    pushed = np.concatenate([np.zeros(len(regular["cell"]), np.int64), cells.pushed[late]])
    opens, closes = (bound[cell] for bound in spans(cells, calendar))
    opens = np.where(pushed > 0, closes - PUSH_DAYS * DAY, opens)
    return Orders(
        customer=cells.customer[cell],
        cell=cell,
        paid_at=in_business_hours(opens, closes, rng),
        closes_at=closes,
        channel=_channels(traits, cells.customer[cell], rng),
        kept=np.concatenate([regular["kept"], np.ones(len(late), np.int64)]),
        returned=np.concatenate([regular["returned"], np.zeros(len(late), np.int64)]),
        pushed=pushed,
    )


def split_lines(cells: Cells, orders: Orders, rng: np.random.Generator) -> Lines:
    """Lines of every order; those that stay sold add up to the spend of the cell."""
    size = orders.kept + orders.returned
    order = np.repeat(np.arange(len(orders)), size)
    place = np.arange(len(order)) - np.repeat(np.cumsum(size) - size, size)
    returned = place >= orders.kept[order]
    pushed = orders.pushed[order] > 0
    share = LEAST_SHARE + rng.standard_exponential(len(order))
    sold = ~returned & ~pushed
    cell = orders.cell[order]
    cents = orders.pushed[order].copy()
    cents[sold] = apportion(cells.cents, cell[sold], share[sold])
    typical = cells.cents / np.bincount(cell[sold], minlength=len(cells.cents))
    cents[returned] = np.maximum(1, np.rint(typical[cell] * share)[returned]).astype(np.int64)
    return Lines(order, place + 1, cents, returned)


def apportion(totals: np.ndarray, group: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Whole cents per entry, at least 1, that add up to ``totals`` in every group.

    Parameters
    ----------
    totals : int array
        One per group, not less than the group's entries; every group has an entry.
    group : int array, rising
    weight : float array, above 0

    Examples
    --------
    >>> apportion(np.array([10, 7]), np.array([0, 0, 1]), np.array([1.0, 1.0, 3.0])).tolist()
    [5, 5, 7]
    """
    sizes = np.bincount(group, minlength=len(totals))
    ends = np.cumsum(sizes)
    running = np.cumsum(weight)
    before = (running - weight)[ends - sizes]
    within = running - before[group]
    free = (totals - sizes)[group]
    upto = np.floor(within / within[ends - 1][group] * free).astype(np.int64)
    below = np.concatenate([[0], upto[:-1]])
    below[ends - sizes] = 0
    return 1 + upto - below


def return_times(orders: Orders, rng: np.random.Generator) -> np.ndarray:
    """When each order's returned line is taken back: within 30 days and within the quarter."""
    span = np.minimum(RETURN_DAYS * DAY, orders.closes_at - orders.paid_at)
    return orders.paid_at + (rng.random(len(orders)) * span).astype(np.int64)


def spans(cells: Cells, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """First second of each cell's quarter and of the quarter after it, since 1970."""
    starts = np.array([second(day) for day in calendar.starts()])
    return starts[cells.quarter], starts[cells.quarter + 1]


def _regular(cells: Cells, traits: Traits, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Orders that make up the net spend; the first of a cell keeps at least one line."""
    by_spend = ORDERS_BY_SPEND * np.sqrt(cells.cents / TYPICAL_CENTS)
    expected = traits.habit[cells.customer] * (ORDERS_BASE + by_spend)
    count = 1 + rng.poisson(np.minimum(expected, MOST_ORDERS))
    cell = np.repeat(np.arange(len(count)), count)
    first = np.zeros(len(cell), bool)
    first[np.cumsum(count) - count] = True
    fate = rng.random(len(cell))
    whole = (fate < WHOLE_RETURNED) & ~first
    kept = np.where(whole, 0, 1 + rng.poisson(EXTRA_LINES, len(cell)))
    part = (fate >= WHOLE_RETURNED) & (fate < WHOLE_RETURNED + PART_RETURNED)
    return {"cell": cell, "kept": kept, "returned": (whole | part).astype(np.int64)}


def _channels(traits: Traits, customer: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mostly the customer's own channel, sometimes another usual for the type."""
    draw, other = rng.random((2, len(customer)))
    channel = traits.channel[customer].copy()
    for place, kind in enumerate(TYPES):
        strays = (traits.type[customer] == place) & (draw >= SAME_CHANNEL)
        channel[strays] = picked(CHANNEL_SHARES[kind], other[strays])
    return channel
