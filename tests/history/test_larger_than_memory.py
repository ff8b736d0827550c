"""A history several times larger than the memory allowed is read, checked and aggregated all the same."""

from __future__ import annotations

import errno
import os
from datetime import date
from pathlib import Path

import duckdb
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.history import read_history
from toolkit.history.memory import enough_memory
from toolkit.history.source import connect
from toolkit.measures.aggregation import build_cube
from toolkit.params.history import FilesParams

ROWS, CUSTOMERS = 900_000, 20_000
COLUMNS = {"customer_id": "who", "order_id": "paper", "paid_at": "time", "amount": "paid"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Rows with long texts, four of five years; every thousandth is damaged."""
    place = tmp_path_factory.mktemp("large")
    duckdb.connect().execute(
        f"""copy (
            select 'customer-' || lpad((hash(i, 1) % {CUSTOMERS})::varchar, 24, '0') as who,
                'order-' || lpad((i // 2)::varchar, 24, '0') as paper,
                case when i % 1000 = 0 then 'no day' else
                    strftime(timestamp '2022-01-01' + to_seconds((hash(i // 2, 2) % 110000000)::bigint), '%Y-%m-%d %H:%M:%S') end as time,
                round((hash(i, 3) % 100000) / 100.0, 2) as paid
            from range({ROWS}) rows(i)) to '{place / "orders.parquet"}' (format parquet)"""
    )
    return place


def params(**changed: object) -> FilesParams:
    table = {"path": "orders.parquet", "columns": COLUMNS, "date_format": "%Y-%m-%d %H:%M:%S"}
    return FilesParams.model_validate({"kind": "files", "transactions": table, **changed})


def test_what_does_not_fit_goes_to_the_spill_folder(folder: Path, tmp_path: Path, monkeypatch) -> None:
    """Oracle: the same without a limit. With the limit and nowhere to spill, the memory does not suffice."""
    free = read_history(params(), folder, today=date(2026, 1, 1))
    told = params(memory_limit="128MB", spill_folder=str(tmp_path / "spill"))
    tight = read_history(told, folder, today=date(2026, 1, 1))
    limit = (
        tight.transactions.get_backend().raw_sql("SELECT current_setting('memory_limit')").fetchall()[0][0]
    )
    assert limit.startswith("122") and any((tmp_path / "spill").iterdir())
    assert tight.ledger == free.ledger and tight.quarters == free.quarters
    assert tight.ledger["transactions"].rows_quarantined == ROWS // 1000
    monkeypatch.setattr("toolkit.measures.aggregation.block_of", lambda *_: 3000)
    monkeypatch.setattr("toolkit.measures.aggregation.step_of", lambda *_: 3000)
    kept = build_cube(tight.transactions, quarters=tight.quarters, folder=tmp_path / "cube")
    whole = build_cube(free.transactions, quarters=free.quarters)
    assert kept.customers.equals(whole.customers)
    assert all((kept.cells[name] == whole.cells[name]).all() for name in whole.cells)
    monkeypatch.setattr("toolkit.history.source._spill_folder", lambda below: "")
    with pytest.raises(HistoryError, match="the limit is 128MB") as refused:
        read_history(told, folder, today=date(2026, 1, 1))
    assert "memory_limit" in refused.value.zh


def test_a_full_disk_is_said_in_words() -> None:
    """As DuckDB says it of a disk of 3 MB; any other trouble with a file stays what it is."""
    words = os.strerror(errno.ENOSPC)
    said = f'IO Error: Async write failed: {{"exception_message":"Could not write file \\"x\\": {words}"}}'
    with pytest.raises(HistoryError, match="spill_folder") as refused, enough_memory("4GB"):
        raise duckdb.IOException(said)
    assert "spill_folder" in refused.value.zh
    with pytest.raises(duckdb.IOException), enough_memory("4GB"):
        raise duckdb.IOException("IO Error: Permission denied")


@pytest.mark.parametrize("written", ["4", "lots", "4 GiB", "10MB", "-1GB", ""])
def test_an_amount_that_is_none_is_refused(written: str) -> None:
    """No unit, no number, too little: said in both languages with what to write instead."""
    with pytest.raises(ValueError, match=r"at least 64MB|at least 1 character"):
        params(memory_limit=written)


def test_a_spill_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "spill").write_text("", "utf-8")
    with pytest.raises(ParameterError, match="spill_folder") as refused:
        connect("UTC", "1GB", tmp_path / "spill")
    assert "spill_folder" in refused.value.zh
