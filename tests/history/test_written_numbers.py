"""Numbers and dates as people write them, and returns that carry no minus."""

from __future__ import annotations

import openpyxl
import pytest

HEADER = "customer,day,amount\n"


def amounts(history) -> list[float]:
    return history.transactions.order_by("customer_id").amount.to_pandas().tolist()


def sales(*written: str) -> str:
    return HEADER + "".join(f'c{i},2026-01-05,"{text}"\n' for i, text in enumerate(written))


@pytest.mark.parametrize(
    ("numbers", "written", "meant"),
    [
        ("marked", ["¥1,234.50", "￥1，234.50", "CNY 88", "88元", "$1,234,567", "12.5", "1e3"],
         [1234.5, 1234.5, 88, 88, 1234567, 12.5, 1000]),
        ("marked", ["(50)", "-¥50", "¥-50", "50-", "(¥1,234.50)", "－50", "−50.5"],
         [-50, -50, -50, -50, -1234.5, -50, -50.5]),
        ("marked", ["1.2万", "3亿", "1.2万元"], [12000, 3e8, 12000]),
        ("decimal_comma", ["1.234,50", "€ 88,5", "-3,25", "1 234,5", "88", "(12,00)"],
         [1234.5, 88.5, -3.25, 1234.5, 88, -12]),
    ],
)  # fmt: skip
def test_numbers_are_read_as_the_table_writes_them(read, numbers, written, meant):
    assert amounts(read(sales(*written), {"numbers": numbers})) == meant


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ("marked", ["1,23", "1,2345", "12%", "1.234,50", "(50", "50)", "¥", "1,234.5.0", "五十"]),
        ("decimal_comma", ["1,234.50", "1.23", "12.5", "ten"]),
    ],
)
def test_what_could_mean_something_else_stays_in_quarantine(read, numbers, written):
    history = read(sales("7", *written), {"numbers": numbers})
    assert history.ledger["transactions"].rows_quarantined == len(written)
    assert amounts(history) == [7]


def test_conditions_compare_numbers_as_the_table_writes_them(read, reasons):
    keep = [{"column": "amount", "rule": "above", "value": 1000, "reason": {"zh": "小额", "en": "small"}}]
    history = read(sales("¥1,234.50", "¥999.00"), {"numbers": "marked", "keep": keep})
    assert amounts(history) == [1234.5] and reasons(history) == {"keep_1": 1}


def test_a_list_of_date_formats_is_tried_in_order(read, reasons):
    days = ["2026-01-05", "46028.5", "07/01/2026", "20260108", "soon"]
    content = HEADER + "".join(f"c{i},{day},1\n" for i, day in enumerate(days))
    history = read(content, {"date_format": ["year_first", "excel", "%d/%m/%Y"]})
    found = history.transactions.order_by("customer_id").paid_at.to_pandas().astype(str).tolist()
    assert found == [
        "2026-01-05 00:00:00",
        "2026-01-06 12:00:00",
        "2026-01-07 00:00:00",
        "2026-01-08 00:00:00",
    ]
    assert reasons(history) == {"unreadable_paid_at": 1}


def test_returns_that_carry_no_minus_are_taken_from_the_column_that_tells(read):
    content = (
        "customer,day,amount,number,kind\n"
        "c1,2026-01-05,10,1,销售\nc2,2026-01-05,4,2,退货\nc3,2026-01-05,-3,1,退货\nc4,2026-01-05,-5,1,销售\n"
    )
    columns = {"customer_id": "customer", "paid_at": "day", "amount": "amount", "quantity": "number"}
    returned = {"column": "kind", "rule": "in", "value": ["退货", "退款"]}
    history = read(content, {"columns": columns, "returned": returned})
    rows = history.transactions.order_by("customer_id")
    assert amounts(history) == [10, -4, -3, -5]
    assert rows.quantity.to_pandas().tolist() == [1, -2, -1, 1]
    assert rows.is_return.to_pandas().tolist() == [False, True, True, True]


def test_a_condition_of_returns_on_a_missing_column_is_refused(read):
    from toolkit.errors import HistoryError

    with pytest.raises(HistoryError, match="kind"):
        read(sales("7"), {"returned": {"column": "kind", "rule": "equals", "value": "退货"}})


def test_a_workbook_with_a_password_is_told_apart_from_a_damaged_one(read):
    from toolkit.errors import HistoryError

    with pytest.raises(HistoryError, match="password") as refusal:
        read(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, {"path": "sales.xlsx"})
    assert "密码" in refusal.value.zh


def test_a_column_of_dates_day_numbers_and_text_is_read_from_a_workbook(read, tmp_path):
    from datetime import datetime

    book = openpyxl.Workbook()
    for row in (("customer", "day", "amount"), ("c1", datetime(2026, 1, 5, 9, 30), "¥1,234.50"), ("c2", 46028, 20),
                ("c3", "2026年1月7日", "(5)")):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "sales.xlsx")
    table = {"path": "sales.xlsx", "numbers": "marked", "date_format": ["year_first", "excel"]}
    history = read(None, table)
    assert amounts(history) == [1234.5, 20, -5]
    found = history.transactions.order_by("customer_id").paid_at.to_pandas().astype(str).tolist()
    assert found == ["2026-01-05 09:30:00", "2026-01-06 00:00:00", "2026-01-07 00:00:00"]


def test_cells_beyond_the_header_are_not_lost(read, tmp_path):
    book = openpyxl.Workbook()
    for row in (("customer", "day", "amount"), ("c1", "2026-01-05", None, "beyond"), ("c2", "2026-01-05", 5)):
        book.active.append(row)
    book.save(tmp_path / "sales.xlsx")
    history = read(None, {"path": "sales.xlsx"})
    assert history.quarantined.to_pandas()["column 4"].tolist() == ["beyond"]
