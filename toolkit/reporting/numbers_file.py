"""The numbers behind a table, beside the report: Parquet for programs, CSV for people and their spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from toolkit.spreadsheet import formula_safe

FOLDER = "tables"


def write_numbers(run: Path, name: str, numbers: pd.DataFrame) -> tuple[str, str]:
    """Write ``numbers`` into the run folder as ``tables/<name>.parquet`` and ``.csv``; nothing in the CSV computes.

    Returns
    -------
    tuple of str
        Both paths, below the run folder.
    """
    (run / FOLDER).mkdir(parents=True, exist_ok=True)
    parquet, table = (f"{FOLDER}/{name}.{kind}" for kind in ("parquet", "csv"))
    numbers.to_parquet(run / parquet)
    safe = numbers.apply(lambda column: column.map(formula_safe)).rename(columns=formula_safe)
    safe.to_csv(run / table, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_NONNUMERIC)
    return parquet, table
