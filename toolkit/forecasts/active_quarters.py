"""Quarters with a purchase expected of known customers, where no contract says who is one (BG/BB).

Method
------
Every quarter after the one of the first purchase counts as one with a purchase or without. Fitted on what
was known at the end of a quarter and nothing later; the same fit at an earlier quarter is held against
what followed.

Does not show
-------------
How often anybody buys within a quarter. Customers who bought before the records begin pass for newer than
they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.forecasts.bg_bb import NAMES, BgBb, Periods, fit_bg_bb
from toolkit.forecasts.forecast import Forecast, Holdout
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

LEAST_RETURNED = 100


def periods_at(panel: Panel, asof: Quarter) -> tuple[Periods, np.ndarray]:
    """Everybody who bought by the end of ``asof``, in quarters, and their positions in ``panel.customers``."""
    place = panel.cube.position(asof)
    bought = panel.cube.cells["active_days"][:, : place + 1] > 0
    rows = np.flatnonzero(bought.any(axis=1))
    bought = bought[rows]
    entered, last = bought.argmax(axis=1), place - bought[:, ::-1].argmax(axis=1)
    return Periods(bought.sum(axis=1) - 1, last - entered, place - entered), rows


def forecast_active_quarters(panel: Panel, asof: Quarter, quarters: int, hold_back: int) -> Forecast | None:
    """Expected quarters with a purchase; None with fewer than a hundred who bought in a second quarter.

    Parameters
    ----------
    quarters : int
        Quarters after ``asof`` that are forecast.
    hold_back : int
        Quarters before ``asof`` that the check may not see; 0 for no check.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.forecast_active_quarters(study.panel, study.quarter, quarters=4, hold_back=4)
    >>> found.holdout
    Holdout(2025Q3, 4 quarters, predicted 1,816, actual 1,760, error 3.2%)
    """
    known, rows = periods_at(panel, asof)
    if (known.active > 0).sum() < LEAST_RETURNED:
        return None
    fitted = fit_bg_bb(known)
    model = BgBb(*fitted.values)
    ahead = {n: float(model.expected(known, n).sum()) for n in range(1, quarters + 1)}
    customers = pd.DataFrame(
        {"alive": model.alive(known), "purchases": model.expected(known, quarters)},
        index=panel.customers[rows],
    )
    return Forecast(
        model="bg_bb",
        asof=asof,
        parameters=fitted.frame(NAMES),
        log_likelihood=fitted.log_likelihood,
        ahead=pd.DataFrame({"expected": ahead}).rename_axis("quarters"),
        customers=customers,
        holdout=_holdout(panel, asof, hold_back),
    )


def _holdout(panel: Panel, asof: Quarter, hold_back: int) -> Holdout | None:
    earlier, place = asof - hold_back, panel.cube.position(asof)
    if not hold_back or earlier < panel.quarters[0]:
        return None
    known, rows = periods_at(panel, earlier)
    if (known.active > 0).sum() < LEAST_RETURNED:
        return None
    predicted = BgBb(*fit_bg_bb(known).values).expected(known, hold_back)
    followed = panel.cube.cells["active_days"][rows, place - hold_back + 1 : place + 1] > 0
    return Holdout(earlier, hold_back, len(rows), float(predicted.sum()), float(followed.sum()))
