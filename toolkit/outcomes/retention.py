"""Retention by grade after reviews, under several definitions.

Method
------
Customers are those with a grade in force at the end of the review quarter; their grade is the one
in force then. The outcome window starts after the review. Only reviews whose outcome window lies
wholly inside complete quarters are used; the others are listed as censored. Wilson intervals; a
customer who is observed at several reviews is one customer (:mod:`toolkit.outcomes.intervals`).

Does not show
-------------
What a grade does to anybody. Good customers are graded up because they were loyal; a difference
between grades describes whom the scheme selects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.estimate import Estimate
from toolkit.outcomes.intervals import LEVEL, share_interval, wilson
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.params.study import RetentionParams
from toolkit.register import Register
from toolkit.shown import shown
from toolkit.terms import Label, Lang
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.panel import Panel

SHARES = ("customers", "undefined", "retained", "low", "high")
POOLED = ("definition", "grade", "reviews", "observations", *SHARES)
DESCRIPTION = Label("描述，不说明等级的作用", "description; says nothing about what a grade does")


@shown()
@dataclass(frozen=True, slots=True)
class Retention:
    """Retention by grade.

    Grades are ordered categoricals and best first; shares are 0..1 and NaN where nobody was observed.

    Attributes
    ----------
    pooled : DataFrame, one row per definition and grade
        columns ``definition``, ``grade``, ``reviews`` (used), ``observations`` (customer × review),
        ``customers`` (different ones), ``undefined`` (observations left out because the definition
        says nothing about them), ``retained``, ``low``, ``high``.
    by_review : DataFrame, one row per definition, review and grade
        columns ``definition``, ``review``, ``grade``, ``customers``, ``undefined``, ``retained``,
        ``low``, ``high``.
    censored : DataFrame, one row per definition and review not used
        columns ``definition``, ``review``, ``needs`` (quarter that the history lacks).
    overall : DataFrame, one row per quarter
        columns ``quarter``, ``active`` (customers), ``retained`` (bought again in the next quarter),
        ``low``, ``high``.
    """

    pooled: pd.DataFrame
    by_review: pd.DataFrame
    censored: pd.DataFrame
    overall: pd.DataFrame

    def _repr_short_(self, lang: Lang) -> str:
        """How many definitions were judged on how many reviews."""
        definitions = self.pooled["definition"].nunique()
        reviews = self.by_review["review"].nunique()
        if lang == "zh":
            return f"{definitions} 个留存口径，{reviews} 次复评"
        return f"{definitions} definition{'s' * (definitions != 1)}, {reviews} review{'s' * (reviews != 1)}"


@shown("gap", "best", "rest")
@dataclass(frozen=True, slots=True)
class RawGap:
    """Retention of the best grade minus that of all other grades.

    Attributes
    ----------
    gap : Estimate
        Unit ``points_share``.
    best, rest : int
        Observations (customer × review).
    label : Label
        What the number is; to be printed beside it.
    """

    gap: Estimate
    best: int
    rest: int
    label: Label = DESCRIPTION


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Observations of one definition summed up by grade and customer.

    Attributes
    ----------
    sums, counts : arrays of float, shape (grades, customers)
        Sum and number of the outcomes seen of each customer under each grade code.
    squares, undefined : arrays of float, shape (grades,)
        Sum of the squared outcomes; observations of which the definition says nothing.
    """

    sums: np.ndarray
    counts: np.ndarray
    squares: np.ndarray
    undefined: np.ndarray

    @classmethod
    def of(cls, codes: np.ndarray, kept: np.ndarray, grades: int) -> Tally:
        """One review: grade codes and outcomes of all customers, shape (customers,), NaN undefined."""
        graded = codes == np.arange(grades, dtype=codes.dtype)[:, None]
        known = ~np.isnan(kept)
        undefined = (graded & ~known).sum(axis=1).astype(float)
        graded &= known
        outcomes = np.where(graded, kept, 0.0)
        return cls(outcomes, graded.astype(float), (outcomes**2).sum(axis=1), undefined)

    @classmethod
    def nothing(cls, grades: int, customers: int) -> Tally:
        """No observation yet."""
        return cls(*(np.zeros(shape) for shape in [(grades, customers)] * 2 + [(grades,)] * 2))

    def __iadd__(self, other: Tally) -> Tally:
        """Take the observations of ``other`` in, without a copy."""
        for name in ("sums", "counts", "squares", "undefined"):
            whole = getattr(self, name)
            whole += getattr(other, name)
        return self

    def row(self, code: int) -> tuple[int, int, int, float, float, float]:
        """Observations, customers, undefined, share, low and high of one grade."""
        found = share_interval(self.sums[code], self.counts[code], self.squares[code])
        undefined = int(self.undefined[code])
        return found.observations, found.customers, undefined, found.share, found.low, found.high


