"""Headers compared with the words that companies use for the standard columns."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from toolkit.history.canonical import TABLES

_WORDS = Path(__file__).with_name("words.yaml")
_IN_BRACKETS = re.compile(r"[(\[【（].*?[)\]】）]")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]+")
_EXACT, _WITHIN, _LATER = 1.0, 0.9, 0.003
_OF_A_RATE = 0.5


@dataclass(frozen=True, slots=True)
class Header:
    """The name of a column as words.

    Attributes
    ----------
    parts : tuple of str
        Its words in lower case, what stands in brackets left out.
    aside : str
        What stands in brackets, such as a unit.
    """

    parts: tuple[str, ...]
    aside: str

    @property
    def joined(self) -> str:
        return "".join(self.parts)


def header(name: str) -> Header:
    """The name taken apart.

    >>> header("UnitPrice").parts, header("实付金额（元）").parts, header("实付金额（元）").aside
    (('unit', 'price'), ('实付金额',), '元')
    """
    clean = unicodedata.normalize("NFKC", name).strip()
    outside = _IN_BRACKETS.sub(" ", clean) if _IN_BRACKETS.sub("", clean).strip() else clean
    aside = " ".join(found[1:-1] for found in _IN_BRACKETS.findall(clean)) if outside != clean else ""
    return Header(tuple(part.lower() for part in _PARTS.findall(outside)), aside.lower().strip())


def likeness(name: str, words: tuple[str, ...]) -> tuple[float, str]:
    """How much ``name`` is one of ``words``, from 0 to 1, and which.

    >>> likeness("CustomerID", ("客户编号", "customer id"))
    (0.997, 'customer id')
    """
    told = header(name)
    found = (
        (_likeness(told, header(word)) * (1 - _LATER * min(place, 60)), word)
        for place, word in enumerate(words)
    )
    return max(found, key=lambda pair: pair[0], default=(0.0, ""))


def as_amount(name: str) -> str | None:
    """A name that ends in a unit of money, with the word amount in its place; None where it does not.

    >>> as_amount("paid_cents"), as_amount("net USD"), as_amount("paid")
    ('paid amount', 'net amount', None)
    """
    *words, last = header(name).parts or ("",)
    money = {word for told in (*units().values(), *currencies().values()) for word in told if word.isalpha()}
    return f"{' '.join(words)} amount" if words and last in money else None


def column_words(table: str, column: str) -> tuple[str, ...]:
    """Words for a standard column: of its table, of every table, its name and its labels."""
    listed = _words()["columns"]
    standard = TABLES[table].column(column)
    own = [column, standard.label.zh, standard.label.en] if standard else []
    told = (*listed.get(table, {}).get(column, ()), *listed["any"].get(column, ()), *own)
    return tuple(dict.fromkeys(told))


def table_words(table: str) -> tuple[str, ...]:
    """Words that files and sheets of a table are called by."""
    return tuple(_words()["tables"].get(table, ()))


def beside_words(role: str) -> tuple[str, ...]:
    """Words for a column that is not standard but says how to read those that are."""
    return tuple(_words()["beside"][role])


def value_words(what: str) -> tuple[str, ...]:
    """Words in cells that mean ``what``."""
    return tuple(_words()["values"][what])


def currencies() -> dict[str, tuple[str, ...]]:
    """Signs and words by currency code."""
    return {code: tuple(words) for code, words in _words()["values"]["currencies"].items()}


def units() -> dict[str, tuple[str, ...]]:
    """Words for units of money by the number that they are multiplied with."""
    return {factor: tuple(words) for factor, words in _words()["values"]["units"].items()}


def _likeness(told: Header, word: Header) -> float:
    if not word.parts or not told.parts:
        return 0.0
    if told.joined == word.joined:
        return _EXACT
    return _partly(told, word) * (_OF_A_RATE if _is_rate(told) and not _is_rate(word) else 1)


def _is_rate(told: Header) -> bool:
    """Whether the name is that of a rate, which is never the thing it is a rate of.

    >>> _is_rate(header("毛利率")), _is_rate(header("gross margin pct")), _is_rate(header("毛利"))
    (True, True, False)
    """
    words = _words()["rates"]
    return told.parts[-1] in words or any(told.joined.endswith(one) for one in words if not one.isascii())


def _partly(told: Header, word: Header) -> float:
    if word.joined.isascii():
        rest = len(told.parts) - len(word.parts)
        inside = set(word.parts) <= set(told.parts)
        return max(_WITHIN - 0.15 * rest, 0.4) if inside else 0.0
    inside = word.joined in told.joined
    return 0.5 + 0.4 * len(word.joined) / len(told.joined) if inside and len(word.joined) > 1 else 0.0


@cache
def _words() -> dict[str, Any]:
    return YAML(typ="safe").load(_WORDS.read_text("utf-8"))
