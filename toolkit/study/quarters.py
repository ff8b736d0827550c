"""The quarters of a history at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.panel import Panel
from toolkit.window import Quarter


def quarter_table(panel: Panel, complete: Sequence[Quarter]) -> pd.DataFrame:
    """Customers, orders, purchases and returns of every quarter, unfinished ones included and marked.

    Purchases, returns and their difference are those of all customers, also of those who only returned something:
    their sums are those of the transactions.

    Parameters
    ----------
    panel : Panel
    complete : sequence of Quarter

    Returns
    -------
    DataFrame, index quarter as text
        columns ``active`` (customers who bought), ``orders``, ``purchases``, ``returns``, ``net`` (money), ``again``
        (share of ``active`` who bought in the next quarter; NaN in the last), ``complete``, ``next_complete`` (bool).
    """
    quarters = panel.quarters
    bought = panel.cube.bought()
    again = [
        (bought[:, i] & bought[:, i + 1]).sum() / bought[:, i].sum() if bought[:, i].any() else np.nan
        for i in range(len(quarters) - 1)
    ]
    purchases, returns = (panel.cube.cells[name].sum(axis=0).round(2) for name in ("gross", "returned"))
    return pd.DataFrame(
        {
            "active": bought.sum(axis=0),
            "orders": panel.cube.cells["orders"].sum(axis=0),
            "purchases": purchases,
            "returns": returns,
            "net": (purchases - returns).round(2),
            "again": [*again, np.nan],
            "complete": [q in complete for q in quarters],
            "next_complete": [q + 1 in complete for q in quarters],
        },
        index=pd.Index([str(q) for q in quarters], name="quarter"),
    )
