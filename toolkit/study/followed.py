"""What followed the grades of a study, and what serving them takes: description."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from toolkit.estimate import Estimate
from toolkit.outcomes.capacity import Capacity
from toolkit.outcomes.cost import Cost, cost_to_serve
from toolkit.outcomes.hindsight import Hindsight, hindsight
from toolkit.outcomes.retention import Retention, raw_gap, retention_by_grade
from toolkit.params.study import RetentionParams
from toolkit.study.capacity import study_capacity
from toolkit.study.causes import retained_under
from toolkit.study.graded import Graded
from toolkit.study.hotline import Records, StudyHotline, open_hotline
from toolkit.study.serving import Serving
from toolkit.study.staying import Staying
from toolkit.terms import Label
from toolkit.window import Window


@dataclass(frozen=True, eq=False)
class Followed(Graded):
    """The grades of a study with what followed them."""

    @cached_property
    def retentions(self) -> dict[str, Retention]:
        """Retention by grade under each policy and definition: description."""
        last = self.complete[-1]
        return {
            name: retention_by_grade(register, self.panel, self.definitions, last)
            for name, register in self.registers.items()
        }

    @property
    def definitions_with_outcome(self) -> tuple[RetentionParams, ...]:
        """Definitions under which at least one review of the baseline has an outcome."""
        pooled = self.retentions[self.baseline.id].pooled
        known = set(pooled.loc[pooled["observations"] > 0, "definition"])
        return tuple(d for d in self.definitions if d.id in known)

    @property
    def definitions_without_outcome(self) -> tuple[RetentionParams, ...]:
        """Definitions under which no review of the baseline has an outcome yet."""
        known = self.definitions_with_outcome
        return tuple(d for d in self.definitions if d not in known)

    @property
    def retained_share(self) -> float:
        """Share retained under the headline definition, all grades of the baseline; a half where none is known."""
        return retained_under(self, self.headline)

    @cached_property
    def gaps(self) -> dict[str, Estimate]:
        """Best grade of the baseline minus the rest under each definition: description."""
        base, last = self.registers[self.baseline.id], self.complete[-1]
        found = {d.id: raw_gap(base, self.panel, d, last) for d in self.definitions}
        return {name: gap.gap for name, gap in found.items() if gap is not None}

    @cached_property
    def staying(self) -> Staying:
        """How long customers stay under the baseline, and what is forecast."""
        return Staying(self.registers[self.baseline.id], self.panel, self.params, self.complete)

    @cached_property
    def track(self) -> Hindsight:
        """Forecasts of the baseline's retention at past reviews, and what happened."""
        base = self.registers[self.baseline.id]
        sizes = pd.DataFrame({str(review): base.counts(review) for review in base.reviews}).T
        return hindsight(self.retentions[self.baseline.id], self.headline, sizes)

    @cached_property
    def costs(self) -> dict[str, Cost]:
        """Cost to serve under each policy in the quarter of the report."""
        return {p.id: cost_to_serve(p, self.registers[p.id], self.panel, self.quarter) for p in self.policies}

    @cached_property
    def serving(self) -> Serving:
        """What serving the grades takes, part by part."""
        margin = pd.Series(self.stakes.margin, index=self.customers)
        seed = self.params.bootstrap.seed
        place = self.quarter, self.complete
        return Serving(self.policies, self.registers, self.costs, self.panel, *place, margin, seed)

    @cached_property
    def _hotline(self) -> StudyHotline | Label:
        asked, month = self.params.hotline, self.params.fiscal_start_month
        window = Window(self.quarter, asked.quarters if asked else 1)
        packages = {p.id: self.registers[p.id].packages(self.quarter) for p in self.policies}
        records = Records(self.history.tables, window, month, packages, self.params.bootstrap.seed)
        return open_hotline(asked, records)

    @property
    def hotline(self) -> StudyHotline | None:
        """Calls, seats and service of the hotline under every policy; None where something is missing for it."""
        return self._hotline if isinstance(self._hotline, StudyHotline) else None

    @property
    def no_hotline(self) -> Label | None:
        """What is missing for the hotline; None where nothing is."""
        return self._hotline if isinstance(self._hotline, Label) else None

    @cached_property
    def capacity(self) -> Capacity:
        """What every policy needs against what exists; empty where the study states no caps."""
        caps = self.params.capacity
        line = self.hotline if any(cap.pool == "hotline" for cap in caps) else None
        month = self.params.fiscal_start_month
        return study_capacity(caps, self.policies, self.costs, line, self.quarter, fiscal_start_month=month)
