"""What the door would make of a proposal: rows in, rows turned away and why, and what the rest comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import ibis

from toolkit.history import cells
from toolkit.history.admission import Judged, judge, part
from toolkit.history.canonical import TABLES
from toolkit.history.checks import Limits
from toolkit.history.expression import parse
from toolkit.history.intake import Intake
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.proposal import CANCELLED, Proposal
from toolkit.history.proposal.sums import Compared, Sums, compared, sums_of
from toolkit.history.raw import cell_name
from toolkit.history.source import live_in
from toolkit.params.history import FilesParams, TableParams
from toolkit.terms import Label

SHOWN = 10
_BROKEN = "broken_row"


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A row that would be quarantined.

    Attributes
    ----------
    reason : Label
    cells : dict of str to str
        The columns of the file that the study reads, as written, by standard column.
    read : dict of str to float
        Those that hold numbers, as the study reads them; without those that cannot be read.
    """

    reason: Label
    cells: dict[str, str]
    read: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One table after the door.

    Attributes
    ----------
    table : str
    page : str
    intake : Intake
    rows : tuple of TurnedAway
        Up to ``SHOWN``, of every reason some.
    accepted : ibis Table
    sums : Sums or None
        Of the transactions.
    totals : tuple of Compared
        Totals that the file carries, beside its rows.
    """

    table: str
    page: str
    intake: Intake
    rows: tuple[TurnedAway, ...]
    accepted: ibis.Table
    sums: Sums | None = None
    totals: tuple[Compared, ...] = ()


def preview(
    con: ibis.BaseBackend, proposal: Proposal, history: FilesParams, today: date
) -> tuple[Looked, ...]:
    """Every table of the proposal through the door, transactions first.

    Raises
    ------
    HistoryError
        Where no row of a table passes.
    ParameterError
        Where there is no such time zone.
    """
    live_in(con, history.time_zone)
    limits = Limits(history.earliest, history.latest or today, history.duplicates == "drop")
    params = {"transactions": history.transactions, **history.tables}
    return tuple(_looked(con, proposal, one, params[one.table], limits) for one in proposal.tables)


def _looked(
    con: ibis.BaseBackend, proposal: Proposal, one: Assigned, params: TableParams, limits: Limits
) -> Looked:
    raw, standard = one.page.raw, TABLES[one.table]
    judged = judge(con, raw, standard, params, limits)
    try:
        admitted = part(con, raw, standard, judged)
        rows = tuple(_turned_away(one, params, judged, admitted.intake))
        found = Looked(one.table, one.page.name, admitted.intake, rows, admitted.accepted)
        if one.table != "transactions":
            return found
        codes = (code for code, label in judged.labels.items() if label == CANCELLED)
        left_out, amount = next(codes, None), proposal.columns(one)["amount"].text
        return replace(
            found,
            sums=sums_of(judged, left_out),
            totals=compared(judged, raw, amount, params.numbers, left_out),
        )
    finally:
        judged.forget(con)


def _turned_away(one: Assigned, params: TableParams, judged: Judged, intake: Intake) -> list[TurnedAway]:
    reasons = [count for count in intake.reasons if count.rows]
    names = one.page.raw.names
    read = {name: parse(text, names).columns for name, text in params.columns.items()}
    numbers = [name for name in judged.standard if TABLES[one.table].column(name).kind == "number"]
    shown = {cell_name(place): cells.text(judged.table[cell_name(place)]) for place in range(len(names))}
    shown |= {name: judged.value(name) for name in numbers}
    table = judged.table.select(why=judged.table.why, **shown)
    found = []
    for count in reasons:
        many = max(1, SHOWN // len(reasons))
        if count.code == _BROKEN:
            found += [TurnedAway(count.label, _broken(line, read), {}) for line in one.page.raw.broken[:many]]
            continue
        for row in table.filter(table.why == count.code).limit(many).to_pyarrow().to_pylist():
            written = {name: row[cell_name(place)] or "" for place, name in enumerate(names)}
            told = {name: ", ".join(written[part] for part in parts) for name, parts in read.items()}
            values = {name: row[name] for name in numbers if row[name] is not None}
            found.append(TurnedAway(count.label, told, values))
    return found[:SHOWN]


def _broken(line: str, read: Iterable[str]) -> dict[str, str]:
    """A line that could not be split, in the first of the columns."""
    first, *rest = read
    return {first: line, **dict.fromkeys(rest, "")}
