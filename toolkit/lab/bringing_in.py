"""``gradelab import`` on a page: what it proposes is shown, what it must ask is asked below the cell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Any

from IPython import get_ipython
from rich.console import Console

from toolkit.bringing.brought import Brought, Wanted
from toolkit.bringing.command import STUDIES, bring
from toolkit.params.places import data_folder

WIDE = 130


def brought_in(root: Path, files: Sequence[str], study_id: str, data: str = "") -> Path:
    """The study that ``files`` became; one that is there already is left as it is.

    A file is looked for in the data folder first, then in the project.

    Raises
    ------
    UsageError, ParameterError, HistoryError
        As ``gradelab import`` refuses.
    """
    study = root / STUDIES / f"{study_id}.yaml"
    if study.is_file():
        return study
    folder = data_folder(root, data or None)
    named = tuple(str(folder / name) if any(folder.glob(name)) else name for name in files)
    wanted = Wanted(named, study_id=study_id, data=folder, asks=_somebody_is_there())
    with chdir(root):
        bring(wanted, Brought(), Console(width=WIDE, highlight=False), input, date.today())
    return study


def _somebody_is_there() -> bool:
    """Whether the notebook can put a question to whoever runs it."""
    kernel: Any = getattr(get_ipython(), "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))
