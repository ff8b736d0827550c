"""The quarters at a glance. Expected: sums of the rows below, done by hand."""

from __future__ import annotations

import ibis
import pandas as pd
import pyarrow as pa

from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.study.quarters import quarter_table
from toolkit.window import Quarter

QUARTERS = (Quarter.parse("2025Q1"), Quarter.parse("2025Q2"))
ROWS = [
    ("a", "1", "2025-01-05", 100.0),
    ("a", "2", "2025-04-02", -100.0),
    ("b", "3", "2025-02-01", 50.0),
    ("b", "4", "2025-05-01", 30.0),
    ("b", "5", "2025-05-09", -45.5),
]


def test_quarters_add_up_to_the_transactions_with_those_who_only_returned():
    frame = pd.DataFrame(ROWS, columns=["customer_id", "order_id", "paid_at", "amount"])
    frame["paid_at"] = pd.to_datetime(frame["paid_at"])
    frame["is_return"] = frame["amount"] < 0
    panel = Panel(
        build_cube(ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False)), quarters=QUARTERS)
    )
    found = quarter_table(panel, QUARTERS)
    assert found["active"].tolist() == [2, 1]
    assert found["purchases"].tolist() == [150.0, 30.0]
    assert found["returns"].tolist() == [0.0, 145.5]
    assert found["net"].tolist() == [150.0, -115.5]
    assert found["net"].sum() == frame["amount"].sum()
