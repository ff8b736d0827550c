"""Quarantined rows as files."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq

from toolkit.history import write_quarantine

DIRTY = (
    "customer,day,amount,reason\n"
    'c1,2026-01-05,10,"fine"\n'
    'c2,2099-01-05,10,"=HYPERLINK(""http://x"")"\n'
    ",2026-01-05,-5,@cmd\n"
    "c4,2026-01-05,¥5,＋1\n"
    "c5,2026-01-05\n"
)


def test_nothing_is_lost_and_nothing_is_a_formula(read, tmp_path):
    """Cells as written come back from Parquet; in the CSV none starts with = + - or @."""
    history = read(DIRTY)
    folder = tmp_path / "out" / "tables"
    parquet, text = write_quarantine(history, folder)
    rows = pq.read_table(parquet).to_pylist()
    assert sorted((row["customer"] or "", row["reason"]) for row in rows) == [
        ("", "missing_customer_id"),
        ("c2", "late_paid_at"),
        ("c4", "formatted_amount"),
        ("c5,2026-01-05", "broken_row"),
    ]
    assert {row["reason (2)"] for row in rows} == {'=HYPERLINK("http://x")', "@cmd", "＋1", None}
    assert all(row["reason_zh"] and row["reason_en"] for row in rows)
    assert text.read_bytes().startswith(b"\xef\xbb\xbf")
    with text.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert len(cells) == 5 * 7
    assert '\'=HYPERLINK("http://x")' in cells and "'-5" in cells and "'@cmd" in cells
    assert not any(cell.startswith(("=", "+", "-", "@", "＋")) for cell in cells)
    assert sorted(file.name for file in folder.iterdir()) == [
        "quarantine_transactions.csv",
        "quarantine_transactions.parquet",
    ]


def test_rows_read_in_another_order_are_written_in_the_same(read, tmp_path):
    head, *rows = DIRTY.splitlines(keepends=True)
    written = write_quarantine(read(DIRTY), tmp_path / "one")
    again = write_quarantine(read("".join([head, *reversed(rows)])), tmp_path / "two")
    assert [file.read_bytes() for file in written] == [file.read_bytes() for file in again]


def test_nothing_is_written_where_nothing_is_in_quarantine(read, tmp_path):
    assert write_quarantine(read("customer,day,amount\nc1,2026-01-05,10\n"), tmp_path / "out") == []
