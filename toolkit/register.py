"""The register: who has which grade in which quarter under one policy, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.errors import HistoryError
from toolkit.grades import Scale
from toolkit.terms import Label, Lang
from toolkit.window import Quarter

HELD = "held"
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Who has which grade in which quarter under one policy, and why.

    Grade codes are those of :meth:`toolkit.grades.Scale.codes`; −1 means no grade (not active, or
    not yet graded).

    Attributes
    ----------
    policy : str
        Identifier of the policy.
    scale : Scale
    customers : Index of customer_id, length n
    quarters : tuple of Quarter, length q
        Every quarter of the panel up to the last one walked.
    reviews : tuple of Quarter
        Quarters at whose end grades were decided.
    earned : array of int, shape (n, q)
        Grade decided at the latest review.
    in_force : array of int, shape (n, q)
        Grade that counts, after the hold rule.
    because : array of int, shape (n, q)
        Position in ``reasons`` of the reason for the earned grade, or for having none at the latest
        review; −1 where nothing was decided.
    reasons : mapping of reason code to Label
    service_packages : mapping of grade to service package, best grade first
    active_quarters : int
        A customer is active who bought within so many quarters.
    complete_from : Quarter
        First complete quarter of the history.
    short_window : bool
        Whether the first review had fewer quarters of history than the policy's observation window.
    tags : mapping of tag to array of bool, shape (n, q)
        Marks beside the grade.
    beside : mapping of identifier to (Scale, codes of shape (n, q))
        Classes kept apart from the grade.
    """

    policy: str
    scale: Scale
    customers: pd.Index
    quarters: tuple[Quarter, ...]
    reviews: tuple[Quarter, ...]
    earned: np.ndarray
    in_force: np.ndarray
    because: np.ndarray
    reasons: Mapping[str, Label]
    service_packages: Mapping[str, str]
    active_quarters: int
    complete_from: Quarter
    short_window: bool
    tags: Mapping[str, np.ndarray] = field(default_factory=dict)
    beside: Mapping[str, tuple[Scale, np.ndarray]] = field(default_factory=dict)

    @property
    def held(self) -> np.ndarray:
        """Whether the grade in force is kept by the hold rule; array of bool, shape (n, q)."""
        return self.in_force > self.earned

    def column(self, quarter: Quarter) -> int:
        """Position of ``quarter`` in the arrays."""
        if quarter not in self.quarters:
            raise HistoryError(
                zh=f"等级登记册里没有 {quarter}；现有 {self.quarters[0]} 至 {self.quarters[-1]}。",
                en=f"The register has no quarter {quarter}; "
                f"it holds {self.quarters[0]} to {self.quarters[-1]}.",
            )
        return self.quarters.index(quarter)

    def codes(self, quarter: Quarter) -> np.ndarray:
        """Grades in force, array of int, shape (n,)."""
        return self.in_force[:, self.column(quarter)]

    def at(self, quarter: Quarter) -> pd.DataFrame:
        """Graded customers of one quarter.

        Returns
        -------
        DataFrame, index customer_id
            columns ``grade`` (ordered categorical), ``because`` (categorical, key of ``reasons``),
            ``held`` (bool).
        """
        column = self.column(quarter)
        rows = np.flatnonzero(self.in_force[:, column] >= 0)
        return pd.DataFrame(
            {
                "grade": self.scale.from_codes(self.in_force[rows, column]),
                "because": pd.Categorical.from_codes(self._why(rows, column), categories=list(self.reasons)),
                "held": self.in_force[rows, column] > self.earned[rows, column],
            },
            index=self.customers[rows],
        )

    def ungraded(self, quarter: Quarter) -> pd.Series:
        """Active customers whom the latest review left without a grade: the reason code, by customer_id."""
        column = self.column(quarter)
        rows = np.flatnonzero((self.in_force[:, column] < 0) & (self.because[:, column] >= 0))
        why = pd.Categorical.from_codes(self.because[rows, column], categories=list(self.reasons))
        return pd.Series(why, index=self.customers[rows], name="because")

    def marks(self, quarter: Quarter) -> pd.DataFrame:
        """Tags (bool) and classes kept beside the grade (categorical) of the graded customers of a quarter."""
        column = self.column(quarter)
        rows = np.flatnonzero(self.in_force[:, column] >= 0)
        tags = {name: marked[rows, column] for name, marked in self.tags.items()}
        beside = {name: scale.from_codes(codes[rows, column]) for name, (scale, codes) in self.beside.items()}
        return pd.DataFrame(tags | beside, index=self.customers[rows])

    def frame(self, lang: Lang) -> pd.DataFrame:
        """The whole register for export, one row per graded customer and quarter, quarters in order.

        Returns
        -------
        DataFrame
            columns ``customer_id``, ``quarter``, ``grade``, ``reason`` (in ``lang``), ``held`` (bool).
        """
        columns, rows = np.nonzero(self.in_force.T >= 0)
        words, place = np.unique([label.text(lang) for label in self.reasons.values()], return_inverse=True)
        return pd.DataFrame(
            {
                "customer_id": self.customers[rows],
                "quarter": pd.Categorical.from_codes(columns, [str(q) for q in self.quarters], ordered=True),
                "grade": self.scale.from_codes(self.in_force[rows, columns]),
                "reason": pd.Categorical.from_codes(place[self._why(rows, columns)], words.astype(object)),
                "held": self.in_force[rows, columns] > self.earned[rows, columns],
            }
        )

    def counts(self, quarter: Quarter) -> pd.Series:
        """Customers per grade in force, best grade first; empty grades are kept as 0."""
        codes = self.codes(quarter)
        found = np.bincount(codes[codes >= 0], minlength=len(self.scale))[::-1]
        return pd.Series(found, index=pd.Index(self.scale.grades, name="grade"), name="customers")

    def packages(self, quarter: Quarter) -> pd.Series:
        """Service package of every graded customer, categorical, index customer_id."""
        codes = self.codes(quarter)
        rows = np.flatnonzero(codes >= 0)
        names = list(dict.fromkeys(self.service_packages.values()))
        table = np.array([names.index(self.service_packages[grade]) for grade in reversed(self.scale.grades)])
        packages = pd.Categorical.from_codes(table[codes[rows]], categories=names)
        return pd.Series(packages, index=self.customers[rows], name="package")

    def _why(self, rows: np.ndarray, columns: np.ndarray | int) -> np.ndarray:
        held = self.in_force[rows, columns] > self.earned[rows, columns]
        return np.where(held, list(self.reasons).index(HELD), self.because[rows, columns])
