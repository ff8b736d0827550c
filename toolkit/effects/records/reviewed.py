"""Spend, visits or tickets of customers over the reviews of the programme, some from before it."""

from __future__ import annotations

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
    comparison needs are left out of it.
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
    design = ReviewDesign(question, direction="down" if asked.moved == "down" else "up", plan=plan)
    estimate = estimate_launch if asked.moved == "launch" else estimate_upgrade
    return estimate(_sample(source, asked, programme), design)


def _sample(source: Source, asked: ReviewsParams, programme: ProgrammeParams) -> ReviewSample:
    panel, first = source.panel, Quarter.parse(programme.since)
    every = programme.every_quarters
    reviews = [q for q in source.complete if (q - first) % every == 0 and panel.covers(q, every)]
    places = [panel.quarters.index(q) for q in reviews]
    grades, month = source.table("grades"), source.fiscal_start_month
    with np.errstate(divide="ignore", invalid="ignore"):
        amount = panel.values(asked.measure, every)[:, places]
        outcome = np.where(amount > 0, np.log(amount), np.nan)
        score = panel.values(programme.measure, programme.window_quarters)[:, places]
        distance = np.where(score > 0, np.log(score / programme.bar), np.nan)
    received = [on_record(panel, programme.grade, grades, q.end(month)) & (q >= first) for q in reviews]
    return ReviewSample(
        outcome, distance, np.array(received).T.reshape(outcome.shape), customer=panel.customers.to_numpy()
    )
