"""The grading programme: what it decided, and what those decisions truly did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.synthetic.calendar import Calendar
from toolkit.synthetic.codes import chosen
from toolkit.synthetic.population import Population, Review
from toolkit.synthetic.service import GRADES
from toolkit.synthetic.world import World, hazard_fall, staying

DECIDED_BY = ("rule", "override", "refusal", "pilot")
BAND = 0.10


def grades_table(population: Population, calendar: Calendar, ids: pa.Array) -> pd.DataFrame:
    """Grades of all reviews since the launch, by review, then customer."""
    reviews = [review for review in population.reviews if review.launched]
    return pd.concat([_graded(review, calendar, ids) for review in reviews], ignore_index=True)


def oracle_table(world: World, population: Population, calendar: Calendar, ids: pa.Array) -> pd.DataFrame:
    """The truth about every customer at every review, those before the launch included.

    ``retained`` is known even where the outcome lies beyond the last day shown (``outcome_shown`` false).
    """
    parts = [_known(review, world, population, calendar, ids) for review in population.reviews]
    return pd.concat(parts, ignore_index=True)


def bar_truth(oracle: pd.DataFrame) -> dict[str, float | int]:
    """True answers of this company, from graded reviews whose outcome is shown.

    At the bar means within ``BAND`` of it in log score. ``raw_gap`` is what a naive comparison would say.
    """
    seen = oracle[oracle["launched"] & oracle["outcome_shown"]]
    near = seen[seen["x"].abs() <= BAND]
    change, weight = near["p1"] - near["p0"], near["complier"]
    everyone, treated = seen["p1"] - seen["p0"], seen["treated"]
    by_grade = seen.groupby("treated")["retained"].mean()
    return {
        "band": BAND,
        "rows_in_band": len(near),
        "rows": len(seen),
        "late": float((weight * change).sum() / weight.sum()) if weight.sum() else float("nan"),
        "itt": float((weight * change).mean()),
        "first_stage": float(weight.mean()),
        "p0": float(near["p0"].mean()),
        "att": float(everyone[treated].mean()),
        "ate": float(everyone.mean()),
        "raw_gap": float(by_grade.get(True, np.nan) - by_grade.get(False, np.nan)),
    }


def _graded(review: Review, calendar: Calendar, ids: pa.Array) -> pd.DataFrame:
    decided = review.decided
    why = np.select(
        [decided.randomised, decided.treated & ~decided.eligible, decided.eligible & ~decided.treated],
        [3, 1, 2],
        default=0,
    )
    return pd.DataFrame(
        {
            "customer_id": chosen(ids, review.rows),
            "from_on": np.datetime64((calendar.first + review.quarter).end(), "us"),
            "grade": chosen(GRADES, np.where(decided.treated, 0, 1)),
            "decided_by": chosen(DECIDED_BY, why),
            "score": review.cents / 100,
        }
    )


def _known(
    review: Review, world: World, population: Population, calendar: Calendar, ids: pa.Array
) -> pd.DataFrame:
    rows, last, decided = review.rows, review.quarter + world.outcome_quarters, review.decided
    after = [population.leaving_logit(world, q)[rows] for q in range(review.quarter + 1, last + 1)]
    logits, latent = np.column_stack(after), population.latent.take(rows)
    tau = hazard_fall(world, latent)
    return pd.DataFrame(
        {
            "customer_id": chosen(ids, rows),
            "review": str(calendar.first + review.quarter),
            "launched": review.launched,
            "outcome_shown": last < calendar.complete,
            "score": review.cents / 100,
            "x": review.x,
            "eligible": decided.eligible,
            "treated": decided.treated,
            "treated_above": decided.treated_above,
            "treated_below": decided.treated_below,
            "complier": decided.complier,
            "randomised": decided.randomised,
            "pushed": review.pushed / 100,
            "p0": staying(logits),
            "p1": staying(logits - tau[:, None]),
            "retained": population.active[last][rows],
            "tau": tau,
            "loyalty": latent.loyalty,
            "size": latent.size,
            "need": latent.need,
            "segment": latent.segment,
            "tenure": population.tenure(review.quarter)[rows],
        }
    )
