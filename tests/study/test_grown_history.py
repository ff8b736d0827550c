"""A study whose history has grown takes the unchanged quarters from the cube that it kept, and gets the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.measures import aggregation, renewal
from toolkit.params.history import FilesParams
from toolkit.study import opening


class Asked:
    """What opening a history asks of a study."""

    fiscal_start_month = 1

    def __init__(self, **changed: object) -> None:
        columns = {name: name for name in ("customer_id", "order_id", "paid_at", "amount")}
        table = {"path": "sales_*.csv", "columns": columns}
        told = {"kind": "files", "transactions": table, "latest": date(2025, 12, 31), **changed}
        self.history = FilesParams.model_validate(told)


def sales(quarters: range, seed: int) -> pd.DataFrame:
    """Forty rows a quarter of 2024 and 2025."""
    rng = np.random.default_rng(seed)
    rows = [
        (
            f"c{rng.integers(12)}",
            f"o{q}-{i // 2}",
            pd.Timestamp("2024-01-02") + pd.Timedelta(days=91 * q + i),
            10.0 + i,
        )
        for q in quarters
        for i in range(40)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "order_id", "paid_at", "amount"])


@pytest.fixture
def made(monkeypatch, tmp_path) -> list:
    """Quarters that each opening aggregates; the cache is its own."""
    monkeypatch.setenv(opening.CACHE, str(tmp_path / "cache"))
    seen = []
    real = aggregation.write_blocks
    for module in (aggregation, renewal):
        monkeypatch.setattr(module, "write_blocks", lambda *given: seen.append(given[2]) or real(*given))
    return seen


def test_a_new_quarter_is_added_to_the_kept_cube(made: list, tmp_path: Path) -> None:
    """Slow twin: the same history opened in an empty cache. A limit of memory is no other history."""
    data = tmp_path / "data"
    data.mkdir()
    sales(range(6), 1).to_csv(data / "sales_1.csv", index=False)
    opening._history(Asked(), data)
    assert len(made[0]) == 6
    sales(range(6, 7), 2).to_csv(data / "sales_2.csv", index=False)
    grown = opening._history(Asked(), data).panel.cube
    assert [str(quarter) for quarter in made[1]] == ["2025Q3"]
    opening._history(Asked(memory_limit="1GB", spill_folder="spill"), data)
    assert len(made) == 2
    for kept in (tmp_path / "cache" / "histories").iterdir():
        (kept / opening.LINEAGE).write_text("another", "utf-8")
        (kept / opening.DIGESTS).unlink()
    anew = opening._history(Asked(), data).panel.cube
    assert len(made) == 3 and len(made[2]) == 7
    assert grown.customers.equals(anew.customers)
    assert all(grown.cells[name].tobytes() == anew.cells[name].tobytes() for name in anew.cells)


def test_a_damaged_cube_is_not_grown(made: list, tmp_path: Path) -> None:
    """One byte of the kept cube changed: everything is aggregated again."""
    data = tmp_path / "data"
    data.mkdir()
    sales(range(3), 1).to_csv(data / "sales_1.csv", index=False)
    opening._history(Asked(), data)
    file = next((tmp_path / "cache" / "histories").glob("*/cube/cells/2024Q2.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    sales(range(3, 4), 2).to_csv(data / "sales_2.csv", index=False)
    opening._history(Asked(), data)
    assert [len(quarters) for quarters in made] == [3, 4]


CHANGES = {
    "late": lambda rows: pd.concat([rows, rows.iloc[[50]]]),
    "withdrawn": lambda rows: rows.drop(index=rows.index[[45, 90]]),
    "another customer": lambda rows: rows.assign(
        customer_id=rows["customer_id"].mask(rows.index == 60, "new")
    ),
    "another amount": lambda rows: rows.assign(amount=rows["amount"].mask(rows.index == 130, 1.0)),
    "another order": lambda rows: rows.assign(order_id=rows["order_id"].mask(rows.index == 101, "o2-7")),
    "an order goes on": lambda rows: rows.assign(order_id=rows["order_id"].mask(rows.index == 210, "o1-3")),
    "a last quarter withdrawn": lambda rows: rows[pd.to_datetime(rows["paid_at"]) < "2025-06-01"],
    "nothing": lambda rows: rows.sample(frac=1, random_state=1),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("quarter", [0, 1], ids=["the same quarters", "a new quarter"])
def test_whatever_happened_to_the_files_the_study_gets_a_rebuild(
    made: list, tmp_path: Path, monkeypatch, change: str, quarter: int
) -> None:
    """Slow twin: the changed files opened in an empty cache, where everything is aggregated."""
    data = tmp_path / "data"
    data.mkdir()
    before = sales(range(6), 3)
    before.to_csv(data / "sales_1.csv", index=False)
    opening._history(Asked(), data)
    now = pd.concat([before, sales(range(6, 6 + quarter), 4)], ignore_index=True)
    CHANGES[change](now).to_csv(data / "sales_1.csv", index=False)
    grown = opening._history(Asked(), data).panel.cube
    monkeypatch.setenv(opening.CACHE, str(tmp_path / "empty"))
    anew = opening._history(Asked(), data).panel.cube
    assert len(made[-1]) == len(anew.quarters)
    assert grown.quarters == anew.quarters and grown.customers.equals(anew.customers)
    assert all(grown.cells[name].tobytes() == anew.cells[name].tobytes() for name in anew.cells)
