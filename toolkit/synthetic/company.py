"""A whole simulated company with a grading programme whose effects are known.

The customers follow the equations of ``world``; the records an analyst would find are made around
them. Every customer buys in every quarter until leaving for good, so that "bought in the fourth
quarter after the review" is the outcome of the oracle, and the score of the programme is the net
spend of four quarters that anyone can add up from the transactions.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd

from toolkit.synthetic.books import Setting, books
from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.carrying_out import carry_out
from toolkit.synthetic.codes import numbered
from toolkit.synthetic.gradeworld import truth_at_bar
from toolkit.synthetic.pilots import Pilot, pilot_truth, spans
from toolkit.synthetic.population import Lots, Span, walk
from toolkit.synthetic.programme import bar_truth, oracle_table
from toolkit.synthetic.service import true_rates
from toolkit.synthetic.traits import draw_traits
from toolkit.synthetic.trials import draw_trials, trials_truth
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
        ``spend_lift`` in log points; ``service_rates``; ``trials``, see ``trials.trials_truth``; ``pilots`` where any
        was carried out, see ``pilots.pilot_truth``; ``asked``: size, seed and calendar.
    """

    tables: dict[str, pd.DataFrame]
    oracle: pd.DataFrame
    truth: dict[str, object]


def simulate(
    customers: int = 8000,
    seed: int = 20261122,
    world: World | None = None,
    calendar: Calendar | None = None,
    pilots: Sequence[Pilot] = (),
) -> Company:
    """Simulate a company; the same arguments give the same company to the last bit.

    Parameters
    ----------
    customers : int
        Customers at the start; as many join as are expected to leave.
    world : World, optional
        Its own ``customers`` does not matter here.
    calendar : Calendar, optional
    pilots : sequence of Pilot
        Carried out by the company, the earliest first: customers drawn hold the grade by lot. Everything on
        record before a pilot, and everything about those who are not in it, is as it is without it.

    Examples
    --------
    >>> import toolkit
    >>> company = toolkit.simulate(customers=200, seed=7)
    >>> company.tables["grades"].tail(2)
        customer_id    from_on grade decided_by     score
    918    C0000397 2026-10-01    普通       rule  10961.95
    919    C0000398 2026-10-01    普通       rule  10528.81
    >>> {name: round(float(value), 3) for name, value in company.truth["world"].items()}
    {'late': 0.05, 'itt': 0.042, 'first_stage': 0.845, 'p0': 0.825, 'average': 0.05, 'std_error': 0.0}
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
    setting = Setting(world, calendar, population, traits, numbered("C", len(population)), streams, trials)
    tables, known = books(setting), {}
    if pilots:
        setting, tables, known = _with_pilots(setting, tables, pilots, (customers, seed))
    oracle = oracle_table(world, setting.population, calendar, setting.ids)
    asked = {
        "customers": customers,
        "seed": seed,
        "first": str(calendar.first),
        "last": str(calendar.last),
        "as_of": calendar.as_of.isoformat(),
        "launch": str(calendar.launch),
    }
    known |= {"trials": trials_truth(trials, setting.population, calendar), "asked": asked}
    return Company(tables=tables, oracle=oracle, truth=_truth(world, oracle) | known)


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


def _with_pilots(
    setting: Setting, tables: dict[str, pd.DataFrame], pilots: Sequence[Pilot], asked: tuple[int, int]
) -> tuple[Setting, dict[str, pd.DataFrame], dict[str, object]]:
    """The company after its pilots, one after the other, with the truth about them; ``asked``: customers and seed."""
    customers, seed = asked
    world, calendar, ids, without = setting.world, setting.calendar, setting.ids, setting.population
    decided: tuple[Span, ...] = ()
    truth = {}
    for pilot in sorted(pilots, key=lambda one: (one.starts_on, one.id)):
        decided += spans(pilot, calendar, ids)
        rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(len(STREAMS))[0])
        population = walk(world, calendar, customers, rng, Lots(without, decided))
        setting = replace(setting, population=population)
        tables = carry_out(tables, setting, pilot, decided, seed)
        truth[pilot.id] = pilot_truth(pilot, world, population, calendar, ids)
    return setting, tables, {"pilots": truth}
