"""Questions of cause that a study asks, answered or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from toolkit.effects.effect import Effect
from toolkit.effects.experiment.off_policy import OffPolicyValue
from toolkit.effects.pilot import BANDS
from toolkit.effects.records.asked import asked_effects
from toolkit.effects.records.lot import logged_lot, values_by_lot
from toolkit.effects.records.programme import keeping_effects, no_programme, programme_effects, rows_before
from toolkit.effects.records.source import Source
from toolkit.params.study import RetentionParams
from toolkit.study.pilot_states import lots_under_way

if TYPE_CHECKING:
    from toolkit.study.study import Study


def effects_at_the_bar(study: Study) -> dict[str, Effect]:
    """What the programme's grade caused, by definition of retention; refusals where there was no programme."""
    if study.programme is None:
        return {d.id: _without_programme(study, d) for d in _by_purchase(study)}
    asked, grades = study.params.programme, study.history.tables["grades"]
    before = rows_before(study.panel, asked, grades, study.complete)
    return programme_effects(study.panel, asked, study.programme, _by_purchase(study), study.complete, before)


def effects_of_keeping(study: Study) -> dict[str, Effect]:
    """What keeping the grade caused; empty where it is kept at the bar that gives it."""
    if study.programme is None:
        return {}
    return keeping_effects(
        study.panel, study.params.programme, study.programme, _by_purchase(study), study.complete
    )


def effects_of_designs(study: Study) -> dict[str, dict[str, Effect]]:
    """Answers to the further designs: by design, then by outcome."""
    return {
        asked.id: asked_effects(_source(study), asked, _by_purchase(study), study.params.programme)
        for asked in study.params.designs
    }


def values_by_design(study: Study) -> dict[str, dict[str, OffPolicyValue]]:
    """Every alternative against the baseline among those drawn for a package: by design, then policy."""
    found = {}
    for asked in study.params.designs:
        if asked.design == "experiment" and asked.package:
            lot = logged_lot(_source(study), asked, study.headline)
            if lot is not None:
                found[asked.id] = values_by_lot(lot, asked.package, study.registers, study.baseline.id)
    return found


def retained_under(study: Study, definition: RetentionParams) -> float:
    """Share retained under a definition, all grades of the baseline; a half where none is known."""
    pooled = study.retentions[study.baseline.id].pooled
    mine = pooled[(pooled["definition"] == definition.id) & (pooled["observations"] > 0)]
    seen = mine["observations"].sum()
    return float((mine["retained"] * mine["observations"]).sum() / seen) if seen else 0.5


def _source(study: Study) -> Source:
    lots = lots_under_way(study)
    return Source(study.panel, study.complete, study.params.active_quarters, study.names, lots)


def _by_purchase(study: Study) -> tuple[RetentionParams, ...]:
    """Definitions whose outcome is 0 or 1."""
    return tuple(d for d in study.definitions if d.kind != "spend_kept")


def _without_programme(study: Study, definition: RetentionParams) -> Effect:
    return no_programme(
        study.baseline.scheme.scale.best,
        definition,
        retained_under(study, definition),
        _near_the_floor(study),
        study.baseline.review.every_quarters,
    )


def _near_the_floor(study: Study) -> Mapping[float, int]:
    """Customers within each band around the floor of the baseline's best grade."""
    policy, register = study.baseline, study.registers[study.baseline.id]
    review = register.reviews[-1]
    known = study.panel.snapshot(
        review, policy.scheme.needs, policy.review.window_quarters, study.params.active_quarters
    )
    grading = register.scheme.grade(known)
    numbers = grading.detail.select_dtypes("number")
    if numbers.empty:
        return {band: 0 for band in BANDS}
    score = numbers["score" if "score" in numbers else numbers.columns[0]].to_numpy(float)
    best = (grading.grade == policy.scheme.scale.best).to_numpy()
    floor = score[best].min() if best.any() else np.nan
    return {band: int((np.abs(score / floor - 1) <= band).sum()) for band in BANDS}
