"""Rows and settings of an adjusted design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from toolkit.effects.effect import Question
from toolkit.effects.pilot import PilotPlan
from toolkit.errors import HistoryError
from toolkit.shown import shown
from toolkit.terms import Label


@shown("outcome")
@dataclass(frozen=True, slots=True)
class AdjustedSample:
    """Customers at reviews, with what followed and what was on record before. One entry per row.

    Attributes
    ----------
    outcome : ndarray of float, shape (n,)
        NaN where the outcome window is not complete.
    received : ndarray of bool, shape (n,)
        Whether the row had the better grade.
    controls : DataFrame or mapping of name to array of shape (n,)
        Facts from before the review on which the grade may rest: numbers, yes/no, or categories (text). A missing
        value is a fact of its own.
    customer, review : ndarray or None
        Ids; None when every row is another customer, or all rows come from one review.
    latest : mapping of control to date
        The last day that a control looks at, one for all rows or one per row; a control that is absent or None
        carries no date.
    review_date : date or ndarray of datetime64 or None
        Day of the review, one for all rows or one per row.

    Raises
    ------
    HistoryError
        When lengths differ, ``received`` is not yes/no, a control holds infinite values or dates, or looks at the day of the review or later.
    """

    outcome: np.ndarray
    received: np.ndarray
    controls: pd.DataFrame | Mapping[str, np.ndarray]
    customer: np.ndarray | None = None
    review: np.ndarray | None = None
    latest: Mapping[str, date | np.ndarray | None] = field(default_factory=dict)
    review_date: date | np.ndarray | None = None

    def __post_init__(self) -> None:
        n = len(self.outcome)
        if np.asarray(self.received).dtype != bool:
            raise HistoryError(
                zh=f"“received”应在 {n} 行中逐行为是或否（True/False），不能缺失。",
                en=f"'received' must be True or False in each of the {n} rows, without gaps.",
            )
        named = {"received": self.received, "customer": self.customer, "review": self.review}
        for name, column in (named | dict(self.controls)).items():
            if column is not None and len(column) != n:
                raise HistoryError(
                    zh=f"“{name}”有 {len(column)} 个值，与结果的 {n} 行不符。",
                    en=f"'{name}' has {len(column)} values; {n} rows of outcomes were given.",
                )
        for name in self.controls:
            _usable(name, pd.Series(self.controls[name]).infer_objects())
            self._before_the_review(name)

    def _before_the_review(self, name: str) -> None:
        last = self.latest.get(name)
        if last is None or self.review_date is None:
            return
        days, review = (np.asarray(x, dtype="datetime64[D]") for x in (last, self.review_date))
        late, review = np.broadcast_arrays(days >= review, review)
        if not late.any():
            return
        first = np.flatnonzero(late)[0]
        seen, due = np.broadcast_to(days, late.shape).flat[first], review.flat[first]
        count = len(self.outcome) if late.ndim == 0 else int(late.sum())
        raise HistoryError(
            zh=f"{count} 行的因素“{name}”记录到 {seen}，不早于复评日 {due}（第一处：第 {first} 行）；"
            "复评之后的事实不得用于调整，请改用复评之前的数值。",
            en=f"In {count} rows the factor '{name}' looks at days up to {seen}, not before the review of {due} "
            f"(first: row {first}); facts from after the review cannot be adjusted for, use the value from before it.",
        )

    @property
    def undated(self) -> tuple[str, ...]:
        """Controls of which it is not on record that they are from before the review."""
        return tuple(
            name for name in self.controls if self.review_date is None or self.latest.get(name) is None
        )

    def table(self) -> pd.DataFrame:
        """The controls, one column each, index 0..n-1."""
        columns = {name: pd.Series(self.controls[name]).infer_objects().array for name in self.controls}
        return pd.DataFrame(columns, index=range(len(self.outcome)))

    def where(self, keep: np.ndarray) -> AdjustedSample:
        """The rows where ``keep`` is true, or at the positions it lists."""
        return replace(
            self,
            outcome=np.asarray(self.outcome)[keep],
            received=np.asarray(self.received)[keep],
            controls=self.table().iloc[keep].reset_index(drop=True),
            customer=None if self.customer is None else np.asarray(self.customer)[keep],
            review=None if self.review is None else np.asarray(self.review)[keep],
            latest={name: _kept(last, keep) for name, last in self.latest.items()},
            review_date=_kept(self.review_date, keep),
        )

    @property
    def cluster(self) -> np.ndarray:
        """Codes 0, 1, ... of the customers, shape (n,), in the order of their ids."""
        if self.customer is None:
            return np.arange(len(self.outcome))
        return np.unique(self.customer, return_inverse=True)[1]


def _usable(name: str, column: pd.Series) -> None:
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        raise HistoryError(
            zh=f"因素“{name}”是日期；请换算成数值，例如距复评日的天数。",
            en=f"The factor '{name}' holds dates; turn them into numbers, for example days before the review.",
        )
    if not pd.api.types.is_numeric_dtype(column):
        return
    infinite = np.flatnonzero(np.isinf(column.to_numpy(dtype=float, na_value=np.nan)))
    if len(infinite):
        raise HistoryError(
            zh=f"因素“{name}”的 {len(column)} 行中有 {len(infinite)} 行为无穷大（第一处：第 {infinite[0]} 行）；请改为缺失或有限值。",
            en=f"{len(infinite)} of {len(column)} rows of the factor '{name}' are infinite (first: row {infinite[0]}); "
            "make them missing or finite.",
        )


def _kept(days: date | np.ndarray | None, keep: np.ndarray) -> date | np.ndarray | None:
    return days[keep] if isinstance(days, np.ndarray) and days.ndim else days


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a check stops being passed; the defaults are those of the method.

    Attributes
    ----------
    rows, events : int
        Rows that carry weight, and rarer outcomes, in the thinner arm.
    edge, extreme, ess : float
        Chances of the grade outside [edge, 1 - edge] are extreme; the largest share of such rows, and the least
        effective share of an arm, at which averages over everybody are shown.
    separation : float
        Area under the ROC curve of the chance of the grade above which grades count as decided by a rule.
    balance, imbalance : float
        Standardised difference of a control after weighting that weakens, and that refuses.
    trim : float
        The average over everybody is taken where the chance lies within [trim, 1 - trim].
    """

    rows: int = 300
    events: int = 30
    edge: float = 0.02
    extreme: float = 0.10
    ess: float = 0.20
    separation: float = 0.98
    balance: float = 0.1
    imbalance: float = 0.25
    trim: float = 0.1


@dataclass(frozen=True, slots=True)
class AdjustedDesign:
    """What is asked of the rows, and how.

    Attributes
    ----------
    question : Question
    unit : str
        Unit of the outcome, a key of :data:`toolkit.terms.UNITS`.
    level : float
        Coverage of the interval.
    folds : int
        Parts, made of whole customers, each predicted from the others.
    rule_known : bool
        Whether the programme register says that a fixed rule decides the grade.
    labels : mapping of control to Label
        How a reader knows the controls; the name itself where absent.
    limits, plan, seed
    """

    question: Question
    unit: str = "points_share"
    level: float = 0.95
    folds: int = 5
    limits: Limits = field(default_factory=Limits)
    plan: PilotPlan = field(default_factory=PilotPlan)
    seed: int = 20261121
    rule_known: bool = False
    labels: Mapping[str, Label] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ValueError(f"at least two folds are needed; got {self.folds}")

    def label(self, control: str) -> Label:
        """The name of a control in words."""
        return self.labels.get(control, Label(control, control))
