"""Who moves, as files for the systems that serve customers: ids alone, no names."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from toolkit.spreadsheet import formula_safe


def write_movers(frame: pd.DataFrame, path: Path) -> int:
    """Write :attr:`toolkit.comparison.movers.Movers.frame` beside each other as CSV and Parquet.

    In the CSV (UTF-8 with byte order mark, by which spreadsheets know Chinese) text that a spreadsheet would run
    as a formula gets an apostrophe in front, and all text is quoted, because a carriage return would otherwise
    begin a new row and a new first cell; Parquet holds every text as it is.

    Parameters
    ----------
    frame : DataFrame, index customer_id
    path : Path
        Without a suffix; the folder is made.

    Returns
    -------
    int
        Number of customers.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = frame.rename_axis("customer_id").reset_index()
    whole["customer_id"] = whole["customer_id"].map(str)
    whole.to_parquet(path.with_name(f"{path.name}.parquet"), index=False)
    safe = whole.apply(lambda column: column if column.dtype.kind in "if" else column.map(formula_safe))
    target = path.with_name(f"{path.name}.csv")
    safe.to_csv(target, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_NONNUMERIC)
    return len(whole)
