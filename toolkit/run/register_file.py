"""A grade register as a file that other systems, and spreadsheets, can take."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from toolkit.errors import UsageError
from toolkit.history.intake import Intake
from toolkit.params.extensions import known_to
from toolkit.params.policy import read_policy
from toolkit.register import BESIDE, TAGS
from toolkit.run.files import write_whole
from toolkit.spreadsheet import formula_safe
from toolkit.terms import Label, Lang

COLUMNS = ["quarter", "grade", "reason"]
SUFFIXES = (".parquet", ".csv")


def check_suffix(path: Path) -> None:
    """Refuse a file name whose suffix names no format.

    Raises
    ------
    UsageError
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(
            zh=f"输出文件 {path.name} 的后缀应为 .parquet 或 .csv。",
            en=f"The output file {path.name} must end in .parquet or .csv.",
        )


def exported(register: pd.DataFrame) -> list[str]:
    """Columns of a register that go into the file, in their order; the id of who or what is graded is the first."""
    marks = [name for name in register.columns if name == TAGS or name.startswith(BESIDE)]
    return [register.columns[0], *COLUMNS, *marks]


def write_register(register: pd.DataFrame, path: Path, *, excel: bool = False) -> int:
    """Write ``register``, as made by :func:`register_of`; Parquet or CSV by suffix.

    Text that a spreadsheet would run as a formula gets an apostrophe in CSV, and all text is quoted, so that no
    character in an id begins a row; ``excel`` puts a byte order mark in front, by which Excel knows UTF-8. The file is replaced whole.

    Returns
    -------
    int
        Number of rows.
    """
    check_suffix(path)
    frame = register[exported(register)].astype(object).map(str)
    if path.suffix == ".csv":
        safe = frame.map(formula_safe)
        write_whole(
            path,
            safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig" if excel else "utf-8"),
        )
    else:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder) / path.name
            frame.to_parquet(scratch, index=False)
            write_whole(path, scratch.read_bytes())
    return len(frame)


def turned_away(intakes: Iterable[Intake]) -> list[Label]:
    """One sentence for every table of which the door turned rows away."""
    found = []
    for intake in intakes:
        reasons = [reason for reason in intake.reasons if reason.rows]
        if reasons:
            zh = "，".join(f"{reason.label.zh} {reason.rows:,} 行" for reason in reasons)
            en = ", ".join(f"{reason.label.en}: {reason.rows:,}" for reason in reasons)
            found.append(
                Label(
                    f"表 {intake.table} 有 {intake.rows_quarantined:,} 行被隔离，没有用到（{zh}）；请在来源中改正。",
                    f"{intake.rows_quarantined:,} row(s) of the table {intake.table} were quarantined and not used ({en}); "
                    "correct them at their source.",
                )
            )
    return found


def register_of(
    policy: Path, study: Path, *, quarter: str | None, data: Path | None, lang: Lang
) -> tuple[pd.DataFrame, list[Label]]:
    """Grades that ``policy`` gives on the history of ``study``: of one quarter, or of all; and what was turned away.

    Returns
    -------
    (DataFrame, list of Label)
        columns ``customer_id`` (or the id of what is graded), ``quarter``, ``grade``, ``reason`` (in ``lang``).
    """
    from toolkit.measures.registry import names
    from toolkit.study import open_study

    opened = open_study(study, quarter=quarter or "last", data=data)
    params = read_policy(policy, known_to("measure", names(), opened.files.extensions))
    frame = opened.register_of(params).frame(lang)
    frame = frame[exported(frame)]
    frame = frame[frame["quarter"].astype(str) == str(opened.quarter)] if quarter else frame
    return frame, turned_away(opened.history.intakes)
