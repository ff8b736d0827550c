"""One further question of a study, put to the design that its records allow."""

from __future__ import annotations

from toolkit.effects.effect import Effect
from toolkit.effects.records.discretion import discretion_effects
from toolkit.effects.records.lot import lot_effects
from toolkit.effects.records.reviewed import reviewed_effect
from toolkit.effects.records.source import Source
from toolkit.effects.records.waves import waves_effect
from toolkit.params.designs import DesignParams, DiscretionParams, ReviewsParams, RolloutParams
from toolkit.params.programme import ProgrammeParams
from toolkit.params.study import RetentionParams


def asked_effects(
    source: Source,
    asked: DesignParams,
    definitions: tuple[RetentionParams, ...],
    programme: ProgrammeParams | None,
) -> dict[str, Effect]:
    """Answers by outcome: the identifier of a definition of retention, or the name of a measure."""
    if isinstance(asked, DiscretionParams):
        return discretion_effects(source, asked, definitions)
    if isinstance(asked, RolloutParams):
        return {asked.measure: waves_effect(source, asked)}
    if isinstance(asked, ReviewsParams):
        return {asked.measure: reviewed_effect(source, asked, programme)}
    return lot_effects(source, asked, definitions)
