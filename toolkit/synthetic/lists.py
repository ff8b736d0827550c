"""Red and black lists: whom the company favours or watches, from when, and why."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

RED_SHARES = {"known": 0.01, "leader": 0.10}
NOTICE = pd.Timedelta(days=90)
CLEARED_SHARE = 0.4
CLEARED_AFTER = pd.Timedelta(days=365)


def lists_table(
    customers: pd.DataFrame,
    payments: pd.DataFrame,
    shown: tuple[date, date],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Strategic customers (red), and those who left an invoice unpaid for 90 days (black), by day.

    Parameters
    ----------
    shown : pair of date
        First day shown, and first day not shown any more.
    """
    first, as_of = (pd.Timestamp(day) for day in shown)
    table = pd.concat(
        [_red(customers, first, as_of, rng), black_list(payments, as_of, rng)], ignore_index=True
    )
    return table.sort_values(["from_on", "customer_id"], kind="stable", ignore_index=True)


def _red(
    customers: pd.DataFrame, first: pd.Timestamp, as_of: pd.Timestamp, rng: np.random.Generator
) -> pd.DataFrame:
    """Some of the known and the leading, from a random day of their time on."""
    share = customers["industry_position"].map(RED_SHARES).fillna(0.0)
    put, when = rng.random((2, len(customers)))
    since = customers["since"].clip(lower=first)
    days = np.floor(when * ((as_of - since) / pd.Timedelta(days=1))).astype(int)
    entry = pd.DataFrame({"customer_id": customers["customer_id"], "list": "red"})
    entry["from_on"] = since + pd.to_timedelta(days, unit="D").astype("timedelta64[us]")
    entry["to_on"] = pd.Series(pd.NaT, index=entry.index, dtype="datetime64[us]")
    entry["reason"], entry["owner"] = "strategic", "sales"
    return entry[put < share]


def black_list(payments: pd.DataFrame, as_of: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    """The first invoice of a customer that stayed open for 90 days before ``as_of``; closed when paid or written off."""
    listed = payments["due_on"] + NOTICE
    late = (listed < as_of) & ~(payments["paid_on"] < listed)
    bad = payments[late].assign(from_on=listed[late])
    bad = bad.sort_values(["from_on", "order_id"], kind="stable").drop_duplicates("customer_id")
    cleared = (bad["from_on"] + CLEARED_AFTER).where(rng.random(len(bad)) < CLEARED_SHARE)
    ends = bad["paid_on"].fillna(cleared)
    return pd.DataFrame(
        {
            "customer_id": bad["customer_id"],
            "list": "black",
            "from_on": bad["from_on"],
            "to_on": ends.where(ends < as_of).astype("datetime64[us]"),
            "reason": "arrears",
            "owner": "credit",
        }
    )
