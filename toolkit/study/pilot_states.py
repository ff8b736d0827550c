"""What became of the pilots that earlier reports proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.comparison.evidence import LotEvidence
from toolkit.effects.effect import Effect
from toolkit.effects.records.under_lot import UnderLot
from toolkit.params.designs import LotParams
from toolkit.params.study import RetentionParams, StudyParams
from toolkit.pilots.proposal import PilotProposal
from toolkit.shown import shown
from toolkit.study.pilot_files import PilotFile
from toolkit.terms import Label
from toolkit.window import Quarter

if TYPE_CHECKING:
    from toolkit.study.study import Study


class State(StrEnum):
    """How far a pilot has come."""

    PROPOSED = "proposed"
    NOT_CARRIED_OUT = "not_carried_out"
    UNDER_WAY = "under_way"
    READ = "read"


class Decides(StrEnum):
    """What a pilot that was read decides by the thresholds it was proposed with."""

    ADOPT = "adopt"
    REJECT = "reject"
    GO_ON = "go_on"


@shown("id", "state", "policy", "drawn", "starts_on")
@dataclass(frozen=True, slots=True, eq=False)
class PilotState:
    """One pilot at the quarter of a report.

    Attributes
    ----------
    id : str
    title : Label
    policy, definition : str
        What it asks: identifiers of the policy and of the definition of retention.
    state : State
        ``proposed`` before its first day, ``not_carried_out`` where its lists are not on record after it,
        ``under_way`` until the outcome of its definition is known, then ``read``.
    drawn : int
        Customers on its lists as proposed; as carried out once they are on record.
    starts_on : date
    first_known : Quarter
        At whose end the outcome is known.
    effect : Effect or None
        Answer under its definition of retention; None until it is read.
    brought : float or None
        Change of retention that the policy would have brought to those drawn whom it moves, weighted by their margin:
        served minus not for the raised, not minus served for the lowered. The effect itself where it moves nobody.
    decides : Decides or None
        What ``brought`` decides by the pilot's own thresholds; None until it is known.
    """

    id: str
    title: Label
    policy: str
    definition: str
    state: State
    drawn: int
    starts_on: date
    first_known: Quarter
    effect: Effect | None = None
    brought: float | None = None
    decides: Decides | None = None

    @property
    def open(self) -> bool:
        """Still waiting for its answer."""
        return self.state in (State.PROPOSED, State.UNDER_WAY)


def pilot_states(study: Study) -> tuple[PilotState, ...]:
    """What became of every pilot the study reads, in the order in which they were proposed."""
    return tuple(_state(study, pilot) for pilot in study.pilots_on_file)


def startable(study: Study, proposals: Iterable[PilotProposal]) -> tuple[PilotProposal, ...]:
    """Those of ``proposals`` that can begin: no pilot about the policy waits for its answer, and no customer would
    draw lots twice; the first of two that overlap stands."""
    waiting = [one for one, state in zip(study.pilots_on_file, study.pilot_states, strict=True) if state.open]
    asked = {one.params.asked.policy for one in waiting}
    busy = {customer for one in waiting for customer in one.lots["customer_id"]}
    found = []
    for proposal in proposals:
        drawn = set(proposal.lots["customer_id"])
        if proposal.params.asked.policy not in asked and not drawn & busy:
            found.append(proposal)
            busy |= drawn
    return tuple(found)


def lots_under_way(study: Study) -> tuple[UnderLot, ...]:
    """Whose grades a pilot decided, and when; pilots on record only."""
    lists, closed = study.history.tables.get("lists"), _closed(study)
    return tuple(
        UnderLot(_held(pilot, lists, closed), pilot.params.starts_on, pilot.params.ends_on)
        for pilot in study.pilots_on_file
        if on_record(pilot, lists, closed)
    )


def designs_on_record(
    study: StudyParams, lists: pd.DataFrame | None, quarter: Quarter, pilots: Iterable[PilotFile]
) -> tuple[LotParams, ...]:
    """A draw by lot for each pilot that was carried out by the end of ``quarter``.

    Until the outcome is known for which it was planned, it names no service package, so that no policy is valued by
    a pilot that is still under way.
    """
    closed = quarter.end(study.fiscal_start_month)
    found = [one for one in pilots if on_record(one, lists, closed)]
    return tuple(
        design if _known(study, pilot) <= quarter else design.model_copy(update={"package": None})
        for pilot, design in ((one, one.params.experiment()) for one in found)
    )


def on_record(pilot: PilotFile, lists: pd.DataFrame | None, closed: date) -> bool:
    """Whether both arms of the pilot stand in the table ``lists`` before the day ``closed``."""
    ends = {pilot.params.served, pilot.params.not_served}
    return lists is not None and ends <= set(_rows(pilot, lists, closed)["list"])


def _state(study: Study, pilot: PilotFile) -> PilotState:
    asked, known = pilot.params.asked, _known(study.params, pilot)
    definition = _definition(study.params, asked.definition)
    lists, closed = study.history.tables.get("lists"), _closed(study)
    carried = on_record(pilot, lists, closed)
    effect = None
    if carried and known <= study.quarter:
        effect = study.further_effects.get(pilot.id, {}).get(definition.id)
    brought = _brought(study, pilot, definition, effect) if effect else None
    if effect is not None:
        state = State.READ
    elif carried:
        state = State.UNDER_WAY
    else:
        state = State.PROPOSED if pilot.params.starts_on >= closed else State.NOT_CARRIED_OUT
    return PilotState(
        pilot.id,
        pilot.params.title.label(),
        asked.policy,
        definition.id,
        state,
        len(_entered(pilot, lists, closed)) if carried else pilot.params.customers,
        pilot.params.starts_on,
        known,
        effect,
        brought,
        _decides(pilot, brought),
    )


def _decides(pilot: PilotFile, brought: float | None) -> Decides | None:
    """By the point estimate, as the pilot was proposed."""
    said = pilot.params.decides
    if brought is None:
        return None
    if brought > said.adopt_above:
        return Decides.ADOPT
    return Decides.REJECT if brought < said.reject_below else Decides.GO_ON


def _brought(study: Study, pilot: PilotFile, definition: RetentionParams, effect: Effect) -> float | None:
    """The effect as the policy in question would bring it about."""
    if effect.estimate is None:
        return None
    lots = {one.id: one for one in study.evidence if isinstance(one, LotEvidence)}
    lot, policy = lots.get(pilot.id), pilot.params.asked.policy
    if lot is None or policy not in lot.directions or definition.id not in lot.gains:
        return effect.estimate.value
    weight = lot.worth * np.abs(lot.directions[policy])
    if not weight.any():
        return effect.estimate.value
    return float((weight * lot.directions[policy] * lot.gains[definition.id]).sum() / weight.sum())


def _definition(study: StudyParams, wanted: str) -> RetentionParams:
    """The definition that the pilot asks about; the headline where the study has given it up."""
    return next((one for one in study.retention if one.id == wanted), study.retention[0])


def _known(study: StudyParams, pilot: PilotFile) -> Quarter:
    """The quarter at whose end the outcome is known for which the pilot was planned."""
    begun = Quarter.containing(pilot.params.starts_on, study.fiscal_start_month)
    return begun + (_definition(study, pilot.params.asked.definition).quarters - 1)


def _rows(pilot: PilotFile, lists: pd.DataFrame, closed: date) -> pd.DataFrame:
    """Rows of ``lists`` that belong to the pilot and are dated before ``closed``."""
    entered = pd.to_datetime(lists["from_on"]) < pd.Timestamp(closed)
    return lists[lists["list"].isin(pilot.lists) & entered]


def _entered(pilot: PilotFile, lists: pd.DataFrame, closed: date) -> pd.Index:
    """Customers on the pilot's lists."""
    return pd.Index(_rows(pilot, lists, closed)["customer_id"].unique())


def _held(pilot: PilotFile, lists: pd.DataFrame, closed: date) -> pd.Index:
    """Whose grade the pilot decides: customers on its lists, and those of batches that wait for their day."""
    waiting = [wave.list for wave in pilot.params.waves if wave.starts_on >= closed]
    drawn = pilot.lots.loc[pilot.lots["list"].isin(waiting), "customer_id"]
    return _entered(pilot, lists, closed).union(pd.Index(drawn)).unique()


def _closed(study: Study) -> date:
    """First day after the report's quarter."""
    return study.quarter.end(study.params.fiscal_start_month)
