"""Which table and which column is proposed, how sure it is, and what is asked."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest

from toolkit.history.canonical import TABLES
from toolkit.history.proposal import Answers, propose, read_pages
from toolkit.history.source import connect


@pytest.fixture
def proposed(newcomer):
    """The proposal for files of the newcomer."""

    def _proposed(*files: str, **answers: str):
        with tempfile.TemporaryDirectory() as scratch:
            pages = read_pages(connect("Asia/Shanghai"), files, newcomer.data, Path(scratch))
            return propose(pages, Answers({key.replace("__", "."): value for key, value in answers.items()}))

    return _proposed


def table(newcomer, header: str, *cells: str, rows: int = 40, name: str = "订单.csv") -> str:
    """A file whose cells are made by ``format`` from the number of the row."""
    lines = (
        ",".join(cell.format(i=i, m=1 + i % 6, d=1 + i % 28, k=i % 9) for cell in cells) for i in range(rows)
    )
    return newcomer.csv(name, header + "\n" + "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("客户编号,付款时间,实付金额", {"customer_id": "客户编号", "paid_at": "付款时间", "amount": "实付金额"}),
        ("会员卡号,消费日期,消费金额（元）", {"customer_id": "会员卡号", "paid_at": "消费日期", "amount": "消费金额（元）"}),
        ("买家会员名,下单时间,成交金额", {"customer_id": "买家会员名", "paid_at": "下单时间", "amount": "成交金额"}),
        ("CustomerID,InvoiceDate,Amount", {"customer_id": "CustomerID", "paid_at": "InvoiceDate", "amount": "Amount"}),
        ("cust_id,order_date,net_amount", {"customer_id": "cust_id", "paid_at": "order_date", "amount": "net_amount"}),
        ("Member No.,Transaction Date,Total Price",
         {"customer_id": "Member No.", "paid_at": "Transaction Date", "amount": "Total Price"}),
    ],
)  # fmt: skip
def test_headers_in_chinese_and_english_are_known(newcomer, proposed, header, expected):
    found = proposed(table(newcomer, header, "K{k}", "2026-0{m}-{d:02d}", "{i}.5")).transactions
    assert {name: m.text for name, m in found.matches.items()} == expected
    assert all(m.confidence >= 0.75 and m.readable == 1 for m in found.matches.values())


def test_marks_in_one_column_decide_how_all_numbers_are_read(newcomer, proposed):
    """The quantity is plain, the amount has marks: what reads marks reads the plain as well."""
    path = table(
        newcomer, "客户编号,付款时间,数量,实付金额", "K{k}", "2026-0{m}-{d:02d}", "{k}", '"¥1,{i:03d}.50"'
    )
    found = proposed(path)
    assert found.transactions.matches["amount"].readable == 1
    assert found.history()["transactions"]["numbers"] == "marked"


@pytest.mark.parametrize("header", ["毛利率", "利润率"])
def test_a_rate_is_not_the_thing_it_is_a_rate_of(newcomer, proposed, header):
    path = table(newcomer, f"客户编号,付款时间,金额,{header}", "K{k}", "2026-0{m}-{d:02d}", "{i}", "0.3")
    matches = proposed(path).transactions.matches
    assert "margin" not in matches or matches["margin"].confidence < 0.75


def test_a_good_name_over_bad_cells_is_not_sure(newcomer, proposed):
    path = table(newcomer, "客户编号,付款时间,金额,备注", "K{k}", "2026-0{m}-{d:02d}", "{i}", "x")
    text = (newcomer.data / "订单.csv").read_text("utf-8").splitlines()
    spoilt = [line if i % 2 else ",".join([*line.split(",")[:2], "面议", "x"]) for i, line in enumerate(text)]
    newcomer.csv("订单.csv", "\n".join([text[0], *spoilt[1:]]) + "\n")
    amount = proposed(path).transactions.matches["amount"]
    assert amount.readable == pytest.approx(0.5) and amount.confidence < 0.75


def test_the_only_column_with_dates_is_guessed_but_asked(newcomer, proposed):
    found = proposed(table(newcomer, "客户编号,甲,金额", "K{k}", "2026-0{m}-{d:02d}", "{i}.5"))
    match = found.transactions.matches["paid_at"]
    assert match.text == "甲" and match.confidence == 0.5
    assert next(q for q in found.questions if q.id == "columns.transactions.paid_at").open


def test_two_amounts_of_equal_right_are_asked_about(newcomer, proposed):
    found = proposed(
        table(newcomer, "客户编号,日期,订单金额,销售金额", "K{k}", "2026-0{m}-{d:02d}", "{i}.5", "{i}.7")
    )
    question = next(q for q in found.questions if q.id == "columns.transactions.amount")
    assert question.open and "销售金额" in question.reason.zh and question.proposed == "订单金额"


def test_an_amount_that_equals_quantity_times_price_is_surer(newcomer, proposed):
    header = "客户编号,日期,数量,单价,合计"
    alike = proposed(table(newcomer, header, "K{k}", "2026-0{m}-{d:02d}", "2", "{i}", "{i}e0")).transactions
    assert "不一致" in alike.matches["amount"].reason.zh
    lines = [header, *(f"K{i % 9},2026-0{1 + i % 6}-15,2,{i}.5,{2 * i + 1}" for i in range(40))]
    found = proposed(newcomer.csv("订单.csv", "\n".join(lines) + "\n")).transactions.matches["amount"]
    assert found.text == "合计" and "与数量乘单价一致" in found.reason.zh and found.confidence >= 0.95


@pytest.mark.parametrize(
    ("amount", "header", "code", "sure"),
    [
        ("¥{i}.5", "客户编号,日期,金额", "CNY", True),
        ("¥{i}.5", "customer,date,amount", "CNY", False),
        ("£{i}.5", "customer,date,amount", "GBP", True),
        ("{i}.5", "customer,date,amount (EUR)", "EUR", True),
        ("${i}.5", "customer,date,amount", "USD", False),
        ("{i}.5", "客户编号,日期,金额", "CNY", False),
        ("{i}.5", "customer,date,amount", None, False),
    ],
)
def test_the_currency_is_taken_from_signs_and_asked_where_a_sign_has_two_meanings(
    newcomer, proposed, amount, header, code, sure
):
    found = proposed(table(newcomer, header, "K{k}", "2026-0{m}-{d:02d}", amount))
    question = next(q for q in found.questions if q.id == "currency")
    assert (question.proposed, not question.open) == (code, sure)


def test_the_time_zone_is_asked_only_where_times_state_an_offset(newcomer, proposed):
    plain = proposed(table(newcomer, "客户编号,日期,金额", "K{k}", "2026-0{m}-{d:02d} 10:00", "¥{i}"))
    assert not next(q for q in plain.questions if q.id == "time_zone").open
    zoned = proposed(table(newcomer, "客户编号,日期,金额", "K{k}", "2026-0{m}-{d:02d}T10:00:00Z", "¥{i}"))
    assert next(q for q in zoned.questions if q.id == "time_zone").open


@pytest.mark.slow
def test_every_table_of_a_company_is_known_by_its_columns(newcomer, proposed):
    newcomer.call("simulate", "--customers", "100", "--seed", "3", "--out", newcomer.data, "--format", "csv")
    folder = newcomer.data / "tables"
    found = proposed(str(folder))
    assert {one.page.name.split("/")[-1].removesuffix(".csv"): one.table for one in found.tables} == {
        name: name for name in TABLES if name not in ("fields", "sites")}  # fmt: skip
    for one in found.tables:
        with (folder / f"{one.table}.csv").open(encoding="utf-8-sig") as stream:
            header = next(csv.reader(stream))
        standard = set(TABLES[one.table].names()) & set(header)
        assert {name for name, m in one.matches.items() if m.text == name} >= standard - {"customer_id_2"}, (
            one.table
        )


def test_dates_written_in_two_ways_are_read_in_both(newcomer, proposed):
    days = [f"2026-01-{1 + i % 28:02d}" if i % 2 else f"{13 + i % 10}/02/2026" for i in range(40)]
    lines = ["客户编号,日期,金额", *(f"K{i % 9},{day},¥{i}" for i, day in enumerate(days))]
    match = proposed(newcomer.csv("订单.csv", "\n".join(lines) + "\n")).transactions.matches["paid_at"]
    assert match.readable == 1
    history = proposed(str(newcomer.data / "订单.csv")).history()
    assert history["transactions"]["date_format"] == ["year_first", "%d/%m/%Y"]


HEAD = ("会员卡号", "消费日期", "实付金额")


def month(number: int, title: bool = False) -> list[tuple]:
    """The rows of one month, below a title where asked for."""
    rows = [(f"K{i}", f"2026-0{number}-{1 + i:02d}", 10.5 + i) for i in range(8)]
    return [*([(f"{number} 月销售明细表",), ()] if title else []), HEAD, *rows]


def test_the_names_are_found_below_a_title(newcomer, proposed):
    book = newcomer.book("明细.xlsx", 明细=month(1, title=True))
    found = proposed(book).transactions
    assert found.page.source == {"path": "明细.xlsx", "header": 3} and found.page.rows == 8
    lines = [
        "门店销售流水",
        "导出人 张三",
        ",".join(HEAD),
        *(f"K{i},2026-01-0{1 + i},1{i}" for i in range(8)),
    ]
    found = proposed(newcomer.csv("流水.csv", "\n".join(lines), "gbk")).transactions
    assert found.page.source == {"path": "流水.csv", "encoding": "gbk", "header": 3} and found.page.rows == 8


def test_sheets_of_the_same_columns_are_one_page(newcomer, proposed):
    """By a pattern where it means exactly them, else by name; sheets with other columns stay apart."""
    months = {f"{number}月": month(number, title=True) for number in (1, 2, 3)}
    found = proposed(newcomer.book("全年.xlsx", 说明=[("填表说明",), ("勿改",)], **months))
    assert found.transactions.page.source == {"path": "全年.xlsx", "sheet": "*月", "header": 3}
    assert found.transactions.page.rows == 24 and found.unused == ("全年.xlsx#说明",)
    mixed = {"1月": month(1), "目标月": [("门店", "目标"), ("东", 1)], "2月": month(2)}
    found = proposed(newcomer.book("混排.xlsx", **mixed))
    assert found.transactions.page.source == {"path": "混排.xlsx", "sheet": ["1月", "2月"]}
    assert found.transactions.page.name == "混排.xlsx#1月, 2月"


def test_workbooks_of_the_same_columns_are_one_page(newcomer, proposed):
    books = [newcomer.book(f"sales_{number}.xlsx", Sheet1=month(number)) for number in (1, 2)]
    found = proposed(*books)
    assert found.transactions.page.source == {"path": "sales_*.xlsx"} and found.transactions.page.rows == 16
    assert found.unused == ()


def answered(proposal, question: str) -> str | None:
    return next((one.proposed for one in proposal.questions if one.id == question), None)


def test_orders_that_came_to_nothing_are_asked_about_whatever_the_column_is_called(newcomer, proposed):
    """作废 in any column of words; a type that says 退货单 marks a return, a state that says so ends the sale itself."""
    header = "会员卡号,消费日期,实付金额"
    lines = [
        f"K{i},2026-01-{1 + i:02d},{i}.5,{('有效', '作废')[i % 5 == 0]},{('销售单', '退货单')[i % 7 == 0]}"
        for i in range(20)
    ]
    found = proposed(newcomer.csv("单据.csv", f"{header},备用二,单据类型\n" + "\n".join(lines)))
    assert answered(found, "cancelled") == "备用二 = 作废"
    assert answered(found, "returns") == "单据类型 = 退货单"
    states = ("PAID", "PAID", "REFUNDED", "CANCELLED")
    lines = [f"K{i},2026-01-{1 + i:02d},{1 + i}.5,{states[i % 4]}" for i in range(20)]
    found = proposed(newcomer.csv("支付.csv", f"{header},status\n" + "\n".join(lines)))
    assert answered(found, "cancelled") == "status = CANCELLED, REFUNDED"
    assert answered(found, "returns") == "none"
    lines.append("K1,2026-01-30,-1.5,REFUNDED")
    found = proposed(newcomer.csv("冲减.csv", f"{header},status\n" + "\n".join(lines)))
    assert answered(found, "cancelled") == "status = CANCELLED" and answered(found, "returns") == "negative"


def test_a_unit_of_money_in_the_header_names_an_amount_and_a_cost_gives_the_margin(newcomer, proposed):
    """45 cents paid at a cost of 30 leave 0.15 of the currency; a cost above the amounts is none of theirs."""
    lines = [f"u{i % 9},2026-01-{1 + i % 28:02d},{45 + i},{30 + i}" for i in range(40)]
    found = proposed(
        newcomer.csv("pay.csv", "member_key,created_at,paid_cents,cost_cents\n" + "\n".join(lines))
    )
    texts = {name: m.text for name, m in found.transactions.matches.items()}
    assert (texts["amount"], texts["margin"]) == ("paid_cents", "paid_cents - cost_cents")
    assert answered(found, "unit") == "0.01" and answered(found, "margin") is None
    columns = found.history()["transactions"]["columns"]
    assert (
        columns["margin"] == "(paid_cents - cost_cents) * 0.01" and columns["amount"] == "paid_cents * 0.01"
    )
    lines = [f"u{i % 9},2026-01-{1 + i % 28:02d},{45 + i},{300 + i}" for i in range(40)]
    found = proposed(
        newcomer.csv("far.csv", "member_key,created_at,paid_cents,cost_cents\n" + "\n".join(lines))
    )
    assert "margin" not in found.transactions.matches
