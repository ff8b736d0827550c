"""Contacts: visits, calls and events that were delivered, and what customers said of themselves.

Loyal customers complain less and score surveys higher, so that contacts are a noisy sign of what
nobody observes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.clock import in_business_hours, moments
from toolkit.synthetic.codes import chosen, numbered, picked
from toolkit.synthetic.orders import Cells
from toolkit.synthetic.population import Population
from toolkit.synthetic.service import KINDS, Deliveries

CONTACT_KINDS = ("visit", "call", "event", "complaint", "survey", "repair")
FROM_SERVICE = {"visit": "visit", "hotline": "call", "event": "event"}
CHANNELS = ("in_person", "phone", "online", "letter")
CHANNEL_SHARES = {
    "visit": (1.0, 0.0, 0.0, 0.0),
    "call": (0.0, 1.0, 0.0, 0.0),
    "event": (0.8, 0.0, 0.2, 0.0),
    "complaint": (0.1, 0.5, 0.35, 0.05),
    "survey": (0.0, 0.2, 0.8, 0.0),
    "repair": (0.3, 0.4, 0.3, 0.0),
}
COMPLAINTS, COMPLAINTS_LOYALTY = 0.05, -0.4
SURVEYS, REPAIRS = 0.12, 0.03
SURVEY_MEAN, SURVEY_LOYALTY, SURVEY_NOISE = 3.6, 0.6, 0.9
JUSTIFIED = 0.6
MINUTES = {"event": 120.0, "complaint": 18.0, "survey": 4.0, "repair": 45.0}


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts in the order of time; one entry per contact in every array.

    Attributes
    ----------
    customer, kind : int array
        Places in the population and in ``CONTACT_KINDS``.
    at : int array
        Second since 1970.
    minutes : float array
    """

    customer: np.ndarray
    kind: np.ndarray
    at: np.ndarray
    minutes: np.ndarray


def make_contacts(
    deliveries: Deliveries,
    cells: Cells,
    spans: tuple[np.ndarray, np.ndarray],
    population: Population,
    rng: np.random.Generator,
) -> Contacts:
    """Contacts that services brought about, and complaints, surveys and repairs of the customers' own."""
    loyalty = population.latent.loyalty[cells.customer]
    expected = {
        "complaint": COMPLAINTS * np.exp(COMPLAINTS_LOYALTY * loyalty),
        "survey": np.full(len(loyalty), SURVEYS),
        "repair": np.full(len(loyalty), REPAIRS),
    }
    parts = [_own(kind, mean, cells, spans, rng) for kind, mean in expected.items()]
    parts.append(_served(deliveries))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    by_time = np.argsort(columns[2], kind="stable")
    return Contacts(*(column[by_time] for column in columns))


def contacts_table(
    contacts: Contacts, population: Population, ids: pa.Array, as_of: int, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per contact before second ``as_of``, by time."""
    count = int(np.searchsorted(contacts.at, as_of))
    customer, kind = contacts.customer[:count], contacts.kind[:count]
    way, just, noise = rng.random(count), rng.random(count), rng.standard_normal(count)
    channel = np.zeros(count, np.int64)
    for place, name in enumerate(CONTACT_KINDS):
        channel[kind == place] = picked(CHANNEL_SHARES[name], way[kind == place])
    said = SURVEY_MEAN + SURVEY_LOYALTY * population.latent.loyalty[customer] + SURVEY_NOISE * noise
    is_survey = kind == CONTACT_KINDS.index("survey")
    is_complaint = kind == CONTACT_KINDS.index("complaint")
    return pd.DataFrame(
        {
            "contact_id": chosen(numbered("K", count), np.arange(count)),
            "customer_id": chosen(ids, customer),
            "at": moments(contacts.at[:count]),
            "kind": chosen(CONTACT_KINDS, kind),
            "channel": chosen(CHANNELS, channel),
            "minutes": contacts.minutes[:count],
            "score": np.where(is_survey, np.clip(np.rint(said), 0, 5), np.nan),
            "justified": pd.arrays.BooleanArray(just < JUSTIFIED, ~is_complaint),
        }
    )


def _own(
    kind: str, mean: np.ndarray, cells: Cells, spans: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    cell = np.repeat(np.arange(len(mean)), rng.poisson(mean))
    at = in_business_hours(spans[0][cell], spans[1][cell], rng)
    minutes = np.round(MINUTES[kind] * rng.gamma(4.0, 0.25, len(cell)), 1)
    return cells.customer[cell], np.full(len(cell), CONTACT_KINDS.index(kind)), at, minutes


def _served(deliveries: Deliveries) -> tuple[np.ndarray, ...]:
    place = [CONTACT_KINDS.index(FROM_SERVICE[kind]) if kind in FROM_SERVICE else -1 for kind in KINDS]
    kind = np.array(place)[deliveries.kind]
    seen = kind >= 0
    is_event = kind[seen] == CONTACT_KINDS.index("event")
    minutes = np.where(is_event, MINUTES["event"], np.round(60 * deliveries.hours[seen], 1))
    return deliveries.customer[seen], kind[seen], deliveries.at[seen], minutes
