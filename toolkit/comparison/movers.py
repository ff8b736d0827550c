"""Who moves: the customers whose grade or service package another policy would change, and why.

Everything here is what the two policies say of the customers; nothing is what a grade causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.comparison.last_digit import LastDigit
from toolkit.comparison.position import Position, Stakes
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR

RAISED, LOWERED, OTHER, RENAMED = CHANGES = ("raised", "lowered", "other", "renamed")
NO_EVIDENCE = "—"
COLUMNS = ("grade_now", "grade_then", "package_now", "package_then", "change", "reason_zh", "reason_en",
           "margin_per_year", "cost_change_per_year", "evidence")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Because:
    """Why each customer compared stands where the alternative puts him; arrays of shape (customers,).

    Attributes
    ----------
    zh, en : array of str
        Why the alternative's scheme gives that grade.
    evidence : array of str
        Class of evidence of each switcher, a value of :data:`toolkit.comparison.evidence.EVIDENCE`; anything
        for the others.
    """

    zh: np.ndarray
    en: np.ndarray
    evidence: np.ndarray


@shown("policy", "frame")
@dataclass(frozen=True, slots=True, eq=False)
class Movers:
    """Whom one alternative moves, against the baseline.

    Attributes
    ----------
    policy : str
    frame : DataFrame, index customer_id
        Customers with another grade or another package. Columns ``grade_now``, ``grade_then``, ``package_now``,
        ``package_then``, ``change`` (``raised``, ``lowered``, ``other`` where no better package can be told,
        ``renamed`` where only the name of the grade differs), ``reason_zh``, ``reason_en``, ``margin_per_year`` (money),
        ``cost_change_per_year`` (money; service alone, managers and changes of grade left out), ``evidence``
        (:data:`NO_EVIDENCE` for the renamed).
    flows : DataFrame, one row per pair of grades that occurs, best first
        columns ``grade_now``, ``grade_then``, ``customers``, ``margin`` (per year); everybody compared.
    segments : DataFrame
        As made by :func:`toolkit.comparison.segments.by_segment`; empty where the study names no segments.
    last_digit : LastDigit or None
        None where the file prints no weights.
    """

    policy: str
    frame: pd.DataFrame
    flows: pd.DataFrame
    segments: pd.DataFrame
    last_digit: LastDigit | None

    @property
    def counts(self) -> pd.Series:
        """Customers by :data:`CHANGES`, zeros kept."""
        return self.frame["change"].value_counts().reindex(list(CHANGES), fill_value=0).rename("customers")


def movers(baseline: Position, option: Position, stakes: Stakes, because: Because) -> pd.DataFrame:
    """Customers with another grade or package under ``option``, in the order of ``stakes``; see :class:`Movers`.

    Parameters
    ----------
    baseline, option : Position
        On the customers of ``stakes``, in its order.
    stakes : Stakes
    because : Because

    Examples
    --------
    >>> import numpy as np, toolkit
    >>> from toolkit.comparison.movers import Because
    >>> study = toolkit.example_study()
    >>> baseline, lower, *_ = study.positions
    >>> why = np.full(len(study.customers), "spend of 80,000 or more", dtype=object)
    >>> kind = np.full(len(study.customers), "identified", dtype=object)
    >>> found = toolkit.movers(baseline, lower, study.stakes, Because(why, why, kind))
    >>> len(found), found["grade_now"].unique().tolist(), found["grade_then"].unique().tolist()
    (41, ['basic'], ['VIP'])
    """
    switched = baseline.package != option.package
    rows = np.flatnonzero(switched | (baseline.grade != option.grade))
    evidence = np.where(switched, because.evidence, NO_EVIDENCE)
    columns = {
        "grade_now": baseline.grade,
        "grade_then": option.grade,
        "package_now": baseline.package,
        "package_then": option.package,
        "change": changes(baseline, option),
        "reason_zh": because.zh,
        "reason_en": because.en,
        "margin_per_year": stakes.margin * QUARTERS_A_YEAR,
        "cost_change_per_year": option.cost - baseline.cost,
        "evidence": evidence,
    }
    return pd.DataFrame({name: columns[name][rows] for name in COLUMNS}, index=stakes.customers[rows])


def changes(baseline: Position, option: Position) -> np.ndarray:
    """What happens to each customer: a value of :data:`CHANGES`, or empty where nothing does; shape (customers,)."""
    switched = baseline.package != option.package
    renamed = ~switched & (baseline.grade != option.grade)
    packages = np.select([option.direction > 0, option.direction < 0], [RAISED, LOWERED], OTHER)
    return np.where(switched, packages, np.where(renamed, RENAMED, "")).astype(object)


def flows(
    baseline: Position, option: Position, stakes: Stakes, scales: tuple[Sequence[str], Sequence[str]]
) -> pd.DataFrame:
    """Customers and their margin by grade now and then; ``scales`` are the grades of both, best first.

    Returns
    -------
    DataFrame
        columns ``grade_now``, ``grade_then``, ``customers`` (int), ``margin`` (money per year); pairs that nobody
        has are left out.
    """
    frame = pd.DataFrame(
        {
            "grade_now": pd.Categorical(baseline.grade, categories=list(scales[0])),
            "grade_then": pd.Categorical(option.grade, categories=list(scales[1])),
            "margin": stakes.margin * QUARTERS_A_YEAR,
        }
    )
    grouped = frame.groupby(["grade_now", "grade_then"], observed=True)["margin"]
    found = grouped.agg(customers="size", margin="sum").reset_index()
    return found.astype({"grade_now": object, "grade_then": object})
