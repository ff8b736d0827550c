"""The data log of a report: every table and file, and how it stands against the report before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.history.canonical import TABLES, Column
from toolkit.reporting.earlier import Earlier
from toolkit.study import Study

MANIFEST, TRANSACTIONS = "manifest.json", "transactions"
NEW, SAME, GREW, REWRITTEN = "new", "same", "grew", "rewritten"


@dataclass(frozen=True, slots=True)
class Held:
    """One table, or one file, of the data and how it stands against the report before.

    Attributes
    ----------
    name : str
    rows : int
    accepted, quarantined : int or None
        Of tables alone.
    first_day, last_day : str
        Of what is dated in it; empty where nothing is.
    sha256 : str
        Of files alone.
    against : str or None
        ``new``, ``same``, ``grew`` or ``rewritten``; None without an earlier report.
    more : int
        Rows more than in the earlier report.
    """

    name: str
    rows: int
    accepted: int | None = None
    quarantined: int | None = None
    first_day: str = ""
    last_day: str = ""
    sha256: str = ""
    against: str | None = None
    more: int = 0


def data_held(study: Study, earlier: Earlier | None) -> tuple[Held, ...]:
    """Every table of the data, transactions first.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> [(held.name, held.rows, held.quarantined) for held in toolkit.findings.data_held(study, None)]
    [('transactions', 32547, 0), ('customers', 1137, 0), ('grades', 2540, 0), ('contacts', 12287, 0),
    ('lists', 458, 0)]
    """
    before = _data(earlier).get("tables")
    made = []
    for one in study.history.intakes:
        first, last = _span(study, one.table)
        known = None if before is None else before.get(one.table, {}).get("rows_in")
        against = _against(before is not None, known, one.rows_in, None, None)
        made.append(
            Held(one.table, one.rows_in, one.rows_accepted, one.rows_quarantined, first, last,
                 against=against, more=one.rows_in - (known or 0))
        )  # fmt: skip
    return tuple(made)


def files_held(study: Study, earlier: Earlier | None) -> tuple[Held, ...]:
    """Every file that was read; empty for a simulated company.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.findings.files_held(study, None)
    ()
    """
    told = _data(earlier).get("files")
    before = {one["name"]: one for one in told or ()}
    made = []
    for one in study.history.files:
        was = before.get(one.name, {})
        against = _against(told is not None, was.get("rows"), one.rows, was.get("sha256"), one.sha256)
        made.append(
            Held(one.name, one.rows, sha256=one.sha256, against=against, more=one.rows - was.get("rows", 0))
        )
    return tuple(made)


def _data(earlier: Earlier | None) -> Mapping[str, Any]:
    told = earlier.read(MANIFEST).get("data") if earlier else None
    return told if isinstance(told, dict) else {}


def _against(known: bool, rows_before: int | None, rows: int, was: str | None, now: str | None) -> str | None:
    if not known:
        return None
    if rows_before is None:
        return NEW
    if rows_before != rows:
        return GREW
    return SAME if was == now else REWRITTEN


def _span(study: Study, table: str) -> tuple[str, str]:
    """First and last day of what happened, else of what every row dates; empty where nothing is dated."""
    history = study.history
    if table == TRANSACTIONS:
        return history.first_day.isoformat(), history.last_day.isoformat()
    frame = history.tables.get(table)
    columns = TABLES[table].columns
    dated = [one.name for one in columns if one.happened] or [
        one.name for one in columns if _is_required_day(one)
    ]
    days = [] if frame is None else [frame[name].dropna() for name in dated if name in frame]
    days = [one for one in days if len(one)]
    if not days:
        return "", ""
    return min(one.min() for one in days).date().isoformat(), max(
        one.max() for one in days
    ).date().isoformat()


def _is_required_day(column: Column) -> bool:
    return column.required and column.kind in ("day", "timestamp")
