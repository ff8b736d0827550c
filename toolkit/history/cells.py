"""How one cell is read: identifiers, numbers and flags as expressions on a column.

A column is text without surrounding blanks, as :func:`trimmed` leaves it, or typed (Parquet,
clean Excel columns). Every function takes a column and gives an expression, so that any engine
that Ibis speaks to can run the same reading.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import float_info
from typing import Literal

import ibis

Numbers = Literal["plain", "marked", "decimal_comma"]
"""How a table writes its numbers, see ``numbers`` of a study file."""

ABSENT = ("null", "none", "nan", "na", "n/a", "#n/a", "<na>", "nat", "\\n")
"""Words that exports write for an empty cell; they are empty in every kind but plain text."""

TRUE = ("1", "1.0", "true", "t", "yes", "y", "是", "真")
FALSE = ("0", "0.0", "false", "f", "no", "n", "否", "假")

_EXACT = 2**53
_EDGE = "^[\\s\u3000\u00a0]|[\\s\u3000\u00a0]$"
_NUMBER = r"^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|inf|Inf|INF|infinity|Infinity)$"
_FORMATTED = r"^\(?[+-]?\s*[¥￥$£€]?\s*[+-]?\d[\d,，]*(\.\d+)?\s*[元%]?\)?$"
_MONEY = "(¥|￥|\\$|£|€|US\\$|HK\\$|CNY|RMB|USD|EUR|GBP|HKD|人民币)"
_MARKED = (
    rf"^\(?[+-]?\s*{_MONEY}?\s*[+-]?(\d{{1,3}}([,，]\d{{3}})+|\d+)(\.\d*)?\s*[万亿]?[元圆]?\s*{_MONEY}?-?\)?$"
)
_DECIMAL_COMMA = rf"^\(?[+-]?\s*{_MONEY}?\s*[+-]?(\d{{1,3}}([. ']\d{{3}})+|\d+)(,\d*)?\s*{_MONEY}?-?\)?$"
_MINUS = "[－−]"
_WHOLE = r"^([+-]?\d+)\.0+$"
_SCIENTIFIC = r"^\d(\.\d+)?[eE]\+\d+$"


def trimmed(cell: ibis.Value) -> ibis.Value:
    """The cell without surrounding blanks (also full-width ones), missing where nothing is left."""
    if not cell.type().is_string():
        return cell
    clean = cell.replace("\u3000", " ").replace("\u00a0", " ").strip()
    return ibis.ifelse(cell.re_search(_EDGE), clean, cell).nullif("")


def text(cell: ibis.Value) -> ibis.Value:
    """The cell as text; whole numbers without exponent on every engine."""
    if cell.type().is_string():
        return cell
    if not cell.type().is_floating():
        return cell.cast("string")
    whole = cell.try_cast("int64")
    plain = (whole.cast("float64") == cell) & (cell.abs() < _EXACT)
    return ibis.cases(
        (plain.fill_null(False), whole.cast("string") + ".0"),
        (cell.isnan(), "nan"),
        (cell > float_info.max, "inf"),
        (cell < -float_info.max, "-inf"),
        else_=cell.cast("string"),
    )


def absent(cell: ibis.Value) -> ibis.Value:
    """Whether the cell is empty or holds a word that stands for an empty cell."""
    return cell.isnull() | text(cell).lower().isin(ABSENT).fill_null(False)


def identifier(cell: ibis.Value) -> ibis.Value:
    """The cell as an identifier: ``17850.0`` and the number 17850 are ``17850``; leading zeros stay."""
    words = text(cell)
    plain = ibis.ifelse(words.re_search(_WHOLE), words.re_extract(_WHOLE, 1), words)
    whole = ibis.ifelse(words.endswith("0"), plain, words)
    return ibis.ifelse(absent(cell), ibis.null("string"), whole)


def scientific(cell: ibis.Value) -> ibis.Value:
    """Whether a spreadsheet has shortened an identifier to something like ``1.23E+11``."""
    words = text(cell)
    return (words.contains("+") & words.re_search(_SCIENTIFIC)).fill_null(False)


def number(cell: ibis.Value, numbers: Numbers = "plain") -> ibis.Value:
    """The cell as a number, as the table writes its numbers; missing where it is empty or written otherwise."""
    if cell.type().is_numeric() or cell.type().is_boolean():
        value = cell.cast("float64")
        return ibis.ifelse(value.isnan(), ibis.null("float64"), value)
    return _WRITTEN[numbers](text(cell))


def _plain(words: ibis.Value) -> ibis.Value:
    return ibis.ifelse(words.re_search(_NUMBER), words.try_cast("float64"), ibis.null("float64"))


def _marked(words: ibis.Value) -> ibis.Value:
    clean = words.re_replace(_MINUS, "-")
    unit = ibis.cases((clean.contains("万"), 1e4), (clean.contains("亿"), 1e8), else_=1.0)
    size = clean.re_replace(r"[^0-9.]", "").try_cast("float64") * unit
    read = ibis.ifelse(clean.re_search(_MARKED) & _closed(clean), _signed(clean, size), ibis.null("float64"))
    return ibis.coalesce(_plain(words), read)


def _decimal_comma(words: ibis.Value) -> ibis.Value:
    clean = words.re_replace(_MINUS, "-").replace(" ", " ")
    size = clean.re_replace(r"[^0-9,]", "").replace(",", ".").try_cast("float64")
    fits = clean.re_search(_DECIMAL_COMMA) & _closed(clean)
    return ibis.ifelse(fits, _signed(clean, size), ibis.null("float64"))


def _closed(words: ibis.Value) -> ibis.Value:
    return words.startswith("(") == words.endswith(")")


def _signed(words: ibis.Value, size: ibis.Value) -> ibis.Value:
    return ibis.ifelse(words.contains("-") | words.startswith("("), -size, size)


_WRITTEN: dict[Numbers, Callable[[ibis.Value], ibis.Value]] = {
    "plain": _plain,
    "marked": _marked,
    "decimal_comma": _decimal_comma,
}


def formatted(cell: ibis.Value) -> ibis.Value:
    """Whether a number is written for people: ``1,234.50``, ``¥88``, ``12%``, ``2,55``, ``(50)``.

    A plain number would match as well; ask only where :func:`number` finds none.
    """
    if not cell.type().is_string():
        return ibis.literal(False)
    return cell.re_search(_FORMATTED).fill_null(False)


def flag(cell: ibis.Value) -> ibis.Value:
    """The cell as true or false; missing where it is neither."""
    words = text(cell).lower()
    return ibis.cases((words.isin(TRUE), True), (words.isin(FALSE), False), else_=ibis.null("boolean"))
