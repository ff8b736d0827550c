"""The rows of a grading programme that really ran: customers at its past reviews, and what followed.

The score of a review is the programme's measure over the window that ends with the review; the
grade received is the one on record on the first day after it; the outcome lies strictly later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from toolkit.effects.cutoff.ladder import ranges
from toolkit.effects.cutoff.sample import CutoffDesign, CutoffSample
from toolkit.effects.cutoff.single_bar import estimate_cutoff
from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotBasis, PilotPlan
from toolkit.effects.records.grades import on_record
from toolkit.effects.records.under_lot import UnderLot, decided_by_lot, overtaken
from toolkit.effects.refusal import refuse
from toolkit.errors import HistoryError
from toolkit.estimate import Estimate
from toolkit.outcomes.gap import gap_between
from toolkit.outcomes.retained import missing_quarter, retained_after
from toolkit.panel import Panel
from toolkit.params.programme import ProgrammeParams
from toolkit.params.study import RetentionParams
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
    held, received : array of bool
        Whether the programme's grade was on record on the last day of the review, and on the first day after it.
    covariates : mapping of name to array of float
        From before the review.
    latest : date
        Latest day of a record that entered a score or a covariate of the last review.
    in_lot : int
        Rows left out, because a pilot under way at the review decided the customer's grade.
    lots : tuple of UnderLot
        Pilots that were carried out; a review has no outcome where one began before the outcome was known.
    """

    reviews: tuple[Quarter, ...]
    review: np.ndarray
    customer: np.ndarray
    score: np.ndarray
    held: np.ndarray
    received: np.ndarray
    covariates: Mapping[str, np.ndarray]
    latest: date | None
    in_lot: int = 0
    lots: tuple[UnderLot, ...] = ()

    def where(self, keep: np.ndarray) -> ProgrammeRows:
        """The rows where ``keep`` is true; the reviews stay."""
        columns = ("review", "customer", "score", "held", "received")
        kept = {name: getattr(self, name)[keep] for name in columns}
        covariates = {name: values[keep] for name, values in self.covariates.items()}
        return replace(self, **kept, covariates=covariates)


