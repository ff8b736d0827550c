"""Customers graded by judgement, beside comparable customers who were not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.effects.adjusted.sample import AdjustedDesign, AdjustedSample
from toolkit.effects.adjusted.single_grade import estimate_adjusted
from toolkit.effects.effect import Effect, Question
from toolkit.effects.pilot import PilotPlan
from toolkit.effects.records.grades import on_record
from toolkit.effects.records.source import Source
from toolkit.effects.records.under_lot import overtaken
from toolkit.params.designs import DiscretionParams
from toolkit.params.schemes import needs_of
from toolkit.params.study import RetentionParams
from toolkit.schemes.conditions import all_hold, conditions_of
from toolkit.terms import Label
from toolkit.window import Quarter


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Customers at reviews, stacked; arrays of shape (rows,)."""

    reviews: tuple[Quarter, ...]
    review: np.ndarray
    customer: np.ndarray
    received: np.ndarray
    controls: Mapping[str, np.ndarray]
    latest: Mapping[str, np.ndarray]
    review_date: np.ndarray


def discretion_effects(
    source: Source, asked: DiscretionParams, definitions: tuple[RetentionParams, ...]
) -> dict[str, Effect]:
    """The effect of a grade given by judgement under each definition of retention.

    Customers whose grade a pilot decided at a review are left out there; a review after which a pilot began before
    the outcome was known has none.
    """
    rows = _rows(source, asked)
    return {
        definition.id: estimate_adjusted(
            _sample(source, rows, definition), _design(source, asked, definition)
        )
        for definition in definitions
    }


def _rows(source: Source, asked: DiscretionParams) -> _Rows:
    panel, first = source.panel, Quarter.parse(asked.since)
    reviews = tuple(
        q for q in source.complete
        if q >= first and (q - first) % asked.every_quarters == 0 and panel.covers(q, asked.window_quarters)
    )  # fmt: skip
    grades, parts = source.table("grades"), []
    for place, review in enumerate(reviews):
        rows = _among(source, asked, review)
        rows = rows[~source.decided_by_lot(review)[rows]]
        facts = source.facts(asked.controls, review, asked.window_quarters)
        day = np.datetime64(review.end(source.fiscal_start_month), "D")
        parts.append(
            {
                "review": np.full(len(rows), place),
                "customer": rows,
                "received": on_record(panel, asked.grade, grades, review.end(source.fiscal_start_month))[
                    rows
                ],
                "day": np.full(len(rows), day),
            }
            | {f"fact {name}": values[rows] for name, values in facts.items()}
            | {
                f"latest {name}": np.full(
                    len(rows), np.datetime64(panel.latest_day(name, review, asked.window_quarters), "D")
                )
                for name in asked.controls
            }
        )
    stacked = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    nobody = np.array([])
    return _Rows(
        reviews,
        stacked.get("review", nobody),
        stacked.get("customer", nobody.astype(int)),
        stacked.get("received", nobody.astype(bool)),
        {name: stacked.get(f"fact {name}", nobody) for name in asked.controls},
        {name: stacked.get(f"latest {name}", nobody.astype("datetime64[D]")) for name in asked.controls},
        stacked.get("day", nobody.astype("datetime64[D]")),
    )


def _among(source: Source, asked: DiscretionParams, review: Quarter) -> np.ndarray:
    """Places of the active customers who meet every condition at ``review``."""
    panel = source.panel
    active = np.flatnonzero(panel.active(review, source.active_quarters))
    if not asked.among:
        return active
    known = panel.snapshot(review, needs_of(asked.among), asked.window_quarters, source.active_quarters)
    return active[all_hold(conditions_of(asked.among, source.names), known)]


def _sample(source: Source, rows: _Rows, definition: RetentionParams) -> AdjustedSample:
    outcome = np.full(len(rows.customer), np.nan)
    for place, review in enumerate(rows.reviews):
        followed = source.outcome(definition, review)
        late = overtaken(source.lots, definition, review, source.fiscal_start_month)
        if followed is not None and not late:
            mine = rows.review == place
            outcome[mine] = followed[rows.customer[mine]]
    return AdjustedSample(
        outcome,
        rows.received,
        pd.DataFrame(rows.controls),
        customer=rows.customer,
        review=rows.review,
        latest=rows.latest,
        review_date=rows.review_date,
    )


def _design(source: Source, asked: DiscretionParams, definition: RetentionParams) -> AdjustedDesign:
    question = Question(
        Label("两种等级都可能得到的客户", "customers who could have had either grade"),
        asked.contrast.label(),
        definition.title.label(),
        definition.quarters,
    )
    return AdjustedDesign(
        question,
        rule_known=asked.rule_known,
        labels={name: source.names[name] for name in asked.controls},
        plan=PilotPlan(horizon_quarters=definition.quarters, review_quarters=asked.every_quarters),
    )
