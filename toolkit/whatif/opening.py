"""A study opened for what-ifs: its knobs, and who answers as they turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from toolkit.measures.registry import MEASURES
from toolkit.params.capacity import HOTLINE
from toolkit.params.decision_rule import DecisionRuleParams
from toolkit.params.policy import PolicyParams
from toolkit.params.reading import Source
from toolkit.params.service_library import service_measures
from toolkit.params.service_plan import with_presets
from toolkit.params.study import StudyParams
from toolkit.study.opening import open_study
from toolkit.study.study import Study
from toolkit.terms import Label
from toolkit.whatif.answering import Answering
from toolkit.whatif.board import Board, Params
from toolkit.whatif.knob import STUDY, Knob
from toolkit.whatif.knobs import Known, policy_knobs, rule_knobs, study_knobs, without_knobs
from toolkit.whatif.ranges import Seen


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A study with its knobs.

    Attributes
    ----------
    study : Study
        As in production.
    board : Board
    """

    study: Study
    board: Board

    @cached_property
    def answering(self) -> Answering:
        """Who answers."""
        return Answering(self.study, self.board)

    @property
    def titles(self) -> dict[str, Label]:
        """Title of every policy, baseline first."""
        return {policy.id: policy.title for policy in self.study.policies}

    def knobs(self, policy: str) -> list[Knob]:
        """Knobs that bear on what is said of ``policy``: its own, the rule's and the study's."""
        return [*self.board.of(policy), *self.board.of(self.study.files.rule.id), *self.board.of(STUDY)]

    def without_knobs(self, policy: str) -> Label | None:
        """One sentence where the rule of ``policy`` has no number to turn; None where it has one."""
        return without_knobs(self.board.sources[policy].data, self.board.of(policy))

    @property
    def asks_for_seats(self) -> bool:
        """Whether the study caps its hotline, of which only a run can tell."""
        return any(cap.pool == HOTLINE for cap in self.study.params.capacity)


def open_whatif(path: str | Path, *, quarter: str = "last", data: str | Path | None = None) -> WhatIf:
    """Open a study for what-ifs; parameters as :func:`toolkit.study.opening.open_study`.

    Raises
    ------
    ParameterError, HistoryError
    """
    return whatif_of(open_study(path, quarter=quarter, data=data or None))


def whatif_of(study: Study) -> WhatIf:
    """The knobs of an opened study."""
    files, edits = study.files, study.files.edits.sources
    policies = {policy.id: with_presets(edits[policy.id])[0] for policy in files.policies}
    sources: dict[str, Source] = {**policies, files.rule.id: edits[files.rule.id], STUDY: files.stack.source}
    known = Known(
        Seen(study.panel, study.quarter, study.params.active_quarters),
        {name: measure.unit for name, measure in MEASURES.items()},
        {**study.names, **{name: measure.label for name, measure in service_measures().items()}},
    )
    knobs: list[Knob] = []
    groups: list[Any] = []
    for source in policies.values():
        own, together = policy_knobs(source.data, known)
        knobs += own
        groups += together
    knobs += rule_knobs(sources[files.rule.id].data, known)
    knobs += study_knobs(sources[STUDY].data, known, without=(HOTLINE,))
    models: Mapping[str, type[Params]] = {
        **dict.fromkeys(policies, PolicyParams),
        files.rule.id: DecisionRuleParams,
        STUDY: StudyParams,
    }
    return WhatIf(study, Board({knob.place: knob for knob in knobs}, tuple(groups), sources, models))
