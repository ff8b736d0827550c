"""Files that something is wrong with: refused with a sentence that helps, or read with a reason per row."""

from __future__ import annotations

import gzip
from datetime import date, datetime

import openpyxl
import pytest

from toolkit.errors import HistoryError, ParameterError
from toolkit.history import read_history

SALES = "customer,day,amount\nc1,2026-01-05,10.5\nc2,2026-02-06,20\nc1,2026-03-07,-3\n"
CHINESE = "客户,日期,金额\n甲公司,2026-01-05,10.5\n乙公司,2026-02-06,20\n"
CHINESE_COLUMNS = {"customer_id": "客户", "paid_at": "日期", "amount": "金额"}


def refused(read, content, table=None, error=HistoryError, **history) -> tuple[str, str]:
    with pytest.raises(error) as refusal:
        read(content, table, **history)
    assert refusal.value.zh and refusal.value.en and refusal.value.zh != refusal.value.en
    return refusal.value.zh, refusal.value.en


def accepted(history) -> list[tuple]:
    rows = history.transactions.select("customer_id", "amount").to_pandas()
    return sorted(rows.itertuples(index=False, name=None))


def test_a_plain_file_is_read(read):
    history = read(SALES + "c2,2026-02-06,0\n")
    assert accepted(history) == [("c1", -3.0), ("c1", 10.5), ("c2", 0.0), ("c2", 20.0)]
    assert history.ledger["transactions"].note("returns") == 1
    assert history.transactions.is_return.sum().execute() == 1


def packed(text: str) -> bytes:
    """``text`` as gzip, without the time of packing: the same bytes, and so the same test, in every process."""
    return gzip.compress(text.encode(), mtime=0)


@pytest.mark.parametrize(
    ("content", "table"),
    [
        (b"\xef\xbb\xbf" + SALES.encode(), {}),
        (SALES.replace("\n", "\r\n"), {}),
        (SALES.replace("\n", "\r\n", 1), {}),
        (SALES.replace("\n", "\r"), {}),
        (SALES.rstrip("\n"), {}),
        ("\n\n" + SALES.replace("\nc2", "\n\n\nc2") + "\n\n", {}),
        (SALES.replace(",", ";"), {"delimiter": ";"}),
        (SALES.replace(",", "\t"), {"delimiter": "\\t", "path": "sales.tsv"}),
        (SALES.encode("utf-16"), {"encoding": "utf-16"}),
        (packed(SALES), {"path": "sales.csv.gz"}),
        (packed(SALES[:30]) + packed(SALES[30:]), {"path": "sales.csv.gz"}),
        (b'\xef\xbb\xbf"customer\n(id)\nno"' + SALES.removeprefix("customer").encode(), {"columns": {
            "customer_id": "customer\n(id)\nno", "paid_at": "day", "amount": "amount"}}),
        (SALES, {"path": "sales [v1] {final}.csv"}),
    ],
)  # fmt: skip
def test_ways_of_writing_the_same_file_give_the_same_rows(read, content, table):
    assert accepted(read(content, table)) == [("c1", -3.0), ("c1", 10.5), ("c2", 20.0)]


def test_a_missing_column_is_named_with_the_nearest_and_those_found(read):
    zh, en = refused(read, SALES.replace("amount", "amonut"))
    for text in (zh, en):
        assert "amount → amonut" in text and "customer" in text and "day" in text


def test_all_missing_columns_are_named_at_once(read):
    columns = {"customer_id": "cust", "paid_at": "day", "amount": "qty * price"}
    zh, en = refused(read, SALES, {"columns": columns})
    assert all(name in zh and name in en for name in ("cust", "qty", "price"))


def test_a_column_that_appears_twice_is_refused(read):
    _, en = refused(read, "customer,day,amount,amount\nc1,2026-01-05,1,2\n")
    assert "'amount' appears more than once" in en


def test_a_file_without_header_is_told_and_its_data_not_printed(read):
    for text in refused(read, "张三,2026-01-05,10.5\n李四,2026-02-06,20\n"):
        assert "张三" not in text
        assert "customer" in text


def test_an_unknown_standard_column_is_refused_with_the_nearest(read):
    columns = {"customer_id": "customer", "paid_at": "day", "amount": "amount", "chanel": "day"}
    _, en = refused(read, SALES, {"columns": columns}, ParameterError)
    assert "Did you mean channel?" in en


