"""Two things the company tried beside its grades: follow-up calls in waves, and a mailing by lot.

Follow-up calls (回访) began for a part of the customers at a time, drawn at random; they prevent a share of the
complaints. The mailing was sent to half of a draw and does nothing at all. Both are on record in ``lists``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.clock import second
from toolkit.synthetic.codes import chosen
from toolkit.synthetic.contacts import COMPLAINTS, COMPLAINTS_LOYALTY, CONTACT_KINDS, Contacts
from toolkit.synthetic.population import Population
from toolkit.window import Quarter

FOLLOW_UP, MAILED, NOT_MAILED = "follow_up", "mailed", "not_mailed"
WAVES = ("2023Q4", "2024Q3", "2025Q2")
WAVE_SHARE = 0.2
PREVENTED = 0.4
DRAWN_AFTER = "2024Q4"
DRAWN_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Trials:
    """Who was in what, and what it prevented.

    Attributes
    ----------
    starts : int array, (customers,)
        Place of the quarter whose first day began the follow-up calls; -1 never.
    mailed : int array, (customers,)
        1 drawn for the mailing, 0 drawn against it, -1 not in the draw.
    """

    starts: np.ndarray
    mailed: np.ndarray


def draw_trials(population: Population, calendar: Calendar, rng: np.random.Generator) -> Trials:
    """Draw the waves among customers active before and then, and the mailing among those active at its draw."""
    count = len(population)
    starts = np.full(count, -1)
    for wave in WAVES:
        place = calendar.position(Quarter.parse(wave))
        if 0 < place < calendar.shown:
            waiting = (starts < 0) & population.active[place - 1] & population.active[place]
            starts[waiting & (rng.random(count) < WAVE_SHARE)] = place
    mailed = np.full(count, -1)
    place = calendar.position(Quarter.parse(DRAWN_AFTER))
    if 0 <= place < calendar.shown:
        drawn = population.active[place] & (rng.random(count) < DRAWN_SHARE)
        mailed[drawn] = rng.integers(0, 2, int(drawn.sum()))
    return Trials(starts, mailed)


def prevented(contacts: Contacts, trials: Trials, calendar: Calendar, rng: np.random.Generator) -> np.ndarray:
    """Which contacts are complaints that follow-up calls prevented; bool, shape (contacts,)."""
    opens = np.array([second(day) for day in calendar.starts()])
    start = trials.starts[contacts.customer]
    called = (start >= 0) & (contacts.at >= opens[np.maximum(start, 0)])
    complaint = contacts.kind == CONTACT_KINDS.index("complaint")
    return called & complaint & (rng.random(len(contacts.at)) < PREVENTED)


def trials_truth(trials: Trials, population: Population, calendar: Calendar) -> dict[str, float]:
    """What being on a list changes by the equations, in complete quarters.

    Follow-up calls: number of complaints per customer and quarter with a purchase since they began; mailing:
    probability of staying.
    """
    quarters = np.arange(calendar.complete)[:, None]
    under = population.active[: calendar.complete] & (trials.starts >= 0) & (quarters >= trials.starts)
    expected = COMPLAINTS * np.exp(COMPLAINTS_LOYALTY * population.latent.loyalty)
    without = (under * expected).sum() / max(int(under.sum()), 1)
    return {FOLLOW_UP: -PREVENTED * float(without), MAILED: 0.0}


def trials_lists(trials: Trials, calendar: Calendar, ids: pa.Array) -> pd.DataFrame:
    """Rows of ``lists``: when follow-up calls began, and both arms of the mailing on the day of its draw."""
    days = calendar.starts()
    begun = np.flatnonzero(trials.starts >= 0)
    parts = [_entries(ids, begun, FOLLOW_UP, [days[place] for place in trials.starts[begun]])]
    drawn = Quarter.parse(DRAWN_AFTER).end()
    for arm, name in ((1, MAILED), (0, NOT_MAILED)):
        rows = np.flatnonzero(trials.mailed == arm)
        parts.append(_entries(ids, rows, name, [drawn] * len(rows)))
    return pd.concat(parts, ignore_index=True)


def _entries(ids: pa.Array, rows: np.ndarray, name: str, days: list[date]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": chosen(ids, rows),
            "list": name,
            "from_on": pd.to_datetime(pd.Series(days, dtype=object)).astype("datetime64[us]"),
            "to_on": pd.Series(pd.NaT, index=range(len(rows)), dtype="datetime64[us]"),
            "reason": "trial",
            "owner": "service",
        }
    )
