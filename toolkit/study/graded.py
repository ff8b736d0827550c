"""Who is in which grade: the history, quarter and policies of a study, and their registers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from toolkit.comparison.position import Stakes
from toolkit.measures.registry import MEASURES
from toolkit.outcomes.active import among_active
from toolkit.outcomes.agreement import Agreement, agreement
from toolkit.outcomes.concentration import Concentration, concentration
from toolkit.outcomes.evaluation import Basis
from toolkit.outcomes.migration import Migration, migration
from toolkit.outcomes.scoring import VersionsPlan
from toolkit.panel import Panel, graded
from toolkit.params.policy import PolicyParams
from toolkit.params.study import RetentionParams, StudyParams
from toolkit.params.study_files import StudyFiles
from toolkit.policy import Policy, walk
from toolkit.register import Register
from toolkit.study.catalogue import Catalogue, describe_catalogue
from toolkit.study.history import StudyHistory
from toolkit.study.pilot_files import PilotFile
from toolkit.study.positions import stakes_of
from toolkit.study.quarters import quarter_table
from toolkit.study.weighting import StudyWeights, study_weights
from toolkit.terms import Label
from toolkit.window import Quarter


@dataclass(frozen=True, eq=False)
class Graded:
    """What a study is made of, and who is in which grade under each of its policies.

    Attributes
    ----------
    files : StudyFiles
    history : StudyHistory
    quarter : Quarter
        The quarter of the report.
    pilots_on_file : tuple of PilotFile
        Pilots proposed by earlier reports, the oldest first.
    """

    files: StudyFiles
    history: StudyHistory
    quarter: Quarter
    pilots_on_file: tuple[PilotFile, ...] = ()

    @property
    def params(self) -> StudyParams:
        """The study file."""
        return self.files.study

    @property
    def currency(self) -> str:
        """Code such as CNY; money is never printed without it."""
        return self.history.currency

    @property
    def panel(self) -> Panel:
        """Measures of every customer and quarter."""
        return self.history.panel

    @property
    def simulated(self) -> bool:
        """Whether the history is that of a simulated company, whose true answers are known."""
        return self.params.history.kind == "simulated"

    @property
    def definitions(self) -> tuple[RetentionParams, ...]:
        """Definitions of retention, the headline first."""
        return self.params.retention

    @property
    def headline(self) -> RetentionParams:
        """The definition of retention that the decision rests on."""
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
        """The policy in force."""
        return self.policies[0]

    @property
    def alternatives(self) -> tuple[Policy, ...]:
        """Policies compared with the one in force."""
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
        """Where the figures come from, as JSON: files with digest, rows in and out, span.

        Examples
        --------
        >>> import toolkit
        >>> found = toolkit.example_study().provenance()
        >>> found["first_day"], found["tables"]["transactions"]
        ('2021-10-01', {'rows_in': 32547, 'rows_accepted': 32547, 'rows_quarantined': {}})
        """
        history = self.history
        return {
            "files": [{"name": f.name, "sha256": f.sha256, "rows": f.rows} for f in history.files],
            "pilots": [{"name": p.name, "sha256": p.sha256} for p in self.pilots_on_file],
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

    def pilots_read(self) -> list[dict[str, Any]]:
        """The pilots proposed by earlier reports, as JSON, with every default filled in.

        Examples
        --------
        >>> import toolkit
        >>> toolkit.example_study().pilots_read()
        []
        """
        return [pilot.params.model_dump(mode="json") for pilot in self.pilots_on_file]

    def register_of(self, params: PolicyParams) -> Register:
        """The register of any policy file on this study's history.

        Examples
        --------
        >>> import toolkit
        >>> study = toolkit.example_study()
        >>> params = study.files.baseline.model_dump(exclude_defaults=True)
        >>> params["scheme"]["floors"]["VIP"] = 150_000
        >>> study.register_of(toolkit.PolicyParams(**params)).counts(study.quarter).to_dict()
        {'VIP': 72, 'basic': 431}
        """
        return self._policy_and_register(params)[1]

    def _walk(self, policy: Policy) -> Register:
        return walk(policy, self.panel, self.quarter, self.params.active_quarters, self.complete[0])

    def _policy_and_register(self, params: PolicyParams) -> tuple[Policy, Register]:
        policy = Policy.from_params(params, self.names)
        return policy, self._walk(policy)

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
        """Customers, orders, purchases and returns of every quarter; see :func:`quarter_table`."""
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
    def stakes(self) -> Stakes:
        """Margin of every customer compared, over the horizon of the rule, and how customers are drawn."""
        return stakes_of(self)

    @cached_property
    def agreements(self) -> dict[str, Agreement]:
        """Each alternative against the baseline."""
        stake = pd.Series(self.stakes.margin, index=self.customers)
        base = self.registers[self.baseline.id]
        return {p.id: agreement(base, self.registers[p.id], self.quarter, stake) for p in self.alternatives}

    @cached_property
    def migrations(self) -> dict[str, Migration]:
        """Moves between consecutive reviews under each policy."""
        return {name: migration(register) for name, register in self.registers.items()}

    @cached_property
    def catalogue(self) -> Catalogue | None:
        """The policies of the catalogue described side by side; None where the study names none."""
        if not self.files.catalogue:
            return None
        basis = Basis(self.panel, self.definitions, self.complete[-1])
        baseline = self.baseline, self.registers[self.baseline.id]
        return describe_catalogue(baseline, self.files.catalogue, self._policy_and_register, basis)

    @cached_property
    def weights(self) -> StudyWeights | None:
        """Versions of the weights of the scored policies; None where no policy has a weighted score."""
        plan = VersionsPlan(tuple(self.params.weight_versions), quarters=self.files.rule.horizon_quarters)
        return study_weights(self.policies, self.registers, self.panel, self.quarter, plan)
