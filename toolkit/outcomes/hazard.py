"""The chance of lapsing quarter by quarter, compared between grades in force at the start of the quarter.

Method
------
One row per customer and quarter, from the quarter after the first grade to the first lapse. A binomial
model with the complementary log-log link (Prentice and Gloeckler 1978: its coefficients are logarithms
of hazard ratios in grouped time), with a term for every quarter and for the years since the first
purchase on record; errors are clustered by customer. The grade is the one in force at the end of the
quarter before, so a grade never meets a quarter before it was decided.

Does not show
-------------
What a grade does to anybody: a ratio compares customers who differ in more than their grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.outcomes.intervals import LEVEL
from toolkit.outcomes.lapse import LapseRule, fates_after
from toolkit.outcomes.retention import DESCRIPTION
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.terms import Label
from toolkit.window import QUARTERS_A_YEAR

if TYPE_CHECKING:
    from toolkit.panel import Panel

LEAST_EVENTS = 5


@shown("reference", "rows", "customers", "lapsed")
@dataclass(frozen=True, slots=True, eq=False)
class Hazard:
    """Hazard ratios of grades: description.

    Attributes
    ----------
    reference : str
        The grade with which the others are compared, the most frequent one.
    ratios : DataFrame, one row per grade, best first
        columns ``grade``, ``rows`` (customer-quarters), ``lapsed``, ``rate`` (lapsed per row, 0..1),
        ``ratio``, ``low``, ``high`` (95 %; 1 for the reference, NaN where there are fewer than five
        lapses or no one else).
    tenure : tuple of float
        Ratio per further year since the first purchase on record, with its interval.
    rows, customers, lapsed : int
        In the model; quarters in which nobody lapsed tell nothing and are left out of it.
    label : Label
        What the ratios are; to be printed beside them.
    """

    reference: str
    ratios: pd.DataFrame
    tenure: tuple[float, float, float]
    rows: int
    customers: int
    lapsed: int
    label: Label = DESCRIPTION


def customer_quarters(register: Register, panel: Panel, rule: LapseRule) -> pd.DataFrame:
    """Rows of the model.

    Returns
    -------
    DataFrame
        columns ``customer`` and ``quarter`` (positions in the register), ``code`` (grade in force at the end
        of the quarter before), ``tenure`` (years since the quarter of the first purchase), ``lapsed`` (bool).
    """
    judged = register.column(rule.judged_to)
    graded = register.in_force[:, :judged] >= 0
    entered = np.where(graded.any(axis=1), graded.argmax(axis=1), judged)
    fates = fates_after(panel, entered, rule)
    lapses = np.where(fates.lapsed, entered + fates.time, judged + 1)
    quarter = np.arange(judged + 1)
    within = (quarter > entered[:, None]) & (quarter <= lapses[:, None])
    within[:, 1:] &= graded
    customer, place = np.nonzero(within)
    first = (panel.cube.cells["lines"] > 0).argmax(axis=1)
    return pd.DataFrame(
        {
            "customer": customer,
            "quarter": place,
            "code": register.in_force[customer, place - 1],
            "tenure": (place - first[customer]) / QUARTERS_A_YEAR,
            "lapsed": lapses[customer] == place,
        }
    )


def hazard_by_grade(register: Register, panel: Panel, rule: LapseRule) -> Hazard | None:
    """Hazard ratios between grades; None where they cannot be compared.

    That is where fewer than two grades have five lapses each, or no quarter holds two grades.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> rule = toolkit.LapseRule(silent_quarters=2, last=study.quarter)
    >>> found = toolkit.hazard_by_grade(study.registers["vip"], study.panel, rule)
    >>> found.ratios[["grade", "lapsed", "ratio", "low", "high"]].round(2)
       grade  lapsed  ratio   low  high
    0    VIP      43   0.39  0.28  0.54
    1  basic     355   1.00  1.00  1.00
    """
    rows = customer_quarters(register, panel, rule)
    tally = rows.groupby("code")["lapsed"].agg(["size", "sum"])
    usable = tally.index[(tally["sum"] >= LEAST_EVENTS) & (tally["sum"] < tally["size"])]
    if len(usable) < 2:
        return None
    rows = rows[rows["code"].isin(usable)]
    rows = rows[rows.groupby("quarter")["lapsed"].transform("any")]
    reference = int(tally.loc[usable, "size"].idxmax())
    others = [code for code in usable if code != reference]
    fitted = fit_hazard(rows, others)
    if fitted is None:
        return None
    limits = _ratio(*fitted)
    found = {reference: (1.0, 1.0, 1.0)} | {code: limits[i] for i, code in enumerate(others)}
    return Hazard(
        reference=_name(register, reference),
        ratios=_frame(register, tally, found),
        tenure=limits[len(others)],
        rows=len(rows),
        customers=rows["customer"].nunique(),
        lapsed=int(rows["lapsed"].sum()),
    )


def fit_hazard(rows: pd.DataFrame, others: Sequence[int]) -> tuple[np.ndarray, np.ndarray] | None:
    """Coefficients of the grades ``others`` and of tenure, and their errors clustered by customer.

    Parameters
    ----------
    rows : DataFrame
        As from :func:`customer_quarters`, all quarters with a lapse.

    Returns
    -------
    (coefficients, errors), arrays of shape (grades + 1,); tenure is NaN where it says no more than the
    quarter does. None where a grade says no more than the quarter.
    """
    import statsmodels.api as sm

    # Rows alike in grade, quarter and tenure are counted together; the estimate is the same.
    cells = rows.groupby(["code", "quarter", "tenure"])["lapsed"].agg(["sum", "size"]).reset_index()
    cell = rows.groupby(["code", "quarter", "tenure"]).ngroup().to_numpy()
    design, size = _design(cells, others), len(others) + 1
    if np.linalg.matrix_rank(design) < design.shape[1]:
        design, size = np.delete(design, len(others), axis=1), len(others)
        if np.linalg.matrix_rank(design) < design.shape[1]:
            return None
    counts = np.column_stack([cells["sum"], cells["size"] - cells["sum"]])
    model = sm.GLM(counts, design, sm.families.Binomial(sm.families.links.CLogLog()))
    done = model.fit(tol=1e-12)
    risk = np.exp(design @ done.params)
    pull = np.where(rows["lapsed"], (risk / np.expm1(risk))[cell], -risk[cell])
    bread = np.linalg.inv(-model.hessian(done.params))
    groups, columns = pd.factorize(rows["customer"])[0], design.shape[1]
    summed = np.column_stack([np.bincount(groups, pull * design[cell, i]) for i in range(columns)])
    error = np.sqrt(np.diag(_clustered(bread, summed, len(rows))))
    missing = np.full(len(others) + 1 - size, np.nan)
    return np.append(np.asarray(done.params)[:size], missing), np.append(error[:size], missing)


def _design(cells: pd.DataFrame, others: Sequence[int]) -> np.ndarray:
    """Columns: each other grade, tenure, each quarter; shape (cells, columns)."""
    grades = cells["code"].to_numpy()[:, None] == np.asarray(others)
    quarters = cells["quarter"].to_numpy()[:, None] == np.unique(cells["quarter"])
    return np.column_stack([grades, cells["tenure"], quarters]).astype(float)


def _clustered(bread: np.ndarray, summed: np.ndarray, rows: int) -> np.ndarray:
    """Sandwich covariance from the pulls summed by customer, shape (customers, columns); corrected for few."""
    customers, columns = summed.shape
    few = customers / (customers - 1) * (rows - 1) / (rows - columns)
    return few * bread @ (summed.T @ summed) @ bread


def _ratio(value: np.ndarray, error: np.ndarray) -> list[tuple[float, float, float]]:
    half = ndtri(0.5 + LEVEL / 2) * error
    ends = np.exp(np.column_stack([value, value - half, value + half]))
    return [tuple(map(float, row)) for row in ends]


def _frame(
    register: Register, tally: pd.DataFrame, found: dict[int, tuple[float, float, float]]
) -> pd.DataFrame:
    missing = (np.nan, np.nan, np.nan)
    rows = [
        (_name(register, code), int(row["size"]), int(row["sum"]), row["sum"] / row["size"], *found.get(code, missing))
        for code, row in tally[::-1].iterrows()
    ]  # fmt: skip
    columns = ["grade", "rows", "lapsed", "rate", "ratio", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype({"grade": register.scale.dtype})


def _name(register: Register, code: int) -> str:
    return register.scale.grades[len(register.scale) - 1 - code]