def programme_rows(
    panel: Panel,
    programme: ProgrammeParams,
    grades: pd.DataFrame,
    complete: tuple[Quarter, ...],
    since: Quarter | None = None,
    lots: Sequence[UnderLot] = (),
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
    since : Quarter, optional
        Take the reviews from this one to the one before the programme's first instead of its own.
    lots : sequence of UnderLot
        Pilots that were carried out: whoever was in one at a review is left out there, for no bar decided.

    Raises
    ------
    HistoryError
        If a score or a covariate uses a record dated after its review.
    """
    reviews = tuple(
        q for q in _reviews(programme, complete, since) if panel.covers(q, programme.window_quarters)
    )
    score = panel.values(programme.measure, programme.window_quarters)
    month, parts, latest, in_lot = panel.cube.fiscal_start_month, [], None, 0
    for place, review in enumerate(reviews):
        column = panel.quarters.index(review)
        reviewed = panel.active(review, programme.active_quarters) & np.isfinite(score[:, column])
        drawn = decided_by_lot(panel, lots, review)
        rows = np.flatnonzero(reviewed & ~drawn)
        in_lot += int((reviewed & drawn).sum())
        before, after = (
            on_record(panel, programme.grade, grades, day)[rows]
            for day in (review.last_day(month), review.end(month))
        )
        parts.append((np.full(len(rows), place), rows, score[rows, column], before, after))
        latest = _audited(panel, programme, review)
    review, customer, scores, held, received = (
        np.concatenate([part[i] for part in parts]) if parts else np.array([]) for i in range(5)
    )
    customer, review = customer.astype(int), review.astype(int)
    columns = np.array([panel.quarters.index(q) for q in reviews], dtype=int)[review] if reviews else review
    covariates = {
        name: panel.values(name, programme.window_quarters)[customer, columns] for name in COVARIATES
    }
    grades_held = held.astype(bool), received.astype(bool)
    return ProgrammeRows(
        reviews, review, customer, scores, *grades_held, covariates, latest, in_lot, tuple(lots)
    )


def _reviews(
    programme: ProgrammeParams, complete: tuple[Quarter, ...], since: Quarter | None
) -> tuple[Quarter, ...]:
    first = Quarter.parse(programme.since)
    begin, end = (first, complete[-1] + 1) if since is None else (since, first)
    return tuple(q for q in complete if begin <= q < end and (q - first) % programme.every_quarters == 0)


def rows_before(
    panel: Panel, programme: ProgrammeParams, grades: pd.DataFrame, complete: tuple[Quarter, ...]
) -> ProgrammeRows | None:
    """Reviews at which the other benefits of the bar held already but the grade did not exist; None without any."""
    if programme.other_perks_since is None:
        return None
    rows = programme_rows(panel, programme, grades, complete, Quarter.parse(programme.other_perks_since))
    return rows if len(rows.score) else None


def programme_effects(
    panel: Panel,
    programme: ProgrammeParams,
    rows: ProgrammeRows,
    definitions: tuple[RetentionParams, ...],
    complete: tuple[Quarter, ...],
    before: ProgrammeRows | None = None,
) -> dict[str, Effect]:
    """The effect of the programme's grade under each definition of retention.

    Where holders keep the grade at a bar of their own, only customers without it are compared here. ``before``
    are the rows of :func:`rows_before`.
    """
    asked = {d.id: at_the_bar(panel, programme, (rows, before), d, complete) for d in definitions}
    return {name: estimate_cutoff(one.sample, one.design, one.before) for name, one in asked.items()}


@dataclass(frozen=True, slots=True, eq=False)
class AtTheBar:
    """What the effect at the programme's bar is estimated from; ``before`` as :func:`rows_before`, if any."""

    sample: CutoffSample
    design: CutoffDesign
    before: CutoffSample | None


def at_the_bar(
    panel: Panel,
    programme: ProgrammeParams,
    rows: tuple[ProgrammeRows, ProgrammeRows | None],
    definition: RetentionParams,
    complete: tuple[Quarter, ...],
) -> AtTheBar:
    """The rows of the programme, and those from before it, as a cutoff under one definition of retention.

    ``customer`` of the samples are positions in the panel's customers.
    """
    own, before = rows
    newcomers = own if programme.keep_bar is None else own.where(~own.held)
    return AtTheBar(
        _sample(panel, programme.bar, newcomers, definition, complete),
        _design(programme, definition, question(programme, definition), programme.bar),
        None if before is None else _earlier(panel, programme, before, definition, complete),
    )


def keeping_effects(
    panel: Panel,
    programme: ProgrammeParams,
    rows: ProgrammeRows,
    definitions: tuple[RetentionParams, ...],
    complete: tuple[Quarter, ...],
) -> dict[str, Effect]:
    """The effect of keeping the grade, among holders near the bar at which it is kept; empty without such a bar."""
    if programme.keep_bar is None:
        return {}
    holders = rows.where(rows.held)
    return {
        definition.id: estimate_cutoff(
            _sample(panel, programme.keep_bar, holders, definition, complete),
            _design(programme, definition, _kept(programme, definition), programme.keep_bar),
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


def _kept(programme: ProgrammeParams, definition: RetentionParams) -> Question:
    return Question(
        Label("保留门槛附近已有该等级的客户", "holders of the grade near the bar that keeps it"),
        Label(f"保住“{programme.grade}”与失去它", f"keeping “{programme.grade}” against losing it"),
        definition.title.label(),
        definition.quarters,
    )


def _design(
    programme: ProgrammeParams, definition: RetentionParams, asked: Question, bar: float
) -> CutoffDesign:
    """Customers are compared midway to the next bar at most."""
    bars = sorted({bar, *programme.other_bars})
    low, high = ranges(bars, "log")[bars.index(bar)]
    plan = PilotPlan(horizon_quarters=definition.quarters, review_quarters=programme.every_quarters)
    return CutoffDesign(question=asked, low=low, high=high, other_perks=programme.other_perks, plan=plan)


def programme_gap(
    panel: Panel, rows: ProgrammeRows, definition: RetentionParams, complete: tuple[Quarter, ...]
) -> Estimate | None:
    """Outcome of those who had the grade minus that of the others: description, clustered by customer."""
    return gap_between(_outcome(panel, rows, definition, complete), rows.received, rows.customer)


def _sample(
    panel: Panel,
    bar: float,
    rows: ProgrammeRows,
    definition: RetentionParams,
    complete: tuple[Quarter, ...],
) -> CutoffSample:
    return CutoffSample(
        score=rows.score,
        bar=bar,
        outcome=_outcome(panel, rows, definition, complete),
        received=rows.received,
        customer=rows.customer,
        review=rows.review,
        covariates=rows.covariates,
    )


def _earlier(
    panel: Panel,
    programme: ProgrammeParams,
    before: ProgrammeRows,
    definition: RetentionParams,
    complete: tuple[Quarter, ...],
) -> CutoffSample | None:
    """None where no outcome of those reviews is known under this definition."""
    sample = _sample(panel, programme.bar, before, definition, complete)
    return sample if np.isfinite(sample.outcome).any() else None


def _outcome(
    panel: Panel, rows: ProgrammeRows, definition: RetentionParams, complete: tuple[Quarter, ...]
) -> np.ndarray:
    """What followed, NaN where the outcome window is not over or a pilot began within it; shape (rows,)."""
    outcome, month = np.full(len(rows.score), np.nan), panel.cube.fiscal_start_month
    for place, review in enumerate(rows.reviews):
        if overtaken(rows.lots, definition, review, month):
            continue
        if missing_quarter(definition, review, complete[0], complete[-1]) is None:
            mine = rows.review == place
            outcome[mine] = retained_after(panel, definition, review)[rows.customer[mine]]
    return outcome


def _audited(panel: Panel, programme: ProgrammeParams, review: Quarter) -> date:
    """Latest day of a record that entered the score or a covariate; refused where it lies after the review."""
    closed, days = review.last_day(panel.cube.fiscal_start_month), []
    for name in (programme.measure, *COVARIATES):
        latest = panel.latest_day(name, review, programme.window_quarters)
        if latest > closed:
            raise HistoryError(
                zh=f"{review} 的“{name}”用到了 {latest} 的数据，晚于评级日 {closed}；"
                "这样的等级和特征不能用于判断影响。",
                en=f"'{name}' at {review} uses data of {latest}, later than the review on {closed}; "
                "such a grade or fact cannot be used to ask what a grade caused.",
            )
        days.append(latest)
    return max(days)
