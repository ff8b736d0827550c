"""Quarantined rows written out, so that a company can see and correct them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.history.history import History
from toolkit.history.raw import SPARK, distinct_names
from toolkit.spreadsheet import formula_safe

MOST_OF_SPARK = 1_000_000


def write_quarantine(history: History, folder: Path) -> list[Path]:
    """Write the quarantined rows of every table that has any.

    ``quarantine_<table>.parquet`` holds the cells as they are; ``quarantine_<table>.csv`` the same for
    spreadsheets (UTF-8 with a byte order mark), with an apostrophe before every cell that a spreadsheet
    would take for a formula. Both add the reason in Chinese and English to its code, and have the rows by
    reason and then by their cells, whatever order they were read in. Of rows that lie on a cluster, the first
    :data:`MOST_OF_SPARK` are written; the ledger counts them all.

    Parameters
    ----------
    history : History
    folder : Path
        Made where it does not exist; files of the same names are replaced once they are complete.

    Returns
    -------
    list of Path
        The files written, empty where no row is in quarantine.

    Examples
    --------
    >>> import pandas as pd, pathlib, tempfile, toolkit
    >>> rows = pd.DataFrame({"customer_id": ["a", None], "paid_at": pd.to_datetime(["2025-01-05", "2025-05-01"]),
    ...                      "amount": [100.0, 5.0], "margin": [40.0, 2.0]})
    >>> params = toolkit.SimulatedParams(kind="simulated", customers=100, seed=1)
    >>> history = toolkit.from_tables({"transactions": rows}, params)
    >>> files = toolkit.write_quarantine(history, pathlib.Path(tempfile.mkdtemp()))
    >>> [file.name for file in files]
    ['quarantine_transactions.parquet', 'quarantine_transactions.csv']
    >>> pd.read_csv(files[1])[["reason", "reason_en", "amount"]]
                    reason       reason_en  amount
    0  missing_customer_id  no customer id     5.0
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, intake in history.ledger.items():
        if intake.rows_quarantined:
            words = {count.code: (count.label.zh, count.label.en) for count in intake.reasons}
            rows = _explained(_in_order(_at_hand(history.quarantine[name])), words)
            written += [
                _parquet(rows, folder / f"quarantine_{name}.parquet"),
                _csv(rows, folder / f"quarantine_{name}.csv"),
            ]
    return written


def _at_hand(rows: ibis.Table) -> pa.Table:
    """The rows; of more than :data:`MOST_OF_SPARK` that lie on a cluster, the first in their order."""
    if rows.get_backend().name != SPARK:
        return rows.to_pyarrow()
    return rows.order_by(rows.columns).limit(MOST_OF_SPARK).to_pyarrow()


def _in_order(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in rows.column_names])


def _explained(rows: pa.Table, words: dict[str, tuple[str, str]]) -> pa.Table:
    codes = rows.column(0).to_pylist()
    names = distinct_names(["reason", "reason_zh", "reason_en", *rows.column_names[1:]])
    said = [pa.array([words[code][place] for code in codes], pa.string()) for place in (0, 1)]
    return pa.table([rows.column(0), *said, *rows.columns[1:]], list(names))


def _parquet(rows: pa.Table, path: Path) -> Path:
    part = path.with_suffix(".part")
    pq.write_table(rows, part)
    return part.replace(path)


def _csv(rows: pa.Table, path: Path) -> Path:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([formula_safe(name) for name in rows.column_names])
        writer.writerows(_safe_rows(rows))
    return part.replace(path)


def _safe_rows(rows: pa.Table) -> Iterator[list[str]]:
    for batch in rows.to_batches(max_chunksize=50_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [formula_safe(cell or "") for cell in row]
