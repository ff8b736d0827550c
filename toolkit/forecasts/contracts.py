"""How long customers under contract are expected to stay (shifted beta-geometric).

Method
------
Cohorts are the customers whose first purchase lies in the same complete quarter, the first complete
quarter left out because it also holds customers who came before the records begin. A customer stays
as long as every quarter has a purchase. Fitted on what was known at the end of a quarter and nothing
later; the same fit at an earlier quarter is held against what followed.

Does not show
-------------
Anything about customers who came before the records begin, nor why anybody leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.forecasts.forecast import Forecast, Holdout
from toolkit.forecasts.sbg import NAMES, Sbg, fit_sbg
from toolkit.outcomes.lapse import LapseRule, fates_after
from toolkit.window import QUARTERS_A_YEAR, Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

LEAST_CUSTOMERS = 100


def cohorts_at(panel: Panel, first: Quarter, asof: Quarter) -> list[np.ndarray]:
    """Customers at the start and after each quarter of every cohort acquired after ``first``, oldest first.

    The youngest cohort is the one of the quarter before ``asof``: nothing is known yet of the next.
    """
    begin, end = panel.cube.position(first), panel.cube.position(asof)
    bought = panel.cube.cells["lines"] > 0
    entered = np.where(bought.any(axis=1), bought.argmax(axis=1), len(panel.quarters))
    fates = fates_after(panel, entered, LapseRule(1, asof))
    stayed = np.where(fates.lapsed, fates.time - 1, fates.time)
    cohorts = []
    for quarter in range(begin + 1, end):
        mine = stayed[entered == quarter]
        cohorts.append((mine[:, None] >= np.arange(end - quarter + 1)).sum(axis=0).astype(float))
    return [cohort for cohort in cohorts if cohort[0] > 0]


def forecast_contracts(
    panel: Panel, span: tuple[Quarter, Quarter], quarters: int, hold_back: int, discount: float
) -> Forecast | None:
    """How a new cohort is expected to stay; None with fewer than a hundred new customers or no one lost.

    Parameters
    ----------
    span : (Quarter, Quarter)
        First complete quarter, and the last one that the model may see.
    hold_back : int
        Quarters before the last that the check may not see; 0 for no check.
    discount : float
        Per year, a share.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> span = study.complete[0], study.quarter
    >>> found = toolkit.forecast_contracts(study.panel, span, quarters=4, hold_back=4, discount=0.1)
    >>> found.holdout
    Holdout(2025Q3, 4 quarters, predicted 171.7, actual 172, error −0.2%)
    """
    first, asof = span
    cohorts = cohorts_at(panel, first, asof)
    if not _enough(cohorts):
        return None
    fitted = fit_sbg(cohorts)
    model = Sbg(*fitted.values)
    ahead = np.arange(1, quarters + 1)
    return Forecast(
        model="sbg",
        asof=asof,
        parameters=fitted.frame(NAMES),
        log_likelihood=fitted.log_likelihood,
        ahead=pd.DataFrame({"expected": model.staying(ahead)}, index=pd.Index(ahead, name="quarters")),
        holdout=_holdout(panel, span, cohorts, hold_back),
        lifetime=model.residual_lifetime(0, (1 + discount) ** (1 / QUARTERS_A_YEAR) - 1),
    )


def _holdout(
    panel: Panel, span: tuple[Quarter, Quarter], later: Sequence[np.ndarray], hold_back: int
) -> Holdout | None:
    first, asof = span
    if not hold_back or asof - hold_back <= first:
        return None
    known = cohorts_at(panel, first, asof - hold_back)
    if not _enough(known):
        return None
    model = Sbg(*fit_sbg(known).values)
    here = sum(cohort[-1] for cohort in known)
    predicted = sum(
        cohort[-1] * model.staying(len(cohort) - 1 + hold_back) / model.staying(len(cohort) - 1)
        for cohort in known
    )
    actual = sum(cohort[-1] for cohort in later[: len(known)])
    return Holdout(asof - hold_back, hold_back, int(here), float(predicted), float(actual))


def _enough(cohorts: Sequence[np.ndarray]) -> bool:
    started, left = (sum(cohort[place] for cohort in cohorts) for place in (0, -1))
    return started >= LEAST_CUSTOMERS and left < started