def test_arithmetic_is_for_numbers(read):
    columns = {"customer_id": "customer + 1", "paid_at": "day", "amount": "amount"}
    refused(read, SALES, {"columns": columns}, ParameterError)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("ten", "unreadable_amount"),
        ("1,234.50", "formatted_amount"),
        ("¥88", "formatted_amount"),
        ("inf", "infinite_amount"),
        ("1e999", "infinite_amount"),
        ("NaN", "missing_amount"),
        ("", "missing_amount"),
    ],
)
def test_an_amount_that_is_no_number_quarantines_its_row(read, reasons, amount, code):
    history = read(SALES + f'c9,2026-01-05,"{amount}"\n')
    assert reasons(history) == {code: 1}
    (row,) = history.quarantined.to_pyarrow().to_pylist()
    assert (row["reason"], row["customer"], row["amount"] or "") == (code, "c9", amount)


def test_an_amount_divided_by_zero_is_not_finite(read, reasons):
    columns = {"customer_id": "customer", "paid_at": "day", "amount": "amount / (amount - 20)"}
    assert reasons(read(SALES, {"columns": columns})) == {"infinite_amount": 1}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2099-01-01", "late_paid_at"),
        ("2026-10-01", "late_paid_at"),
        ("1989-12-31 23:59:59", "early_paid_at"),
        ("31/12/2025", "unreadable_paid_at"),
        ("2026-02-30", "unreadable_paid_at"),
        ("46000", "serial_paid_at"),
        ("", "missing_paid_at"),
    ],
)
def test_a_date_that_cannot_be_quarantines_its_row(read, reasons, day, code):
    assert reasons(read(SALES + f"c9,{day},1\n")) == {code: 1}


def test_the_first_and_last_day_allowed_are_inclusive(read, reasons):
    history = read(SALES + "c9,1990-01-01 00:00,1\nc9,2026-09-30 23:59:59.999999,1\n")
    assert reasons(history) == {}


def test_day_numbers_of_a_spreadsheet_are_explained_and_then_read(read):
    days = "customer,day,amount\nc1,46027,10\nc2,46028.5,20\n"
    for text in refused(read, days):
        assert "date_format" in text and "excel" in text
    history = read(days, {"date_format": "excel"})
    assert str(history.first_day) == "2026-01-05"


def test_customers_without_id_are_quarantined_and_ids_are_unified(read, reasons):
    history = read(SALES + ",2026-01-05,1\nNULL,2026-01-05,1\n17850.0,2026-01-05,1\n 17850 ,2026-01-06,1\n")
    assert reasons(history) == {"missing_customer_id": 2}
    assert [row[0] for row in accepted(history)].count("17850") == 2


def test_ids_that_a_spreadsheet_has_shortened_are_not_merged(read, reasons):
    assert reasons(read(SALES + "1.23E+11,2026-01-05,1\n")) == {"shortened_customer_id": 1}


def test_a_file_without_bytes_rows_or_passing_rows_is_refused(read):
    assert "空文件" in refused(read, "")[0]
    assert "空文件" in refused(read, "\n \n")[0]
    assert "no rows" in refused(read, "customer,day,amount\n")[1]
    zh, en = refused(read, "customer,day,amount\nc1,2099-01-01,1\n,2026-01-01,1\n")
    assert "All 2 rows" in en and "late" not in zh and "2026-09-30" in en and "no customer id: 1" in en


def test_a_file_in_another_encoding_is_refused_with_a_guess_and_then_read(read):
    content = CHINESE.encode("gbk")
    zh, en = refused(read, content, {"columns": CHINESE_COLUMNS})
    assert "encoding: gbk" in zh and "encoding: gbk" in en
    history = read(content, {"columns": CHINESE_COLUMNS, "encoding": "gbk"})
    assert accepted(history) == [("乙公司", 20.0), ("甲公司", 10.5)]
    assert "encoding: utf-8" in refused(read, CHINESE, {"columns": CHINESE_COLUMNS, "encoding": "ascii"})[1]
    assert "encoding: utf-16" in refused(read, CHINESE.encode("utf-16"), {"columns": CHINESE_COLUMNS})[1]
    for encoding in ("klingon", "hex", "rot13"):
        refused(read, SALES, {"encoding": encoding}, ParameterError)


def test_another_delimiter_is_suggested(read):
    zh, en = refused(read, SALES.replace(",", ";"))
    assert 'delimiter: ";"' in zh and 'delimiter: ";"' in en
    assert 'delimiter: "\\t"' in refused(read, SALES.replace(",", "\t"))[1]
    refused(read, SALES, {"delimiter": "::"}, ParameterError)


def test_a_missing_file_names_similar_ones_and_the_ways_to_choose_a_folder(read, tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "sales_2026.csv").write_text(SALES)
    for text in refused(read, None, {"path": "sales.csv"}):
        assert "export/sales_2026.csv" in text
        assert "--data" in text and "GRADELAB_DATA" in text and "gradelab fetch" in text


