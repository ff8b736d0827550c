"""Were we right: retention forecast at each review from what was known then, against what happened.

Method
------
At a review the forecast for a grade is the retention of that grade pooled over the earlier reviews whose
outcome window had closed by then. The 95 % interval is predictive: it adds the chance variation of the
customers who are about to be observed, p (1 - p) (1 / n before + 1 / n now).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.outcomes.retention import Retention
from toolkit.params.study import RetentionParams
from toolkit.shown import shown
from toolkit.window import Quarter

Z = 1.959964
COLUMNS = ["review", "grade", "customers", "forecast", "low", "high", "observed", "inside"]


@shown("definition", "checked", "pending")
@dataclass(frozen=True, slots=True)
class Hindsight:
    """Forecasts and what became of them, under one definition.

    Attributes
    ----------
    definition : str
    forecasts : DataFrame, one row per review and grade, reviews in order, best grade first
        columns ``review``, ``grade``, ``customers`` (at the review), ``forecast``, ``low``, ``high`` (shares),
        ``observed`` (share; NaN while pending), ``inside`` (bool; None while pending).
    """

    definition: str
    forecasts: pd.DataFrame

    @property
    def checked(self) -> pd.DataFrame:
        """The forecasts whose outcome is known."""
        return self.forecasts[self.forecasts["observed"].notna()]

    @property
    def pending(self) -> pd.DataFrame:
        """The forecasts whose outcome is not known yet."""
        return self.forecasts[self.forecasts["observed"].isna()]


def hindsight(retention: Retention, definition: RetentionParams, sizes: pd.DataFrame) -> Hindsight:
    """Forecast every review from the ones before it.

    Parameters
    ----------
    retention : Retention
    definition : RetentionParams
        A definition by purchase or by spend; shares either way.
    sizes : DataFrame, index review (text), columns grades best first
        Customers at every review, also at those whose outcome is not known.

    Examples
    --------
    >>> import pandas as pd, toolkit
    >>> study = toolkit.example_study()
    >>> register = study.registers["vip"]
    >>> sizes = pd.DataFrame({str(review): register.counts(review) for review in register.reviews}).T
    >>> found = toolkit.hindsight(study.retentions["vip"], study.headline, sizes)
    >>> found
    Hindsight(still_buying, 6 checked, 2 pending)
    >>> found.checked[["review", "grade", "forecast", "observed"]].round(3).tail(2)
       review  grade  forecast  observed
    4  2025Q3    VIP     0.910     0.884
    5  2025Q3  basic     0.758     0.751
    """
    known = retention.by_review[retention.by_review["definition"] == definition.id]
    rows = [
        _row(known, definition, review, grade, int(customers))
        for review, counts in sizes.iterrows()
        for grade, customers in counts.items()
        if customers
    ]
    return Hindsight(definition.id, pd.DataFrame([row for row in rows if row], columns=COLUMNS))


def _row(
    known: pd.DataFrame, definition: RetentionParams, review: str, grade: str, customers: int
) -> tuple | None:
    mine = known[known["grade"] == grade]
    closed = [Quarter.parse(r) + definition.quarters <= Quarter.parse(review) for r in mine["review"]]
    before = mine[closed]
    learned = before["customers"].sum()
    if not learned:
        return None
    forecast = float((before["retained"] * before["customers"]).sum() / learned)
    half = Z * float(np.sqrt(forecast * (1 - forecast) * (1 / learned + 1 / customers)))
    low, high = max(forecast - half, 0.0), min(forecast + half, 1.0)
    seen = mine.loc[mine["review"] == review, "retained"]
    if seen.empty or seen.isna().all():
        return review, grade, customers, forecast, low, high, np.nan, None
    observed = float(seen.iloc[0])
    return review, grade, customers, forecast, low, high, observed, bool(low <= observed <= high)
