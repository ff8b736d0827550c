"""A study and its results.

Every result is computed once, when first asked for. Nothing after the report's quarter enters a
result: complete quarters are those known at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toolkit.comparison import Comparison, Draws, Stakes, compare
from toolkit.effects.effect import Effect
from toolkit.effects.experiment.off_policy import OffPolicyValue
from toolkit.effects.records.programme import (
    ProgrammeRows,
    programme_gap,
    programme_rows,
)
from toolkit.estimate import Estimate
from toolkit.measures.registry import MEASURES
from toolkit.outcomes.active import among_active
from toolkit.outcomes.agreement import Agreement, agreement
from toolkit.outcomes.capacity import Capacity
from toolkit.outcomes.concentration import Concentration, concentration
from toolkit.outcomes.cost import Cost, cost_to_serve
from toolkit.outcomes.evaluation import Basis
from toolkit.outcomes.hindsight import Hindsight, hindsight
from toolkit.outcomes.migration import Migration, migration
from toolkit.outcomes.retention import Retention, raw_gap, retention_by_grade
from toolkit.outcomes.scoring import VersionsPlan
from toolkit.panel import Panel, graded
from toolkit.params.policy import PolicyParams
from toolkit.params.study import RetentionParams, StudyFiles, StudyParams
from toolkit.policy import Policy, walk
from toolkit.recommendation import Recommendation, recommend
from toolkit.register import Register
from toolkit.study.capacity import study_capacity
from toolkit.study.catalogue import Catalogue, describe_catalogue
from toolkit.study.causes import (
    effects_at_the_bar,
    effects_of_designs,
    effects_of_keeping,
    retained_under,
    values_by_design,
)
from toolkit.study.history import StudyHistory
from toolkit.study.hotline import Records, StudyHotline, open_hotline
from toolkit.study.positions import position_of, stakes_of
from toolkit.study.quarters import quarter_table
from toolkit.study.serving import Serving
from toolkit.study.staying import Staying
from toolkit.study.weighting import StudyWeights, study_weights
from toolkit.terms import Label
from toolkit.window import Quarter, Window


@dataclass(frozen=True, eq=False)
class Study:
    """One report's worth of history and policies.

    Attributes
    ----------
    files : StudyFiles
    history : StudyHistory
    quarter : Quarter
        The quarter of the report.
    """

    files: StudyFiles
    history: StudyHistory
    quarter: Quarter

    @property
    def params(self) -> StudyParams:
        return self.files.study

    @property
    def currency(self) -> str:
        return self.history.currency

    @property
    def panel(self) -> Panel:
        return self.history.panel

    @property
    def simulated(self) -> bool:
        return self.params.history.kind == "simulated"

    @property
    def definitions(self) -> tuple[RetentionParams, ...]:
        """Definitions of retention, the headline first."""
        return self.params.retention

    @property
    def headline(self) -> RetentionParams:
        return self.params.retention[0]

    @cached_property
    def definition_titles(self) -> dict[str, Label]:
        """Title of each definition of retention."""
        return {d.id: d.title.label() for d in self.definitions}

    @cached_property
    def complete(self) -> tuple[Quarter, ...]:
        """Complete quarters up to the report's."""
        return tuple(q for q in self.history.complete if q <= self.quarter)

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Baseline first."""
        return tuple(Policy.from_params(params, self.names) for params in self.files.policies)

    @property
    def names(self) -> dict[str, Label]:
        """What each measure is called."""
        return {name: measure.label for name, measure in MEASURES.items()}

    @property
    def baseline(self) -> Policy:
        return self.policies[0]

    @property
    def alternatives(self) -> tuple[Policy, ...]:
        return self.policies[1:]

    @cached_property
    def registers(self) -> dict[str, Register]:
        """Register of each policy among the active customers, whose outcomes count under every policy."""
        found = {policy.id: self._walk(policy) for policy in self.policies}
        return {name: among_active(register, self.panel) for name, register in found.items()}

    @cached_property
    def audit(self) -> pd.DataFrame:
        """What entered the latest grades of each policy, and when; see :meth:`Panel.audit`.

        Returns
        -------
        DataFrame, index (``policy``, ``column``), columns ``latest``, ``review``, ``dated``
        """
        found = {}
        for policy in self.policies:
            review, window = self.registers[policy.id].reviews[-1], policy.review.window_quarters
            found[policy.id] = graded(self.panel, policy.params).audit(policy.needs, review, window)
        return pd.concat(found, names=["policy"])

    def provenance(self) -> dict[str, Any]:
        """Where the figures come from, as JSON: files with digest, rows in and out, span."""
        history = self.history
        return {
            "files": [{"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in history.files],
            "simulated": self.simulated,
            "tables": {
                one.table: {
                    "rows_in": one.rows_in,
                    "rows_accepted": one.rows_accepted,
                    "rows_quarantined": {reason.code: reason.rows for reason in one.reasons},
                }
                for one in history.intakes
            },
            "first_day": history.first_day.isoformat(),
            "last_day": history.last_day.isoformat(),
            "currency": history.currency,
        }

    def register_of(self, params: PolicyParams) -> Register:
        """The register of any policy file on this study's history."""
        return self._policy_and_register(params)[1]

    def _walk(self, policy: Policy) -> Register:
        return walk(policy, self.panel, self.quarter, self.params.active_quarters, self.complete[0])

    @property
    def with_short_window(self) -> tuple[Policy, ...]:
        """Policies whose first review had fewer quarters than their observation window."""
        return tuple(p for p in self.policies if self.registers[p.id].short_window)

    @property
    def with_one_review(self) -> tuple[Policy, ...]:
        """Policies with a single review in this history."""
        return tuple(p for p in self.policies if len(self.registers[p.id].reviews) == 1)

    @property
    def with_several_reviews(self) -> tuple[Policy, ...]:
        """Policies with at least two reviews."""
        return tuple(p for p in self.policies if len(self.registers[p.id].reviews) > 1)

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """Customers, orders and spend of every quarter; see :func:`quarter_table`."""
        return quarter_table(self.panel, self.history.complete)

    @cached_property
    def customers(self) -> pd.Index:
        """Customers graded at the report's quarter, the same under every policy."""
        graded = [register.codes(self.quarter) >= 0 for register in self.registers.values()]
        return self.panel.customers[np.logical_and.reduce(graded)]

    @cached_property
    def whole_history(self) -> Concentration:
        """Concentration of spend over everything on record, unfinished quarters included."""
        every = len(self.panel.quarters)
        return concentration(self.panel.values("spend", every)[:, -1])

    @cached_property
    def agreements(self) -> dict[str, Agreement]:
        """Each alternative against the baseline."""
        stake = pd.Series(self.stakes.margin, index=self.customers)
        base = self.registers[self.baseline.id]
        return {p.id: agreement(base, self.registers[p.id], self.quarter, stake) for p in self.alternatives}

    @cached_property
    def migrations(self) -> dict[str, Migration]:
        return {name: migration(register) for name, register in self.registers.items()}

    @cached_property
    def retentions(self) -> dict[str, Retention]:
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
    def costs(self) -> dict[str, Cost]:
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
        return study_capacity(caps, self.policies, self.costs, line, self.quarter)

    @cached_property
    def programme(self) -> ProgrammeRows | None:
        """Rows of the programme that really ran; None where there was none."""
        if self.params.programme is None:
            return None
        return programme_rows(self.panel, self.params.programme, self.history.tables["grades"], self.complete)

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

    @cached_property
    def comparison(self) -> Comparison:
        positions = [position_of(self, policy) for policy in self.policies]
        draws = Draws(
            self.params.bootstrap.draws, self.params.bootstrap.seed, self.files.rule.horizon_quarters
        )
        compared = compare(positions[0], positions[1:], self.stakes, self.effects, draws)
        return compared.excluding(self.capacity.infeasible)

    @cached_property
    def recommendation(self) -> Recommendation:
        return recommend(self.comparison, self.files.rule, next(iter(self.effects.values())))

    @cached_property
    def weights(self) -> StudyWeights | None:
        """Versions of the weights of the scored policies; None where no policy has a weighted score."""
        plan = VersionsPlan(tuple(self.params.weight_versions), quarters=self.files.rule.horizon_quarters)
        return study_weights(self.policies, self.registers, self.panel, self.quarter, plan)

    @cached_property
    def track(self) -> Hindsight:
        """Forecasts of the baseline's retention at past reviews, and what happened."""
        base = self.registers[self.baseline.id]
        sizes = pd.DataFrame({str(review): base.counts(review) for review in base.reviews}).T
        return hindsight(self.retentions[self.baseline.id], self.headline, sizes)

    @cached_property
    def catalogue(self) -> Catalogue | None:
        """The policies of the catalogue described side by side; None where the study names none."""
        if not self.files.catalogue:
            return None
        basis = Basis(self.panel, self.definitions, self.complete[-1])
        baseline = self.baseline, self.registers[self.baseline.id]
        return describe_catalogue(baseline, self.files.catalogue, self._policy_and_register, basis)

    def _policy_and_register(self, params: PolicyParams) -> tuple[Policy, Register]:
        policy = Policy.from_params(params, self.names)
        return policy, self._walk(policy)

    @cached_property
    def stakes(self) -> Stakes:
        """Margin of every customer compared, and where the programme's bar is from them."""
        return stakes_of(self)

    @property
    def retained_share(self) -> float:
        """Share retained under the headline definition, all grades of the baseline; a half where none is known."""
        return retained_under(self, self.headline)
