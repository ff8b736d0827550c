"""What the door would make of a proposal: rows in, rows turned away and why, and what the rest comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis

from toolkit.history.admission import Admitted, admit
from toolkit.history.canonical import TABLES
from toolkit.history.checks import Limits
from toolkit.history.expression import parse
from toolkit.history.intake import Intake
from toolkit.history.proposal.assigning import Assigned
from toolkit.history.proposal.proposal import Proposal
from toolkit.history.source import live_in
from toolkit.params.history import FilesParams, TableParams
from toolkit.terms import Label

SHOWN = 10


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A row that would be quarantined.

    Attributes
    ----------
    reason : Label
    cells : dict of str to str
        The columns of the file that the study reads, as written, by standard column.
    """

    reason: Label
    cells: dict[str, str]


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
    """

    table: str
    page: str
    intake: Intake
    rows: tuple[TurnedAway, ...]
    accepted: ibis.Table


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
    return tuple(_looked(con, one, params[one.table], limits) for one in proposal.tables)


def _looked(con: ibis.BaseBackend, one: Assigned, params: TableParams, limits: Limits) -> Looked:
    admitted = admit(con, one.page.raw, TABLES[one.table], params, limits)
    rows = tuple(_turned_away(one, params, admitted))
    return Looked(one.table, one.page.name, admitted.intake, rows, admitted.accepted)


def _turned_away(one: Assigned, params: TableParams, admitted: Admitted) -> list[TurnedAway]:
    reasons = [count for count in admitted.intake.reasons if count.rows]
    names = one.page.raw.names
    read = {name: parse(text, names).columns for name, text in params.columns.items()}
    kept = admitted.quarantined.columns[1:]
    found = []
    for count in reasons:
        many = max(1, SHOWN // len(reasons))
        rows = admitted.quarantined.filter(admitted.quarantined.reason == count.code).limit(many)
        for row in rows.to_pyarrow().to_pylist():
            written = {name: row[column] or "" for name, column in zip(names, kept, strict=True)}
            cells = {name: ", ".join(written[part] for part in parts) for name, parts in read.items()}
            found.append(TurnedAway(count.label, cells))
    return found[:SHOWN]
