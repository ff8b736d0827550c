"""Small random histories for the measures."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from toolkit.window import Quarter

FIRST_DAY = pd.Timestamp("2024-01-01")


def random_history(seed: int, customers: int = 6, days: int = 730, rows: int = 90) -> pd.DataFrame:
    """Rows in random order: orders of several lines, some over two days, returns of old and new orders."""
    rng = np.random.default_rng(seed)
    lines = []
    for number in range(rows // 2):
        customer = f"c{rng.integers(customers)}"
        start = FIRST_DAY + pd.Timedelta(days=int(rng.integers(days)), minutes=int(rng.integers(1440)))
        for _ in range(rng.integers(1, 4)):
            later = pd.Timedelta(days=int(rng.choice([0, 0, 0, 1, 20])))
            lines.append((customer, f"o{number}", start + later, round(float(rng.gamma(2, 40)), 2), False))
        if rng.random() < 0.3:
            back = start + pd.Timedelta(days=int(rng.integers(0, 120)))
            lines.append((customer, f"o{number}", back, -round(float(rng.gamma(2, 30)), 2), True))
    frame = pd.DataFrame(lines, columns=["customer_id", "order_id", "paid_at", "amount", "is_return"])
    sign = np.where(frame["is_return"], -1.0, 1.0)
    frame["quantity"] = sign * rng.integers(1, 6, len(frame))
    frame["margin"] = np.round(frame["amount"] * rng.uniform(-0.1, 0.6, len(frame)), 2)
    frame["category"] = pd.array(rng.choice(["tea", "cups", "rice", None], len(frame)), dtype="str")
    frame["is_promotion"] = rng.random(len(frame)) < 0.3
    frame = frame[frame["paid_at"] < FIRST_DAY + pd.Timedelta(days=days)]
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


@pytest.fixture(scope="session")
def history_of() -> Callable[..., pd.DataFrame]:
    """Factory of random histories by seed."""
    return random_history


@pytest.fixture(scope="session")
def table_of() -> Callable[[pd.DataFrame], ir.Table]:
    """A frame as an ibis table."""
    return lambda frame: ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


@pytest.fixture(scope="session")
def eight_quarters() -> list[Quarter]:
    """2024Q1 to 2025Q4."""
    return [Quarter.parse("2024Q1") + i for i in range(8)]
