"""Answers as knobs turn: the functions of the study, on a panel that remembers, and only what a knob touches.

A register hangs on everything of a policy but the prices of its service; retention on the register; cost on both;
budget and caps on the cost. Nothing is approximated: the same functions walk, count and price as in a report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from toolkit.outcomes.active import among_active
from toolkit.outcomes.cost import Cost, cost_to_serve
from toolkit.outcomes.retention import pooled_retention
from toolkit.panel import graded
from toolkit.params.capacity import HOTLINE
from toolkit.params.policy import PolicyParams
from toolkit.policy import Policy, walk
from toolkit.register import Register
from toolkit.study.capacity import study_capacity
from toolkit.study.study import Study
from toolkit.whatif.answer import Answer, Budget, Switched
from toolkit.whatif.board import Board
from toolkit.whatif.kept_points import Shelf, remembering
from toolkit.whatif.knob import STUDY
from toolkit.whatif.remembered import Remembered

RANKED = ("scheme", "keeping", "beside")
OF_GRADES = {"id", "of", "scheme", "review", "tags", "beside"}


@dataclass(slots=True, eq=False)
class Answering:
    """Answers for one study and its board.

    Attributes
    ----------
    study : Study
        As in production.
    board : Board
    """

    study: Study
    board: Board
    _panels: dict[tuple[str, str], Remembered] = field(default_factory=dict, repr=False)
    _kept: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict, repr=False)
    _shelf: Shelf = field(default_factory=Shelf, repr=False)

    def answer(self, policy: str) -> Answer:
        """What the study would say of ``policy`` as the knobs stand.

        Raises
        ------
        GradelabError
            Where the knobs make no valid policy, or its rule cannot grade somebody.
        """
        base = self.study.baseline.id
        register, cost = self._register(policy), self._cost(policy)
        own = policy == base
        priced = self._params(policy).priced
        extra = self._extra(policy) if priced and self._params(base).priced else None
        allowed = self._params(self.study.files.rule.id).budget_per_year
        return Answer(
            policy,
            self.study.quarter,
            register.counts(self.study.quarter),
            None if own else Switched.between(self._register(base), register, self.study.quarter),
            Switched.between(self._of_production(policy)[0], register, self.study.quarter),
            self._retention(policy),
            cost,
            priced,
            extra,
            None if own or None in (allowed, extra) else Budget(extra, allowed),
            self._uses(policy, cost),
        )

    def production(self, policy: str) -> Answer:
        """The same with every knob where production has it."""
        values = dict(self.board.values)
        try:
            self.board.reset()
            return self._once(("production", policy), (), lambda: self.answer(policy))
        finally:
            self.board.values.update(values)

    def _params(self, file: str) -> Any:
        return self._once(("params", file), self.board.settings(file), lambda: self.board.params(file))

    def _policy(self, policy: str) -> Policy:
        params = self._params(policy)
        return self._once(("policy", policy), params, lambda: self._remembering(params))

    def _remembering(self, params: PolicyParams) -> Policy:
        policy = Policy.from_params(params, self.study.names)
        ranked = {part: remembering(getattr(policy, part), self._shelf) for part in RANKED}
        return replace(policy, **ranked)

    def _register(self, policy: str) -> Register:
        params = self._params(policy)
        if not self.board.settings(policy):
            return self._of_production(policy)[0]
        told = params.model_dump_json(include=OF_GRADES)
        return self._once(("register", policy), told, lambda: self._walked(self._policy(policy)))

    def _of_production(self, policy: str) -> tuple[Register, Cost]:
        """Register and cost of a policy as in production."""
        return self._once(("production of", policy), (), lambda: self._walked_and_priced(policy))

    def _walked_and_priced(self, policy: str) -> tuple[Register, Cost]:
        study = self.study
        asked = self._remembering(next(one for one in study.files.policies if one.id == policy))
        register = self._walked(asked)
        return register, cost_to_serve(asked, register, study.panel, study.quarter)

    def _walked(self, policy: Policy) -> Register:
        study, whose = self.study, (policy.params.of, policy.review.whom)
        if whose not in self._panels:
            self._panels[whose] = Remembered(graded(study.panel, policy.params))
        place = self._panels[whose], study.quarter, study.params.active_quarters, study.complete[0]
        return among_active(walk(policy, *place), study.panel)

    def _retention(self, policy: str) -> pd.DataFrame:
        register, study = self._register(policy), self.study
        return self._once(
            ("retention", policy),
            register,
            lambda: pooled_retention(register, study.panel, study.definitions, study.complete[-1]),
        )

    def _cost(self, policy: str) -> Cost:
        register, study = self._register(policy), self.study
        if not self.board.settings(policy):
            return self._of_production(policy)[1]
        asked = self._policy(policy)
        return self._once(
            ("cost", policy),
            (register, asked),
            lambda: cost_to_serve(asked, register, study.panel, study.quarter),
        )

    def _extra(self, policy: str) -> float:
        base = self.study.baseline.id
        return 0.0 if policy == base else round(_year(self._cost(policy)) - _year(self._cost(base)), 2)

    def _uses(self, policy: str, cost: Cost) -> tuple:
        study = self.study
        caps = [cap for cap in self._params(STUDY).capacity if cap.pool != HOTLINE]
        month, asked = study.params.fiscal_start_month, self._policy(policy)
        costs: Mapping[str, Cost] = {policy: cost}
        return study_capacity(caps, (asked,), costs, None, study.quarter, fiscal_start_month=month).uses

    def _once(self, what: tuple[str, str], made_from: Any, make: Callable[[], Any]) -> Any:
        """What was made last from the same, else made now; one of each is kept."""
        kept = self._kept.get(what)
        if kept is None or not _same(kept[0], made_from):
            self._kept[what] = kept = (made_from, make())
        return kept[1]


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(map(_same, first, second))
    return first is second or (isinstance(first, str | float | int) and first == second)


def _year(cost: Cost) -> float:
    return float(cost.per_year["total_cost"])
