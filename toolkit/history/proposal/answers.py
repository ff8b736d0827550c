"""What a person has said about files: which is which table and column, and what no file can tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from toolkit.history.proposal.vocabulary import currencies
from toolkit.params.shares import share_of

Order = Literal["day_first", "month_first"]
NONE = "none"
SHARES = ("tax", "margin")


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by the question that they belong to.

    Attributes
    ----------
    given : dict of str to str
        Such as ``currency`` -> ``CNY`` or ``columns.transactions.amount`` -> ``数量 * 单价``; ``none`` says that there is none.
    """

    given: dict[str, str] = field(default_factory=dict)

    def get(self, question: str) -> str | None:
        """The answer to ``question``; None where nobody has said."""
        return self.given.get(question)

    def also(self, question: str, answer: str) -> Answers:
        """With one more answer."""
        return replace(self, given={**self.given, question: answer})

    def columns(self, table: str) -> dict[str, str]:
        """Answers about the columns of ``table``, by standard column."""
        start = f"columns.{table}."
        return {key.removeprefix(start): value for key, value in self.given.items() if key.startswith(start)}

    def tables(self) -> dict[str, str]:
        """Answers about pages, by the name of the page."""
        return {
            key.removeprefix("tables."): value
            for key, value in self.given.items()
            if key.startswith("tables.")
        }


def flat(written: dict[str, Any]) -> dict[str, str]:
    """Answers of a file, ``tables`` and ``columns`` opened out, by question.

    >>> flat({"currency": "CNY", "columns": {"transactions": {"amount": "金额"}}})
    {'currency': 'CNY', 'columns.transactions.amount': '金额'}
    """
    found: dict[str, str] = {}
    for key, value in written.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": told for inner, told in flat(value).items()}
        elif value is not None:
            found[key] = str(value)
    return found


def acceptable(question: str, answer: str) -> bool:
    """Whether ``answer`` has the form that ``question`` takes; names of columns are judged where the page is known."""
    kind = question.partition(".")[0]
    if kind == "currency":
        return len(answer) == 3 and answer.isalpha() and answer.isupper()
    if kind == "dates":
        return answer in get_args(Order)
    if kind in SHARES:
        return answer == NONE or share_of(answer) is not None
    if kind == "unit":
        return _positive(answer)
    if kind in ("returns", "cancelled"):
        return answer in (NONE, "negative") or rule_of(answer) is not None
    return bool(answer)


def rule_of(answer: str) -> tuple[str, tuple[str, ...]] | None:
    """The column and its values in ``COLUMN = value, value``; None where it is not written so.

    >>> rule_of("单据类型 = 退货, 退款")
    ('单据类型', ('退货', '退款'))
    """
    column, sign, values = answer.partition("=")
    told = tuple(value.strip() for value in values.replace("，", ",").split(",") if value.strip())
    return (column.strip(), told) if sign and column.strip() and told else None


def known_currencies() -> tuple[str, ...]:
    """Codes that are offered."""
    return tuple(currencies())


def _positive(answer: str) -> bool:
    try:
        return 0 < float(answer) < float("inf")
    except ValueError:
        return False
