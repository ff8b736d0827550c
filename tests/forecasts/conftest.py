"""The CDNOW purchases, as the papers cut them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.history.history import from_tables
from toolkit.measures.aggregation import build_cube
from toolkit.panel import Panel
from toolkit.params.history import SimulatedParams

SAMPLE = ["master", "customer", "day", "units", "dollars"]
MASTER = ["customer", "day", "units", "dollars"]


def log_of(path: Path, names: list[str]) -> pd.DataFrame:
    """One row per customer and day; dollars summed."""
    log = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"customer": str, "day": str})
    log["day"] = pd.to_datetime(log["day"])
    return log.groupby(["customer", "day"], as_index=False)["dollars"].sum()


def panel_of(days: pd.DataFrame) -> Panel:
    """Through the door and the cube, as any company's history."""
    columns = {"customer_id": days["customer"], "paid_at": days["day"], "amount": days["dollars"]}
    frame = pd.DataFrame(columns).assign(order_id=[f"o{i}" for i in range(len(days))])
    history = from_tables({"transactions": frame}, SimulatedParams(kind="simulated"))
    assert history.ledger["transactions"].rows_accepted == len(days)
    return Panel(build_cube(history.transactions, quarters=history.quarters))


@pytest.fixture(scope="session")
def cdnow_days(data_folder) -> pd.DataFrame:
    """Customer, day, dollars of the sample of one tenth."""
    return log_of(data_folder / "cdnow" / "CDNOW_sample.txt.gz", SAMPLE)


@pytest.fixture(scope="session")
def cdnow_panel(cdnow_days) -> Panel:
    """The same as a panel of quarters."""
    return panel_of(cdnow_days)


@pytest.fixture(scope="session")
def cdnow_whole(data_folder) -> Panel:
    """All 23,570 customers as a panel of quarters."""
    return panel_of(log_of(data_folder / "cdnow" / "CDNOW_master.txt.gz", MASTER))
