"""The books of a company that carries out a pilot, made from the books of the same company without it.

A pilot touches nobody but those drawn, and nothing before its first day: every other record is taken over as
it is. What those drawn buy, pay, receive and say from then on is written anew and filed among the rest, with
numbers of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from zlib import crc32

import numpy as np
import pandas as pd

from toolkit.synthetic import orders
from toolkit.synthetic.books import Setting, attention, judged, sell
from toolkit.synthetic.codes import DIGITS
from toolkit.synthetic.lists import black_list
from toolkit.synthetic.payments import pay, payments_table
from toolkit.synthetic.pilots import Pilot, pilot_grades, pilot_lists, spans
from toolkit.synthetic.population import Span
from toolkit.synthetic.programme import grades_table

CARRIED = 11
"""Told apart from the seeds of the other streams."""

DATED = {
    "transactions": "paid_at",
    "contacts": "at",
    "service": "delivered_on",
    "appeals": "filed_on",
    "judgements": "judged_on",
}
NUMBERED = {
    "transactions": ("order_id", "returns_order_id"),
    "payments": ("order_id",),
    "contacts": ("contact_id",),
    "service": ("service_id",),
}

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Whose records are written anew, and from which day on."""

    rows: np.ndarray
    names: frozenset[str]
    first: int
    start: pd.Timestamp

    def touched(self, table: pd.DataFrame, day: str) -> pd.Series:
        """Rows of ``table`` that the pilot may have changed."""
        return table["customer_id"].isin(self.names) & (table[day] >= self.start)


def carry_out(tables: Tables, setting: Setting, pilot: Pilot, decided: tuple[Span, ...], seed: int) -> Tables:
    """``tables`` after ``pilot``.

    Parameters
    ----------
    tables : dict of DataFrame
        Books of the company without this pilot.
    setting : Setting
        With the population as it lives with this pilot.
    pilot : Pilot
    decided : tuple of Span
        Of this pilot and all before it.
    seed : int
        Of the company.
    """
    calendar, ids, first = setting.calendar, setting.ids, pilot.first(setting.calendar)
    mine = spans(pilot, calendar, ids)
    if first >= calendar.shown or not mine:
        return tables
    rows = np.unique(np.concatenate([span.rows for span in mine]))
    start = pd.Timestamp((calendar.first + first).start())
    drawn = _Drawn(rows, frozenset(ids.take(rows).to_pylist()), first, start)
    setting = replace(setting, streams=_streams(setting, pilot, seed))
    grades = grades_table(setting.population, calendar, ids)
    fresh = _renumbered(_anew(setting, tables, grades, drawn), tables)
    made = tables | {name: _filed(tables[name], fresh, name, drawn) for name in DATED}
    made["payments"] = _by_document(tables, fresh, made["transactions"]["order_id"])
    made["grades"] = _sorted([grades, pilot_grades(decided, setting.population, calendar, ids)], ["from_on"])
    made["lists"] = _lists(setting, made, pilot, drawn)
    return made


def _streams(setting: Setting, pilot: Pilot, seed: int) -> dict[str, np.random.Generator]:
    """Streams of this pilot's own."""
    numbers = np.random.SeedSequence([seed, CARRIED, crc32(pilot.id.encode())])
    children = zip(setting.streams, numbers.spawn(len(setting.streams)), strict=True)
    return {name: np.random.default_rng(child) for name, child in children}


def _anew(setting: Setting, tables: Tables, grades: pd.DataFrame, drawn: _Drawn) -> Tables:
    """Every record of those drawn from the first day on."""
    cells = orders.bought(setting.population, setting.calendar.shown)
    mine = np.isin(cells.customer, drawn.rows) & (cells.quarter >= drawn.first)
    if not mine.any():
        return {}
    cells = orders.Cells(*(getattr(cells, field.name)[mine] for field in fields(cells)))
    sales, documents = sell(setting, cells)
    paid = pay(documents, setting.population, setting.traits, setting.streams["payments"])
    served = attention(setting, cells, np.zeros(len(setting.population), np.int64))
    since = tables["customers"].set_index("customer_id")["since"]
    theirs = grades[grades["customer_id"].isin(drawn.names)].reset_index(drop=True)
    said = judged(setting, theirs, since)
    return {
        "transactions": sales,
        "payments": payments_table(paid, documents, setting.ids, setting.as_of),
        **served,
        **{name: table[table[DATED[name]] >= drawn.start] for name, table in said.items()},
    }


def _renumbered(fresh: Tables, tables: Tables) -> Tables:
    """``fresh`` with numbers that come after those on file."""
    highest: dict[str, int] = {}
    for name, columns in NUMBERED.items():
        known = tables[name][columns[0]]
        highest |= known.groupby(known.str[0]).max().str[1:].astype(int).to_dict()
    return {
        name: table.assign(**{c: _after(table[c], highest) for c in NUMBERED.get(name, ())})
        for name, table in fresh.items()
    }


def _after(ids: pd.Series, highest: dict[str, int]) -> pd.Series:
    known = ids.dropna()
    letter = known.str[0]
    number = known.str[1:].astype("int64") + letter.map(highest).fillna(0).astype("int64")
    text = letter + number.astype(ids.dtype).str.zfill(DIGITS)
    return text.reindex(ids.index).astype(ids.dtype)


def _filed(table: pd.DataFrame, fresh: Tables, name: str, drawn: _Drawn) -> pd.DataFrame:
    """A table by day: what the pilot did not touch, and what was written anew."""
    day = DATED[name]
    return _sorted([table[~drawn.touched(table, day)], fresh.get(name, table.iloc[:0])], [day])


def _by_document(tables: Tables, fresh: Tables, documents: pd.Series) -> pd.DataFrame:
    """Payments of the documents on file, in their order."""
    old = tables["payments"]
    every = _joined([old, fresh.get("payments", old.iloc[:0])]).set_index("order_id", drop=False)
    return every.loc[documents.drop_duplicates()].reset_index(drop=True)


def _lists(setting: Setting, made: Tables, pilot: Pilot, drawn: _Drawn) -> pd.DataFrame:
    """The lists on file, the arms of the pilot, and those drawn who left an invoice unpaid since."""
    on_file = made["lists"]
    kept = on_file[~(drawn.touched(on_file, "from_on") & on_file["list"].eq("black"))]
    paid = made["payments"]
    as_of = pd.Timestamp(setting.calendar.as_of)
    bad = black_list(paid[paid["customer_id"].isin(drawn.names)], as_of, setting.streams["lists"])
    bad = bad[drawn.touched(bad, "from_on")]
    bad = bad[~bad["customer_id"].isin(kept.loc[kept["list"] == "black", "customer_id"])]
    entered = pilot_lists(pilot, setting.calendar, setting.ids)
    return _sorted([kept, bad, entered], ["from_on", "customer_id", "list"])


def _sorted(parts: list[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    return _joined(parts).sort_values(by, kind="stable", ignore_index=True)


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part for part in parts if len(part)], ignore_index=True)
