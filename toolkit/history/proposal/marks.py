"""Rows that are marked: returns without a minus, orders that came to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.history import cells
from toolkit.history.expression import parse
from toolkit.history.proposal.answers import NONE
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.kinds import MOST_KINDS, kinds_of
from toolkit.history.proposal.matching import beside
from toolkit.history.proposal.pages import Page
from toolkit.history.proposal.question import Question
from toolkit.history.proposal.sniffing import Seen
from toolkit.history.proposal.vocabulary import value_words
from toolkit.history.raw import cell_name
from toolkit.terms import Label


def of_returns(one: Assigned) -> Question:
    """How returns are recorded: below zero, marked in a column, or not at all."""
    ask = Label("退货怎么记", "How are returns recorded")
    form = Label(
        f"negative（负金额）、{NONE}（没有），或“列 = 值, 值”", f"negative, {NONE}, or COLUMN = value, value"
    )
    amount = one.matches.get("amount")
    below = _below_zero(one.page, amount.text) if amount else 0
    if below:
        reason = Label(f"{below:,} 行金额为负", f"{below:,} rows are below zero")
        return Question("returns", ask, "negative", 0.95, reason, True, form)
    flag, words = _returned(one)
    if flag:
        rule = f"{flag} = {', '.join(words)}"
        reason = Label(
            f"金额没有负数，而“{flag}”里有“{words[0]}”",
            f"no amount is below zero, but {flag!r} says {words[0]!r}",
        )
        return Question("returns", ask, rule, 0.7, reason, True, form)
    reason = Label("没有负数，也没有退货的标记", "nothing is below zero and nothing marks a return")
    return Question("returns", ask, NONE, 0.8, reason, False, form)


def of_states(one: Assigned) -> Iterator[Question]:
    """Which rows are no sale, where the cells of a column say so."""
    name, rows = _came_to_nothing(one)
    if not rows:
        return
    first, many = next(iter(rows)), sum(rows.values())
    yield Question(
        "cancelled",
        Label("哪些行不是成交", "Which rows are no sale"),
        f"{name} = {', '.join(rows)}",
        0.7,
        Label(
            f"“{name}”里有“{first}”等，共 {many:,} 行",
            f"{name!r} says {first!r} and the like in {many:,} rows",
        ),
        True,
        Label(
            f"“列 = 值, 值”，这些行会被隔离；都算成交写 {NONE}",
            f"COLUMN = value, value, whose rows are quarantined; {NONE} if all are sales",
        ),
    )


def _returned(one: Assigned) -> tuple[str, tuple[str, ...]]:
    """A column that marks returns, and its values that do; a state is no mark, for its row is the sale itself."""
    flagged, state = beside(one.page, "return_flag", _figures(one)), beside(one.page, "status")
    for seen in _kinds(one):
        if seen is state:
            continue
        kinds = kinds_of(one.page, seen.name)
        meant = [value for value in kinds if value.lower() in value_words("returned")]
        if (
            not meant
            and flagged is seen
            and seen.flags > 0.9
            and ("退" in seen.name or "ret" in seen.name.lower() or "refund" in seen.name.lower())
        ):
            meant = [value for value in kinds if value.lower() in cells.TRUE]
        if meant:
            return seen.name, tuple(meant)
    return "", ()


def _came_to_nothing(one: Assigned) -> tuple[str, dict[str, int]]:
    """A column that says which orders came to nothing, and how many rows each of those values has.

    In a column of states that includes orders paid back, unless the table has rows below zero, which are those payments.
    """
    state, amount = beside(one.page, "status"), one.matches.get("amount")
    netted = amount is not None and _below_zero(one.page, amount.text) > 0
    for seen in sorted(_kinds(one), key=lambda seen: seen is not state):
        also = value_words("returned") if seen is state and not netted else ()
        kinds = kinds_of(one.page, seen.name)
        meant = {
            value: rows
            for value, rows in kinds.items()
            if value.lower() in (*value_words("cancelled"), *also)
        }
        if meant:
            return seen.name, meant
    return "", {}


def _kinds(one: Assigned) -> list[Seen]:
    """Columns of words that repeat, beside those with the figures."""
    figures = _figures(one)
    columns = (one.page.column(name) for name in one.page.raw.names if name not in figures)
    return [seen for seen in columns if seen.distinct <= MOST_KINDS and not seen.typed]


def _figures(one: Assigned) -> set[str]:
    named = ("customer_id", "paid_at", "amount", "quantity")
    return {m.text for name, m in one.matches.items() if name in named}


def _below_zero(page: Page, text: str) -> int:
    """Rows whose amount is below zero; the parts of an expression are taken as they are."""
    rows = page.raw.table
    cell = {name: cells.trimmed(rows[cell_name(page.raw.names.index(name))]) for name in page.raw.names}
    value = parse(text, page.raw.names).value(lambda name: cells.number(cell[name], page.column(name).style))
    return int(rows.filter((value < 0).fill_null(False)).count().execute())
