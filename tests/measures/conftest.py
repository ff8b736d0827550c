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
    frame["channel"] = pd.array(rng.choice(["store", "online", None], len(frame)), dtype="str")
    frame = frame[frame["paid_at"] < FIRST_DAY + pd.Timedelta(days=days)]
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True)


def random_tables(seed: int, customers: int = 7) -> dict[str, pd.DataFrame]:
    """The other tables: days from before to after the eight quarters, gaps, and a customer who never buys."""
    rng = np.random.default_rng([seed, 1])

    def days(number: int, spread: int = 1000) -> pd.Series:
        return pd.Series(FIRST_DAY + pd.to_timedelta(rng.integers(-120, spread, number), unit="D"))

    def who(number: int) -> np.ndarray:
        return np.array([f"c{k}" for k in rng.integers(0, customers, number)])

    def gaps(values: np.ndarray, share: float = 0.3) -> pd.Series:
        return pd.Series(values).where(rng.random(len(values)) >= share)

    due = days(40)
    paid = gaps(due + pd.to_timedelta(rng.integers(-20, 400, 40), unit="D"))
    begun = days(12)
    file = pd.DataFrame({"customer_id": [f"c{k}" for k in range(customers)], "since": gaps(days(customers))})
    return {
        "payments": pd.DataFrame(
            {
                "customer_id": who(40),
                "due_on": due,
                "paid_on": paid,
                "amount": np.round(rng.normal(50, 40, 40), 2),
            }
        ),
        "contacts": pd.DataFrame(
            {
                "customer_id": who(150),
                "at": days(150) + pd.to_timedelta(rng.integers(0, 1440, 150), unit="min"),
                "kind": rng.choice(["visit", "call", "event", "Complaint", "投诉", "survey", "repair"], 150),
                "channel": rng.choice(["in_person", "phone", None], 150),
                "minutes": gaps(np.round(rng.gamma(2, 10, 150), 1)),
                "score": gaps(rng.integers(0, 6, 150).astype(float)),
                "justified": gaps(rng.random(150) < 0.5).astype(object),
            }
        ),
        "service": pd.DataFrame(
            {
                "customer_id": who(60),
                "delivered_on": days(60),
                "hours": gaps(np.round(rng.gamma(2, 1, 60), 2)),
                "cost": gaps(np.round(rng.gamma(2, 20, 60), 2)),
            }
        ),
        "lists": pd.DataFrame(
            {
                "customer_id": who(12),
                "list": rng.choice(["black", "Red", "黑名单"], 12),
                "from_on": begun,
                "to_on": gaps(begun + pd.to_timedelta(rng.integers(0, 500, 12), unit="D")),
            }
        ),
        "customers": file.assign(
            referred_by=gaps(who(customers)),
            source=rng.choice(["sales", "competitor", None], customers),
            potential=gaps(rng.random(customers)),
            key_person=rng.random(customers) < 0.5,
            industry_position=rng.choice(["minor", "known", "leader", None], customers),
            firm_size=rng.integers(1, 90, customers),
        ),
    }


@pytest.fixture(scope="session")
def tables_of() -> Callable[..., dict[str, pd.DataFrame]]:
    """Factory of the other tables by seed."""
    return random_tables


@pytest.fixture(scope="session")
def history_of() -> Callable[..., pd.DataFrame]:
    """Factory of random histories by seed."""
    return random_history


@pytest.fixture(scope="session")
def table_of() -> Callable[[pd.DataFrame], ir.Table]:
    """A frame as an ibis table."""
    return lambda frame: ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))


@pytest.fixture(scope="module")
def spark_table_of(spark) -> Callable[[pd.DataFrame], ir.Table]:
    """A frame as a table of Spark."""
    from toolkit.history.source import on_spark

    engine = on_spark(spark, "UTC")

    def table(frame: pd.DataFrame) -> ir.Table:
        rows = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
        return engine.create_table(ibis.util.gen_name("history"), rows)

    return table


@pytest.fixture(scope="session")
def eight_quarters() -> list[Quarter]:
    """2024Q1 to 2025Q4."""
    return [Quarter.parse("2024Q1") + i for i in range(8)]