def retention_by_grade(
    register: Register, panel: Panel, definitions: Sequence[RetentionParams], last: Quarter
) -> Retention:
    """Retention of each grade under each definition.

    Parameters
    ----------
    register : Register
    panel : Panel
    definitions : sequence of RetentionParams
    last : Quarter
        Last complete quarter of the history.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> register = study.registers["vip"]
    >>> found = toolkit.retention_by_grade(register, study.panel, study.definitions, study.quarter)
    >>> found
    Retention(3 definitions, 4 reviews)
    >>> found.pooled.head(2)[["grade", "reviews", "observations", "retained"]].round(3)
       grade  reviews  observations  retained
    0    VIP        4           498     0.904
    1  basic        4          1539     0.756
    """
    pooled, by_review, censored = [], [], []
    for definition in definitions:
        known, unknown = known_reviews(register, definition, last)
        censored += [(definition.id, str(review), str(needs)) for review, needs in unknown.items()]
        total = Tally.nothing(len(register.scale), len(register.customers))
        for review in known:
            tally = _tally(register, panel, definition, review)
            total += tally
            by_review += [
                (definition.id, str(review), g, *tally.row(c)[1:]) for g, c in _best_first(register)
            ]
        pooled += [(definition.id, g, len(known), *total.row(c)) for g, c in _best_first(register)]
    return Retention(
        pooled=_frame(pooled, POOLED, register),
        by_review=_frame(by_review, ["definition", "review", "grade", *SHARES], register),
        censored=pd.DataFrame(censored, columns=["definition", "review", "needs"]),
        overall=bought_again(register, panel, last),
    )


def pooled_retention(
    register: Register, panel: Panel, definitions: Sequence[RetentionParams], last: Quarter
) -> pd.DataFrame:
    """:attr:`Retention.pooled` alone, parameters as :func:`retention_by_grade`."""
    rows = []
    for definition in definitions:
        known, _ = known_reviews(register, definition, last)
        total = Tally.nothing(len(register.scale), len(register.customers))
        for review in known:
            total += _tally(register, panel, definition, review)
        rows += [(definition.id, g, len(known), *total.row(c)) for g, c in _best_first(register)]
    return _frame(rows, POOLED, register)


def known_reviews(
    register: Register, definition: RetentionParams, last: Quarter
) -> tuple[list[Quarter], dict[Quarter, Quarter]]:
    """Reviews whose outcome is known, and the others, each with the quarter that the history lacks."""
    needs = {r: missing_quarter(definition, r, register.complete_from, last) for r in register.reviews}
    known = [review for review, lacking in needs.items() if lacking is None]
    return known, {review: lacking for review, lacking in needs.items() if lacking is not None}


def bought_again(register: Register, panel: Panel, last: Quarter) -> pd.DataFrame:
    """Share of active customers who bought in the next quarter, for every quarter with a full look-back.

    Grades play no part; the register says who counts as active and where the history is complete.

    Returns
    -------
    DataFrame
        columns ``quarter``, ``active`` (customers), ``retained``, ``low``, ``high`` (shares, 0..1).

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.bought_again(study.registers["vip"], study.panel, study.quarter).tail(2).round(3)
       quarter  active  retained    low   high
    17  2026Q1     516     0.928  0.903  0.948
    18  2026Q2     510     0.929  0.904  0.949
    """
    rows, lookback = [], register.active_quarters
    for ordinal in range((register.complete_from + (lookback - 1)).ordinal, last.ordinal):
        quarter = Quarter(ordinal)
        active = panel.active(quarter, lookback)
        size = int(active.sum())
        share = float((panel.bought(quarter + 1) & active).sum() / size) if size else np.nan
        rows.append((str(quarter), size, share, *map(float, wilson(share, size))))
    return pd.DataFrame(rows, columns=["quarter", "active", "retained", "low", "high"])


def raw_gap(register: Register, panel: Panel, definition: RetentionParams, last: Quarter) -> RawGap | None:
    """Retention of the best grade minus that of the rest, all known reviews together; a description.

    The interval is normal, with the variance between customers. None where one side is empty.

    Examples
    --------
    >>> import toolkit
    >>> study = toolkit.example_study()
    >>> toolkit.raw_gap(study.registers["vip"], study.panel, study.headline, study.quarter)
    RawGap(gap +14.7 pp [+11.2, +18.2], observed in the best grade 498, observed in the rest 1,539)
    """
    total = Tally.nothing(len(register.scale), len(register.customers))
    for review in known_reviews(register, definition, last)[0]:
        total += _tally(register, panel, definition, review)
    best, rest = (_pull(total, side) for side in (slice(-1, None), slice(0, -1)))
    if best is None or rest is None:
        return None
    gap, error = best[1] - rest[1], np.sqrt(((best[2] - rest[2]) ** 2).sum())
    half = float(ndtri(0.5 + LEVEL / 2)) * error
    estimate = Estimate(float(gap), float(gap - half), float(gap + half), "points_share", LEVEL)
    return RawGap(estimate, best[0], rest[0])


def _tally(register: Register, panel: Panel, definition: RetentionParams, review: Quarter) -> Tally:
    kept = retained_after(panel, definition, review)
    return Tally.of(register.codes(review), kept, len(register.scale))


def _pull(tally: Tally, grades: slice) -> tuple[int, float, np.ndarray] | None:
    """Observations, mean, and how far each customer pulls it; None without observations."""
    sums, counts = tally.sums[grades].sum(axis=0), tally.counts[grades].sum(axis=0)
    size = counts.sum()
    if not size:
        return None
    mean = sums.sum() / size
    return int(size), float(mean), (sums - mean * counts) / size


def _best_first(register: Register) -> list[tuple[str, int]]:
    return [(grade, len(register.scale) - 1 - i) for i, grade in enumerate(register.scale.grades)]


def _frame(rows: list[tuple], columns: Sequence[str], register: Register) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype({"grade": register.scale.dtype})
