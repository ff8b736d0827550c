"""A proposal: what the history of a study would say about a company's files, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from toolkit.errors import ParameterError
from toolkit.history import dates
from toolkit.history.canonical import TABLES
from toolkit.history.cells import Numbers
from toolkit.history.expression import parse
from toolkit.history.proposal.amounts import cost_in, written
from toolkit.history.proposal.answers import NONE, Answers, rule_of
from toolkit.history.proposal.assigning import Assigned, assign, could_be
from toolkit.history.proposal.matching import SURE, Match
from toolkit.history.proposal.money import rows_of_currency
from toolkit.history.proposal.pages import Pages
from toolkit.history.proposal.question import Question
from toolkit.history.proposal.questions import questions_of
from toolkit.history.proposal.refusals import no_transactions, refuse_absent, refuse_twice, refuse_unknown
from toolkit.history.proposal.sniffing import STYLES, Seen
from toolkit.history.proposal.tax import Basis, basis_of, holds_tax
from toolkit.params.shares import share_of
from toolkit.terms import Label, Lang

CANCELLED = Label("没有成交", "no sale")
_OTHER_CURRENCY = Label("其他货币", "another currency")


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What would be written, and what is not known.

    Attributes
    ----------
    pages : Pages
    answers : Answers
    tables : tuple of Assigned
        Transactions first.
    questions : tuple of Question
        Those that nobody has answered; see ``Question.open``.
    """

    pages: Pages
    answers: Answers
    tables: tuple[Assigned, ...]
    questions: tuple[Question, ...]

    @property
    def transactions(self) -> Assigned:
        return self.tables[0]

    @property
    def unused(self) -> tuple[str, ...]:
        """Pages that are no table."""
        used = {one.page.name for one in self.tables}
        return tuple(page.name for page in self.pages.pages if page.name not in used)

    def value(self, question: str) -> str | None:
        """The answer to a question: as given, else as proposed."""
        given = self.answers.get(question)
        proposed = next((one.proposed for one in self.questions if one.id == question), None)
        return proposed if given is None else given

    def columns(self, one: Assigned) -> dict[str, Match]:
        """The columns that would be written: required ones, and the others that are sure."""
        needed = TABLES[one.table].required()
        return {name: m for name, m in one.matches.items() if name in needed or m.confidence >= SURE}

    def texts(self, one: Assigned) -> dict[str, str]:
        """The columns as the study writes them: amounts in units of the currency, without tax where that is asked for."""
        texts = {name: m.text for name, m in self.columns(one).items()}
        if one.table == "transactions" and "amount" in texts:
            told = {"amount": self._money(texts["amount"])}
            if "margin" in texts:
                told["margin"] = self._margin(texts["margin"], texts["amount"])
            texts |= told
        return texts

    def basis(self) -> Basis:
        """Whether the amounts and the margin are with or without tax."""
        return basis_of(self.transactions, self._rate())

    def style(self, one: Assigned) -> Numbers:
        """How the numbers of a table are written."""
        return self._style(one, self.columns(one))

    def assumed(self) -> tuple[Question, ...]:
        """Doubts that are taken as proposed without being asked."""
        return tuple(one for one in self.questions if one.open and not one.needed)

    def history(self, lang: Lang = "zh") -> dict[str, Any]:
        """The history section of a study, as plain data in the order in which it is written; texts in ``lang``."""
        margin = self.value("margin")
        base = self.basis().share
        stated = Label("导入时由分析师给出", "stated by the analyst on import").text(lang)
        told = {"source": f"{stated}{base.text(lang)}"}
        return {
            "kind": "files",
            "currency": self.value("currency"),
            "time_zone": self.value("time_zone"),
            **({"margin": {"rate": share_of(margin), **told}} if margin not in (None, NONE) else {}),
            "transactions": self._table(self.transactions),
            **(
                {"tables": {one.table: self._table(one) for one in self.tables[1:]}}
                if self.tables[1:]
                else {}
            ),
        }

    def _table(self, one: Assigned) -> dict[str, Any]:
        matches = self.columns(one)
        first = one.table == "transactions"
        texts = self.texts(one)
        keep = self._keep(one) if first else []
        returned = rule_of(self.value("returns") or "") if first else None
        formats = self._formats(one, matches)
        style = self._style(one, matches)
        return {
            **one.page.source,
            **(
                {"date_format": formats[0] if len(formats) == 1 else list(formats)}
                if formats != (dates.YEAR_FIRST,)
                else {}
            ),
            **({"numbers": style} if style != "plain" else {}),
            "columns": texts,
            **({"returned": _condition(one, *returned, rule="in")} if returned else {}),
            **({"keep": keep} if keep else {}),
        }

    def _margin(self, text: str, amount: str) -> str:
        """The margin in units of the currency; a cost that names no tax is taken from the amount without tax as it is."""
        cost = cost_in(text, amount, self.transactions.page.raw.names)
        if cost is None or self._rate() is None or holds_tax(cost):
            return self._money(text)
        return f"{self._money(amount)} - {self._scaled(cost)}"

    def _money(self, text: str) -> str:
        """The column in units of the currency, without tax where that is asked for."""
        rate, scaled = self._rate(), self._scaled(text)
        if rate is None:
            return scaled
        plain = written(text) if text in self.transactions.page.raw.names else f"({text})"
        return f"{plain if scaled == text else scaled} / {1 + rate:g}"

    def _scaled(self, text: str) -> str:
        """The column in units of the currency."""
        factor = self.value("unit") or "1"
        if float(factor) == 1:
            return text
        return f"{written(text) if text in self.transactions.page.raw.names else f'({text})'} * {factor}"

    def _rate(self) -> float | None:
        """The rate of tax that is taken out."""
        return share_of(self.value("tax") or NONE)

    def _keep(self, one: Assigned) -> list[dict[str, Any]]:
        found = []
        if cancelled := rule_of(self.value("cancelled") or ""):
            found.append(_condition(one, *cancelled, rule="not_in") | {"reason": _both(CANCELLED)})
        if rows := rows_of_currency(one, self.value("currency") or ""):
            found.append(_condition(one, *rows, rule="in") | {"reason": _both(_OTHER_CURRENCY)})
        return found

    def _formats(self, one: Assigned, matches: dict[str, Match]) -> tuple[str, ...]:
        """How the dates of a table are written, each way once."""
        order = self.value(f"dates.{one.table}")
        found: dict[str, None] = {}
        for seen in self._seen(one, matches, ("timestamp", "day")):
            if not seen.typed:
                found.update(dict.fromkeys(seen.ordered(order)))
        return tuple(found) or (dates.YEAR_FIRST,)

    def _style(self, one: Assigned, matches: dict[str, Match]) -> Numbers:
        """How the numbers of a table are written: the style that most of them can be read in."""
        numeric = list(self._seen(one, matches, ("number",)))
        return max(
            STYLES,
            key=lambda style: (
                round(sum(s.numbers.get(style, 0.0) for s in numeric), 6),
                -STYLES.index(style),
            ),
        )

    def _seen(self, one: Assigned, matches: dict[str, Match], kinds: tuple[str, ...]) -> list[Seen]:
        names = one.page.raw.names
        wanted = [m for name, m in matches.items() if TABLES[one.table].column(name).kind in kinds]
        parts = [part for m in wanted for part in parse(m.text, names).columns]
        return [one.page.column(part) for part in parts if part in names]


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def propose(pages: Pages, answers: Answers) -> Proposal:
    """What the history of a study would say, given what has been answered.

    Raises
    ------
    HistoryError
        Where no page could hold the transactions; the nearest one is told with what it lacks.
    ParameterError
        Where an answer names a page, table or column that does not exist.
    """
    refuse_unknown(pages, answers)
    refuse_absent(pages, answers)
    tables = assign(pages.pages, answers)
    if not tables or tables[0].table != "transactions":
        tables = (_nearest(pages, answers), *tables)
    refuse_twice(tables, answers)
    return Proposal(pages, answers, tables, questions_of(tables, answers))


def _nearest(pages: Pages, answers: Answers) -> Assigned:
    """The page that lacks least of a table of transactions, where it lacks one thing that could be named."""
    free = [page for page in pages.pages if page.name not in answers.tables()]
    fits = [could_be(page, "transactions", answers) for page in free]
    near = max(
        fits,
        key=lambda one: (sum(m is not None for m in one.required().values()), one.page.rows),
        default=None,
    )
    missing = [name for name, found in near.required().items() if found is None] if near else []
    if near is None or missing:
        raise no_transactions(pages, near, missing)
    return near


def _condition(one: Assigned, column: str, values: tuple[str, ...], rule: str) -> dict[str, Any]:
    if column not in one.page.raw.names:
        raise ParameterError(
            zh=f"{one.page.name} 没有列“{column}”；现有 {'、'.join(one.page.raw.names)}。",
            en=f"{one.page.name} has no column {column!r}; it has {', '.join(one.page.raw.names)}.",
        )
    return {"column": column, "rule": rule, "value": list(values)}
