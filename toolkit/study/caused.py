"""What the grades of a study caused, by its programme, its further designs and its pilots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from toolkit.effects.effect import Effect
from toolkit.effects.experiment.off_policy import OffPolicyValue
from toolkit.effects.records.programme import ProgrammeRows, programme_gap, programme_rows
from toolkit.estimate import Estimate
from toolkit.study.causes import effects_at_the_bar, effects_of_designs, effects_of_keeping, values_by_design
from toolkit.study.followed import Followed
from toolkit.study.pilot_states import PilotState, lots_under_way, pilot_states


@dataclass(frozen=True, eq=False)
class Caused(Followed):
    """The grades of a study with what they caused, or why that cannot be said."""

    @cached_property
    def programme(self) -> ProgrammeRows | None:
        """Rows of the programme that really ran; None where there was none."""
        if self.params.programme is None:
            return None
        grades, lots = self.history.tables["grades"], lots_under_way(self)
        return programme_rows(self.panel, self.params.programme, grades, self.complete, lots=lots)

    @cached_property
    def pilot_states(self) -> tuple[PilotState, ...]:
        """What became of the pilots that earlier reports proposed."""
        return pilot_states(self)

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """What the grade caused under each definition of retention by purchase, the headline first.

        Without a programme on record every one of them is a refusal.
        """
        return effects_at_the_bar(self)

    @cached_property
    def keeping_effects(self) -> dict[str, Effect]:
        """What keeping the programme's grade caused among its holders; empty where it is kept at its own bar."""
        return effects_of_keeping(self)

    @cached_property
    def further_effects(self) -> dict[str, dict[str, Effect]]:
        """Answers to the study's further designs: by design, then by outcome (definition or measure)."""
        return effects_of_designs(self)

    @cached_property
    def lot_values(self) -> dict[str, dict[str, OffPolicyValue]]:
        """Every alternative against the baseline among those drawn by lot for a service package: by design, then policy."""
        return values_by_design(self)

    @cached_property
    def programme_gap(self) -> Estimate | None:
        """Those who had the programme's grade minus the others under the headline definition: description."""
        if self.programme is None:
            return self.gaps.get(self.headline.id)
        return programme_gap(self.panel, self.programme, self.headline, self.complete)
