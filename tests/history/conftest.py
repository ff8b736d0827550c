"""A company's files at the door, written by the test that reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from toolkit.history import History, read_history
from toolkit.params.history import FilesParams

TODAY = date(2026, 9, 30)
COLUMNS = {"customer_id": "customer", "paid_at": "day", "amount": "amount"}


@pytest.fixture(scope="session")
def files_params() -> Callable[..., FilesParams]:
    """Parameters of a company with one file of transactions."""

    def _params(table: dict[str, Any] | None = None, **history: Any) -> FilesParams:
        transactions = {"path": "sales.csv", "columns": COLUMNS, **(table or {})}
        return FilesParams.model_validate({"kind": "files", "transactions": transactions, **history})

    return _params


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` with its bytes."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def read(tmp_path: Path, files_params: Callable[..., FilesParams]) -> Callable[..., History]:
    """Write ``content`` to a file, read it as transactions, and prove that no file was touched."""

    def _read(content: str | bytes | None, table: dict[str, Any] | None = None, **history: Any) -> History:
        table = table or {}
        if content is not None:
            target = tmp_path / table.get("path", "sales.csv")
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        before = contents(tmp_path)
        try:
            return read_history(files_params(table, **history), tmp_path, today=TODAY)
        finally:
            assert contents(tmp_path) == before

    return _read


@pytest.fixture(scope="session")
def reasons() -> Callable[..., dict[str, int]]:
    """Quarantined rows by reason, those without any left out."""

    def _reasons(history: History, table: str = "transactions") -> dict[str, int]:
        return {count.code: count.rows for count in history.ledger[table].reasons if count.rows}

    return _reasons
