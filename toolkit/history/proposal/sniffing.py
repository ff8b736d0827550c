"""What the cells of a column look like: each reading of the door tried on a sample of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import ibis

from toolkit.history import cells, dates
from toolkit.history.cells import Numbers
from toolkit.history.raw import Raw, cell_name
from toolkit.history.rows import layered

SAMPLE = 5000
MIXED = ("year_first", "excel")
STYLES: tuple[Numbers, ...] = ("plain", "marked", "decimal_comma")
PLAIN_TOO: tuple[Numbers, ...] = ("plain", "marked")
_SHOWN = 3
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000
_ORDERS = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%d{0}%m{0}%y", "%m{0}%d{0}%y", "%d{0}%b{0}%Y")
_PARTED = re.compile(r"^\d{1,2}([-/.])(?:\d{1,2}|[A-Za-z]{3,9})\1\d{2,4}(?:\s+(.*))?$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_DATE_DIGITS = 6
_OFFSET = r"\d\s*(Z|[+-]\d{2}:?\d{2})$"


@dataclass(frozen=True, slots=True)
class Seen:
    """One column of a sample; shares are of its filled cells.

    Attributes
    ----------
    name : str
    filled, distinct : int
    examples : tuple of str
    typed : bool
        A date or time by its type.
    numbers : dict of style to share
    dates : dict of formats to share
        How it can be read as dates; the formats as ``date_format`` of a study takes them.
    flags, negative, timed, zoned : float
        Share that says yes or no, is below zero, has a time of day, states an offset from UTC.
    """

    name: str
    filled: int
    distinct: int
    examples: tuple[str, ...]
    typed: bool = False
    numbers: dict[Numbers, float] = field(default_factory=dict)
    dates: dict[tuple[str, ...], float] = field(default_factory=dict)
    flags: float = 0.0
    negative: float = 0.0
    timed: float = 0.0
    zoned: float = 0.0

    @property
    def style(self) -> Numbers:
        """How most of its numbers are written; the plainest of equals."""
        return max(STYLES, key=lambda style: (self.numbers.get(style, 0.0), -STYLES.index(style)))

    @property
    def number(self) -> float:
        """Share that can be read as a number."""
        return self.numbers.get(self.style, 0.0)

    @property
    def format(self) -> tuple[str, ...]:
        """How most of its dates are written; the plainest of equals."""
        return max(self.dates, key=lambda one: self.dates[one], default=(dates.YEAR_FIRST,))

    @property
    def date(self) -> float:
        """Share that can be read as a date."""
        return self.dates.get(self.format, 0.0)

    @property
    def unclear_dates(self) -> bool:
        """Whether day and month could change places and all could still be read."""
        orders = {
            _order(one) for one, share in self.dates.items() if share >= self.date - 1e-9 and self.date > 0
        }
        return {"dm", "md"} <= orders

    def ordered(self, order: str | None) -> tuple[str, ...]:
        """How its dates are written; of day and month the one first that ``order`` names."""
        wanted = {"day_first": "dm", "month_first": "md"}.get(order or "")
        alike = [one for one, share in self.dates.items() if share >= self.date - 1e-9]
        return next((one for one in alike if wanted and _order(one) == wanted), self.format)


def sample_of(con: ibis.BaseBackend, raw: Raw, rows: int) -> ibis.Table:
    """Rows spread evenly over the table, as many as ``SAMPLE``, trimmed."""
    table = raw.table
    if rows > SAMPLE:
        step = -(-rows // SAMPLE)
        table = table.mutate(place=ibis.row_number()).filter(lambda t: t.place % step == 0).drop("place")
    table = table.mutate(**{name: cells.trimmed(table[name]) for name in table.columns})
    return con.create_table(ibis.util.gen_name("sample"), table, temp=True)


def look(sample: ibis.Table, raw: Raw) -> tuple[Seen, ...]:
    """Every column of the sample."""
    return tuple(_seen(sample, name, sample[cell_name(place)]) for place, name in enumerate(raw.names))


def _seen(sample: ibis.Table, name: str, cell: ibis.Value) -> Seen:
    """One column; readings that its cells rule out at a glance are not tried on all of them."""
    filled = ~cells.absent(cell)
    shown = sample.filter(filled).select(cell=cells.text(cell)).limit(200).to_pyarrow()["cell"].to_pylist()
    kind = cell.type()
    typed = kind.is_timestamp() or kind.is_date()
    offset = filled if kind.is_timestamp() and kind.timezone else cells.text(cell).re_search(_OFFSET)
    asked = {"filled": filled, "flags": cells.flag(cell).notnull(), "zoned": offset}
    counts = _counted(sample, asked, distinct=cell.nunique())
    whole = max(counts["filled"], 1)
    examples = tuple(dict.fromkeys(shown))[:_SHOWN]
    seen = Seen(name, counts["filled"], counts["distinct"], examples, typed, flags=counts["flags"] / whole,
                zoned=counts["zoned"] / whole)  # fmt: skip
    if typed:
        return _dated(sample, cell, seen, [(dates.YEAR_FIRST,)])
    if any(sign.isdigit() for one in shown for sign in one):
        seen = _numbered(sample, cell, seen, ("plain",))
        plain = replace(seen, numbers=dict.fromkeys(STYLES if kind.is_numeric() else PLAIN_TOO, 1.0))
        seen = plain if seen.number == 1 else _numbered(sample, cell, seen, STYLES)
    return _dated(sample, cell, seen, _formats(shown))


def _numbered(sample: ibis.Table, cell: ibis.Value, seen: Seen, styles: Sequence[Numbers]) -> Seen:
    """With the shares that can be read as numbers written in ``styles``."""
    filled = ~cells.absent(cell)
    values = {style: cells.number(cell, style) for style in styles}
    asked = {f"read_{style}": filled & value.notnull() for style, value in values.items()}
    asked |= {f"below_{style}": value < 0 for style, value in values.items()}
    counts, whole = _counted(sample, asked), max(seen.filled, 1)
    told = replace(seen, numbers={style: counts[f"read_{style}"] / whole for style in styles})
    return replace(told, negative=counts[f"below_{told.style}"] / whole)


def _dated(sample: ibis.Table, cell: ibis.Value, seen: Seen, formats: Sequence[tuple[str, ...]]) -> Seen:
    """With the shares that can be read as dates written in ``formats``."""
    if not formats:
        return seen
    moments = [_moment(cell, one) for one in formats]
    asked = {f"read_{place}": moment.notnull() for place, moment in enumerate(moments)}
    asked |= {f"timed_{place}": moment != moment.truncate("D") for place, moment in enumerate(moments)}
    counts, whole = _counted(sample, asked), max(seen.filled, 1)
    told = replace(seen, dates={one: counts[f"read_{place}"] / whole for place, one in enumerate(formats)})
    return replace(told, timed=counts[f"timed_{formats.index(told.format)}"] / whole)


def _counted(sample: ibis.Table, asked: dict[str, ibis.Value], **more: ibis.Value) -> dict[str, int]:
    """Rows for which each of ``asked`` is true; and ``more``."""
    wanted = {name: value.sum() for name, value in asked.items()} | more
    with layered():
        told = sample.aggregate(**wanted).to_pyarrow().to_pylist()[0]
    return {name: int(value or 0) for name, value in told.items()}


def _moment(cell: ibis.Value, formats: tuple[str, ...]) -> ibis.Value:
    """The cell as a date; a number counts as a day number of a spreadsheet only where the year is near."""
    if dates.EXCEL not in formats:
        return dates.timestamp(cell, formats)
    days = cells.number(cell)
    serial = ibis.ifelse(
        days.between(_FIRST_SERIAL, _LAST_SERIAL), dates.timestamp(cell, dates.EXCEL), ibis.null("timestamp")
    )
    others = [one for one in formats if one != dates.EXCEL]
    return ibis.coalesce(dates.timestamp(cell, others), serial) if others else serial


def _formats(shown: Sequence[str]) -> list[tuple[str, ...]]:
    """Formats worth trying on cells of which some are ``shown``, the plainest first."""
    parted = [found for one in shown if (found := _PARTED.match(one))]
    signs = dict.fromkeys(found[1] for found in parted)
    clocks = dict.fromkeys(_clock(found[2] or "") for found in parted)
    single = [(order.format(sign) + clock,) for sign in signs for order in _ORDERS for clock in clocks]
    lettered = any(any(c.isalpha() and c.isascii() for c in found[0].split()[0]) for found in parted)
    single = [one for one in single if ("%b" in one[0]) == lettered or "%b" not in one[0]]
    whole = any(sum(sign.isdigit() for sign in one) >= _DATE_DIGITS for one in shown)
    serial = any(_SERIAL.match(one) for one in shown)
    year_first: list[tuple[str, ...]] = [(dates.YEAR_FIRST,)] if whole else []
    plain = [*year_first, *([(dates.EXCEL,), MIXED] if serial else [])]
    mixed = MIXED if serial else (dates.YEAR_FIRST,)
    return [*plain, *single, *((*mixed, *one) for one in single if len(signs) == 1)]


def _clock(rest: str) -> str:
    """The time of day as a format."""
    if not rest:
        return ""
    halved = any(sign.isalpha() for sign in rest)
    return (
        (" %I:%M" if halved else " %H:%M")
        + (":%S" if rest.count(":") == 2 else "")
        + (" %p" if halved else "")
    )


def _order(formats: tuple[str, ...]) -> str:
    """``dm`` or ``md`` where a format has the day or the month first."""
    first = next((one for one in formats if one.startswith(("%d", "%m"))), "")
    return {"%d": "dm", "%m": "md"}.get(first[:2], "") if "%b" not in first else ""
