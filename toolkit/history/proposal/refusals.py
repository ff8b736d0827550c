"""What an import refuses: no table of transactions, answers about what does not exist, headers that appear twice."""

from __future__ import annotations

from toolkit.errors import HistoryError, ParameterError
from toolkit.history.canonical import TABLES
from toolkit.history.expression import parse
from toolkit.history.proposal.answers import NONE, Answers
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.pages import Pages


def no_transactions(pages: Pages, near: Assigned | None, missing: list[str]) -> HistoryError:
    if near is None:
        return HistoryError(
            zh="没有一张表被当作交易流水。请至少留一张有客户、日期和金额的表。",
            en="No table is taken for the transactions. Leave at least one with customer, date and amount.",
        )
    standard = TABLES["transactions"]
    labels = [standard.column(name).label for name in missing]
    names = near.page.raw.names
    dated = "paid_at" in missing
    return HistoryError(
        zh=f"没有找到交易流水：最像的是 {near.page.name}，但其中看不出{'、'.join(one.zh for one in labels)}"
        f"{'（没有一列能读成日期）' if dated else ''}。它的列有 {'、'.join(names)}。"
        "请补上这些列后重新导出；若已有，请在 --answers 的文件里写明，如 columns: {transactions: "
        f"{{{missing[0]}: 列名}}}}。",
        en=f"No table of transactions was found: {near.page.name} comes nearest, but nothing in it looks like "
        f"{', '.join(one.en for one in labels)}{' (no column can be read as dates)' if dated else ''}. It has the columns "
        f"{', '.join(names)}. Export these as well; if they are there, name them in a file for --answers, as in "
        f"columns: {{transactions: {{{missing[0]}: COLUMN}}}}.",
    )


def refuse_unknown(pages: Pages, answers: Answers) -> None:
    names = [page.name for page in pages.pages]
    for page, table in answers.tables().items():
        if page not in names:
            raise ParameterError(
                zh=f"答案里的 tables 写了 {page}，但导入的是 {'、'.join(names)}。",
                en=f"The answers name {page} under tables, but what is imported is {', '.join(names)}.",
            )
        if table != NONE and table not in TABLES:
            raise ParameterError(
                zh=f"没有标准表 {table}；可用的有 {'、'.join(TABLES)}，不读写 {NONE}。",
                en=f"There is no standard table {table}; there are {', '.join(TABLES)}, and {NONE} to leave it out.",
            )


def refuse_absent(pages: Pages, answers: Answers) -> None:
    """Refuse answers about columns that no page has, or that are no standard columns."""
    for question, text in answers.given.items():
        kind, _, rest = question.partition(".")
        table, _, column = rest.partition(".")
        if kind != "columns":
            continue
        if table not in TABLES or TABLES[table].column(column) is None:
            known = TABLES[table].names() if table in TABLES else TABLES
            raise ParameterError(
                zh=f"没有标准列 {table}.{column}；可用的有 {'、'.join(known)}。",
                en=f"There is no standard column {table}.{column}; there are {', '.join(known)}.",
            )
        if text != NONE and not any(
            set(parse(text, page.raw.names).columns) <= set(page.raw.names) for page in pages.pages
        ):
            names = [name for page in pages.pages for name in page.raw.names]
            raise ParameterError(
                zh=f"{table}.{column} 写作“{text}”，但导入的文件没有这样的列；现有 {'、'.join(names)}。",
                en=f"{table}.{column} is said to be {text!r}, but no imported file has such a column; there are {', '.join(names)}.",
            )


def refuse_twice(tables: tuple[Assigned, ...], answers: Answers) -> None:
    """Refuse a header that appears twice where the study would need to know which is meant."""
    for one in tables:
        for name, found in one.required().items():
            told = answers.get(f"columns.{one.table}.{name}")
            if found and told is None and f"{found.text} (2)" in one.page.raw.names:
                raise HistoryError(
                    zh=f"{one.page.name} 中列“{found.text}”出现了不止一次，无法判断用哪一个。请改正表头后重新导入。",
                    en=f"The column {found.text!r} appears more than once in {one.page.name}, and nothing says which is meant. "
                    "Correct the header and import again.",
                )
