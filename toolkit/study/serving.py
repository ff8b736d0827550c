"""What serving the grades of a study takes: behaviour of cost, people, moves, ledger, neglect, dependence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from toolkit.outcomes.concentration import Concentration, concentration
from toolkit.outcomes.cost import Cost
from toolkit.outcomes.evaluation import noise_of
from toolkit.outcomes.scores import scores_of
from toolkit.panel import Panel, graded
from toolkit.policy import Policy
from toolkit.register import Register
from toolkit.service.bill import price
from toolkit.service.dependence import Dependence, dependence
from toolkit.service.ledger import Reconciliation, reconcile
from toolkit.service.line import MOVES
from toolkit.service.neglect import Neglect, neglect
from toolkit.service.plan import ServicePlan, service_plan
from toolkit.service.rebates import rebates
from toolkit.service.sensitivity import sensitivity
from toolkit.service.volumes import Volumes, moves_of, teams_of, volumes
from toolkit.shown import shown
from toolkit.window import QUARTERS_A_YEAR, Quarter

PER_THOUSAND = 1000
REGION = "region"


@shown("quarter", "policies")
@dataclass(frozen=True, eq=False)
class Serving:
    """Service of every policy of a study at one quarter.

    Attributes
    ----------
    policies : tuple of Policy
        Baseline first.
    registers : mapping of policy to Register
    costs : mapping of policy to Cost
    panel : Panel
    quarter : Quarter
    complete : tuple of Quarter
        Complete quarters up to ``quarter``.
    margin : Series, index customer_id
        Margin per quarter of the customers graded under every policy.
    seed : int
    """

    policies: tuple[Policy, ...]
    registers: Mapping[str, Register]
    costs: Mapping[str, Cost]
    panel: Panel
    quarter: Quarter
    complete: tuple[Quarter, ...]
    margin: pd.Series
    seed: int

    @property
    def baseline(self) -> Policy:
        return self.policies[0]

    @property
    def staffed(self) -> bool:
        """Whether any policy needs whole people."""
        return any(len(self.costs[policy.id].bill.teams) for policy in self.policies)

    @cached_property
    def plans(self) -> dict[str, ServicePlan]:
        return {policy.id: service_plan(policy.params) for policy in self.policies}

    @cached_property
    def volumes(self) -> dict[str, Volumes]:
        return {
            name: volumes(plan, self.registers[name], self.panel, self.quarter)
            for name, plan in self.plans.items()
        }

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """What the baseline's cost per quarter hangs on; see :func:`toolkit.service.sensitivity.sensitivity`."""
        return sensitivity(self.plans[self.baseline.id], self.volumes[self.baseline.id])

    @cached_property
    def rebates(self) -> pd.DataFrame:
        """Discounts of every policy, with its id in column ``policy``."""
        found = [rebates(plan, self.volumes[name]).assign(policy=name) for name, plan in self.plans.items()]
        return pd.concat(found, ignore_index=True)

    @cached_property
    def divided(self) -> pd.DataFrame | None:
        """People of every policy if nobody served two regions; None where no region is recorded.

        Returns
        -------
        DataFrame, one row per policy, pool and region
            columns of :attr:`toolkit.service.bill.Bill.teams`, and ``policy``.
        """
        table = self.panel.tables.get("customers")
        if table is None or REGION not in table:
            return None
        found = []
        for name, plan in self.plans.items():
            asked = replace(plan, teams_by=REGION)
            regions = teams_of(asked, self.panel, self.volumes[name].customers)
            found.append(price(asked, replace(self.volumes[name], team=regions)).teams.assign(policy=name))
        return pd.concat(found, ignore_index=True)

    def more_heads(self, policy: str) -> int:
        """Heads that a policy would need beyond its plan if people were divided by region."""
        rows = self.divided[self.divided["policy"] == policy]
        return int(rows["heads"].sum() - self.costs[policy].bill.teams["heads"].sum())

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Changes of grade of every policy, and those that chance alone would make.

        Returns
        -------
        DataFrame, one row per policy and move
            columns ``policy``, ``move``, ``price`` (money each; NaN where the policy states none), ``per_year`` (moves),
            ``amount`` (money per year), ``noise_per_year``, ``noise_amount`` (NaN where chance cannot be told apart).
        """
        rows = [row for policy in self.policies for row in self._moves(policy)]
        columns = ["policy", "move", "price", "per_year", "amount", "noise_per_year", "noise_amount"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def reconciliation(self) -> Reconciliation | None:
        """The baseline against the ledger over the last four complete quarters; None without a ledger of cost."""
        table = self.panel.tables.get("service")
        if table is None or "cost" not in table or not len(table):
            return None
        last = self.complete[-QUARTERS_A_YEAR:]
        return reconcile(self.plans[self.baseline.id], self.baseline.params.ledger or {}, self.panel, last)

    @cached_property
    def neglects(self) -> dict[str, Neglect]:
        """Every alternative against the baseline."""
        before = self.costs[self.baseline.id].bill
        return {p.id: neglect(before, self.costs[p.id].bill, self.margin) for p in self.policies[1:]}

    @cached_property
    def dependence(self) -> Dependence:
        return dependence(self.margin.to_numpy())

    @cached_property
    def whale(self) -> Concentration:
        """Concentration of margin less the baseline's cost to serve; above 1 the rest is lost on unprofitable customers."""
        spent = self.costs[self.baseline.id].bill.customers["total"].reindex(self.margin.index)
        return concentration((self.margin - spent).to_numpy())

    @property
    def profitable(self) -> bool:
        """Whether there is a profit in all after cost to serve, and so a curve of its shares."""
        return not np.isnan(self.whale.peak)

    def _moves(self, policy: Policy) -> list[tuple]:
        register = self.registers[policy.id]
        seen = {
            name: float(moved.sum()) * QUARTERS_A_YEAR
            for name, moved in moves_of(register, self.quarter).items()
        }
        by_chance, rows = self._by_chance(policy, register), []
        for move in MOVES:
            asked = getattr(policy.params.moves, move) if policy.params.moves else None
            each = asked.value if asked else np.nan
            noise = by_chance[move]
            rows.append((policy.id, move, each, seen[move], seen[move] * each, noise, noise * each))
        return rows

    def _by_chance(self, policy: Policy, register: Register) -> dict[str, float]:
        """Moves per year that chance alone would make."""
        scores = scores_of(policy, register, graded(self.panel, policy.params))
        found = noise_of(policy, register, scores, self.seed)
        if found is None:
            return dict.fromkeys(MOVES, np.nan)
        up, down = found.options[["up", "down"]].iloc[0]
        twice = np.logical_and.reduce([register.codes(review) >= 0 for review in register.reviews[-2:]]).sum()
        reviewed = twice / PER_THOUSAND * QUARTERS_A_YEAR / policy.review.every_quarters
        return {"onboarding": np.nan, "hand_over": reviewed * (up + down), "recovery": reviewed * down}
