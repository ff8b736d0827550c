"""The rows of a grading programme that really ran: customers at its past reviews, and what followed.

The score of a review is the programme's measure over the window that ends with the review; the
grade received is the one on record on the first day after it; the outcome lies strictly later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotBasis, PilotPlan
from toolkit.effects.refusal import refuse
from toolkit.errors import HistoryError
from toolkit.estimate import Estimate
from toolkit.outcomes.gap import gap_between
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.panel import Panel
from toolkit.params.study import ProgrammeParams, RetentionParams
from toolkit.terms import Label
from toolkit.window import Quarter

COVARIATES = ("tenure_months", "orders", "average_order", "interval_regularity")


@dataclass(frozen=True, slots=True, eq=False)
class ProgrammeRows:
    """Customers at the reviews of a programme, stacked; all arrays have shape (rows,).

    Attributes
    ----------
    reviews : tuple of Quarter
    review : array of int
        Position in ``reviews``.
    customer : array of int
        Position in the panel's customers.
    score : array of float
        The programme's measure.
    received : array of bool
        Whether the programme's grade was on record on the first day after the review.
    covariates : mapping of name to array of float
        From before the review.
    latest : date
        Latest day of a transaction that entered any score.
    """

    reviews: tuple[Quarter, ...]
    review: np.ndarray
    customer: np.ndarray
    score: np.ndarray
    received: np.ndarray
    covariates: Mapping[str, np.ndarray]
    latest: date | None


def programme_rows(
    panel: Panel, programme: ProgrammeParams, grades: pd.DataFrame, complete: tuple[Quarter, ...]
) -> ProgrammeRows:
    """Stack the programme's reviews.

    Parameters
    ----------
    panel : Panel
    programme : ProgrammeParams
    grades : DataFrame
        columns ``customer_id``, ``from_on`` (date), ``grade``.
    complete : tuple of Quarter
        Complete quarters of the history.

    Raises
    ------
    HistoryError
        If a score uses a transaction dated after its review.
    """
    first = Quarter.parse(programme.since)
    reviews = tuple(
        q for q in complete if q >= first and (q - first) % programme.every_quarters == 0
        and panel.covers(q, programme.window_quarters)
    )  # fmt: skip
    score = panel.values(programme.measure, programme.window_quarters)
    parts, latest = [], None
    for place, review in enumerate(reviews):
        column = panel.quarters.index(review)
        rows = np.flatnonzero(panel.active(review, programme.active_quarters) & np.isfinite(score[:, column]))
        parts.append(
            (
                np.full(len(rows), place),
                rows,
                score[rows, column],
                _received(panel, programme, grades, review)[rows],
            )
        )
        latest = _audited(panel, programme, review)
    review, customer, scores, received = (
        np.concatenate([part[i] for part in parts]) if parts else np.array([]) for i in range(4)
    )
    customer, review = customer.astype(int), review.astype(int)
    columns = np.array([panel.quarters.index(q) for q in reviews], dtype=int)[review] if reviews else review
    covariates = {
        name: panel.values(name, programme.window_quarters)[customer, columns] for name in COVARIATES
    }
    return ProgrammeRows(reviews, review, customer, scores, received.astype(bool), covariates, latest)


def programme_effects(
    panel: Panel,
    programme: ProgrammeParams,
    rows: ProgrammeRows,
    definitions: tuple[RetentionParams, ...],
    complete: tuple[Quarter, ...],
) -> dict[str, Effect]:
    """The effect of the programme's grade under each definition of retention."""
    return {
        definition.id: estimate_cutoff(
            _sample(panel, programme, rows, definition, complete),
            CutoffDesign(
                question=question(programme, definition),
                other_perks=programme.other_perks,
                plan=PilotPlan(
                    horizon_quarters=definition.quarters, review_quarters=programme.every_quarters
                ),
            ),
        )
        for definition in definitions
    }


def no_programme(
    grade: str, definition: RetentionParams, retained: float, near: Mapping[float, int], review_quarters: int
) -> Effect:
    """The honest answer for a history in which nobody was ever treated differently on record.

    Parameters
    ----------
    grade : str
        Best grade of the policy whose effect is asked for.
    definition : RetentionParams
    retained : float
        Share retained under the definition, 0..1.
    near : mapping of band to customers
        Customers within each band around the planned bar.
    review_quarters : int
    """
    asked = Question(
        Label("在册客户", "graded customers"),
        Label(f"“{grade}”与其余等级", f"“{grade}” against the other grades"),
        definition.title.label(),
        definition.quarters,
    )
    plan = PilotPlan(horizon_quarters=definition.quarters, review_quarters=review_quarters)
    return refuse(asked, "NOPROGRAMME", basis=PilotBasis.of_share(retained, near), plan=plan)


def question(programme: ProgrammeParams, definition: RetentionParams) -> Question:
    """What is asked of the programme."""
    return Question(
        Label("门槛附近的在册客户", "graded customers near the bar"),
        Label(f"“{programme.grade}”与未达标者", f"“{programme.grade}” against those below the bar"),
        definition.title.label(),
        definition.quarters,
    )


def programme_gap(
    panel: Panel, rows: ProgrammeRows, definition: RetentionParams, complete: tuple[Quarter, ...]
) -> Estimate | None:
    """Outcome of those who had the grade minus that of the others: description, clustered by customer."""
    return gap_between(_outcome(panel, rows, definition, complete), rows.received, rows.customer)


def _sample(
    panel: Panel,
    programme: ProgrammeParams,
    rows: ProgrammeRows,
    definition: RetentionParams,
    complete: tuple[Quarter, ...],
) -> CutoffSample:
    return CutoffSample(
        score=rows.score,
        bar=programme.bar,
        outcome=_outcome(panel, rows, definition, complete),
        received=rows.received,
        customer=rows.customer,
        review=rows.review,
        covariates=rows.covariates,
    )


def _outcome(
    panel: Panel, rows: ProgrammeRows, definition: RetentionParams, complete: tuple[Quarter, ...]
) -> np.ndarray:
    """What followed, NaN where the outcome window is not over; shape (rows,)."""
    outcome = np.full(len(rows.score), np.nan)
    for place, review in enumerate(rows.reviews):
        if missing_quarter(definition, review, complete[0], complete[-1]) is None:
            mine = rows.review == place
            outcome[mine] = retained_after(panel, definition, review)[rows.customer[mine]]
    return outcome


def _received(panel: Panel, programme: ProgrammeParams, grades: pd.DataFrame, review: Quarter) -> np.ndarray:
    """Whether each customer of the panel had the programme's grade on the first day after ``review``."""
    day = pd.Timestamp(review.end(panel.cube.fiscal_start_month))
    on_record = grades[pd.to_datetime(grades["from_on"]) <= day].sort_values("from_on", kind="stable")
    latest = on_record.drop_duplicates("customer_id", keep="last").set_index("customer_id")["grade"]
    return (latest.reindex(panel.customers) == programme.grade).to_numpy()


def _audited(panel: Panel, programme: ProgrammeParams, review: Quarter) -> date:
    latest = panel.latest_day(programme.measure, review, programme.window_quarters)
    closed = review.last_day(panel.cube.fiscal_start_month)
    if latest > closed:
        raise HistoryError(
            zh=f"{review} 的评级用到了 {latest} 的数据，晚于评级日 {closed}；这样的等级不能用于判断影响。",
            en=f"The grades of {review} use data of {latest}, later than the review on {closed}; "
            "such grades cannot be used to ask what a grade caused.",
        )
    return latest
