"""What an import says of the money: with or without tax, in which unit, purchases, returns, voided, and the totals of the file."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, timedelta

import pytest
from ruamel.yaml import YAML

from toolkit.history import read_history
from toolkit.params.history import FilesParams

HEAD = ("客户代码", "单据编号", "业务日期", "价税合计", "单据类型", "单据状态")
ANSWERS = "currency: CNY\nreturns: 单据类型 = 退货单\ncancelled: 单据状态 = 已作废\ntax: none\nmargin: 0.3\n"


def lines_of(seed: int, year: int, rows: int = 120) -> list[tuple]:
    """Rows of one year: some returned, some voided, one of them both."""
    dice, start = random.Random(seed), datetime(year, 1, 1)
    found = []
    for i in range(rows):
        day = start + timedelta(days=i * 360 // rows)
        cents = dice.randrange(1_000, 900_000)
        kind, state = ("退货单" if i % 20 == 3 else "销售单"), ("已作废" if i % 25 == 3 else "已审核")
        found.append((f"KH{dice.randrange(30):03d}", f"XS{year}{i // 2:04d}", day, cents / 100, kind, state))
    return found


def sheet(rows: list[tuple], year: int, total: float | None, word: str = "合计") -> list[tuple]:
    below = [] if total is None else [(word, None, None, round(total, 2), None, None)]
    return [(f"{year} 年销售明细",), (), HEAD, *rows, *below]


def as_written(rows: list[tuple]) -> float:
    return sum(row[3] for row in rows)


@pytest.fixture
def years() -> dict[int, list[tuple]]:
    return {year: lines_of(year, year) for year in (2024, 2025)}


@pytest.fixture
def book(newcomer, years) -> str:
    """Two years with a row of totals each, of which the second is a hundred too much."""
    off = {2024: 0, 2025: 100}
    return newcomer.book(
        "明细.xlsx", **{f"{y}年": sheet(rows, y, as_written(rows) + off[y]) for y, rows in years.items()}
    )


def history_of(newcomer) -> dict:
    return YAML(typ="safe").load(newcomer.study().read_text("utf-8"))["history"]


def read_again(newcomer) -> tuple[float, float]:
    """Amount and margin of the written study, as a report reads them."""
    params = FilesParams.model_validate(history_of(newcomer))
    rows = read_history(params, newcomer.data, today=date(2026, 11, 22)).transactions
    return rows.amount.sum().execute(), rows.margin.sum().execute()


def test_purchases_returns_voided_and_net_are_summed_by_hand(newcomer, book, years):
    told = newcomer.bring(book, answers=ANSWERS)
    every = [row for rows in years.values() for row in rows]
    kept = [row for row in every if row[5] != "已作废"]
    bought, back = (sum(r[3] for r in kept if r[4] == kind) for kind in ("销售单", "退货单"))
    void = [row[3] * (-1 if row[4] == "退货单" else 1) for row in every if row[5] == "已作废"]
    totals = told["totals"]
    assert (totals["purchases"], totals["returns"]) == (pytest.approx(bought), pytest.approx(back))
    assert totals["amount"] == pytest.approx(bought - back)
    assert totals["left_out"] == {"rows": len(void), "amount": pytest.approx(sum(void))}
    assert told["intake"]["transactions"]["quarantined"] == {"keep_1": len(void), "total_row": 2}


def test_each_sheet_has_its_total_beside_its_rows(newcomer, book, years):
    found, shown, _ = newcomer.ask(book, typed=["", "", "28%", "", ""])
    first, second = found.totals["totals"]
    assert (first["part"], first["agrees"], first["read"]) == (
        "2024年",
        True,
        pytest.approx(as_written(years[2024])),
    )
    assert (second["part"], second["agrees"]) == ("2025年", False)
    assert second["figure"] - second["read"] == pytest.approx(100)
    assert "2024年: total" in shown and "agrees with the sum of its rows as written" in shown
    assert "differs by +100.00" in shown and "purchases" in shown and "are no sale" in shown
    assert (
        "2 of them totals and not counted" in shown
        and "entry of its own" in shown
        and "no time of payment" not in shown
    )


def test_a_total_may_be_net_and_subtotals_count_their_own_rows(newcomer, years):
    rows = years[2024]
    half = len(rows) // 2
    signed = [row[3] * (-1 if row[4] == "退货单" else 1) for row in rows]
    kept = sum(value for value, row in zip(signed, rows, strict=True) if row[5] != "已作废")
    parts = [
        ("小计", None, None, round(as_written(one), 2), None, None) for one in (rows[:half], rows[half:])
    ]
    body = [*rows[:half], parts[0], *rows[half:], parts[1], ("总计", None, None, round(kept, 2), None, None)]
    path = newcomer.book("净额.xlsx", 明细=[HEAD, *body])
    found, shown, _ = newcomer.ask(path, typed=["", "", "28%", "", ""])
    assert [(one["part"], one["agrees"]) for one in found.totals["totals"]] == [("明细", True)]
    assert found.intake["transactions"]["quarantined"]["total_row"] == 3
    assert "agrees with its net sum" in shown and "2 further totals agree" in shown


def test_files_of_one_table_are_compared_file_by_file(newcomer, years):
    named = [
        newcomer.csv(f"销售_{year}.csv", "\n".join([",".join(HEAD), *(",".join(map(str, row)) for row in rows),
                                                   f"合计,,,{as_written(rows):.2f},,", ""]))
        for year, rows in years.items()
    ]  # fmt: skip
    told = newcomer.bring(*named, answers=ANSWERS)
    assert [(one["part"], one["agrees"]) for one in told["totals"]["totals"]] == [
        ("销售_2024.csv", True), ("销售_2025.csv", True)]  # fmt: skip


def test_amounts_with_tax_are_asked_about_before_a_margin(newcomer, book):
    zh, en = newcomer.refused(
        book, answers="currency: CNY\nmargin: 0.28\nreturns: 单据类型 = 退货单\ncancelled: none\n"
    )
    assert "tax：金额含税" in zh and "价税合计" in zh and "The amounts hold tax" in en and "tax: none" in en
    _, shown, asked = newcomer.ask(book, typed=["", "13%", "28 ％", "", ""])
    assert [prompt.split()[0] for prompt in asked] == ["currency", "tax", "margin", "returns", "cancelled"]
    history = history_of(newcomer)
    assert history["transactions"]["columns"]["amount"] == "价税合计 / 1.13"
    assert history["margin"]["rate"] == 0.28
    assert history["margin"]["source"] == "stated by the analyst on import, a share of amounts without tax"
    text = newcomer.study().read_text("utf-8")
    assert "# Base of the amounts: '价税合计' holds tax and is divided by 1.13" in text
    assert "which share of spend (without tax) is margin" in shown and "CNY without tax" in shown


def test_without_a_rate_the_study_says_that_tax_is_in_it(newcomer, book):
    found = newcomer.call(
        "import", book, "--study-id", "mine", "--json", "--answers", newcomer.answers(ANSWERS), lang="zh"
    )
    told = json.loads(found.stdout)
    text = newcomer.study().read_text("utf-8")
    assert "# 金额口径：“价税合计”含税，原样使用；金额和毛利率都按含税计" in text
    assert "占含税金额的比例" in history_of(newcomer)["margin"]["source"]
    net = told["totals"]["amount"]
    assert read_again(newcomer) == (pytest.approx(net), pytest.approx(0.3 * net))


def test_a_cost_without_tax_is_taken_from_the_amount_without_tax(newcomer):
    """113 with 13 % of tax at a cost of 60 leaves 40; where the cost names tax as well, 60/1.13 is taken."""
    lines = [f"K{i % 9},2026-0{1 + i % 6}-15,113,60" for i in range(60)]
    for header, left, said in (
        ("成本金额", 40, "'成本金额' names no tax and is taken off as it is"),
        ("成本金额（含税）", (113 - 60) / 1.13, "is divided by 1.13 as well"),
    ):
        path = newcomer.csv("a.csv", f"客户编号,日期,含税金额,{header}\n" + "\n".join(lines))
        found = newcomer.call("import", path, "--study-id", "mine", "--force", "--answers",
                              newcomer.answers("currency: CNY\ntax: 0.13\n"))  # fmt: skip
        assert found.exit_code == 0, found.exception
        assert said in found.output.replace("\n", "") and said in newcomer.study().read_text("utf-8")
        assert read_again(newcomer) == (pytest.approx(6000), pytest.approx(60 * left))


def test_cents_are_said_to_be_divided_and_shown_as_they_are_read(newcomer):
    lines = [
        f"u{i % 9},2026-0{1 + i % 6}-15,{4500 + i},{3000},{'PAID' if i % 9 else 'CANCELLED'}"
        for i in range(60)
    ]
    path = newcomer.csv("pay.csv", "member_key,created_at,paid_cents,cost_cents,status\n" + "\n".join(lines))
    found, shown, _ = newcomer.ask(path, typed=["CNY", "", ""])
    assert "'paid_cents' says 'cents', so all are multiplied by 0.01" in shown and "are in CNY" in shown
    assert "45.01 ←" in shown and "15.01 ←" in shown and "45.00 ← 4500" in shown
    assert found.totals["left_out"] == {
        "rows": 7, "amount": pytest.approx(sum(45 + i / 100 for i in range(60) if i % 9 == 0))}  # fmt: skip


def test_an_english_session_writes_english_and_a_chinese_one_chinese(newcomer, book):
    for lang, own, other in (("en", "Gold", "金"), ("zh", "金", "Gold")):
        told = newcomer.answers(ANSWERS)
        found = newcomer.call("import", book, "--study-id", "mine", "--force", "--answers", told, lang=lang)
        assert found.exit_code == 0, found.exception
        policies = newcomer.folder / "params" / "policies" / "mine"
        floors = (policies / "floors.yaml").read_text("utf-8")
        assert f"{{{own}: " in floors and f"{other}:" not in floors
        texts = [newcomer.study().read_text("utf-8"), floors, (policies / "abc.yaml").read_text("utf-8")]
        remarks = [
            line.partition("#")[2].replace("价税合计", "") for text in texts for line in text.splitlines()
        ]
        remarks = [one for one in remarks if not one.startswith(" 0.")]
        chinese = [one for one in remarks if any("\u4e00" <= sign <= "\u9fff" for sign in one)]
        assert bool(chinese) == (lang == "zh"), chinese
        assert ("named as '价税合计'" in texts[0], "列名即“价税合计”" in texts[0]) == (
            lang == "en",
            lang == "zh",
        )
        assert newcomer.call("check", newcomer.study()).exit_code == 0
