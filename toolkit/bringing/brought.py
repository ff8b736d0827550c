"""What is asked of an import, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.history.proposal import Proposal
from toolkit.history.proposal.preview import Looked


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an import.

    Attributes
    ----------
    files : tuple of str
    study_id : str or None
    out, into, answers, data : Path or None
    force : bool
    asks : bool
        Whether somebody is there to be asked.
    """

    files: tuple[str, ...]
    study_id: str | None = None
    out: Path | None = None
    into: Path | None = None
    answers: Path | None = None
    data: Path | None = None
    force: bool = False
    asks: bool = False


@dataclass(slots=True)
class Brought:
    """What an import found and wrote, filled as it goes, for one JSON object.

    Attributes
    ----------
    written : list of str
        Files, the study first.
    tables : list of dict
        Page, table, columns with confidence.
    questions : list of dict
        What nobody has answered, and whether it stops an import.
    intake : dict of table to rows in, accepted, and turned away by reason
    totals : dict
        Of the accepted transactions.
    """

    written: list[str] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    intake: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)


def tell(brought: Brought, proposal: Proposal) -> None:
    """Note what is proposed, and what is open."""
    brought.tables = [
        {
            "page": one.page.name,
            "table": one.table,
            "rows": one.page.rows,
            "columns": {
                name: {"from": m.text, "confidence": m.confidence, "readable": round(m.readable, 4)}
                for name, m in proposal.columns(one).items()
            },
        }
        for one in proposal.tables
    ]
    brought.questions = [
        {
            "id": q.id,
            "proposed": q.proposed,
            "confidence": q.confidence,
            "stops": q.open and q.needed,
            "zh": q.ask.zh,
            "en": q.ask.en,
        }
        for q in proposal.questions
        if q.open
    ]


def intake_of(one: Looked) -> dict[str, Any]:
    """What became of the rows of a table."""
    reasons = {count.code: count.rows for count in one.intake.reasons if count.rows}
    return {"rows": one.intake.rows_in, "accepted": one.intake.rows_accepted, "quarantined": reasons}
