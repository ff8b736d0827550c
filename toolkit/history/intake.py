"""The record of what entered a table and what was turned away, and why."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.shown import shown
from toolkit.terms import Label


@shown("code", "rows")
@dataclass(frozen=True, slots=True)
class Count:
    """Rows (or orders) of which one thing is said.

    Attributes
    ----------
    code : str
    label : Label
    rows : int
    """

    code: str
    label: Label
    rows: int


@shown("table", "rows_in", "rows_accepted")
@dataclass(frozen=True, slots=True)
class Intake:
    """What became of every row of one table.

    Attributes
    ----------
    table : str
    rows_in, rows_accepted : int
        Rows of the files, and rows that passed every check.
    reasons : tuple of Count
        Quarantined rows by the first check they failed, in the order of the checks. Conditions of the
        study are listed even where no row failed; other checks only where one did.
    notes : tuple of Count
        Things about the table a reader should know, such as equal rows that were kept.

    >>> label = Label("缺少客户编号", "no customer id")
    >>> Intake("transactions", 5, 3, (Count("missing_customer_id", label, 2),)).rows_quarantined
    2
    """

    table: str
    rows_in: int
    rows_accepted: int
    reasons: tuple[Count, ...]
    notes: tuple[Count, ...] = ()

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_accepted + self.rows_quarantined:
            raise ValueError(
                f"{self.table}: {self.rows_in} rows in, but {self.rows_accepted} accepted "
                f"and {self.rows_quarantined} quarantined"
            )

    @property
    def rows_quarantined(self) -> int:
        return sum(reason.rows for reason in self.reasons)

    def note(self, code: str) -> int:
        """Rows of the note called ``code``; 0 where there is none."""
        return next((note.rows for note in self.notes if note.code == code), 0)
