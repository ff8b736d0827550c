"""The company's customer file: attributes that do not come from transactions.

Attributes are noisy signals of what moves the world: ``potential`` of need and size, ``willingness``
of loyalty and need, ``credit_score`` and ``competition`` of loyalty, ``firm_size``, ``key_person``,
``brand`` and ``industry_position`` of size. Region, source and consent are noise. More columns come from ``profile``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.codes import chosen, picked
from toolkit.synthetic.population import Population
from toolkit.synthetic.traits import TYPES, Traits
from toolkit.synthetic.world import chance

REGIONS = ("east", "south", "north", "central", "southwest", "northeast")
REGION_SHARES = (0.30, 0.22, 0.18, 0.14, 0.10, 0.06)
INDUSTRIES = ("manufacturing", "retail", "services", "construction", "technology", "education", "health")
INDUSTRY_SHARES = (0.22, 0.20, 0.18, 0.12, 0.10, 0.10, 0.08)
BRANDS, BRAND_CUTS = ("basic", "classic", "premium"), (0.3, 1.5)
POSITIONS, POSITION_CUTS = ("minor", "known", "leader"), (1.0, 2.2)
COMPETITION, COMPETITION_CUTS = ("low", "medium", "high"), (-0.6, 0.8)
SOURCES, SOURCE_SHARES = ("sales", "referral", "campaign", "competitor"), (0.40, 0.25, 0.25, 0.10)
STAFF_LOG = np.array([0.0, 2.3, 5.2])
CROSS_REGION_SHARES = np.array([0.0, 0.05, 0.5])
CONSENT_SHARE = 0.9
DAYS_A_YEAR = 365.25


def customers_table(
    population: Population,
    traits: Traits,
    ids: pa.Array,
    since: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per member of the population; ``ids`` and ``since`` (days) have its length."""
    count = len(population)
    everyone = np.arange(count)
    table = pd.DataFrame({"customer_id": chosen(ids, everyone)})
    table["since"] = since.astype("datetime64[us]")
    table["type"] = chosen(TYPES, traits.type)
    table["region"] = chosen(REGIONS, picked(REGION_SHARES, rng.random(count)))
    industry = picked(INDUSTRY_SHARES, rng.random(count))
    table["industry"] = chosen(INDUSTRIES, industry, missing=traits.type == 0)
    table["source"] = chosen(SOURCES, picked(SOURCE_SHARES, rng.random(count)))
    table["consent"] = rng.random(count) < CONSENT_SHARE
    table["cross_region"] = rng.random(count) < CROSS_REGION_SHARES[traits.type]
    return table.assign(**_size_signals(population, traits, rng), **_attitude_signals(population, rng))


def first_days(population: Population, calendar: Calendar, first_paid: np.ndarray) -> np.ndarray:
    """Day on which each customer's relation began.

    Parameters
    ----------
    first_paid : int array, (n,)
        Second of the first purchase since 1970.

    Returns
    -------
    datetime64[D] array, (n,)
        Day of the first purchase; for those there at the start, the start less their tenure.
    """
    start = np.datetime64(calendar.first.start(), "D")
    before = start - np.ceil(population.latent.tenure * DAYS_A_YEAR).astype("timedelta64[D]")
    starter = np.arange(len(population)) < population.starters
    return np.where(starter, before, first_paid.astype("datetime64[s]").astype("datetime64[D]"))


def _size_signals(population: Population, traits: Traits, rng: np.random.Generator) -> dict[str, object]:
    size = population.latent.size
    noise = rng.standard_normal((4, len(size)))
    staff = np.exp(STAFF_LOG[traits.type] + 0.5 * size + 0.5 * noise[0])
    return {
        "firm_size": np.where(traits.type == 0, 1, np.maximum(2, np.rint(staff))).astype(np.int64),
        "brand": chosen(BRANDS, np.digitize(size + noise[1], BRAND_CUTS)),
        "industry_position": chosen(POSITIONS, np.digitize(size + 0.7 * noise[2], POSITION_CUTS)),
        "key_person": rng.random(len(size)) < chance(-3 + 0.8 * size),
        "potential": np.round(chance(0.9 * population.latent.need + 0.4 * size + 0.6 * noise[3]), 3),
    }


def _attitude_signals(population: Population, rng: np.random.Generator) -> dict[str, object]:
    loyalty, need = population.latent.loyalty, population.latent.need
    noise = rng.standard_normal((3, len(loyalty)))
    score = 60 + 8 * loyalty + 5 * population.latent.size + 10 * noise[1]
    return {
        "willingness": np.round(chance(0.8 * loyalty + 0.3 * need + 0.8 * noise[0]), 3),
        "credit_score": np.clip(np.rint(score), 0, 100).astype(np.int64),
        "competition": chosen(COMPETITION, np.digitize(noise[2] - 0.5 * loyalty, COMPETITION_CUTS)),
    }
