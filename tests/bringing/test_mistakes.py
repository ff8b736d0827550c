"""Mistakes of somebody who brings data: each answered in a plain sentence in both languages that says what to do."""

from __future__ import annotations

import pytest

HEAD = "客户编号,付款时间,金额\n"
ROWS = "".join(f"K{i % 9},2026-0{1 + i % 6}-15,{i + 1}.5元\n" for i in range(60))


def test_no_such_file_names_what_is_there(newcomer):
    newcomer.csv("订单.csv", HEAD + ROWS)
    zh, en = newcomer.refused("data/定单.csv")
    assert "找不到文件 data/定单.csv" in zh and "订单.csv" in zh and "订单.csv" in en


def test_a_pattern_that_matches_nothing(newcomer):
    zh, en = newcomer.refused("data/*.xlsx")
    assert "没有文件符合 data/*.xlsx" in zh and "单引号" in zh and "single quotes" in en


def test_an_unknown_kind_of_file(newcomer):
    newcomer.csv("订单.docx", "x")
    zh, en = newcomer.refused("data/订单.docx")
    assert ".xlsx" in zh and "not known" in en


def test_a_workbook_with_a_password(newcomer):
    (newcomer.data / "订单.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512)
    zh, en = newcomer.refused("data/订单.xlsx")
    assert "去掉密码" in zh and "remove the password" in en


def test_a_damaged_workbook(newcomer):
    (newcomer.data / "订单.xlsx").write_bytes(b"PK\x03\x04 broken")
    zh, en = newcomer.refused("data/订单.xlsx")
    assert "另存为 .xlsx" in zh and "save it as .xlsx" in en


def test_empty_sheets_files_and_headers_without_rows(newcomer):
    assert "每张工作表都是空的" in newcomer.refused(newcomer.book("空.xlsx", 一=[], 二=[]))[0]
    assert "空文件" in newcomer.refused(newcomer.csv("空.csv", " \n"))[0]
    zh, en = newcomer.refused(newcomer.csv("表头.csv", HEAD))
    assert "没有数据行" in zh and "no rows" in en


def test_a_header_that_cannot_be_told_and_no_header_at_all(newcomer):
    """Names that are numbers look like data, so nothing says where the names stand."""
    titled = [("2026 年销售明细", None, None), (2024, 2025, 2026), ("K1", "2026-01-05", 5)]
    zh, en = newcomer.refused(newcomer.book("标题.xlsx", 明细=titled))
    assert "删去标题行" in zh and "header" in zh and "Delete the lines above" in en
    zh, en = newcomer.refused(newcomer.csv("无表头.csv", "1001,2026-01-05,10.5\n1002,2026-02-05,20\n"))
    assert "加上表头" in zh and "Give the file a header" in en and "1001" not in zh + en


def test_headers_that_appear_twice(newcomer):
    zh, en = newcomer.refused(
        newcomer.csv(
            "重名.csv",
            "客户编号,付款时间,金额,金额\n" + "".join(f"K{i},2026-01-05,1元,2元\n" for i in range(9)),
        ),
        answers="margin: 0.3\n",
    )
    assert "出现了不止一次" in zh and "appears more than once" in en


def test_no_column_with_dates(newcomer):
    zh, en = newcomer.refused(newcomer.csv("无日期.csv", "客户编号,金额\n" + "K1,5\n" * 9))
    assert "看不出付款时间" in zh and "没有一列能读成日期" in zh and "客户编号、金额" in zh
    assert "time of payment" in en and "--answers" in en


def test_dates_of_which_none_can_be_read(newcomer):
    path = newcomer.csv("坏日期.csv", HEAD + "".join(f"K{i},去年第{i}天,5元\n" for i in range(20)))
    assert "没有一列能读成日期" in newcomer.refused(path)[0]
    told = "margin: 0.3\ncolumns: {transactions: {paid_at: 付款时间}}\n"
    zh, en = newcomer.refused(path, answers=told)
    assert "20 行全部被隔离：付款时间无法读懂 20 行" in zh and "All 20 rows" in en and "去年" not in zh


def test_two_sheets_that_both_look_like_transactions(newcomer):
    rows = [
        ("客户编号", "付款时间", "金额"),
        *((f"K{i % 5}", f"2026-0{1 + i % 6}-15", f"¥{i + 1}") for i in range(30)),
    ]
    path = newcomer.book("分月.xlsx", 上半年=rows, 下半年=[(*row, "备注") for row in rows])
    zh, en = newcomer.refused(path)
    assert "都像是交易流水" in zh and "both look like transactions" in en and "分月.xlsx#下半年: none" in zh
    told = newcomer.bring(path, answers='tables: {"分月.xlsx#下半年": none}\nmargin: 0.3\n')
    assert [one["page"] for one in told["tables"]] == ["分月.xlsx#上半年"]


def test_dates_whose_day_and_month_could_change_places(newcomer):
    text = "customer,date,amount\n" + "".join(
        f"K{i % 9},0{1 + i % 9}/0{1 + i % 6}/2026,{i + 1} USD\n" for i in range(60)
    )
    path = newcomer.csv("sales.csv", text)
    zh, en = newcomer.refused(path, answers="margin: 0.3\n")
    assert "先写日还是先写月" in zh and "day_first" in en
    first = newcomer.bring(path, answers="margin: 0.3\ndates: {transactions: month_first}\n")["totals"]
    assert (first["first_day"], first["last_day"]) == ("2026-01-01", "2026-09-06")


def test_a_currency_that_nothing_names(newcomer):
    zh, en = newcomer.refused(
        newcomer.csv("sales.csv", "customer,date,amount\n" + "K1,2026-01-05,5\n" * 9), answers="margin: 0.3\n"
    )
    assert "currency" in zh and "Which currency" in en and "currency: ???" in en


def test_several_currencies_in_one_file(newcomer):
    text = "customer,date,amount,currency\n" + "".join(
        f"K{i % 4},2026-0{1 + i % 6}-15,10,{'USD' if i % 3 else 'EUR'}\n" for i in range(60)
    )
    path = newcomer.csv("sales.csv", text)
    assert "several" in newcomer.refused(path, answers="margin: 0.3\n")[1]
    told = newcomer.bring(path, answers="margin: 0.3\ncurrency: USD\n")
    assert told["totals"]["amount"] == 400 and told["intake"]["transactions"]["quarantined"] == {"keep_1": 20}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("curency: CNY\n", "currency"),
        ("currency: yuan\n", "currency"),
        ("margin: 30\n", "margin"),
        ("returns: maybe\n", "returns"),
        ("tables: {别的.csv: transactions}\n", "别的.csv"),
        ("tables: {订单.csv: orders}\n", "orders"),
        ("columns: {transactions: {amount: 总额}}\n", "总额"),
        ("columns: {transactions: {amonut: 金额}}\n", "amonut"),
        ("columns: {transactions: {amount: 金额 +}}\n", "算式"),
        ("cancelled: 状态 = 取消\n", "状态"),
    ],
)
def test_answers_that_cannot_be(newcomer, answers, told):
    path = newcomer.csv("订单.csv", HEAD + ROWS)
    assert (
        told
        in newcomer.refused(path, answers=answers if "margin" in answers else answers + "margin: 0.3\n")[0]
    )


