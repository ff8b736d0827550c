"""What a company grades beside its customers: its data fields and the sites it inspects.

Both are registers with a history: a row says what was known of a thing from a day on, until the next
row of the same thing. They come from streams of random numbers of their own.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from toolkit.synthetic.codes import chosen, numbered, picked
from toolkit.synthetic.dictionary import FILED, OPEN, PERSONAL, SECRET

CLASSES = ("public", "internal", "confidential")
IMPORTANCE, IMPORTANCE_SHARES = ("low", "medium", "high"), (0.3, 0.5, 0.2)
LATE_SHARE, RAISED_SHARE, RETIRED_SHARE, UNCLASSED_SHARE = 0.2, 0.15, 0.05, 0.05
CUSTOMERS_PER_SITE, FEWEST_SITES = 20, 40
SITES = ("office", "shop", "workshop", "warehouse", "venue")
SITE_SHARES, SITE_STAFF_LOG = (0.30, 0.30, 0.15, 0.15, 0.10), np.array([3.0, 1.6, 4.0, 2.6, 3.2])
INDUSTRIES = ("services", "retail", "manufacturing", "manufacturing", "retail")
RISKS, RISK_CUTS = ("low", "medium", "high"), (0.0, 1.1)
SITE_DANGER = np.array([-0.6, -0.2, 0.8, 0.5, 0.2])
INSPECTED_EVERY = 365
FAILED_AT = 6


def fields_table(shown: tuple[date, date], rng: np.random.Generator) -> pd.DataFrame:
    """The columns of the company's own files, with the secrecy on record; by day of record.

    Parameters
    ----------
    shown : pair of date
        First day shown, and first day not shown any more.
    """
    rows = [(f"{table}.{column.name}", column.meaning.zh, table, column.name) for table, column in FILED]
    count = len(rows)
    table = pd.DataFrame(rows, columns=["field_id", "name", "table", "column"]).astype("str")
    level = np.where(table["column"].isin(SECRET), 2, np.where(table["column"].isin(OPEN), 0, 1))
    unknown = rng.random(count) < UNCLASSED_SHARE
    first, length = pd.Timestamp(shown[0]), (shown[1] - shown[0]).days
    late = np.where(rng.random(count) < LATE_SHARE, rng.integers(0, length, count), 0)
    again = late + np.ceil((length - late) * rng.random(count)).astype(int)
    raised = (rng.random(count) < RAISED_SHARE) & (again < length) & (level < 2)
    retired = (rng.random(count) < RETIRED_SHARE) & ~raised & (again < length)
    table["sensitivity_class"] = chosen(CLASSES, level, missing=unknown)
    table["importance"] = chosen(IMPORTANCE, picked(IMPORTANCE_SHARES, rng.random(count)))
    table["personal"] = table["column"].isin(PERSONAL)
    table["recorded_on"] = _days(first, late)
    table["retired_on"] = _days(first, again).where(retired)
    later = table[raised].assign(
        sensitivity_class=chosen(CLASSES, np.minimum(level + 1, 2)[raised]).to_numpy(),
        recorded_on=_days(first, again)[raised],
    )
    columns = [
        "field_id",
        "recorded_on",
        "retired_on",
        "name",
        "table",
        "sensitivity_class",
        "importance",
        "personal",
    ]
    return _by_day(pd.concat([table, later])[columns], "field_id")


def sites_table(customers: int, shown: tuple[date, date], rng: np.random.Generator) -> pd.DataFrame:
    """Sites as found at their inspections, once a year from a random day on; by day of record.

    Hazards come with the danger of the place and are removed, or not, from one inspection to the next;
    an incident is the likelier the more hazards there are.
    """
    count = max(FEWEST_SITES, customers // CUSTOMERS_PER_SITE)
    first, length = pd.Timestamp(shown[0]), (shown[1] - shown[0]).days
    kind = picked(SITE_SHARES, rng.random(count))
    danger = SITE_DANGER[kind] + rng.standard_normal(count)
    staff = np.maximum(1, np.rint(np.exp(SITE_STAFF_LOG[kind] + rng.standard_normal(count)))).astype(np.int64)
    begins = np.where(rng.random(count) < LATE_SHARE, rng.integers(0, length, count), 0)
    begins += rng.integers(0, 90, count) * (begins == 0)
    ends = np.where(rng.random(count) < RETIRED_SHARE, rng.integers(0, length, count), length)
    visits = -(-length // INSPECTED_EVERY)
    day = begins[:, None] + INSPECTED_EVERY * np.arange(visits)
    hazards = rng.poisson(np.exp(0.2 + 0.7 * danger)[:, None], (count, visits))
    incidents = rng.poisson(np.minimum(0.02 * hazards, 0.3))
    site, visit = np.nonzero((day < np.minimum(ends, length)[:, None]) & (day < length))
    table = pd.DataFrame({"site_id": chosen(numbered("S", count), site)})
    table["recorded_on"] = _days(first, day[site, visit])
    table["retired_on"] = _days(first, ends[site]).where(ends[site] < length)
    table["site_type"], table["industry"] = chosen(SITES, kind[site]), chosen(INDUSTRIES, kind[site])
    table["staff"] = staff[site]
    table["site_risk"] = chosen(RISKS, np.digitize(danger, RISK_CUTS)[site])
    table["hazard_count"], table["incident_count"] = hazards[site, visit], incidents[site, visit]
    table["met_standard"] = hazards[site, visit] < FAILED_AT
    return _by_day(table, "site_id")


def _days(first: pd.Timestamp, after: np.ndarray) -> pd.Series:
    return pd.Series(first + pd.to_timedelta(after, unit="D")).astype("datetime64[us]")


def _by_day(table: pd.DataFrame, key: str) -> pd.DataFrame:
    return table.sort_values(["recorded_on", key], kind="stable", ignore_index=True)
