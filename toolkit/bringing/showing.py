"""What an import shows: tables of columns, rows that would be turned away, what is open."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from toolkit.history.canonical import TABLES
from toolkit.history.proposal import SURE, Proposal, Question
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.preview import Looked
from toolkit.run.speech import language, words

_CUT = 24


def show_columns(console: Console, proposal: Proposal, *, veil: bool) -> None:
    """Every table with its columns; with ``veil`` no example of an id or a text that could name somebody."""
    for one in proposal.tables:
        console.print(_columns(proposal, one, veil))
    for name in proposal.unused:
        console.print(
            words(
                f"不读：{escape(name)}（不像任何一张标准表）",
                f"Not read: {escape(name)} (like no standard table)",
            )
        )
    for name, reason in proposal.pages.passed_over:
        console.print(
            words(f"不读：{escape(name)}（{reason.zh}）", f"Not read: {escape(name)} ({reason.en})")
        )


def show_preview(console: Console, looked: tuple[Looked, ...], currency: str, *, veil: bool) -> None:
    """Rows in, rows turned away with their reasons, and what the accepted come to."""
    for one in looked:
        intake = one.intake
        console.print(
            words(
                f"{escape(one.page)}：读入 {intake.rows_in:,} 行，接受 {intake.rows_accepted:,} 行，隔离 {intake.rows_quarantined:,} 行。",
                f"{escape(one.page)}: {intake.rows_in:,} rows, {intake.rows_accepted:,} accepted, "
                f"{intake.rows_quarantined:,} quarantined.",
            )
        )
        for count in intake.reasons:
            if count.rows:
                console.print(f"  {count.rows:,}  {escape(count.label.text(language()))}")
        if one.rows:
            console.print(_turned_away(one, veil))
    told = totals(looked[0])
    console.print(
        words(
            f"交易流水：{told['customers']:,} 位客户，{told['first_day']} 至 {told['last_day']}，金额合计 {told['amount']:,.2f} {currency}。请与账上核对。",
            f"Transactions: {told['customers']:,} customers, {told['first_day']} to {told['last_day']}, amounts of "
            f"{told['amount']:,.2f} {currency} in all. Compare this with your books.",
        )
    )


def totals(transactions: Looked) -> dict[str, object]:
    """What the accepted transactions come to."""
    rows = transactions.accepted
    found = (
        rows.aggregate(
            customers=rows.customer_id.nunique(),
            amount=rows.amount.sum(),
            first=rows.paid_at.min(),
            last=rows.paid_at.max(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    return {
        "customers": int(found["customers"]),
        "amount": round(float(found["amount"]), 2),
        "first_day": found["first"].date().isoformat(),
        "last_day": found["last"].date().isoformat(),
    }


def question_lines(question: Question) -> list[str]:
    """A question with its reason and the form of an answer."""
    lang = language()
    return [f"{question.ask.text(lang)}？" if lang == "zh" else f"{question.ask.text(lang)}?",
            f"  {question.reason.text(lang)} · {question.form.text(lang)}"]  # fmt: skip


def veiled(text: str) -> str:
    """A value of which only the first sign is told.

    >>> veiled("c0042"), veiled("")
    ('c***', '')
    """
    return f"{text[0]}***" if text else ""


def _columns(proposal: Proposal, one: Assigned, veil: bool) -> Table:
    standard, lang = TABLES[one.table], language()
    title = (
        f"{standard.label.text(lang)}（{one.table}）← {one.page.name}"
        if lang == "zh"
        else f"{standard.label.en} ({one.table}) ← {one.page.name}"
    )
    table = Table(title=escape(title), title_justify="left")
    for name in (words("标准列", "our column"), words("文件中的列", "your column"), words("把握", "confidence"),
                 words("可读", "readable"), words("例", "examples"), words("理由", "reason")):  # fmt: skip
        table.add_column(name, overflow="fold")
    kept = proposal.columns(one)
    for name, found in one.matches.items():
        column = standard.column(name)
        hidden = veil and column.kind in ("id", "text", "attribute")
        examples = [veiled(text) if hidden else _cut(text) for text in found.examples]
        mark = "" if name in kept else words("（不采用）", " (left out)")
        table.add_row(
            f"{column.label.text(lang)} {name}",
            escape(found.text) + mark,
            f"{found.confidence:.2f}" + ("" if found.confidence >= SURE else " ?"),
            f"{found.readable:.1%}",
            escape(" | ".join(examples)),
            escape(found.reason.text(lang)),
        )
    return table


def _turned_away(one: Looked, veil: bool) -> Table:
    standard, lang = TABLES[one.table], language()
    table = Table(
        title=words("会被隔离的行（举例）", "rows that would be quarantined (examples)"), title_justify="left"
    )
    table.add_column(words("原因", "reason"), overflow="fold")
    shown = [
        name
        for name in one.rows[0].cells
        if standard.column(name).required or standard.column(name).kind != "text"
    ]
    for name in shown:
        table.add_column(standard.column(name).label.text(lang), overflow="fold")
    for row in one.rows:
        cells = [
            veiled(row.cells[name])
            if veil and standard.column(name).kind in ("id", "text", "attribute")
            else _cut(row.cells[name])
            for name in shown
        ]
        table.add_row(escape(row.reason.text(lang)), *map(escape, cells))
    return table


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"
