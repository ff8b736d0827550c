"""What an import shows before it asks: tables of columns, and what is open."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from toolkit.history.canonical import TABLES
from toolkit.history.proposal import SURE, Proposal, Question
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.reading import as_read
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


def named(label: str, name: str) -> str:
    """What something is called, with its name in files where that is another.

    >>> named("交易流水", "transactions"), named("amount", "amount")
    ('交易流水 transactions', 'amount')
    """
    return label if label == name else f"{label} {name}"


def read_from(written: str, value: float) -> str:
    """A number as it is read, with what the file says.

    >>> read_from("3858", 38.58)
    '38.58 ← 3858'
    """
    return f"{value:,.2f} ← {written}"


def _columns(proposal: Proposal, one: Assigned, veil: bool) -> Table:
    standard, lang = TABLES[one.table], language()
    title = f"{named(standard.label.text(lang), one.table)} ← {one.page.name}"
    table = Table(title=escape(title), title_justify="left")
    for name in (words("标准列", "our column"), words("文件中的列", "your column"), words("把握", "confidence"),
                 words("可读", "readable"), words("例", "examples"), words("理由", "reason")):  # fmt: skip
        table.add_column(name, overflow="fold")
    kept, numbers = proposal.columns(one), as_read(proposal, one)
    for name, found in one.matches.items():
        column = standard.column(name)
        hidden = veil and column.kind in ("id", "text", "attribute")
        examples = [veiled(text) if hidden else cut(text) for text in found.examples]
        if name in numbers:
            examples = [read_from(cut(text), value) for text, value in numbers[name]]
        mark = "" if name in kept else words("（不采用）", " (left out)")
        table.add_row(
            named(column.label.text(lang), name),
            escape(found.text) + mark,
            f"{found.confidence:.2f}" + ("" if found.confidence >= SURE else " ?"),
            f"{found.readable:.1%}",
            escape(" | ".join(examples)),
            escape(found.reason.text(lang)),
        )
    return table


def cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"