def test_a_missing_folder_an_unknown_format_and_damage_are_refused(read, files_params, tmp_path):
    with pytest.raises(HistoryError, match="data folder does not exist"):
        read_history(files_params(), tmp_path / "nowhere", today=date(2026, 9, 30))
    assert ".xlsx" in refused(read, b"\xd0\xcf\x11\xe0", {"path": "sales.xls"})[1]
    assert "damaged" in refused(read, b"PAR1 no parquet", {"path": "sales.parquet"})[1]
    assert "workbook" in refused(read, b"no workbook", {"path": "sales.xlsx"})[1]
    packed = gzip.compress(SALES.encode() * 50)
    assert "incomplete" in refused(read, packed[: len(packed) // 2], {"path": "sales.csv.gz"})[1]


def test_lines_with_too_many_or_too_few_columns_are_quarantined_as_written(read, reasons):
    history = read(SALES + "c7,2026-01-05\nc8,2026-01-05,1,2,3\n" + 'c9,2026-01-05,"1"x\n')
    assert reasons(history) == {"broken_row": 3}
    assert history.ledger["transactions"].rows_in == 6
    kept = history.quarantined.to_pandas()["customer"].tolist()
    assert kept == ["c7,2026-01-05", "c8,2026-01-05,1,2,3", 'c9,2026-01-05,"1"x']


def test_a_quotation_mark_that_is_never_closed_is_refused_with_its_line(read):
    zh, en = refused(read, SALES + 'c7,"2026-01-05,1\n' + SALES.split("\n", 1)[1])
    assert "第 5 行" in zh and "line 5" in en


def test_conditions_are_tried_in_order_and_reported_also_without_rows(read):
    def keep(column, rule, value=None):
        reason = {"zh": f"{column} 不符", "en": f"{column} {rule}"}
        return {"column": column, "rule": rule, "value": value, "reason": reason}

    content = (
        "customer,day,amount,state,kind\n"
        "c1,2026-01-05,10,paid,A1\n"
        "c1,2026-01-05,10,void,\n"
        "c1,2026-01-05,10,,B1\n"
        "c1,2026-01-05,-1,paid,A1\n"
        "c1,2026-01-05,¥5,paid,A1\n"
        ",2026-01-05,10,paid,A2\n"
    )
    history = read(
        content,
        {
            "keep": [
                keep("state", "present"),
                keep("state", "not_in", ["void", "test"]),
                keep("kind", "starts_with", "A"),
                keep("amount * 2", "at_least", 0),
                keep("kind", "not_equals", "A9"),
            ]
        },
    )
    counts = history.ledger["transactions"].reasons
    assert [(count.code, count.rows) for count in counts] == [
        ("keep_1", 1),
        ("keep_2", 1),
        ("keep_3", 0),
        ("keep_4_unreadable", 1),
        ("keep_4", 1),
        ("keep_5", 0),
        ("missing_customer_id", 1),
    ]
    refused(read, content, {"keep": [keep("status", "present")]})
    refused(read, content, {"keep": [keep("amount * 2", "present")]}, ParameterError)


def test_equals_compares_numbers_as_numbers_and_flags_as_flags(read, reasons):
    def keep(value):
        return {
            "keep": [
                {"column": "state", "rule": "in", "value": value, "reason": {"zh": "其他", "en": "other"}}
            ]
        }

    content = "customer,day,amount,state\nc1,2026-01-05,10,1.0\nc1,2026-01-05,10,TRUE\nc1,2026-01-05,10,one\n"
    assert reasons(read(content, keep([1]))) == {"keep_1": 2}
    assert reasons(read(content, keep(["one", 1]))) == {"keep_1": 1}
    flag = {"column": "state", "rule": "equals", "value": True, "reason": {"zh": "其他", "en": "other"}}
    assert reasons(read(content, {"keep": [flag]})) == {"keep_1": 1}


def test_equal_rows_are_noted_when_kept_and_quarantined_when_dropped(read, reasons):
    content = SALES + "c2,2026-02-06,20\nc2,2026-02-06,20\nc9,2099-01-01,1\nc9,2099-01-01,1\n"
    kept = read(content).ledger["transactions"]
    assert (kept.rows_accepted, kept.note("equal_rows"), kept.note("equal_rows_kept")) == (5, 3, 2)
    dropped = read(content, duplicates="drop")
    assert reasons(dropped) == {"late_paid_at": 2, "duplicate": 2}
    assert dropped.ledger["transactions"].note("equal_rows_kept") == 0


def test_orders_are_made_where_they_are_missing_and_shared_ones_noted(read):
    content = (
        "customer,day,amount,order\nc1,2026-01-05 10:00,1,A\nc2,2026-01-05 10:00,1,A\n"
        "c1,2026-01-06,1,\nc1,2026-01-06,2,\nc2,2026-01-06,2,\n"
    )
    columns = {"customer_id": "customer", "paid_at": "day", "amount": "amount", "order_id": "order"}
    history = read(content, {"columns": columns})
    ledger = history.ledger["transactions"]
    assert (ledger.note("rows_without_order"), ledger.note("shared_orders")) == (3, 1)
    assert history.transactions.order_id.nunique().execute() == 3
    assert read(SALES + "c1,2026-01-05,9\n").transactions.order_id.nunique().execute() == 3


def test_a_workbook_is_read_by_sheet(read, reasons, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "封面"
    book.active.append(["only a title"])
    sheet = book.create_sheet("销售")
    sheet.append(["customer", "day", "amount", None])
    sheet.append([17850, datetime(2026, 1, 5, 8, 30), 10.5, None])
    sheet.append(["A7", date(2026, 2, 6), "12", None])
    sheet.append(["A7", "2026-03-07", "¥5", "x"])
    sheet.append([None, None, None, None])
    book.save(tmp_path / "sales.xlsx")
    history = read(None, {"path": "sales.xlsx", "sheet": "销售", "date_format": None})
    assert accepted(history) == [("17850", 10.5), ("A7", 12.0)]
    assert reasons(history) == {"formatted_amount": 1}
    zh, en = refused(read, None, {"path": "sales.xlsx", "sheet": "Sales"})
    assert "封面、销售" in zh and "封面, 销售" in en
    assert "lacks 3 column(s)" in refused(read, None, {"path": "sales.xlsx"})[1]


def workbook(path, **sheets):
    """A workbook with these rows in these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    book.save(path)


def test_sheets_of_the_same_columns_are_one_table(read, tmp_path):
    """Columns in another order, a sheet without anything, an own title: read below ``header``, as one table."""
    head = ("customer", "day", "amount")
    january = [("sales of January",), (), head, ("c1", date(2026, 1, 5), 1), ("c2", date(2026, 1, 6), 2.5)]
    february = [("February",), (), ("amount", "customer", "day"), (4, "c3", date(2026, 2, 5))]
    workbook(tmp_path / "sales.xlsx", 说明=[("notes",)], 一月=january, 二月=february, 三月=[])
    rows = [("c1", 1.0), ("c2", 2.5), ("c3", 4.0)]
    for sheet in ("*月", ["一月", "二月"]):
        history = read(None, {"path": "sales.xlsx", "sheet": sheet, "header": 3})
        assert accepted(history) == rows
    zh, en = refused(read, None, {"path": "sales.xlsx", "sheet": ["一月", "四*"], "header": 3})
    assert "四*" in zh and "说明、一月" in zh and "has no sheet '四*'" in en
    zh, en = refused(read, None, {"path": "sales.xlsx", "sheet": ["一月", "说明"]})
    assert "sales.xlsx#说明" in zh and "The sheets of one table must have the same columns" in en
    assert (
        "nothing in row 90" in refused(read, None, {"path": "sales.xlsx", "sheet": "一月", "header": 90})[1]
    )


def test_a_title_above_the_columns_of_a_text_file(read):
    content = (
        "Sales of 2026,,\n\nmade 2026-02-01,,\ncustomer,day,amount\nc1,2026-01-05,1\nc2,2026-01-06,2.5\n"
    )
    history = read(content, {"header": 4})
    assert (accepted(history), history.files[0].rows) == ([("c1", 1.0), ("c2", 2.5)], 2)
    assert "Line 9 of sales.csv" in refused(read, content, {"header": 9})[1]
    assert "Sales of 2026" in refused(read, content)[1]


def test_files_of_one_table_must_have_the_same_columns(read, tmp_path):
    (tmp_path / "sales_1.csv").write_text(SALES)
    (tmp_path / "sales_2.csv").write_text("amount,day,customer\n7,2026-04-05,c7\n")
    history = read(None, {"path": "sales_*.csv"})
    assert accepted(history)[-1] == ("c7", 7.0)
    assert [(file.name, file.rows) for file in history.files] == [("sales_1.csv", 3), ("sales_2.csv", 1)]
    (tmp_path / "sales_3.csv").write_text("customer,day,total\nc7,2026-04-05,7\n")
    zh, en = refused(read, None, {"path": "sales_*.csv"})
    assert "total" in zh and "total" in en
