"""What a study keeps of its history: the panel, and the record of what entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.history.intake import Intake
from toolkit.history.raw import FileRecord
from toolkit.panel import Panel
from toolkit.shown import shown
from toolkit.window import Quarter


@shown("first_day", "last_day", "currency")
@dataclass(frozen=True, slots=True, eq=False)
class StudyHistory:
    """A history after the door: aggregated, with its record.

    Attributes
    ----------
    panel : Panel
    intakes : tuple of Intake
        One per table, transactions first.
    files : tuple of FileRecord
    first_day, last_day : date
        Of accepted transactions.
    unfinished : tuple of Quarter
    currency : str
    truth : mapping or None
        What a simulated company knows about itself.
    quarantine : Path
        Folder of the rows that were turned away.
    """

    panel: Panel
    intakes: tuple[Intake, ...]
    files: tuple[FileRecord, ...]
    first_day: date
    last_day: date
    unfinished: tuple[Quarter, ...]
    currency: str
    truth: Mapping[str, Any] | None
    quarantine: Path

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables beside the transactions."""
        return self.panel.tables

    @property
    def complete(self) -> tuple[Quarter, ...]:
        """Quarters that are not unfinished, in order."""
        return tuple(q for q in self.panel.quarters if q not in self.unfinished)
