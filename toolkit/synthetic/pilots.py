"""Pilots that a simulated company carries out: who is on which list, and who holds the grade meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.codes import chosen
from toolkit.synthetic.population import Population, Span
from toolkit.synthetic.programme import DECIDED_BY
from toolkit.synthetic.service import GRADES
from toolkit.synthetic.world import World, hazard_fall, staying

REASON, OWNER = "pilot", "service"


@dataclass(frozen=True, slots=True)
class Arm:
    """One list of a pilot.

    Attributes
    ----------
    list : str
        Name in the table ``lists``.
    customers : tuple of str
        Identifiers.
    holds_from : date or None
        First day on which they hold the grade; None, or the pilot's end: they do not hold it while it lasts.
    """

    list: str
    customers: tuple[str, ...]
    holds_from: date | None


@dataclass(frozen=True, slots=True)
class Pilot:
    """Customers drawn by lot.

    Attributes
    ----------
    id : str
    starts_on, ends_on : date
        Days between which the lot decides, and no review; ``ends_on`` is the first day after it. Grades change
        on the first day of the calendar quarter that follows, where it is not one itself.
    arms : tuple of Arm
        A customer stands in one of them.
    """

    id: str
    starts_on: date
    ends_on: date
    arms: tuple[Arm, ...]

    def first(self, calendar: Calendar) -> int:
        """Place of the first quarter in which the lot decides; beyond the quarters shown if it is later."""
        return _place(calendar, self.starts_on)


def spans(pilot: Pilot, calendar: Calendar, ids: pa.Array) -> tuple[Span, ...]:
    """The quarters in which the lot decides for whom, arm by arm."""
    first, end = pilot.first(calendar), _place(calendar, pilot.ends_on)
    found = []
    for arm in pilot.arms:
        turn = end if arm.holds_from is None else min(_place(calendar, arm.holds_from), end)
        rows = places(arm, ids)
        found += [Span(first, turn, rows, False), Span(turn, end, rows, True)]
    return tuple(span for span in found if span.first < span.end and len(span.rows))


def places(arm: Arm, ids: pa.Array) -> np.ndarray:
    """Places of an arm's customers in the population, rising; whom the company does not know is left out."""
    rows = pd.Index(ids.to_pylist()).get_indexer(list(arm.customers))
    return np.sort(rows[rows >= 0])


def pilot_lists(pilot: Pilot, calendar: Calendar, ids: pa.Array) -> pd.DataFrame:
    """Rows of ``lists``; columns as in ``lists_table``.

    A later batch is entered on its own first day; all others on the first day of the pilot.
    """
    parts = []
    over = pd.Timestamp(pilot.ends_on) if pilot.ends_on < calendar.as_of else pd.NaT
    for arm in pilot.arms:
        rows, begins = places(arm, ids), arm.holds_from or pilot.starts_on
        entered = begins if begins < pilot.ends_on else pilot.starts_on
        days = {"from_on": pd.Timestamp(entered), "to_on": over}
        dated = {
            name: pd.Series(day, index=range(len(rows)), dtype="datetime64[us]") for name, day in days.items()
        }
        named = {"customer_id": chosen(ids, rows), "list": arm.list}
        parts.append(pd.DataFrame(named | dated | {"reason": REASON, "owner": OWNER}))
    lists = pd.concat(parts, ignore_index=True)
    return lists[lists["from_on"] < pd.Timestamp(calendar.as_of)]


def pilot_grades(
    decided: tuple[Span, ...], population: Population, calendar: Calendar, ids: pa.Array
) -> pd.DataFrame:
    """Rows of ``grades`` on days between reviews: where a lot begins, turns or ends; without a score."""
    reviewed = {review.quarter + 1 for review in population.reviews}
    turns = {place for span in decided for place in (span.first, span.end)} - reviewed
    parts = []
    for quarter in sorted(place for place in turns if place < calendar.shown):
        mine = [span.rows for span in decided if quarter in (span.first, span.end)]
        rows = np.unique(np.concatenate(mine))
        rows = rows[population.active[quarter - 1, rows]]
        now = np.concatenate([rows[:0], *(span.rows for span in decided if span.covers(quarter))])
        holds, entitled = population.holds[quarter, rows], population.perk[quarter, rows]
        apart = [np.isin(rows, now), holds & ~entitled, entitled & ~holds]
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": chosen(ids, rows),
                    "from_on": np.datetime64((calendar.first + quarter).start(), "us"),
                    "grade": chosen(GRADES, np.where(holds, 0, 1)),
                    "decided_by": chosen(DECIDED_BY, np.select(apart, [3, 1, 2], 0)),
                    "score": np.nan,
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def pilot_truth(
    pilot: Pilot, world: World, population: Population, calendar: Calendar, ids: pa.Array
) -> dict[str, object]:
    """What holding the grade throughout changes among those drawn, by the equations.

    ``effect`` gives by number of quarters since the start the mean over everybody on a list of the probability of
    still being there with the grade, minus the same without it; who had left before the start counts as 0.
    """
    decided = spans(pilot, calendar, ids)
    first, end = pilot.first(calendar), min(_place(calendar, pilot.ends_on), len(population.shocks))
    rows = np.unique(np.concatenate([span.rows for span in decided] or [np.array([], int)]))
    known = {"drawn": len(rows), "starts_on": pilot.starts_on.isoformat(), "effect": {}}
    if first >= end or not len(rows):
        return known
    logits = np.column_stack([population.leaving_logit(world, q)[rows] for q in range(first, end)])
    fall = hazard_fall(world, population.latent.take(rows))[:, None]
    there = population.active[first - 1, rows]
    for quarters in range(1, end - first + 1):
        seen = logits[:, :quarters]
        known["effect"][str(quarters)] = float((there * (staying(seen - fall) - staying(seen))).mean())
    return known


def _place(calendar: Calendar, day: date) -> int:
    """Place of the first calendar quarter that begins on ``day`` or later."""
    place = 4 * (day.year - calendar.first.year) + (day.month - 1) // 3 + 1 - calendar.first.number
    return place + (day != (calendar.first + place).start())
