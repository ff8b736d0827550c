"""Prospects on the company's file: known to sales, without a purchase so far.

They look like the customers they are drawn from, but nothing is known of them that comes with doing
business. They come from a stream of random numbers of their own and leave the customers as they are.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from toolkit.synthetic.codes import chosen, numbered

CUSTOMERS_PER_PROSPECT = 20
UNTRIED = {"key_person": False, "points_prev_year": 0, "relationship_depth": 1}
"""What a file says of those who have not done business yet."""


def with_prospects(
    file: pd.DataFrame, number: int, shown: tuple[date, date], rng: np.random.Generator
) -> pd.DataFrame:
    """``file`` with ``number`` prospects after the customers, entered on random days shown.

    Parameters
    ----------
    file : DataFrame
        The customer file, complete with its profile.
    shown : pair of date
        First day shown, and first day not shown any more.
    """
    prospects = file.iloc[rng.integers(0, len(file), number)].reset_index(drop=True)
    days = rng.integers(0, (shown[1] - shown[0]).days, number)
    ids = numbered("P", number)
    prospects["customer_id"] = chosen(ids, np.arange(number))
    prospects["since"] = pd.Timestamp(shown[0]) + pd.to_timedelta(days, unit="D")
    prospects["source"] = prospects["source"].where(prospects["source"] != "referral", "campaign")
    if "referred_by" in prospects.columns:
        prospects["referred_by"] = chosen(ids, np.arange(number), missing=np.ones(number, bool))
    for column, value in UNTRIED.items():
        if column in prospects.columns:
            prospects[column] = value
    return pd.concat([file, prospects.astype(file.dtypes)], ignore_index=True)
