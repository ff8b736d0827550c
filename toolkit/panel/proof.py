"""The proof that a figure is as of a quarter: computed again on what was known, and found the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.measures.cells import CELLS
from toolkit.measures.cube import EPOCH, Cube
from toolkit.measures.dated import known_by, latest_record
from toolkit.measures.needs import Tables
from toolkit.window import Quarter


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of every customer at one quarter.

    Attributes
    ----------
    whole : array, shape (customers,)
        On the whole history.
    compute : callable (cube, tables) -> array, shape (customers of that cube,)
        The same on a history that ends earlier.
    """

    whole: np.ndarray
    compute: Callable[[Cube, Tables], np.ndarray]


def latest_that_enters(cube: Cube, tables: Tables, figure: Figure, quarter: Quarter) -> date:
    """Day of the latest record known at the first quarter, from ``quarter`` on, whose history gives the figure.

    Parameters
    ----------
    cube : Cube
    tables : mapping of table name to DataFrame
        Those that the figure looks at.
    figure : Figure
    quarter : Quarter

    Raises
    ------
    HistoryError
        If no transaction is dated in or before that quarter.
    """
    for later in cube.quarters[cube.position(quarter) :]:
        then = cube.upto(later)
        known = known_by(tables, later.last_day(cube.fiscal_start_month))
        found = pd.Series(figure.compute(then, known))
        if found.equals(pd.Series(figure.whole[then.customers.get_indexer(cube.customers) >= 0])):
            break
    latest = int(then.cells["latest_row"].max(initial=CELLS["latest_row"].neutral))
    if latest == CELLS["latest_row"].neutral:
        raise HistoryError(
            zh=f"{quarter} 及以前没有任何交易。请选择更晚的季度。",
            en=f"No transaction is dated in or before {quarter}. Choose a later quarter.",
        )
    record = latest_record(known)
    return EPOCH + timedelta(days=latest if record is None else max(latest, record))
