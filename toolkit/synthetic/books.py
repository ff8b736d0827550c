"""The books that a simulated company keeps of its customers: every table, from a walked population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic import orders, transactions
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.clock import DAY, second
from toolkit.synthetic.contacts import contacts_table, make_contacts
from toolkit.synthetic.customers import customers_table, first_days
from toolkit.synthetic.judging import appeals_table, judgements_table
from toolkit.synthetic.lists import lists_table
from toolkit.synthetic.payments import pay, payments_table
from toolkit.synthetic.population import Population
from toolkit.synthetic.profile import with_profile
from toolkit.synthetic.programme import grades_table
from toolkit.synthetic.prospects import CUSTOMERS_PER_PROSPECT, with_prospects
from toolkit.synthetic.service import deliver, service_table
from toolkit.synthetic.things import fields_table, sites_table
from toolkit.synthetic.traits import Traits
from toolkit.synthetic.trials import Trials, prevented, trials_lists
from toolkit.synthetic.world import World


@dataclass(frozen=True, slots=True)
class Setting:
    """What the books are written from.

    Attributes
    ----------
    world : World
    calendar : Calendar
    population : Population
    traits : Traits
    ids : Array of text
        Identifiers of the population.
    streams : dict of Generator
        A stream of random numbers for each kind of book.
    trials : Trials
    """

    world: World
    calendar: Calendar
    population: Population
    traits: Traits
    ids: pa.Array
    streams: dict[str, np.random.Generator]
    trials: Trials

    @property
    def as_of(self) -> int:
        return second(self.calendar.as_of)


def books(setting: Setting) -> dict[str, pd.DataFrame]:
    """Every table of the company."""
    population, ids, streams = setting.population, setting.ids, setting.streams
    cells = orders.bought(population, setting.calendar.shown)
    sales, documents = sell(setting, cells)
    first_paid = _first_paid(documents, len(population), setting.as_of)
    since = first_days(population, setting.calendar, first_paid)
    file = customers_table(population, setting.traits, ids, since, streams["customers"])
    file = with_profile(file, population, streams["profile"])
    file = file[first_paid < setting.as_of].reset_index(drop=True)
    paid = pay(documents, population, setting.traits, streams["payments"])
    payments = payments_table(paid, documents, ids, setting.as_of)
    shown = (setting.calendar.first.start(), setting.calendar.as_of)
    prospects = population.starters // CUSTOMERS_PER_PROSPECT
    grades = grades_table(population, setting.calendar, ids)
    return {
        "transactions": sales,
        "customers": with_prospects(file, prospects, shown, streams["prospects"]),
        "payments": payments,
        **attention(setting, cells, first_paid),
        "grades": grades,
        "lists": _lists(setting, file, payments, first_paid),
        "fields": fields_table(shown, streams["fields"]),
        "sites": sites_table(population.starters, shown, streams["sites"]),
        **judged(setting, grades, file.set_index("customer_id")["since"]),
    }


def judged(setting: Setting, grades: pd.DataFrame, since: pd.Series) -> dict[str, pd.DataFrame]:
    """Appeals and judgements that agree with the grades."""
    bar, as_of, rng = setting.world.bar, pd.Timestamp(setting.calendar.as_of), setting.streams["judging"]
    return {
        "appeals": appeals_table(grades, since, bar, as_of, rng),
        "judgements": judgements_table(grades, since, bar, rng),
    }


def _lists(
    setting: Setting, file: pd.DataFrame, payments: pd.DataFrame, first_paid: np.ndarray
) -> pd.DataFrame:
    """Red and black lists, and those of the trials, by day."""
    shown = (setting.calendar.first.start(), setting.calendar.as_of)
    favoured = lists_table(file, payments, shown, setting.streams["lists"])
    known = setting.ids.take(pa.array(np.flatnonzero(first_paid < setting.as_of)))
    tried = trials_lists(setting.trials, setting.calendar, setting.ids)
    tried = tried[tried["customer_id"].isin(known.to_pylist())]
    table = pd.concat([favoured, tried], ignore_index=True)
    return table.sort_values(["from_on", "customer_id", "list"], kind="stable", ignore_index=True)


def sell(setting: Setting, cells: orders.Cells) -> tuple[pd.DataFrame, transactions.Documents]:
    """Transactions of ``cells``, and the documents they are on."""
    rng = setting.streams["sales"]
    placed = orders.place_orders(cells, setting.traits, setting.calendar, rng)
    lines = orders.split_lines(cells, placed, rng)
    customer = placed.customer[lines.order]
    goods = transactions.choose_goods(customer, lines.cents, setting.traits, setting.world.margin, rng)
    returned_at = orders.return_times(placed, rng)
    documents, rows = transactions.file_documents(placed, lines, returned_at, setting.as_of)
    details = (setting.ids, placed.channel)
    return transactions.transactions_table(documents, rows, lines, goods, details), documents


def attention(setting: Setting, cells: orders.Cells, first_paid: np.ndarray) -> dict[str, pd.DataFrame]:
    """Service and contacts, and the lists of the trials; nobody is served before the first purchase."""
    population, streams = setting.population, setting.streams
    opens, closes = orders.spans(cells, setting.calendar)
    opens = np.maximum(opens, first_paid[cells.customer] // DAY * DAY)
    holds = population.holds[cells.quarter, cells.customer]
    deliveries = deliver(cells, holds, (opens, closes), setting.as_of, streams["service"])
    contacts = make_contacts(deliveries, cells, (opens, closes), population, streams["contacts"])
    filed = contacts_table(contacts, population, setting.ids, setting.as_of, streams["contacts"])
    stopped = prevented(contacts, setting.trials, setting.calendar, streams["trials"])
    return {
        "contacts": filed[~stopped[: len(filed)]].reset_index(drop=True),
        "service": service_table(deliveries, setting.ids),
    }


def _first_paid(documents: transactions.Documents, count: int, as_of: int) -> np.ndarray:
    """Second of each customer's first purchase; ``as_of`` for those who have not bought by then."""
    customer, first = np.unique(documents.customer, return_index=True)
    paid = np.full(count, as_of, np.int64)
    paid[customer] = documents.paid_at[first]
    return paid
