"""Policies that are no part of a study, walked on its history and compared under its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.comparison.comparison import Comparison, compare
from toolkit.errors import HistoryError
from toolkit.outcomes.active import among_active
from toolkit.params.policy import PolicyParams
from toolkit.register import Register
from toolkit.search.searched import over_budget
from toolkit.study.evidence import draws_of
from toolkit.terms import Label

if TYPE_CHECKING:
    from toolkit.study.study import Study

SHARED = ("programme", "effects", "customers", "stakes")


def beside(study: Study, options: Sequence[PolicyParams], registers: Mapping[str, Register]) -> Study:
    """The study with other alternatives, on the same customers; what does not depend on them is shared.

    Parameters
    ----------
    study : Study
    options : sequence of PolicyParams
    registers : mapping of policy to its Register among the active customers
    """
    other = replace(study, files=replace(study.files, alternatives=tuple(options)))
    base = study.baseline.id
    shared = {name: getattr(study, name) for name in SHARED}
    vars(other).update(shared, registers={base: study.registers[base], **registers})
    return other


def walked(study: Study, params: PolicyParams) -> Register:
    """The register of a policy among the active customers.

    Raises
    ------
    HistoryError
        If the history lacks what it needs, or customers who are compared have no grade under it.
    ParameterError
        If its scheme names what there is not.
    """
    register = among_active(study.register_of(params), study.panel)
    rows = register.customers.get_indexer(study.customers)
    bare = int((register.codes(study.quarter)[rows] < 0).sum())
    if bare:
        raise HistoryError(
            zh=f"{bare} 位参与比较的客户在此方案下没有等级",
            en=f"{bare} of the customers compared have no grade under this policy",
        )
    return register


def compared(study: Study) -> Comparison:
    """The alternatives of ``study`` against its baseline, none left out."""
    base, *options = study.positions
    return compare(base, options, study.stakes, study.evidence, draws_of(study))


def out_of_reach(study: Study, comparison: Comparison) -> dict[str, Label]:
    """Alternatives of ``study`` that need more than the budget or a cap allows, and why."""
    budget = over_budget(comparison, study.files.rule.budget_per_year, study.currency)
    lacking = {name: why.said for name, why in study.unready.items()}
    return {**budget, **study.capacity.infeasible, **lacking}
