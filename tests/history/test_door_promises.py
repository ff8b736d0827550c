"""Promises of the door for every file, however dirty."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from toolkit.errors import HistoryError
from toolkit.history import read_history

TODAY = date(2026, 9, 30)
# each cell with the reason for which it turns a row away, None where it passes
CUSTOMERS = {
    "c1": None,
    " c2 ": None,
    "17850.0": None,
    "张三": None,
    "": "missing_customer_id",
    "NaN": "missing_customer_id",
}
DAYS = {
    "2026-01-05": None,
    "2026/9/30 23:59": None,
    "2099-01-01": "late_paid_at",
    "1980-01-01": "early_paid_at",
    "31/12/2025": "unreadable_paid_at",
    "46000": "serial_paid_at",
    "": "missing_paid_at",
}
AMOUNTS = {
    "12.5": None,
    "-3": None,
    "1e2": None,
    "": "missing_amount",
    "¥88": "formatted_amount",
    "1,234.50": "formatted_amount",
    "ten": "unreadable_amount",
    "-inf": "infinite_amount",
}
STATES = {"paid": None, 'say "x", y': None, "": None, "void": "keep_1"}
KEEP = {"column": "state", "rule": "not_equals", "value": "void", "reason": {"zh": "作废", "en": "void"}}

rows_of = st.lists(
    st.tuples(*(st.sampled_from(list(cells)) for cells in (CUSTOMERS, DAYS, AMOUNTS, STATES))), max_size=25
)
GOOD = ("c1", "2026-01-05", "12.5", "paid")


def twin(row: tuple[str, ...]) -> str | None:
    """Reason by hand: the study's condition first, then customer, date, amount."""
    customer, day, amount, state = row
    return STATES[state] or CUSTOMERS[customer] or DAYS[day] or AMOUNTS[amount]


def written(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("customer", "day", "amount", "state"), *rows])
    return text.getvalue()


def outcome(files_params, parts: list[list[tuple[str, ...]]], duplicates: str) -> tuple[list, dict]:
    """Accepted rows in a fixed order, and rows by reason."""
    with tempfile.TemporaryDirectory() as folder:
        for place, rows in enumerate(parts):
            (Path(folder) / f"sales_{place}.csv").write_text(written(rows), encoding="utf-8")
        params = files_params({"path": "sales_*.csv", "keep": [KEEP]}, duplicates=duplicates)
        history = read_history(params, Path(folder), today=TODAY)
    intake = history.ledger["transactions"]
    accepted = history.transactions.select("customer_id", "paid_at", "amount").to_pyarrow().to_pylist()
    assert intake.rows_in == sum(map(len, parts)) == sum(file.rows for file in history.files)
    assert intake.rows_accepted == len(accepted)
    assert intake.rows_quarantined == history.quarantined.count().execute()
    return sorted(map(str, accepted)), {count.code: count.rows for count in intake.reasons}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows_of, st.randoms(use_true_random=False), st.sampled_from(["keep", "drop"]))
@example([GOOD, GOOD, ("", "", "", "void"), ("NaN", "46000", "ten", "paid")], Random(1), "drop")
def test_every_row_is_accepted_or_quarantined_for_its_first_reason(files_params, rows, random, duplicates):
    rows = [*rows, GOOD]
    passed = [row for row in rows if not twin(row)]
    expected = {"keep_1": 0}
    for row in rows:
        if reason := twin(row):
            expected[reason] = expected.get(reason, 0) + 1
    if duplicates == "drop" and (repeats := len(passed) - len(set(passed))):
        expected["duplicate"] = repeats
    accepted, reasons = outcome(files_params, [rows], duplicates)
    # rows in = accepted + quarantined, each for the first reason that holds
    assert reasons == expected
    assert len(accepted) == (len(set(passed)) if duplicates == "drop" else len(passed))
    # neither the order of rows nor their parting over two files decides anything
    shuffled = random.sample(rows, len(rows))
    cut = random.randint(0, len(rows))
    assert outcome(files_params, [shuffled[:cut], shuffled[cut:]], duplicates) == (accepted, reasons)


def test_a_file_of_which_nothing_passes_is_refused_with_its_reasons(files_params):
    rows = [("", day, "1", "paid") for day in DAYS]
    with pytest.raises(HistoryError, match=f"All {len(DAYS)} rows.*no customer id: {len(DAYS)}"):
        outcome(files_params, [rows], "keep")
