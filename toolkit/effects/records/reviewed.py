"""Spend, visits or tickets of customers over the reviews of the programme, some from before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.records.grades import on_record
from toolkit.effects.records.source import Source
from toolkit.effects.rollout.review_sample import ReviewDesign, ReviewSample
from toolkit.effects.rollout.reviews import estimate_launch, estimate_upgrade
from toolkit.params.designs import ReviewsParams
from toolkit.params.programme import ProgrammeParams
from toolkit.terms import Label
from toolkit.window import Quarter

WORTH_FINDING = 0.05


def reviewed_effect(source: Source, asked: ReviewsParams, programme: ProgrammeParams) -> Effect:
    """The effect of gaining (or losing) the programme's grade on the log of a measure of the next period.

    A period is the time from one review to the next; customers without a positive figure in a period that the
    comparison needs are left out of it, and so are those whose grade a pilot decided at a review or at the one before.
    The review studied is the last one in whose next period no pilot began; earlier ones are used where one did.
    """
    name = source.names[asked.measure]
    moved = {
        "launch": Label("首次获得", "being given"),
        "up": Label("升入", "gaining"),
        "down": Label("失去", "losing"),
    }
    what = moved[asked.moved]
    question = Question(
        Label("复评前后都有购买的客户", "customers who bought before and after the review"),
        Label(f"{what.zh}“{programme.grade}”与未变动", f"{what.en} “{programme.grade}” against no change"),
        Label(f"{name.zh}（下一期，相对变化）", f"{name.en} of the next period, relative change"),
        programme.every_quarters,
    )
    plan = PilotPlan(
        wanted=WORTH_FINDING,
        unit="share",
        horizon_quarters=programme.every_quarters,
        review_quarters=programme.every_quarters,
    )
    reviews = _reviews(source, programme)
    sample = _sample(source, asked, programme, reviews)
    design = ReviewDesign(question, direction="down" if asked.moved == "down" else "up", plan=plan)
    if asked.moved == "launch":
        return estimate_launch(sample, design)
    return estimate_upgrade(sample, replace(design, review=_studied(source, sample, reviews, programme)))


def _reviews(source: Source, programme: ProgrammeParams) -> list[Quarter]:
    first, every = Quarter.parse(programme.since), programme.every_quarters
    return [q for q in source.complete if (q - first) % every == 0 and source.panel.covers(q, every)]


def _studied(
    source: Source, sample: ReviewSample, reviews: list[Quarter], programme: ProgrammeParams
) -> int | None:
    """Place of the last review with a known next period that no pilot began in; None: as the design has it."""
    if sample.launch is None or not source.lots:
        return None
    free = [
        place
        for place in range(sample.launch + 1, len(reviews) - 1)
        if not _overtaken(source, programme, reviews[place])
    ]
    return free[-1] if free else None


def _overtaken(source: Source, programme: ProgrammeParams, review: Quarter) -> bool:
    """Whether a pilot began within the period after ``review``."""
    every, month = programme.every_quarters, source.fiscal_start_month
    return any(lot.reaches(review, every, month) for lot in source.lots)


def _sample(
    source: Source, asked: ReviewsParams, programme: ProgrammeParams, reviews: list[Quarter]
) -> ReviewSample:
    """Customers by reviews; without a distance where a lot decided, so that they are not compared there."""
    panel, first = source.panel, Quarter.parse(programme.since)
    every = programme.every_quarters
    places = [panel.quarters.index(q) for q in reviews]
    grades, month = source.table("grades"), source.fiscal_start_month
    with np.errstate(divide="ignore", invalid="ignore"):
        amount = panel.values(asked.measure, every)[:, places]
        outcome = np.where(amount > 0, np.log(amount), np.nan)
        score = panel.values(programme.measure, programme.window_quarters)[:, places]
        distance = np.where(score > 0, np.log(score / programme.bar), np.nan)
    distance[_by_lot(source, programme, reviews)] = np.nan
    received = [on_record(panel, programme.grade, grades, q.end(month)) & (q >= first) for q in reviews]
    return ReviewSample(
        outcome, distance, np.array(received).T.reshape(outcome.shape), customer=panel.customers.to_numpy()
    )


def _by_lot(source: Source, programme: ProgrammeParams, reviews: list[Quarter]) -> np.ndarray:
    """Who is not compared at which review; bool, shape (customers, reviews)."""
    shape = len(source.panel.customers), len(reviews)
    drawn = np.array([source.decided_by_lot(review) for review in reviews], dtype=bool).T.reshape(shape)
    out = drawn.copy()
    out[:, 1:] |= drawn[:, :-1]
    for place, review in enumerate(reviews[:-1]):
        out[:, place] |= _overtaken(source, programme, review)
    return out
