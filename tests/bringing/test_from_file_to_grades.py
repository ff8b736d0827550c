"""From a company's files to grades through the commands, every sum held against another reading of the same file."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import openpyxl
import pandas as pd
import pytest
from ruamel.yaml import YAML

from toolkit.params.policy import read_policy
from toolkit.study import open_study

DAYS = 545
GRADES = ("Gold", "Silver", "Bronze")


def moments(seed: int, rows: int) -> list[datetime]:
    """Times spread over six quarters, with something in every week."""
    dice = random.Random(seed)
    spread = [datetime(2025, 1, 2, 9) + timedelta(days=i * DAYS / rows) for i in range(rows)]
    dice.shuffle(spread)
    return [one.replace(microsecond=0) for one in spread]


def expected_grades(spend: dict[str, float], floors: dict[str, float]) -> dict[str, str]:
    top, middle, rest = GRADES
    return {
        who: top if sum_ >= floors[top] else middle if sum_ >= floors[middle] else rest
        for who, sum_ in spend.items()
    }


def floors_of(newcomer) -> dict[str, float]:
    policy = newcomer.folder / "params" / "policies" / "mine" / "floors.yaml"
    return YAML(typ="safe").load(policy.read_text("utf-8"))["scheme"]["floors"]


def last_year(rows: list[tuple[str, date, float]]) -> dict[str, float]:
    """Spend of the four quarters to June 2026 by customer."""
    found: dict[str, float] = defaultdict(float)
    for who, day, amount in rows:
        if date(2025, 7, 1) <= day < date(2026, 7, 1):
            found[who] += amount
    return found


def held_against(newcomer, graded, rows, told, bought) -> None:
    """Sum, customers and grades against ``rows``: customer, day, amount as another reader found them."""
    assert told["totals"]["amount"] == pytest.approx(sum(row[2] for row in rows), abs=0.005)
    assert told["totals"]["customers"] == len({row[0] for row in rows})
    spend = {who: sum_ for who, sum_ in last_year(rows).items() if who in bought}
    want = expected_grades(spend, floors_of(newcomer))
    got = graded()
    assert {who: got[who] for who in want} == want
    assert set(GRADES) <= set(want.values())
    opened = open_study(newcomer.study())
    assert opened.currency == "CNY"


@pytest.fixture
def workbook(newcomer):
    """Orders and customers on two sheets, headers in Chinese, dates in three ways, amounts as text."""
    dice = random.Random(7)
    orders = [("订单编号", "客户编号", "下单日期", "实付金额", "商品类别", "订单状态")]
    for i, moment in enumerate(moments(7, 900)):
        cents = dice.randrange(1_000, 900_000)
        amount = f"(¥{cents / 100:,.2f})" if dice.random() < 0.04 else f"¥{cents / 100:,.2f}"
        serial = (moment.date() - date(1899, 12, 30)).days
        day = (datetime.combine(moment.date(), datetime.min.time()), serial, f"{moment:%Y年%m月%d日}")[i % 3]
        state = "已取消" if i % 61 == 0 else "已完成"
        orders.append(
            (
                f"DD{i:05d}",
                f"C{dice.randrange(120):03d}",
                day,
                "面议" if i == 17 else amount,
                "食品服装"[i % 2 * 2 :][:2],
                state,
            )
        )
    customers = [("客户编号", "客户名称", "地区", "注册日期", "联系电话")]
    customers += [
        (
            f"C{i:03d}",
            f"公司{i}",
            ("华东", "华南")[i % 2],
            datetime(2020, 1, 1) + timedelta(days=i),
            f"139{i:08d}",
        )
        for i in range(120)
    ]
    return newcomer.book("销售.xlsx", 订单=orders, 客户=customers, 说明=[])


def read_again(path: str) -> list[tuple[str, date, float]]:
    """The orders that are sales, read by openpyxl and hand."""
    found = []
    page = openpyxl.load_workbook(path)["订单"]
    for _, who, day, amount, _, state in page.iter_rows(min_row=2, values_only=True):
        if state == "已取消" or amount == "面议":
            continue
        if isinstance(day, int):
            day = date(1899, 12, 30) + timedelta(days=day)
        elif isinstance(day, str):
            day = datetime.strptime(day, "%Y年%m月%d日").date()
        else:
            day = day.date()
        size = float(amount.strip("()").lstrip("¥").replace(",", ""))
        found.append((who, day, -size if amount.startswith("(") else size))
    return found


def test_a_workbook_of_two_sheets_in_chinese(newcomer, workbook, graded):
    told = newcomer.bring(workbook, answers="cancelled: 订单状态 = 已取消\nmargin: 0.3\n")
    rows = read_again(workbook)
    assert [(one["table"], one["page"]) for one in told["tables"]] == [
        ("transactions", "销售.xlsx#订单"), ("customers", "销售.xlsx#客户")]  # fmt: skip
    assert told["intake"]["transactions"] == {
        "rows": 900, "accepted": len(rows), "quarantined": {"keep_1": 15, "unreadable_amount": 1}}  # fmt: skip
    bought = {who for who, day, amount in rows if amount > 0 and date(2025, 7, 1) <= day < date(2026, 7, 1)}
    held_against(newcomer, graded, rows, told, bought)
    assert open_study(newcomer.study()).history.tables["customers"]["region"].value_counts().to_dict() == {
        "华东": 60, "华南": 60}  # fmt: skip


def test_a_gbk_file_with_semicolons_whose_returns_carry_no_minus(newcomer, graded):
    dice = random.Random(11)
    lines = ["会员卡号;交易时间;单据号;单价;数量;单据类型"]
    for i, moment in enumerate(moments(11, 1200)):
        kind = "退货" if dice.random() < 0.05 else "销售"
        lines.append(
            f"{dice.randrange(150):05d};{moment:%Y/%m/%d %H:%M:%S};XS{i:05d};{dice.randrange(100, 50_000) / 100};{dice.randrange(1, 9)};{kind}"
        )
    path = newcomer.csv("流水.csv", "\r\n".join(lines) + "\r\n", "gbk")
    told = newcomer.bring(path, answers="currency: CNY\nreturns: 单据类型 = 退货\nmargin: 0.3\n")
    frame = pd.read_csv(path, sep=";", encoding="gbk", dtype={"会员卡号": str})
    frame["sum"] = frame["单价"] * frame["数量"] * frame["单据类型"].map({"销售": 1, "退货": -1})
    rows = [(r["会员卡号"], pd.Timestamp(r["交易时间"]).date(), r["sum"]) for _, r in frame.iterrows()]
    assert (frame["单据类型"] == "退货").sum() > 20
    bought = {who for who, day, amount in rows if amount > 0 and date(2025, 7, 1) <= day < date(2026, 7, 1)}
    held_against(newcomer, graded, rows, told, bought)


def test_a_table_of_postgres_by_reference(newcomer, graded, postgres, monkeypatch):
    dice = random.Random(13)
    rows = [
        (f"K{dice.randrange(100):03d}", moment, dice.randrange(100, 500_000) / 100)
        for moment in moments(13, 800)
    ]
    values = ", ".join(
        f"('{who}', '{moment:%Y-%m-%d %H:%M:%S}+08', {amount:.2f})" for who, moment, amount in rows
    )
    postgres.run(
        "DROP TABLE IF EXISTS orders", "CREATE TABLE orders (customer_id text, paid_at timestamptz, amount numeric(12,2))",
        f"INSERT INTO orders VALUES {values}",
    )  # fmt: skip
    monkeypatch.setenv("SHOP_URL", postgres.url())
    told = newcomer.bring(
        "${env:SHOP_URL}#orders", answers="currency: CNY\ntime_zone: Asia/Shanghai\nmargin: 0.3\n"
    )
    text = newcomer.study().read_text("utf-8")
    assert "path: ${env:SHOP_URL}" in text and "table: orders" in text
    for file in newcomer.folder.rglob("*"):
        assert not (file.is_file() and postgres.PASSWORD.encode() in file.read_bytes()), file
    found = [(who, moment.date(), amount) for who, moment, amount in rows]
    bought = {who for who, day, _ in found if date(2025, 7, 1) <= day < date(2026, 7, 1)}
    held_against(newcomer, graded, found, told, bought)
    before = open_study(newcomer.study()).history.files[0].sha256
    postgres.run("UPDATE orders SET amount = amount + 1 WHERE customer_id = 'K001'")
    assert open_study(newcomer.study()).history.files[0].sha256 != before


def test_many_small_files_are_one_table(newcomer, graded):
    dice = random.Random(17)
    every = []
    named = []
    for number, moment in enumerate(sorted(moments(17, 300))):
        lines = []
        for _ in range(4):
            who, amount = f"M{dice.randrange(60):02d}", dice.randrange(100, 90_000) / 100
            every.append((who, moment.date(), amount))
            lines.append(f"{who},{moment:%Y-%m-%d},{amount:.2f}")
        named.append(
            newcomer.csv(
                f"门店/{moment.year}/日报_{number:03d}.csv",
                "会员号,日期,金额（元）\n" + "\n".join(lines) + "\n",
            )
        )
    newcomer.csv("门店/说明.txt", "栏目,内容\n口径,按付款日\n")
    told = newcomer.bring(*named, answers="margin: 0.3\n")
    assert "path: 门店/*/日报_*.csv" in newcomer.study().read_text("utf-8")
    held_against(newcomer, graded, every, told, {who for who, _, _ in last_year_rows(every)})


def last_year_rows(rows):
    return [row for row in rows if date(2025, 7, 1) <= row[1] < date(2026, 7, 1)]


def test_a_duckdb_file(newcomer, graded):
    import duckdb

    dice = random.Random(19)
    rows = [(dice.randrange(80), moment, dice.randrange(100, 500_000) / 100) for moment in moments(19, 600)]
    path = newcomer.data / "shop.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE sales (customer INTEGER, order_time TIMESTAMP, total DECIMAL(12,2), currency VARCHAR)"
        )
        con.executemany("INSERT INTO sales VALUES (?, ?, ?, 'CNY')", rows)
        con.execute("CREATE TABLE empty (a INTEGER)")
    told = newcomer.bring(str(path), answers="margin: 0.3\n")
    found = [(str(who), moment.date(), amount) for who, moment, amount in rows]
    held_against(newcomer, graded, found, told, {who for who, _, _ in last_year_rows(found)})


def test_order_heads_are_taken_and_lines_without_customer_left_out(newcomer):
    heads = "订单号,客户号,下单时间,订单金额(元)\n" + "".join(
        f"D{i},K{i % 9},2026-0{1 + i % 6}-15 10:00,{10 + i}\n" for i in range(60)
    )
    lines = "订单号,商品编码,数量,单价\n" + "".join(
        f"D{i // 2},P{i % 7},1,{(10 + i // 2) / 2}\n" for i in range(120)
    )
    told = newcomer.bring(
        newcomer.csv("heads.csv", heads), newcomer.csv("lines.csv", lines), answers="margin: 0.3\n"
    )
    assert [one["page"] for one in told["tables"]] == ["heads.csv"]
    assert told["totals"]["amount"] == sum(10 + i for i in range(60))


def test_a_total_that_every_line_repeats_is_not_counted_twice(newcomer):
    rows = [(i // 3, i) for i in range(90)]
    text = "order no,customer no,order date,order total,qty,unit price\n" + "".join(
        f"D{order},K{order % 7},2026-0{1 + order % 6}-15,{sum(2 * (j + 1) for j in range(order * 3, order * 3 + 3))},2,{line + 1}\n"
        for order, line in rows
    )
    path = newcomer.csv("lines.csv", text)
    zh, en = newcomer.refused(path)
    assert "整单合计" in zh and "total of the order" in en and "qty * `unit price`" in zh
    told = newcomer.bring(
        path, answers='currency: USD\nmargin: 0.3\ncolumns: {transactions: {amount: "qty * `unit price`"}}\n'
    )
    assert told["totals"]["amount"] == sum(2 * (line + 1) for _, line in rows)


def test_amounts_in_ten_thousands_and_with_tax_become_yuan_without(newcomer):
    text = "客户号,日期,金额（万元）\n" + "".join(
        f"K{i % 9},2026-0{1 + i % 6}-15,{1.13 * (1 + i):.4f}\n" for i in range(60)
    )
    told = newcomer.bring(newcomer.csv("大单.csv", text), answers="currency: CNY\ntax: 0.13\nmargin: 0.3\n")
    assert told["totals"]["amount"] == pytest.approx(sum(10_000 * (1 + i) for i in range(60)), rel=1e-9)


def test_days_first_dates_are_told_from_months_first(newcomer):
    text = "customer,date,amount\n" + "".join(
        f"K{i % 9},{13 + i % 15}/0{1 + i % 6}/2026,{i + 1} USD\n" for i in range(60)
    )
    told = newcomer.bring(newcomer.csv("sales.csv", text), answers="margin: 0.3\n")
    days = [date(2026, 1 + i % 6, 13 + i % 15) for i in range(60)]
    assert (told["totals"]["first_day"], told["totals"]["last_day"]) == (
        min(days).isoformat(),
        max(days).isoformat(),
    )


def test_csv_of_a_european_spreadsheet(newcomer):
    text = "Kunde;Client No;Date;Amount (€)\n" + "".join(
        f"x;K{i % 9};2026-0{1 + i % 6}-15;1.{100 + i},50\n" for i in range(60)
    )
    told = newcomer.bring(newcomer.csv("sales.csv", text, "cp1252"), answers="margin: 0.3\n")
    assert told["totals"]["amount"] == pytest.approx(sum(1100.5 + i for i in range(60)))
    with open(newcomer.data / "sales.csv", encoding="cp1252") as stream:
        assert len(list(csv.reader(stream, delimiter=";"))) == 61


@pytest.mark.slow
def test_the_public_data_set_is_proposed_as_it_is_known(newcomer, data_folder):
    """Rows, customers and net sales of Online Retail, counted again by pandas."""
    path = data_folder / "online_retail_2010_2011" / "online_retail.csv.gz"
    told = newcomer.bring(str(path), answers="currency: GBP\nmargin: 0.3\n", data=str(data_folder))
    frame = pd.read_csv(path, dtype={"InvoiceNo": str, "StockCode": str})
    known = frame[frame["CustomerID"].notna()]
    (table,) = told["tables"]
    columns = {name: one["from"] for name, one in table["columns"].items()}
    assert columns == {
        "customer_id": "CustomerID", "order_id": "InvoiceNo", "paid_at": "InvoiceDate", "amount": "Quantity * UnitPrice",
        "quantity": "Quantity", "product_id": "StockCode", "channel": "Country",
    }  # fmt: skip
    assert told["intake"]["transactions"] == {
        "rows": len(frame), "accepted": len(known), "quarantined": {"missing_customer_id": len(frame) - len(known)}}  # fmt: skip
    assert told["totals"]["customers"] == known["CustomerID"].nunique()
    assert told["totals"]["amount"] == pytest.approx((known["Quantity"] * known["UnitPrice"]).sum(), abs=0.01)


def test_a_policy_that_an_import_drafts_says_so_and_no_other_does(newcomer):
    """The comment is for people; a report needs to know it from the parameters."""
    lines = [f"K{i % 9},{moment:%Y-%m-%d},¥{i + 1}" for i, moment in enumerate(moments(3, 200))]
    newcomer.bring(newcomer.csv("a.csv", "客户编号,日期,金额\n" + "\n".join(lines)), answers="margin: 0.3\n")
    policies = newcomer.folder / "params" / "policies"
    assert all(read_policy(policies / "mine" / name).starter for name in ("floors.yaml", "abc.yaml"))
    assert not read_policy(policies / "online_retail" / "floors.yaml").starter
    assert open_study(newcomer.study()).baseline.params.starter
