"""``gradelab import`` on a page: what it proposes is shown, what it must ask is asked below the cell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from IPython import get_ipython
from rich.console import Console

from toolkit.bringing.brought import Brought, Wanted
from toolkit.bringing.command import STUDIES, bring
from toolkit.params.places import data_folder
from toolkit.params.references import references

WIDE = 130


def brought_in(root: Path, files: Sequence[str], study_id: str, data: str = "", answers: str = "") -> Path:
    """The study that ``files`` became; one that is there already is left as it is.

    The working folder is that of the project; a file is looked for there and in the data folder.

    Raises
    ------
    UsageError, ParameterError, HistoryError
        As ``gradelab import`` refuses.
    """
    study = STUDIES / f"{study_id}.yaml"
    if study.is_file():
        return study
    folder = data_folder(root, data or None)
    named = tuple(_place(folder, name) for name in files)
    wanted = Wanted(
        named,
        study_id=study_id,
        data=folder,
        answers=Path(answers) if answers else None,
        asks=_somebody_is_there(),
    )
    bring(wanted, Brought(), Console(width=WIDE, highlight=False), input, date.today())
    return study


def _place(folder: Path, name: str) -> str:
    """``name`` as an import takes it: as it is where it exists, else in the data folder; a reference stays."""
    if references(name) or "://" in name:
        return name
    return name if Path(name).exists() else os.path.relpath(folder / name)


def _somebody_is_there() -> bool:
    """Whether the notebook can put a question to whoever runs it."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))
