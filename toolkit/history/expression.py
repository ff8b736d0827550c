"""Columns of a file and their arithmetic, as written in a study file: ``Quantity * UnitPrice``.

Grammar: column names, numbers, ``+ - * /`` and parentheses. A name that is not made of
letters, digits and underscores is written in backquotes: `` `Unit price` * 2 ``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import ibis

from toolkit.errors import ParameterError

MOST_PARTS = 60
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<name>[^\W\d]\w*)|`(?P<quoted>[^`]+)`|(?P<sign>[-+*/()]))"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A column of the file."""

    column: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts joined by ``+ - * /``."""

    sign: str
    left: Part
    right: Part


Part = Name | Operation | float


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression.

    Attributes
    ----------
    text : str
        As the user wrote it.
    part : Name, Operation or float
    """

    text: str
    part: Part

    @property
    def column(self) -> str | None:
        """The column, where the expression is nothing but one."""
        return self.part.column if isinstance(self.part, Name) else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it uses, in order, each once."""
        return tuple(dict.fromkeys(_names(self.part)))

    def value(self, number_of: Callable[[str], ibis.Value]) -> ibis.Value:
        """The expression as a number; ``number_of`` gives the number in a column."""
        return _value(self.part, number_of)


def parse(text: str, columns: Sequence[str] = ()) -> Expression:
    """Read an expression; text that is exactly one of ``columns`` is that column.

    Raises
    ------
    ParameterError
        Where the text does not follow the grammar.

    Examples
    --------
    >>> parse("(Quantity + `退货 数量`) * 2").columns
    ('Quantity', '退货 数量')
    >>> parse("Invoice-Date", ["Invoice-Date"]).column
    'Invoice-Date'
    """
    if text in columns:
        return Expression(text, Name(text))
    try:
        return _parsed(text)
    except ParameterError as refusal:
        near = difflib.get_close_matches(text, columns, n=1)
        if not near:
            raise
        raise ParameterError(
            zh=f"{refusal.zh}是否指列“{near[0]}”？", en=f"{refusal.en} Did you mean the column {near[0]!r}?"
        ) from None


def _parsed(text: str) -> Expression:
    tokens = list(_tokens(text))
    if len(tokens) > MOST_PARTS:
        many = len(tokens)
        raise _refusal(
            text, f"共 {many} 个部分，最多 {MOST_PARTS} 个", f"it has {many} parts, at most {MOST_PARTS}"
        )
    reader = _Reader(text, tokens)
    expression = Expression(text, reader.total())
    reader.finish()
    if not expression.columns:
        raise _refusal(text, "没有用到任何列", "it names no column")
    return expression


class _Reader:
    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text = text
        self.tokens = [*tokens, ("end", "")]
        self.place = 0

    def total(self) -> Part:
        part = self.product()
        while self._next_is("+-"):
            part = Operation(self._take(), part, self.product())
        return part

    def product(self) -> Part:
        part = self.single()
        while self._next_is("*/"):
            part = Operation(self._take(), part, self.single())
        return part

    def single(self) -> Part:
        kind, word = self.tokens[self.place]
        if kind == "end":
            raise _refusal(self.text, "结尾不完整", "it ends too early")
        self.place += 1
        if kind == "name":
            return Name(word)
        if kind == "number":
            return float(word)
        if word == "-":
            return Operation("-", 0.0, self.single())
        if word == "(":
            part = self.total()
            if not self._next_is(")"):
                raise _refusal(self.text, "缺少右括号", "a closing parenthesis is missing")
            self._take()
            return part
        raise _refusal(self.text, f"“{word}”的位置不对", f"{word!r} is out of place")

    def finish(self) -> None:
        kind, word = self.tokens[self.place]
        if kind != "end":
            raise _refusal(
                self.text,
                f"“{word}”前缺少运算符；带空格的列名请放在反引号 ` ` 里",
                f"a sign is missing before {word!r}; put a column name with blanks in backquotes",
            )

    def _next_is(self, signs: str) -> bool:
        kind, word = self.tokens[self.place]
        return kind == "sign" and word in signs

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1][1]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if not match:
            odd = text[place:].strip()[0]
            raise _refusal(
                text,
                f"不认识“{odd}”；带特殊字符的列名请放在反引号 ` ` 里",
                f"{odd!r} has no meaning here; put a column name with special characters in backquotes",
            )
        kind = match.lastgroup or ""
        yield ("name" if kind == "quoted" else kind), match[kind]
        place = match.end()


def _names(part: Part) -> Iterator[str]:
    if isinstance(part, Name):
        yield part.column
    elif isinstance(part, Operation):
        yield from _names(part.left)
        yield from _names(part.right)


def _value(part: Part, number_of: Callable[[str], ibis.Value]) -> ibis.Value:
    if isinstance(part, Name):
        return number_of(part.column)
    if not isinstance(part, Operation):
        return ibis.literal(part)
    left, right = _value(part.left, number_of), _value(part.right, number_of)
    if part.sign == "+":
        return left + right
    if part.sign == "-":
        return left - right
    return left * right if part.sign == "*" else left / right.nullif(0)


def _refusal(text: str, zh: str, en: str) -> ParameterError:
    return ParameterError(
        zh=f"无法读懂算式“{text}”：{zh}。可以使用列名、数字、+ - * / 和括号，如 Quantity * UnitPrice。",
        en=f"Cannot read the expression {text!r}: {en}. "
        "Use column names, numbers, + - * / and parentheses, as in Quantity * UnitPrice.",
    )
