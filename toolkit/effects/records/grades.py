"""Which grade was on record on a day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from toolkit.panel import Panel


def on_record(panel: Panel, grade: str, grades: pd.DataFrame, day: date) -> np.ndarray:
    """Whether each customer of the panel had ``grade`` on ``day``, bool of shape (customers,).

    ``grades`` has columns ``customer_id``, ``from_on`` (date) and ``grade``; the latest row up to ``day`` counts.
    """
    known = grades[pd.to_datetime(grades["from_on"]) <= pd.Timestamp(day)].sort_values(
        "from_on", kind="stable"
    )
    latest = known.drop_duplicates("customer_id", keep="last").set_index("customer_id")["grade"]
    return (latest.reindex(panel.customers) == grade).to_numpy()
