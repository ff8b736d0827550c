"""A whole simulated company with a grading programme whose effects are known.

The customers follow the equations of ``world``; the records an analyst would find are made around
them. Every customer buys in every quarter until leaving for good, so that "bought in the fourth
quarter after the review" is the outcome of the oracle, and the score of the programme is the net
spend of four quarters that anyone can add up from the transactions.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic import orders, transactions
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.clock import DAY, second
from toolkit.synthetic.codes import numbered
from toolkit.synthetic.contacts import contacts_table, make_contacts
from toolkit.synthetic.customers import customers_table, first_days
from toolkit.synthetic.gradeworld import truth_at_bar
from toolkit.synthetic.judging import appeals_table, judgements_table
from toolkit.synthetic.lists import lists_table
from toolkit.synthetic.payments import pay, payments_table
from toolkit.synthetic.population import Population, walk
from toolkit.synthetic.profile import with_profile
from toolkit.synthetic.programme import bar_truth, grades_table, oracle_table
from toolkit.synthetic.prospects import CUSTOMERS_PER_PROSPECT, with_prospects
from toolkit.synthetic.service import deliver, service_table, true_rates
from toolkit.synthetic.things import fields_table, sites_table
from toolkit.synthetic.traits import Traits, draw_traits
from toolkit.synthetic.trials import Trials, draw_trials, prevented, trials_lists, trials_truth
from toolkit.synthetic.world import SCORE_QUARTERS, World
from toolkit.synthetic.writing import Format, fill, refuse_unusable

STREAMS = (
    "population",
    "traits",
    "sales",
    "customers",
    "payments",
    "service",
    "contacts",
    "lists",
    "profile",
    "fields",
    "sites",
    "prospects",
    "trials",
)

JUDGING = 5
"""Told apart from the seed of the other streams, so that what people judged changes nothing else."""


@dataclass(frozen=True, slots=True)
class Company:
    """What a company has on file, and apart from it the truth.

    Attributes
    ----------
    tables : dict of DataFrame
        ``transactions``, ``customers``, ``payments``, ``contacts``, ``grades``, ``service``, ``lists``,
        ``fields``, ``sites``, ``appeals``, ``judgements``;
        columns as described in ``toolkit.synthetic.dictionary``; all with a running index.
    oracle : DataFrame
        One row per customer and review: probabilities of staying without and with the grade, who
        complies, latent traits. Never to be read by a scheme or an estimator.
    truth : dict
        ``bar``: true answers of this company, see ``programme.bar_truth``; ``world``: the same for a
        fresh cohort of the equations, exactly at the bar (older, more loyal customers gain less);
        ``spend_lift`` in log points; ``service_rates``; ``trials``, see ``trials.trials_truth``; ``asked``: size, seed and calendar.
    """

    tables: dict[str, pd.DataFrame]
    oracle: pd.DataFrame
    truth: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Setting:
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


def simulate(
    customers: int = 8000,
    seed: int = 20261122,
    world: World | None = None,
    calendar: Calendar | None = None,
) -> Company:
    """Simulate a company; the same arguments give the same company to the last bit.

    Parameters
    ----------
    customers : int
        Customers at the start; as many join as are expected to leave.
    world : World, optional
        Its own ``customers`` does not matter here.
    """
    world, calendar = world or World(), calendar or Calendar()
    if customers < 1 or world.outcome_quarters > SCORE_QUARTERS:
        raise ValueError("customers must be at least 1 and outcome_quarters at most 4: grades change yearly")
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    streams = {name: np.random.default_rng(child) for name, child in zip(STREAMS, children, strict=True)}
    streams["judging"] = np.random.default_rng([seed, JUDGING])
    population = walk(world, calendar, customers, streams["population"])
    traits = draw_traits(population, streams["traits"])
    trials = draw_trials(population, calendar, streams["trials"])
    setting = _Setting(world, calendar, population, traits, numbered("C", len(population)), streams, trials)
    oracle = oracle_table(world, population, calendar, setting.ids)
    asked = {
        "customers": customers,
        "seed": seed,
        "first": str(calendar.first),
        "last": str(calendar.last),
        "as_of": calendar.as_of.isoformat(),
        "launch": str(calendar.launch),
    }
    known = {"trials": trials_truth(trials, population, calendar), "asked": asked}
    return Company(tables=_tables(setting), oracle=oracle, truth=_truth(world, oracle) | known)


def write(company: Company, folder: str | Path, format: Format = "parquet") -> Path:
    """Write ``tables/``, ``oracle/`` and ``README.txt`` into a new or empty folder, and return it.

    Everything is written beside the folder and renamed when complete, so that the folder is whole or
    not there. ``format`` is ``parquet`` or ``csv``; the oracle is always Parquet, with ``truth.json``.

    Raises
    ------
    UsageError
        If the format is unknown or the folder holds anything.
    """
    place = Path(folder).absolute()
    refuse_unusable(place, format)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.parent / f".{place.name}.{uuid4().hex[:8]}.part"
    try:
        fill(beside, company.tables, company.oracle, company.truth, format)
        if place.exists():
            place.rmdir()
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def _truth(world: World, oracle: pd.DataFrame) -> dict[str, object]:
    return {
        "bar": bar_truth(oracle),
        "world": asdict(truth_at_bar(world)),
        "spend_lift": world.lift,
        "service_rates": true_rates(),
    }


def _tables(setting: _Setting) -> dict[str, pd.DataFrame]:
    population, ids, streams = setting.population, setting.ids, setting.streams
    cells = orders.bought(population, setting.calendar.shown)
    sales, documents = _sell(setting, cells)
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
        **_attention(setting, cells, first_paid),
        "grades": grades,
        "lists": _lists(setting, file, payments, first_paid),
        "fields": fields_table(shown, streams["fields"]),
        "sites": sites_table(population.starters, shown, streams["sites"]),
        **_judged(setting, grades, file.set_index("customer_id")["since"]),
    }


def _judged(setting: _Setting, grades: pd.DataFrame, since: pd.Series) -> dict[str, pd.DataFrame]:
    """Appeals and judgements that agree with the grades."""
    bar, as_of, rng = setting.world.bar, pd.Timestamp(setting.calendar.as_of), setting.streams["judging"]
    return {
        "appeals": appeals_table(grades, since, bar, as_of, rng),
        "judgements": judgements_table(grades, since, bar, rng),
    }


def _lists(
    setting: _Setting, file: pd.DataFrame, payments: pd.DataFrame, first_paid: np.ndarray
) -> pd.DataFrame:
    """Red and black lists, and those of the trials, by day."""
    shown = (setting.calendar.first.start(), setting.calendar.as_of)
    favoured = lists_table(file, payments, shown, setting.streams["lists"])
    known = setting.ids.take(pa.array(np.flatnonzero(first_paid < setting.as_of)))
    tried = trials_lists(setting.trials, setting.calendar, setting.ids)
    tried = tried[tried["customer_id"].isin(known.to_pylist())]
    table = pd.concat([favoured, tried], ignore_index=True)
    return table.sort_values(["from_on", "customer_id", "list"], kind="stable", ignore_index=True)


def _sell(setting: _Setting, cells: orders.Cells) -> tuple[pd.DataFrame, transactions.Documents]:
    rng = setting.streams["sales"]
    placed = orders.place_orders(cells, setting.traits, setting.calendar, rng)
    lines = orders.split_lines(cells, placed, rng)
    customer = placed.customer[lines.order]
    goods = transactions.choose_goods(customer, lines.cents, setting.traits, setting.world.margin, rng)
    returned_at = orders.return_times(placed, rng)
    documents, rows = transactions.file_documents(placed, lines, returned_at, setting.as_of)
    details = (setting.ids, placed.channel)
    return transactions.transactions_table(documents, rows, lines, goods, details), documents


def _attention(setting: _Setting, cells: orders.Cells, first_paid: np.ndarray) -> dict[str, pd.DataFrame]:
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
