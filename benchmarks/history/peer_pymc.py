"""pymc-marketing, whose summary of purchases users of its CLV models start from; runs in an environment of its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pymc_marketing.clv.utils import rfm_summary
from summary import END, Summary


def run(path: Path) -> Summary:
    """Summarise every customer."""
    rows = pd.read_parquet(path, columns=["customer_id", "paid_at", "amount", "is_return"])
    rows = rows[~rows["is_return"]]
    found = rfm_summary(rows, "customer_id", "paid_at", "amount", observation_period_end=END)
    return Summary(len(found), *(round(found[name].sum()) for name in ("frequency", "recency", "T")))