def test_a_password_on_the_command_line_is_refused_and_not_repeated(newcomer):
    for text in newcomer.refused("postgresql://bi:hunter2@db/sales"):
        assert "hunter2" not in text and "${env:SHOP_URL}" in text


def test_a_reference_that_stands_for_nothing_or_for_no_database(newcomer, monkeypatch):
    pytest.importorskip("adbc_driver_postgresql", reason="the driver of gradelab[postgres] is not installed")
    monkeypatch.delenv("SHOP_URL", raising=False)
    assert "环境变量 SHOP_URL 没有设置" in newcomer.refused("${env:SHOP_URL}")[0]
    monkeypatch.setenv("SHOP_URL", "mysql://bi:hunter2@db/sales")
    for text in newcomer.refused("${env:SHOP_URL}"):
        assert "postgresql://" in text and "hunter2" not in text


def test_files_of_one_table_beside_others_that_the_pattern_would_catch(newcomer):
    named = [newcomer.csv(f"日报_{i}.csv", HEAD + ROWS) for i in range(3)]
    zh, en = newcomer.refused(named[0], named[2])
    assert "单独放进一个文件夹" in zh and "folder of their own" in en


def test_a_study_is_never_written_over_unless_forced(newcomer):
    path = newcomer.csv("订单.csv", HEAD + ROWS)
    newcomer.bring(path, answers="margin: 0.3\n")
    before = newcomer.study().read_bytes()
    zh, en = newcomer.refused(path, answers="margin: 0.4\n", out="params/studies/mine.yaml")
    assert "已经存在" in zh and "--force" in en and newcomer.study().read_bytes() == before
    newcomer.call(
        "import", path, "--study-id", "mine", "--force", "--answers", newcomer.answers("margin: 0.4\n")
    )
    assert b"rate: 0.4" in newcomer.study().read_bytes()


def test_a_place_outside_a_project_and_a_bad_name(newcomer, tmp_path_factory):
    path = newcomer.csv("订单.csv", HEAD + ROWS)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert "params/studies" in newcomer.refused(path, out=str(elsewhere / "mine.yaml"))[0]
    found = newcomer.call("import", path, "--study-id", "我的店", lang="zh")
    assert "--study-id" in found.exception.zh and not newcomer.study("我的店").exists()
