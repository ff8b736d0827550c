"""Which page is which table of a history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.history.canonical import TABLES
from toolkit.history.expression import parse
from toolkit.history.proposal.amounts import amount_of, margin_of
from toolkit.history.proposal.answers import NONE, Answers
from toolkit.history.proposal.matching import Match, match, stated
from toolkit.history.proposal.pages import Page
from toolkit.history.proposal.vocabulary import likeness, table_words

GUESSED = (
    "transactions",
    "customers",
    "payments",
    "contacts",
    "grades",
    "service",
    "lists",
    "appeals",
    "judgements",
)
_ENOUGH = 0.4
_TITLED = 0.15
_UNTITLED = 0.75
_OPTIONAL, _MOST_OPTIONAL = 0.02, 0.1
_CLOSE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A page as a table.

    Attributes
    ----------
    page : Page
    table : str
    matches : dict of str to Match
    confidence : float
    rival : str or None
        Another page that could be the same table.
    """

    page: Page
    table: str
    matches: dict[str, Match]
    confidence: float
    rival: str | None = None

    def required(self) -> dict[str, Match | None]:
        """The columns without which the table is refused, missing ones as None."""
        return {name: self.matches.get(name) for name in TABLES[self.table].required()}


def assign(pages: Sequence[Page], answers: Answers) -> tuple[Assigned, ...]:
    """Each page as the table that it fits best, transactions first; a page that fits none is left out."""
    told = answers.tables()
    best = [one for page in pages if (one := _best(page, told.get(page.name), answers))]
    chosen: dict[str, Assigned] = {}
    for one in sorted(best, key=lambda one: -one.confidence):
        if one.table not in chosen:
            chosen[one.table] = one
            continue
        first = chosen[one.table]
        if one.page.name not in told and first.page.name in told:
            continue
        if first.rival is None:
            chosen[one.table] = Assigned(
                first.page, first.table, first.matches, first.confidence, one.page.name
            )
    return tuple(chosen[name] for name in TABLES if name in chosen)


def could_be(page: Page, table: str, answers: Answers) -> Assigned:
    """The page as ``table``, however badly it fits."""
    matches = match(page, table)
    if table == "transactions":
        amount = amount_of(page, matches)
        matches = {name: one for name, one in matches.items() if name != "amount"} | (
            {"amount": amount} if amount else {}
        )
        if "margin" not in matches and (margin := margin_of(page, matches)):
            matches["margin"] = margin
    for column, text in answers.columns(table).items():
        matches.pop(column, None)
        if text != NONE and set(parse(text, page.raw.names).columns) <= set(page.raw.names):
            matches = {name: one for name, one in matches.items() if one.text != text}
            matches[column] = stated(page, table, column, text)
    names = [*TABLES[table].names(), *(name for name in matches if name not in TABLES[table].names())]
    return Assigned(
        page, table, {name: matches[name] for name in names if name in matches}, _score(page, table, matches)
    )


def title_of(page: Page) -> str:
    """What the page is called: its sheet or table, else its file."""
    part = page.source.get("sheet") or page.source.get("table")
    whole = page.source["path"].rpartition("/")[2].split(".")[0]
    return " ".join(part) if isinstance(part, list) else part or whole


def _best(page: Page, told: str | None, answers: Answers) -> Assigned | None:
    if told == NONE:
        return None
    if told is not None:
        fit = could_be(page, told, answers)
        return Assigned(page, told, fit.matches, 1.0)
    fits = [could_be(page, table, answers) for table in GUESSED]
    best = max(fits, key=lambda one: one.confidence)
    return best if best.confidence >= _ENOUGH else None


def _score(page: Page, table: str, matches: dict[str, Match]) -> float:
    required = [matches.get(name) for name in TABLES[table].required()]
    if not all(required):
        return 0.0
    base = sum(one.confidence for one in required if one) / len(required)
    titled = likeness(title_of(page), table_words(table))[0] >= 0.6
    optional = len(matches) - len(required)
    if table == "customers":
        seen = page.column(matches["customer_id"].text)
        if seen.distinct < 0.98 * seen.filled or not optional:
            return 0.0
        base *= _UNTITLED
    elif table != "transactions" and not titled:
        base *= _UNTITLED
    return min(base + (_TITLED if titled else 0.0) + min(_OPTIONAL * optional, _MOST_OPTIONAL), 1.2) / 1.2
