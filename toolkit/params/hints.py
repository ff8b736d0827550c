"""What an analyst may have meant: numbers with units, dates of another form, quotation marks of a Chinese keyboard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

UNITS: dict[str, Decimal] = {
    "%": Decimal("0.01"),
    "‰": Decimal("0.001"),
    "千": Decimal(10**3),
    "万": Decimal(10**4),
}
UNITS |= {"百万": Decimal(10**6), "亿": Decimal(10**8), "k": Decimal(10**3), "": Decimal(1)}
COUNTED = "元|块|人|位|个|名|次|家|天|季度|年|小时|分|yuan|rmb|cny"
NUMBER = re.compile(
    rf"(?:[¥$€£]|rmb|cny)?\s*(?P<digits>[-+]?\d[\d,_ ]*(?:\.\d+)?)\s*(?P<unit>百万|[%‰千万亿k]?)\s*(?:{COUNTED})?",
    re.IGNORECASE,
)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
QUARTER = re.compile(r"(\d{4})\s*[-/.年]?\s*(?:[Qq]|第)\s*([1-4])\s*(?:季度?)?")
QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "＂": "＂", "”": "”", "’": "’"}
WHOLE = ("int_type", "int_from_float")
NUMBERS = (*WHOLE, "float_type")

Words = tuple[str, str]
NO_HINT: Words = ("", "")


def number_meant(text: str) -> Decimal | None:
    """The number that ``text`` stands for, or None.

    >>> [str(number_meant(text)) for text in ("10万", "58,000 元", "１.５%", "about 10")]
    ['100000', '58000', '0.015', 'None']
    """
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return None
    digits = re.sub(r"[,_ ]", "", found["digits"])
    return Decimal(digits) * UNITS[found["unit"].lower()]


def day_meant(text: str) -> date | None:
    """The day that ``text`` stands for, year first, or None.

    >>> [str(day_meant(text)) for text in ("2022/10/1", "２０２２年10月1日", "1.10.2022")]
    ['2022-10-01', '2022-10-01', 'None']
    """
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def quarter_meant(text: str) -> str:
    """The quarter that ``text`` stands for; empty where none can be guessed.

    >>> [quarter_meant(text) for text in ("2026-Q3", "２０２６年第3季度", "26Q3")]
    ['2026Q3', '2026Q3', '']
    """
    found = QUARTER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{found[1]}Q{found[2]}" if found else ""


def unquoted(text: str) -> str:
    """``text`` without quotation marks that YAML takes for letters.

    >>> unquoted("“current”"), unquoted("current")
    ('current', 'current')
    """
    return text[1:-1] if len(text) > 1 and QUOTES.get(text[0]) == text[-1] else text


def written(number: Decimal) -> str:
    """``number`` as it is best typed.

    >>> written(Decimal("100000.0")), written(Decimal("0.010"))
    ('100_000', '0.01')
    """
    whole = number == number.to_integral_value()
    return f"{int(number):_}" if whole else f"{number.normalize():f}"


def hint(kind: str, context: Mapping[str, Any], value: Any) -> Words:
    """What to write instead, where that can be guessed; else two empty texts.

    Parameters
    ----------
    kind : str
        Type of the error that pydantic reports, or ``gradelab``.
    context : mapping
        Of the same error.
    value : Any
        What was written.
    """
    if kind in NUMBERS or context.get("number"):
        return _number(kind, value)
    if kind == "date_type":
        return _day(value)
    if kind == "less_than_equal" and context.get("le") == 1 and _is_number(value) and 2 <= value <= 100:
        share = written(Decimal(repr(value)) / 100)
        return (
            f"；百分数请写成小数，{value:g}% 写作 {share}",
            f"; write a percentage as a share, {value:g}% is {share}",
        )
    if kind == "string_pattern_mismatch" and r"\d{4}Q[1-4]" in context["pattern"] and quarter_meant(value):
        return f"，请写 {quarter_meant(value)}", f", write {quarter_meant(value)}"
    if isinstance(value, str) and unquoted(value) != value:
        return (
            f"；“”不是 YAML 的引号，请写 {unquoted(value)}",
            f"; “ ” are no quotation marks to YAML, write {unquoted(value)}",
        )
    return NO_HINT


def _number(kind: str, value: Any) -> Words:
    meant = (
        number_meant(value) if isinstance(value, str) else Decimal(repr(value)) if _is_number(value) else None
    )
    if meant is None or (kind in WHOLE and meant != meant.to_integral_value()):
        return NO_HINT
    return f"，请写 {written(meant)}", f", write {written(meant)}"


def _day(value: Any) -> Words:
    day = day_meant(value) if isinstance(value, str) else None
    return (f"，请写 {day}，不加引号", f", write {day} without quotes") if day else NO_HINT


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
