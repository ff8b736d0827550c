"""Purchases expected of known customers, where no contract says who is one.

Method
------
Two models that differ in when customers leave: after a purchase (BG/NBD) or at any time (Pareto/NBD);
where their expectations part, the forecast depends on the model. Fitted on what was known at the end of
a quarter and nothing later. A purchase is a day with a purchase; a customer begins with the first one on
record, time is counted in weeks. Money per purchase day is gamma-gamma, from all purchase days of
customers who came back. The same fit is made at an earlier quarter and held against what followed.

Does not show
-------------
Who will leave, or why. Customers who bought before the records begin pass for newer than they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from toolkit.forecasts import bg_nbd, pareto_nbd
from toolkit.forecasts.buyers import DAYS_A_WEEK, Buyers, buyers_at
from toolkit.forecasts.forecast import Forecast, Holdout
from toolkit.forecasts.gamma_gamma import GammaGamma, fit_gamma_gamma
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

LEAST_REPEATERS = 100
MODELS = {
    "bg_nbd": (bg_nbd.fit_bg_nbd, bg_nbd.BgNbd, bg_nbd.NAMES),
    "pareto_nbd": (pareto_nbd.fit_pareto_nbd, pareto_nbd.ParetoNbd, pareto_nbd.NAMES),
}
PurchaseModel = Literal["bg_nbd", "pareto_nbd"]


def forecast_purchases(
    panel: Panel, asof: Quarter, quarters: int, hold_back: int, model: PurchaseModel = "bg_nbd"
) -> Forecast | None:
    """Expected purchases over ``quarters`` after ``asof``; None with fewer than a hundred repeat buyers.

    Parameters
    ----------
    hold_back : int
        Quarters before ``asof`` that the check may not see; 0 for no check.
    model : "bg_nbd" or "pareto_nbd"
        Spend is forecast with the first one only.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> found = toolkit.forecast_purchases(study.panel, study.quarter, quarters=4, hold_back=4)
    >>> found.holdout
    Holdout(2025Q3, 4 quarters, predicted 3,873, actual 3,535, error 9.6%)
    """
    buyers, rows = buyers_at(panel, asof)
    if (buyers.repeats > 0).sum() < LEAST_REPEATERS:
        return None
    fit, kind, names = MODELS[model]
    fitted = fit(buyers)
    known = kind(*fitted.values)
    ahead = {n: float(known.expected(buyers, _weeks(panel, asof, n)).sum()) for n in range(1, quarters + 1)}
    purchases = known.expected(buyers, _weeks(panel, asof, quarters))
    spend, correlation = _spend(panel, asof, buyers, rows) if model == "bg_nbd" else (np.nan, np.nan)
    customers = pd.DataFrame(
        {"alive": known.alive(buyers), "purchases": purchases, "spend": purchases * spend},
        index=panel.customers[rows],
    )
    return Forecast(
        model=model,
        asof=asof,
        parameters=fitted.frame(names),
        log_likelihood=fitted.log_likelihood,
        ahead=pd.DataFrame({"expected": ahead}).rename_axis("quarters"),
        customers=customers,
        holdout=_holdout(panel, asof, hold_back, model),
        correlation=correlation,
    )


def _holdout(panel: Panel, asof: Quarter, hold_back: int, model: PurchaseModel) -> Holdout | None:
    earlier, place = asof - hold_back, panel.cube.position(asof)
    if not hold_back or earlier < panel.quarters[0]:
        return None
    buyers, rows = buyers_at(panel, earlier)
    if (buyers.repeats > 0).sum() < LEAST_REPEATERS:
        return None
    fit, kind, _ = MODELS[model]
    predicted = kind(*fit(buyers).values).expected(buyers, _weeks(panel, earlier, hold_back))
    followed = panel.cube.cells["active_days"][rows, place - hold_back + 1 : place + 1]
    return Holdout(earlier, hold_back, len(rows), float(predicted.sum()), float(followed.sum()))


def _spend(panel: Panel, asof: Quarter, buyers: Buyers, rows: np.ndarray) -> tuple[np.ndarray | float, float]:
    """Money per purchase day expected of each customer, and its correlation with repeats; NaN if not fitted."""
    gross = panel.cube.cells["gross"][rows, : panel.cube.position(asof) + 1].sum(axis=1)
    days = buyers.repeats + 1
    average = gross / days
    used = (buyers.repeats > 0) & (average > 0)
    if used.sum() < LEAST_REPEATERS or np.ptp(average[used]) == 0:
        return np.nan, np.nan
    model = GammaGamma(*fit_gamma_gamma(days[used], average[used]).values)
    repeats = buyers.repeats[used]
    steady = np.ptp(repeats) == 0
    correlation = np.nan if steady else float(np.corrcoef(repeats, average[used])[0, 1])
    return model.expected(days, average), correlation


def _weeks(panel: Panel, asof: Quarter, quarters: int) -> float:
    month = panel.cube.fiscal_start_month
    return ((asof + quarters).end(month) - asof.end(month)).days / DAYS_A_WEEK
