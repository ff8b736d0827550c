"""Dates and times as written in a file, read as naive local time.

Left to themselves, year-first dates are read: ``2026-09-30``, ``2026/9/30 14:05``,
``2026年9月30日``, ``20260930``, with or without a time and an offset such as ``+08:00``. Any
other order needs a ``date_format``, because nothing in ``03/04/2026`` says which is the month.
Two-digit years run from 1969 to 2068. ``date_format: excel`` reads the day numbers of a
spreadsheet (1900 system). Several formats are tried in order; ``year_first`` among them is what is
read where none is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import ibis

from toolkit.errors import ParameterError
from toolkit.history import cells

EXCEL = "excel"
YEAR_FIRST = "year_first"
_CLOCK = r"([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
_OFFSET = r"\s*(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)$"
_YEAR_FIRST = r"^[1-9]\d{3}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_SERIAL = r"^\d{5}(\.\d+)?$"
_EIGHT = r"^[1-9]\d{7}$"
_PLACES = {
    "%Y": r"([1-9]\d{3})",
    "%y": r"(\d{2})",
    "%m": r"(\d{1,2})",
    "%d": r"(\d{1,2})",
    "%H": r"(\d{1,2})",
    "%I": r"(\d{1,2})",
    "%M": r"(\d{1,2})",
    "%S": r"(\d{1,2}(?:\.\d+)?)",
    "%p": r"([AaPp][Mm]|上午|下午)",
    "%b": r"([A-Za-z]{3})[A-Za-z]*",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def timestamp(cell: ibis.Value, date_format: str | Sequence[str] | None = None) -> ibis.Value:
    """The cell as naive local time; missing where it cannot be read.

    Cells that state an offset from UTC are moved to the time zone of the engine's session,
    which the reader of a history sets to the zone of the study. Typed dates ignore
    ``date_format``.
    """
    kind = cell.type()
    if kind.is_timestamp() or kind.is_date():
        return cell.cast("timestamp")
    formats = (date_format,) if isinstance(date_format, str) else date_format or (YEAR_FIRST,)
    return ibis.coalesce(*(_read(cell, one) for one in formats))


def looks_like_serial(cell: ibis.Value) -> ibis.Value:
    """Whether the cell holds a five-digit day number, as spreadsheets store dates."""
    if cell.type().is_timestamp() or cell.type().is_date():
        return ibis.literal(False)
    return cells.text(cell).re_search(_SERIAL).fill_null(False)


def _read(cell: ibis.Value, date_format: str) -> ibis.Value:
    if date_format == EXCEL:
        return _serial(cell)
    words = cells.identifier(cell) if cell.type().is_numeric() else cells.text(cell)
    return _year_first(words) if date_format == YEAR_FIRST else _formatted(words, date_format)


def _year_first(words: ibis.Value) -> ibis.Value:
    unified = _with_dashes(words)
    digits = words.substr(0, 4) + "-" + words.substr(4, 2) + "-" + words.substr(6, 2)
    plain = r"^[1-9]\d{3}-\d{1,2}-\d{1,2}" + _CLOCK
    return ibis.cases(
        (words.re_search(r"^[1-9]\d{3}-\d{2}-\d{2}" + _CLOCK + "$"), _moment(words)),
        (words.re_search(_EIGHT), digits.try_cast("timestamp")),
        (unified.re_search(plain + "$"), _moment(unified)),
        (unified.re_search(plain + _OFFSET), _instant(unified).cast("timestamp")),
        else_=ibis.null("timestamp"),
    )


def _with_dashes(words: ibis.Value) -> ibis.Value:
    """Text that begins with a year-first date, its parts joined by dashes; any other text as it is."""
    date = words.re_extract(_YEAR_FIRST, 0)
    rest = words.substr(date.length())
    for sign in ("/", ".", "年", "月"):
        date = date.replace(sign, "-")
    joined = date.replace("日", "") + rest.re_replace("[T ]+", " ")
    return ibis.ifelse(words.re_search(_YEAR_FIRST), joined, words)


def _moment(words: ibis.Value) -> ibis.Value:
    """A date with dashes and perhaps a time; 24:00 is the beginning of the next day."""
    midnight = words.re_replace("[T ]24:00(:00)?$", "").try_cast("timestamp") + ibis.interval(days=1)
    late = ibis.ifelse(words.re_search("[T ]24:00(:00)?$"), midnight, ibis.null("timestamp"))
    return ibis.coalesce(words.try_cast("timestamp"), late)


def _instant(words: ibis.Value) -> ibis.Value:
    """The same with an offset from UTC, written out in full for every engine."""
    offset = words.re_extract(_OFFSET, 1).replace("Z", "+00").replace(":", "")
    minutes = ibis.ifelse(offset.length() > 3, offset.substr(3, 2), "00")
    clock = words.re_replace(_OFFSET, "")
    whole = ibis.ifelse(clock.re_search(r" \d{1,2}:\d{2}$"), clock + ":00", clock)
    return (whole + offset.substr(0, 3) + ":" + minutes).try_cast("timestamp('UTC')")


def _serial(cell: ibis.Value) -> ibis.Value:
    days = cells.number(cell)
    seconds = (days.clip(1, 2_958_465) * 86400).round().cast("int64")
    moment = ibis.timestamp("1899-12-30 00:00:00") + seconds.as_interval("s")
    return ibis.ifelse(days.between(1, 2_958_465), moment, ibis.null("timestamp"))


def _formatted(words: ibis.Value, date_format: str) -> ibis.Value:
    """Pick the parts by a pattern and put them together year first."""
    places, pattern = _pattern(date_format)

    def part(*names: str) -> ibis.Value | None:
        found = next((name for name in names if name in places), None)
        return None if found is None else words.re_extract(pattern, places.index(found) + 1)

    year = part("%Y")
    month = part("%m")
    if year is None:
        year = ibis.ifelse(part("%y") >= "69", "19", "20") + part("%y")
    if month is None:
        month = _month_number(part("%b").lower())
    stamp = year + "-" + month + "-" + part("%d")
    hour = part("%H", "%I")
    if hour is not None:
        stamp += " " + (_hour24(hour, part("%p")) if "%p" in places else hour)
        stamp += ":" + (_two(part("%M")) if "%M" in places else "00")
        stamp += ":" + (part("%S") if "%S" in places else "00")
    return ibis.ifelse(words.re_search(pattern), stamp.try_cast("timestamp"), ibis.null("timestamp"))


def _two(digits: ibis.Value) -> ibis.Value:
    return ibis.ifelse(digits.length() < 2, "0" + digits, digits)


def _month_number(name: ibis.Value) -> ibis.Value:
    return ibis.cases(*((name == month, str(i)) for i, month in enumerate(_MONTHS, 1)), else_="0")


def _hour24(hour: ibis.Value, half: ibis.Value) -> ibis.Value:
    clock = hour.try_cast("int64")
    afternoon = half.lower().isin(("pm", "下午"))
    moved = clock % 12 + ibis.ifelse(afternoon, 12, 0)
    return ibis.ifelse(clock.between(1, 12), moved.cast("string"), "99")


def _pattern(date_format: str) -> tuple[list[str], str]:
    """The parts of a date format in order, and a pattern with one group for each."""
    pieces = re.split(r"(%.)", date_format)
    places = [piece for piece in pieces if piece.startswith("%")]
    unknown = [place for place in places if place not in _PLACES]
    complete = {"%Y", "%y"} & set(places) and {"%m", "%b"} & set(places) and "%d" in places
    if unknown or not complete or len(set(places)) < len(places):
        raise ParameterError(
            zh=f"日期写法“{date_format}”无法使用；应含年、月、日各一次，可用的有 {'、'.join(_PLACES)}，"
            "如 %d/%m/%Y %H:%M；电子表格的天数写 excel，年在前写 year_first。",
            en=f"The date format {date_format!r} cannot be used; it must have year, month and day once each. "
            f"Known parts: {', '.join(_PLACES)}, as in %d/%m/%Y %H:%M; write excel for the day numbers of a spreadsheet, "
            "year_first for dates that begin with the year.",
        )
    pattern = "".join(_PLACES.get(piece) or re.escape(piece).replace(r"\ ", r"\s+") for piece in pieces)
    return places, f"^{pattern}$"
