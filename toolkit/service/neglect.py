"""What the lower grades lose when service moves up, and how much loss would undo the saving.

Does not show
-------------
Whether anybody leaves because of it: the break-even is a scenario and enters no total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.service.bill import Bill
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR

ROUNDING = 0.05
"""Parts of a customer's cost are rounded to the cent each; less than this is no difference."""


@shown("losing", "saving", "margin", "break_even")
@dataclass(frozen=True, slots=True)
class Neglect:
    """One policy against another, by the grade of the first.

    Attributes
    ----------
    by_grade : DataFrame, index grade of the first policy, best first
        columns ``customers``, ``hours_before``, ``hours_after`` (per customer and quarter, managers of a span apart),
        ``cost_before``, ``cost_after`` (per customer and quarter, people at full use), ``losing`` (customers on whom less is spent than before).
    losing : int
        Customers on whom less is spent.
    saving : float
        What is spent less on them, money per year.
    margin : float
        Their margin, money per year.
    break_even : float
        Share of that margin whose loss would eat up the saving; NaN where nobody loses or they have no margin.
    """

    by_grade: pd.DataFrame
    losing: int
    saving: float
    margin: float
    break_even: float


def neglect(before: Bill, after: Bill, margin: pd.Series) -> Neglect:
    """Compare what the same customers receive.

    Parameters
    ----------
    before, after : Bill
    margin : Series, index customer_id
        Margin per quarter; only these customers are compared.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> before, after = (study.costs[policy].bill for policy in ("vip", "abc"))
    >>> found = toolkit.service.neglect(before, after, study.serving.margin)
    >>> found.losing
    43
    """
    old, new = (bill.customers.reindex(margin.index) for bill in (before, after))
    spent = old["at_full_use"], new["at_full_use"]
    fell = (spent[1] < spent[0] - ROUNDING).to_numpy()
    frame = pd.DataFrame(
        {
            "grade": old["grade"],
            "hours_before": old["hours"],
            "hours_after": new["hours"],
            "cost_before": spent[0],
            "cost_after": spent[1],
            "losing": fell,
        }
    )
    grouped = frame.groupby("grade")
    table = grouped[["hours_before", "hours_after", "cost_before", "cost_after"]].mean()
    table.insert(0, "customers", grouped.size())
    table["losing"] = grouped["losing"].sum().astype(int)
    table = table.reindex([grade for grade in before.grades if grade in table.index])
    saving = float((spent[0] - spent[1])[fell].sum()) * QUARTERS_A_YEAR
    held = float(np.nan_to_num(margin.to_numpy()[fell]).sum()) * QUARTERS_A_YEAR
    even = saving / held if fell.any() and held > 0 else np.nan
    return Neglect(table.rename_axis("grade"), int(fell.sum()), round(saving, 2), held, even)
