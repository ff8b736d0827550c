"""What no file can say for sure: the questions, with what is proposed and why."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.history.canonical import TABLES
from toolkit.history.proposal.amounts import factor_of
from toolkit.history.proposal.answers import NONE, Answers
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.marks import of_returns, of_states
from toolkit.history.proposal.money import currency_of
from toolkit.history.proposal.question import Question
from toolkit.history.proposal.sniffing import Seen
from toolkit.history.proposal.tax import basis_of, tax_of
from toolkit.params.shares import share_of
from toolkit.terms import Label

_ZONES = {"CNY": "Asia/Shanghai", "HKD": "Asia/Hong_Kong", "GBP": "Europe/London", "JPY": "Asia/Tokyo"}


def questions_of(assigned: tuple[Assigned, ...], answers: Answers) -> tuple[Question, ...]:
    """Every question about the tables, those already answered left out."""
    found = [*_of_tables(assigned)]
    for one in assigned:
        found += [*_of_columns(one), *_of_dates(one)]
    transactions = next((one for one in assigned if one.table == "transactions"), None)
    if transactions and not any(question.open and question.id.startswith("tables.") for question in found):
        found += [
            *_of_money(transactions, answers),
            of_returns(transactions),
            *of_states(transactions),
            *_of_zone(transactions, answers),
        ]
    return tuple(question for question in found if answers.get(question.id) is None)


def _of_tables(assigned: tuple[Assigned, ...]) -> Iterator[Question]:
    for one in assigned:
        if one.rival:
            label = TABLES[one.table].label
            yield Question(
                f"tables.{one.rival}",
                Label(
                    f"“{one.page.name}”与“{one.rival}”都像是{label.zh}；“{one.rival}”怎么办",
                    f"{one.page.name!r} and {one.rival!r} both look like {label.en}; what about {one.rival!r}",
                ),
                NONE,
                0.5,
                Label(
                    f"“{one.page.name}”更像；两张都读会重复计算",
                    f"{one.page.name!r} fits better; both would count twice",
                ),
                True,
                Label(f"{NONE}（不读）或标准表名", f"{NONE} (leave it out) or the name of a standard table"),
            )


def _of_columns(one: Assigned) -> Iterator[Question]:
    for name, found in one.required().items():
        label = TABLES[one.table].column(name).label
        yield Question(
            f"columns.{one.table}.{name}",
            Label(
                f"“{one.page.name}”的{label.zh}是哪一列",
                f"Which column of {one.page.name!r} is the {label.en}",
            ),
            found.text if found else None,
            found.confidence if found else 0.0,
            found.reason if found else Label("没有相近的列", "no column comes near"),
            True,
            Label(
                "列名或算式，如 数量 * 单价",
                "a column or arithmetic of columns, such as Quantity * UnitPrice",
            ),
        )


def _of_dates(one: Assigned) -> Iterator[Question]:
    dated = [
        m for m in one.matches.values() if TABLES[one.table].column(m.column).kind in ("timestamp", "day")
    ]
    unclear = [m for m in dated if m.text in one.page.raw.names and one.page.column(m.text).unclear_dates]
    if unclear:
        example = unclear[0].examples[0]
        yield Question(
            f"dates.{one.table}",
            Label(
                f"日期“{example}”先写日还是先写月",
                f"Does the date {example!r} begin with the day or the month",
            ),
            "day_first",
            0.5,
            Label("没有一个日期大于 12，两种读法都通", "no number is above 12, so both readings work"),
            True,
            Label("day_first 或 month_first", "day_first or month_first"),
        )


def _of_money(one: Assigned, answers: Answers) -> Iterator[Question]:
    if "amount" not in one.matches:
        return
    code, sure, reason = currency_of(one)
    form = Label("三个字母的代码，如 CNY", "a code of three letters such as CNY")
    yield Question(
        "currency",
        Label("金额是什么货币", "Which currency are the amounts in"),
        code,
        sure,
        reason,
        True,
        form,
    )
    factor, word = factor_of(one.matches["amount"].text)
    yield Question(
        "unit",
        Label("金额乘以多少才是元（货币单位）", "What turns the amounts into units of the currency"),
        factor,
        0.95 if word else 0.8,
        Label(f"列名写着“{word}”", f"the header says {word!r}")
        if word
        else Label("列名没有写单位，按元", "the header names no unit"),
        bool(word),
        Label("乘数：1 元，10000 万元，0.01 分", "a factor: 1, 10000 for 万元, 0.01 for cents"),
    )
    yield tax_of(one)
    base = basis_of(one, share_of(answers.get("tax") or NONE)).tag
    zh, en = f"（{base.zh}）" if base.zh else "", f" ({base.en})" if base.en else ""
    if "margin" not in one.matches:
        yield Question(
            "margin",
            Label(
                f"没有毛利列；毛利占消费额{zh}的多少",
                f"There is no margin; which share of spend{en} is margin",
            ),
            None,
            0.0,
            Label(
                "报告要算净值，离不开毛利；研究里会写明这是假设",
                "a report values service against margin; the study says that it is assumed",
            ),
            True,
            Label(
                f"比例，如 0.28 或 28%；只定级、不出报告写 {NONE}",
                f"a share such as 0.28 or 28%; {NONE} for grades without a report",
            ),
        )


def _of_zone(one: Assigned, answers: Answers) -> Iterator[Question]:
    moments = [_seen(one, name) for name in ("paid_at",)]
    zoned = any(seen and seen.zoned > 0 for seen in moments)
    code = answers.get("currency") or currency_of(one)[0]
    zone = _ZONES.get(code or "")
    reason = (
        Label(
            "时间带有时差，须换算成公司所在时区",
            "the times state an offset and must be moved to the company's zone",
        )
        if zoned
        else Label("时间没有时差，原样使用", "the times state no offset and are taken as they are")
    )
    yield Question(
        "time_zone",
        Label("按哪个时区划分日期", "In which time zone do days begin"),
        zone or "Asia/Shanghai",
        0.6 if zoned else 0.9,
        reason,
        zoned,
        Label("如 Asia/Shanghai", "such as Asia/Shanghai"),
    )


def _seen(one: Assigned, column: str) -> Seen | None:
    found = one.matches.get(column)
    return one.page.column(found.text) if found and found.text in one.page.raw.names else None
