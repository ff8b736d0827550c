"""Rows of totals are turned away under a reason of their own, and nobody's purchase is taken for one."""

from __future__ import annotations

import pytest

HEAD = "no,customer,day,amount\n"
ROWS = "1,c1,2026-01-05,10\n2,c2,2026-02-06,20\n"


@pytest.mark.parametrize(
    "row",
    [
        ",合计,,30",
        "合计,,,30",
        ",,合计：,30",
        ",小 计,,30",
        "2026年1月合计,,,30",
        ",Total,,30",
        "Grand Total:,,,30",
        ",sub-total,,30",
        ",合计,2026-02-28,30",
    ],
)
def test_a_row_of_totals_has_a_reason_of_its_own(read, reasons, row):
    history = read(HEAD + ROWS + row + "\n")
    assert reasons(history) == {"total_row": 1}
    assert history.transactions.amount.sum().execute() == 30


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("3,Total,2026-03-01,5", {}),
        ("3,TotalEnergies,,5", {"missing_paid_at": 1}),
        ("3,合计科技,,5", {"missing_paid_at": 1}),
        ("3,c1,,5", {"missing_paid_at": 1}),
        ("3,,2026-03-01,5", {"missing_customer_id": 1}),
    ],
)
def test_a_customer_or_a_gap_is_no_total(read, reasons, row, expected):
    assert reasons(read(HEAD + ROWS + row + "\n")) == expected
